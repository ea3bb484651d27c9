"""Ids and names of boards as other tools write them in; exact ids and slugs out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from spiders.platform_names import make_slug

BOARD_ALIASES: Mapping[str, str] = {
    "热搜": "hot_search",
    "热搜榜": "hot_search",
    "热榜": "hot",
    "热点": "hot",
    "热点榜": "hot",
    "热门": "popular",
    "排行榜": "ranking",
    "": "hot",
}
"""Names that people give to boards -> slug."""

_SHORTENED = re.compile(r"[+-]?(\d+)(?:\.(\d+))?[eE][+]?(\d{1,3})")
SHORTENED_FROM = 11
"""Power of ten from which spreadsheets show a number of a cell as 6.54321E+12."""
_WRITTEN_AS_FLOAT = re.compile(r"\d+\.0+")
_EXACT_FLOAT = 2**53


class LostDigits(ValueError):
    """An id that went through a floating-point number: its last digits are gone."""


def normalise_id(value: object) -> str | None:
    """An id cell -> exact string; None when empty; LostDigits when a float or a spreadsheet cut it.

    Spreadsheet guards are removed: a trailing TAB, a leading apostrophe, `="123"`. `123.0` is 123: to the
    tools that write tables a column of ids with gaps is one of floats.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _normalise_float_id(value)
    if not isinstance(value, str):
        return None
    text = value.strip(" \t\r\n\x00\ufeff\u200b")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = text.lstrip("'")
    shortened = _SHORTENED.fullmatch(text)
    # 6.54321E+12 is what a spreadsheet shows, and saves as CSV, of every id that begins so
    if shortened and max(SHORTENED_FROM, len(shortened[2] or "") + 1) <= int(shortened[3]):
        raise LostDigits(text)
    if shortened or _WRITTEN_AS_FLOAT.fullmatch(text):
        return _normalise_float_id(float(text))
    return text if text and text.lower() not in {"none", "null", "nan", "undefined", "$undefined"} else None


def _normalise_float_id(value: float) -> str | None:
    if value != value:
        return None
    if value != int(value) if abs(value) < 1e300 else True:
        raise LostDigits(str(value))
    if abs(value) > _EXACT_FLOAT:
        raise LostDigits(str(value))
    return str(int(value))


@lru_cache(maxsize=4096)
def normalise_board(name: str) -> str:
    """A board's name -> slug; a name without Latin letters gets `board-` and a hash of its own."""
    folded = unicodedata.normalize("NFKC", name).strip().lower()
    slug = BOARD_ALIASES.get(folded) or make_slug(folded)
    return slug or "board-" + hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:8]
