"""The title of an offer in -> how much it holds (1500 ml, 30 片) out, nothing where it does not say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nlp.lexicon import SHIPPED, read_patterns

UNITS: dict[str, tuple[str, float]] = {
    "ml": ("ml", 1),
    "毫升": ("ml", 1),
    "l": ("ml", 1000),
    "升": ("ml", 1000),
    "g": ("g", 1),
    "克": ("g", 1),
    "kg": ("g", 1000),
    "公斤": ("g", 1000),
    "千克": ("g", 1000),
    "斤": ("g", 500),
    "片": ("片", 1),
    "贴": ("片", 1),
    "抽": ("抽", 1),
    "粒": ("粒", 1),
}
"""Unit as written, in lower case -> unit it is counted in, and how many of those it is."""

MOST = 200_000.0
"""Above 200 kg, 200 l or 200,000 pieces a number means something else."""

_NUMERALS = {
    "一": 1,
    "单": 1,
    "二": 2,
    "两": 2,
    "双": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "八": 8,
    "十": 10,
}
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_PACK = "[瓶支盒罐袋包桶听杯条块箱提件组枚颗只个份套板卷管]"
_COUNT = rf"[x×*✕✖][ ]?(?P<times>\d{{1,4}})(?P<counted>{_UNIT})?{_PACK}?装?"
# behind a weight, 30枚 and 50只 are what it is the weight of
_PACKED = (
    rf"(?P<packs>\d{{1,3}}|[{''.join(_NUMERALS)}])(?:[瓶支盒罐袋包桶听杯块箱提件组份套板卷管]装?|[个只条]装)"
)
_FACTOR = re.compile(rf"(?:/{_PACK})?\s?(?:{_COUNT}|{_PACKED})(?![\d.月年天]|{_UNIT})")
_PLIES = re.compile(r"\s?[x×*✕✖]?\s?\d层")
_COUNTED = re.compile(
    rf"(?:/[片贴粒])?\s?[x×*✕✖][ ]?(?P<times>\d{{1,4}})(?P<counted>片|贴|粒)(?:{_PACK}?装)?"
)
_FIRST = re.compile(rf"(?<![\d.])(?P<packs>\d{{1,3}}){_PACK}装?\s?[x×*✕✖]\s?$")
_AMOUNT = re.compile(
    rf"(?<![\d.a-z])(?P<number>\d{{1,6}}(?:\.\d{{1,3}})?)\s?(?P<unit>{_UNIT})(?![a-wyz]|x(?!\s?\d)|重磅)"
)
_RANGE = re.compile(rf"\d\s?(?:{_UNIT})?\s?[-~至到]\s?\d+(?:\.\d+)?\s?(?:{_UNIT})")
_BUNDLE = re.compile(r"[+加送赠]|买[一二三\d]")
_FIELDS = ("durable", "fitting")


@dataclass(frozen=True, slots=True)
class SizeWords:
    """What shows that the number of a title is no content."""

    durable: re.Pattern[str]
    """Goods that are no content themselves: vessels, machines, clothes."""
    fitting: re.Pattern[str]
    """What a number measures when it is no content: a load, a filling, a wearer."""


class Quantity(NamedTuple):
    """How much an offer holds."""

    amount: float
    """Number of units."""
    unit: str
    """ml, g, 片 (pieces), 抽 (tissues) or 粒 (tablets)."""
    start: int
    """First character of what says so."""
    end: int
    """One past its last character."""


def read_size_words(path: Path | None = None) -> tuple[SizeWords, str]:
    """Words of a file and the short hash of it; LexiconError when a field is missing or a pattern is none."""
    words, version = read_patterns(path or SHIPPED / "size_words.yaml", _FIELDS)
    return SizeWords(**words), version


def parse_quantity(title: str, words: SizeWords) -> Quantity | None:
    """What the whole offer holds, packs multiplied: 250ml*12盒 is 3000 ml. `title`: normalised, lower case.

    None where nothing is said, and where what is said cannot be a content: sizes of vessels, fabrics and
    machines (保温杯500ml, 260g重磅), ranges and choices (100ml/200ml), bundles (50ml+15ml).
    """
    if words.durable.search(title) or words.fitting.search(title) or _RANGE.search(title):
        return None
    found = [_multiply(title, match) for match in _AMOUNT.finditer(title)]
    if not found or (len(found) > 1 and _BUNDLE.search(title)):
        return None
    # what is inside a pack can be said beside the whole: 25g*30袋/750g
    by_unit: dict[str, set[float]] = {}
    for quantity in found:
        by_unit.setdefault(quantity.unit, set()).add(round(quantity.amount, 3))
    if any(len(amounts) > 1 for amounts in by_unit.values()) or {"ml", "g"} <= by_unit.keys():
        return None
    best = found[0]
    return best if 0 < best.amount <= MOST else None


def _multiply(title: str, match: re.Match[str]) -> Quantity:
    unit, scale = UNITS[match["unit"]]
    amount = float(match["number"]) * scale
    start, end = match.span()
    counted = _COUNTED.match(title, end)
    if counted and unit in ("ml", "g"):
        # 25ml*5片: masks and tablets are bought by the piece
        amount, unit, end = float(counted["times"]), UNITS[counted["counted"]][0], counted.end()
    if plies := _PLIES.match(title, end):
        end = plies.end()
    while factor := _FACTOR.match(title, end):
        amount *= _read_times(factor)
        end = factor.end()
    if before := _FIRST.search(title, 0, start):
        amount *= int(before["packs"])
        start = before.start()
    return Quantity(amount, unit, start, end)


def _read_times(factor: re.Match[str]) -> int:
    times = factor["times"] or factor["packs"]
    return int(times) if times.isdigit() else _NUMERALS[times]
