"""HAR files saved from a user's own browser in, what the platforms' parsers know of their answers out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from spiders.errors import ImportRefused
from spiders.imports.format import ImportFormat
from spiders.imports.instants import BadInstant, read_instant
from spiders.imports.json_text import read_json_object
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample
from spiders.imports.saved_pages import SavedPage, parse_pages
from spiders.platform import discover_platforms
from spiders.platform_names import find_platform

_READABLE = ("json", "html", "javascript", "text/plain", "xml")


class Har(ImportFormat):
    """Each answer goes to the parser of its platform; headers and cookies are never read."""

    name = "har"
    title = "HAR file saved from the browser's developer tools"

    def detect(self, sample: Sample) -> float:
        """By the log of entries."""
        log = sample.first_table.first("log")
        return 1.0 if isinstance(log, dict) and isinstance(log.get("entries"), list) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """One harvest an answer that could be a page; the others are counted by why they could not."""
        log = read_json_object(request.identity).get("log")
        entries = log.get("entries") if isinstance(log, dict) else None
        if not isinstance(entries, list):
            raise ImportRefused(f"{request.identity.path.name} is no HAR file: it has no log of entries.")
        known = discover_platforms()
        for entry in entries:
            outcome = _read_entry(entry, request) if isinstance(entry, dict) else "not_an_entry"
            if isinstance(outcome, str):
                yield Harvest(skipped={outcome: 1})
            elif outcome.platform not in known:
                yield Harvest(skipped={"platform_not_read": 1})
            else:
                yield from parse_pages([outcome], request)


def _read_entry(entry: dict[str, Any], request: ImportRequest) -> SavedPage | str:
    """One entry -> its answer, or the reason why there is nothing to read in it."""
    asked, answer = entry.get("request"), entry.get("response")
    if not isinstance(asked, dict) or not isinstance(answer, dict):
        return "not_an_entry"
    content = answer.get("content")
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(text, str) or not text or not isinstance(content, dict):
        return "no_body_saved"
    if answer.get("status") not in (200, 203):
        return "not_answered_with_200"
    if not any(kind in str(content.get("mimeType", "")).lower() for kind in _READABLE):
        return "picture_or_script"
    url = str(asked.get("url", ""))
    platform = request.platform or find_platform(url)
    if platform is None:
        return "other_site"
    body = _decode_body(text, content.get("encoding") == "base64")
    return "bad_base64" if body is None else SavedPage(platform, url, body, _read_moment(entry, request))


def _decode_body(text: str, is_base64: bool) -> bytes | None:
    if not is_base64:
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None


def _read_moment(entry: dict[str, Any], request: ImportRequest) -> datetime:
    try:
        return read_instant(entry.get("startedDateTime"), request.zone, request.latest)
    except BadInstant:
        return request.file_moment
