"""Loosely typed members of payloads in; ids, texts, addresses, counts and times for records out."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from spiders.counts import parse_count
from spiders.errors import BadValue, MissingField, PageChanged
from spiders.moments import parse_moment_shown
from spiders.page import Json, Page
from spiders.privacy import clean_text, mask_personal
from warehouse.records import CountName, TimePrecision

MAX_TEXT = 100_000
"""Characters of a text at most; a longer one is no caption but a fault or an attack."""

_TAGS = re.compile(r"<[^<>]{0,300}>")
_SPACES = re.compile(r"\s+")
_WHOLE = re.compile(r"-?[0-9]{1,18}")


class Counts(TypedDict, total=False):
    """The engagement fields of a Post."""

    views: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    collects: int | None
    danmaku: int | None
    floor_counts: tuple[CountName, ...]


class Published(TypedDict):
    """The two fields of a Post that say when it was published."""

    published_at: datetime | None
    published_precision: TimePrecision | None


def pick(value: object, *path: str | int) -> Json:
    """Member of nested objects and arrays; None as soon as a step is not there."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
    return value


def pick_first(value: object, *names: str) -> Json:
    """The first member of those names that is there and not empty text; None without one."""
    found = (pick(value, name) for name in names)
    return next((member for member in found if member is not None and member != ""), None)


def pick_list(value: object, *path: str | int) -> list[Any]:
    """The array at a path; an empty one where there is none."""
    found = pick(value, *path)
    return found if isinstance(found, list) else []


def read_code(value: object) -> int | None:
    """A status code, a rank or a place: a whole number, also one in quotation marks; None when it is none."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def require_list(page: Page, value: object, *path: str | int) -> list[Any]:
    """The array at a path; PageChanged when there is none: an answer without it is not the known one."""
    found = pick(value, *path)
    if not isinstance(found, list):
        raise PageChanged(".".join(str(step) for step in path), page.url)
    return found


def read_id(value: object) -> str | None:
    """An id as text; None when missing or empty; BadValue for floats, which have lost digits, and objects."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadValue(f"an id that is a {type(value).__name__}", value)
    return clean_text(str(value)).strip() or None


def require_id(value: object) -> str:
    """An id as text; MissingField when there is none."""
    found = read_id(value)
    if found is None:
        raise MissingField("no id", value)
    return found


def read_text(value: object) -> str:
    """Free text, cleaned and without personal data; empty when missing; BadValue when it is no text."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadValue(f"text that is a {type(value).__name__}", value)
    text = str(value)
    if len(text) > MAX_TEXT:
        raise BadValue("text too long", text[:100])
    return mask_personal(clean_text(text).strip())


def read_title(value: object) -> str | None:
    """A title on one line, highlighting tags and entities removed; None when missing or empty.

    Errors as read_text.
    """
    if isinstance(value, str) and len(value) <= MAX_TEXT and ("<" in value or "&" in value):
        # A number that is highlighted in part, or an @ that is written as an entity, is no less personal.
        value = html.unescape(_TAGS.sub("", clean_text(value)))
    return _SPACES.sub(" ", read_text(value)).strip() or None


def require_title(value: object) -> str:
    """A title; MissingField when there is none."""
    title = read_title(value)
    if title is None:
        raise MissingField("no title", value)
    return title


def read_name(value: object) -> str | None:
    """A name of a category, shop or brand, on one line; None when missing, empty or no text."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    return _SPACES.sub(" ", clean_text(str(value))).strip() or None


def read_url(value: object, base: str = "") -> str | None:
    """An http or https address, absolute, protocol-relative ones https; None when there is none."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = clean_text(value.strip())
    try:
        url = urljoin(base, "https:" + text if text.startswith("//") else text)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or len(url) > 2_083:
        return None
    return url


def strip_query(url: str, *keep: str) -> str:
    """An address without fragment and query, but for the parameters named: tokens and trackers go."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name in keep]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def read_counts(shown: Mapping[CountName, object]) -> Counts:
    """Counts as shown, by name -> the count fields of a Post; BadCount for the first that is no count."""
    counts: Counts = {}
    floors: list[CountName] = []
    for name, value in shown.items():
        count = parse_count(value)
        counts[name] = None if count is None else count.value
        if count is not None and count.is_floor:
            floors.append(name)
    counts["floor_counts"] = tuple(floors)
    return counts


def read_published(value: object, captured_at: datetime) -> Published:
    """A time as shown -> published_at and its precision, both None when not shown."""
    shown = parse_moment_shown(value, captured_at)
    if shown is None:
        return {"published_at": None, "published_precision": None}
    return {"published_at": shown.moment, "published_precision": shown.precision}


def read_heat(value: object) -> float | None:
    """Heat of a board line in the platform's own unit; None when not shown; BadValue when it is no number."""
    if isinstance(value, float):
        if value < 0 or value != value or value == float("inf"):
            raise BadValue("heat that is no number", value)
        return value
    count = parse_count(value)
    return None if count is None else float(count.value)
