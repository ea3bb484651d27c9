"""The title of an offer in -> how much it holds (1500 ml, 30 片) out, nothing where it does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
# 250g罐装*2, 500g玻璃瓶2瓶
_VESSEL = rf"(?:/?(?:玻璃|塑料|铝|铁|纸)?{_PACK}装?)?"
_FACTOR = re.compile(rf"{_VESSEL}\s?(?:{_COUNT}|{_PACKED})(?![\d.月年天元]|{_UNIT})")
# 1.5升可乐*6瓶
_GOOD = r"[\u4e00-\u9fff]{1,6}"
_NAMED_FACTOR = re.compile(rf"{_GOOD}\s?{_COUNT}(?![\d.月年天元]|{_UNIT})")
_APART = re.compile(rf"(?<![\d.a-z/第])(?P<packs>\d{{1,2}}|[{''.join(_NUMERALS)}])[件瓶支]装(?!置|饰|修)")
_TOTAL = re.compile(r"(?:共|总计|合计|净含量)\D{0,2}$")
_PLIES = re.compile(r"\s?[x×*✕✖]?\s?\d层")
_COUNTED = re.compile(
    rf"(?:/[片贴粒]|{_GOOD})?\s?[x×*✕✖][ ]?(?P<times>\d{{1,4}})(?P<counted>片|贴|粒)(?:{_PACK}?装)?"
)
_FIRST = re.compile(rf"(?<![\d.])(?P<packs>\d{{1,3}}){_PACK}装?\s?[x×*✕✖]\s?$")
_AMOUNT = re.compile(
    rf"(?<![\d.a-z])(?P<number>\d{{1,6}}(?:\.\d{{1,3}})?)\s?(?P<unit>{_UNIT})(?![a-wyz]|x(?!\s?\d)|重磅)"
)
_RANGE = re.compile(rf"\d\s?(?:{_UNIT})?\s?[-~至到]\s?\d+(?:\.\d+)?\s?(?:{_UNIT})")
_BUNDLE = re.compile(r"[+加送赠]|买[一二三\d]")
_SET = re.compile("套装|礼盒|礼包|组合|套盒|套组|[两二三四五六七八2-8]件套")
_SAME_AGAIN = re.compile(
    r"买\s?[一二两三四五六\d]{1,2}[件瓶支罐盒袋包桶]?[送赠得]\s?[一二两三四五六\d]|拍\s?[一二两三四五六\d]{1,2}[件瓶支罐盒袋包桶]?发\s?[一二两三四五六\d]"
)
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
    machines (保温杯500ml, 260g重磅), ranges and choices (100ml/200ml), bundles (50ml+15ml), sets of several
    goods (洗发水400ml 护发素400ml 套装), and where the price is of fewer than come (买一送一).
    """
    if words.durable.search(title) or words.fitting.search(title) or _RANGE.search(title):
        return None
    matches = list(_AMOUNT.finditer(title))
    if _SAME_AGAIN.search(title) or _names_several(title, matches):
        return None
    found = [_multiply(title, match) for match in matches]
    if not found or (len(found) > 1 and _BUNDLE.search(title)):
        return None
    # what is inside a pack can be said beside the whole: 25g*30袋/750g
    by_unit: dict[str, set[float]] = {}
    for quantity in found:
        by_unit.setdefault(quantity.unit, set()).add(round(quantity.amount, 3))
    if any(len(amounts) > 1 for amounts in by_unit.values()) or {"ml", "g"} <= by_unit.keys():
        return None
    best = _count_apart(title, found[0], matches[0])
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
    factor = _FACTOR.match(title, end) or _NAMED_FACTOR.match(title, end)
    while factor:
        amount *= _read_times(factor)
        end = factor.end()
        factor = _FACTOR.match(title, end)
    if before := _FIRST.search(title, 0, start):
        amount *= int(before["packs"])
        start = before.start()
    return Quantity(amount, unit, start, end)


def _names_several(title: str, matches: Sequence[re.Match[str]]) -> bool:
    """True where a set holds as much of one good as of another."""
    if len(matches) < 2 or not _SET.search(title):
        return False
    named = {
        (match["number"], match["unit"], title[max(0, match.start() - 2) : match.start()])
        for match in matches
    }
    return len({each[:2] for each in named}) == 1 and len(named) > 1


def _count_apart(title: str, quantity: Quantity, match: re.Match[str]) -> Quantity:
    """The quantity times the packs that stand apart from it (两件装 面霜50g).

    Bags and boxes are what a whole is divided into (五袋装共250g, 4盒装28片).
    """
    if (quantity.start, quantity.end) != match.span() or _TOTAL.search(title, 0, match.start()):
        return quantity
    packs = [_read_times(found) for found in _APART.finditer(title)]
    return quantity._replace(amount=quantity.amount * packs[0]) if len(packs) == 1 else quantity


def _read_times(factor: re.Match[str]) -> int:
    groups = factor.groupdict()
    times = groups.get("times") or groups["packs"]
    return int(times) if times.isdigit() else _NUMERALS[times]
