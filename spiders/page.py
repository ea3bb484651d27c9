"""One fetched page: address, status, headers, bytes in; text and JSON out, whatever charset is claimed."""

from __future__ import annotations

import codecs
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
_LATIN_NAMES = frozenset({"iso8859-1", "cp1252", "ascii"})
"""Codecs that fit any bytes, or nearly; servers name them where nobody set a charset."""
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
"""Codecs of Python that no page is in; some take time that grows with the square of the text."""
_MAX_BROKEN_SHARE = 0.001
_LONE_BYTE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


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
    """Bytes -> text: byte order mark, UTF-8, the charset of the page, that of the header, GB18030.

    UTF-8 comes before the declarations because text in another charset almost never is valid UTF-8, while
    servers often declare the wrong one. The page is heard before its server, which may name one charset for
    all; Latin-1, which fits everything, comes last. BadPayload when more than 0.1 % of the characters would
    be lost.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    decoded = _decode_strictly(body, "utf-8")
    if decoded is not None:
        return decoded
    lossy = body.decode("utf-8", "replace")
    if _is_damaged_utf8(body, lossy):
        return lossy
    for candidate in _list_charsets(body, headers):
        decoded = _decode_strictly(body, candidate)
        if decoded is not None:
            return decoded
    if lossy.count("\ufffd") > _MAX_BROKEN_SHARE * len(lossy):
        raise BadPayload("no charset fits", body[:40])
    return lossy


def _decode_strictly(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _is_damaged_utf8(body: bytes, lossy: str) -> bool:
    """Whether the bytes are UTF-8 but for a cut end or a few broken letters.

    Of Chinese text in GBK one letter in five happens to be valid UTF-8, and of a long script around it all.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        broken = lossy.count("\ufffd")
        whole = len(lossy) - len(lossy.encode("ascii", "ignore")) - broken
        return broken <= _MAX_BROKEN_SHARE * len(lossy) and 10 * broken <= whole
    return True


def _list_charsets(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Charsets to try: that of the page's XML declaration or else its meta element, the header's, GB18030."""
    declared = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    sent = _HEADER_CHARSET.search(declared)
    own = _XML_CHARSET.match(body) or _META_CHARSET.search(body[:4096])
    named = [*([own[1].decode("ascii")] if own else []), *([sent[1]] if sent else [])]
    found = [codec for name in named if (codec := _find_codec(name))]
    latin = ["cp1252", "latin-1"] if any(codec in _LATIN_NAMES for codec in found) else []
    # Where Latin-1 is named, letters of two bytes tell that it is not meant: an accented one stands alone.
    is_double_byte = 2 * len(_LONE_BYTE.findall(body)) < len(_HIGH_BYTE.findall(body))
    last = ["gb18030", *latin] if is_double_byte else [*latin, "gb18030"]
    return [*(codec for codec in found if codec not in _LATIN_NAMES), *last]


def _find_codec(name: str) -> str | None:
    """Python's name for a charset, GB18030 for its subsets; None for what is no charset of pages."""
    if name.lower() in _GB_NAMES:
        return "gb18030"
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return None if found in _NO_CHARSETS else found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
