"""One fetched page: address, status, headers, bytes in; text and JSON out, whatever charset is claimed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from spiders.errors import BadPayload, Blocked

Json = Any
"""What JSON text can hold; parsers check what they take from it."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)")
_JSONP = re.compile(r"^[\w.$\s]{1,100}\((.*)\)\s*;?\s*$", re.DOTALL)
_GB_NAMES = frozenset({"gbk", "gb2312", "gb_2312-80", "x-gbk", "cp936"})
_MAX_BROKEN_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class Page:
    """A response as fetched or as saved by a user."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    captured_at: datetime
    run_id: str
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The body as text; BadPayload when no charset fits."""
        return decode_body(self.body, self.headers)

    def json(self) -> Json:
        """The body as JSON, JSONP wrapper removed; Blocked when empty or HTML, BadPayload when no JSON."""
        text = self.text.strip()
        if not text:
            raise Blocked("empty answer", self.url)
        if text[0] == "<":
            raise Blocked("HTML where JSON was asked for", self.url)
        if text[0] not in '{["-0123456789tfn' or text.endswith((")", ");")):
            wrapped = _JSONP.match(text)
            if wrapped:
                text = wrapped[1]
        return load_json(text)


def load_json(text: str) -> Json:
    """JSON text -> value; BadPayload for anything else, NaN and infinities included."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"not JSON ({type(error).__name__})", text[:80]) from error


def decode_body(body: bytes, headers: Mapping[str, str]) -> str:
    """Bytes -> text: byte order mark, strict UTF-8, the charset of the header, that of the page, GB18030.

    Strict UTF-8 comes before the declaration because GBK text almost never is valid UTF-8, while servers
    often declare the wrong one of the two. BadPayload when more than 0.1 % of the characters would be lost.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    for candidate in ("utf-8", *_list_charsets(body, headers), "gb18030"):
        decoded = _decode_strictly(body, candidate)
        if decoded is not None:
            return decoded
    lossy = body.decode("utf-8", "replace")
    if lossy.count("\ufffd") > _MAX_BROKEN_SHARE * len(lossy):
        raise BadPayload("no charset fits", body[:40])
    return lossy


def _decode_strictly(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None


def _list_charsets(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Charsets declared by the header, and by the page in its XML declaration or else its meta element."""
    declared = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    sent = _HEADER_CHARSET.search(declared)
    own = _XML_CHARSET.match(body) or _META_CHARSET.search(body[:4096])
    names = [*([sent[1]] if sent else []), *([own[1].decode("ascii")] if own else [])]
    return ["gb18030" if name.lower() in _GB_NAMES else name for name in names]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
