"""Counts as shown (`1.2万`, `10万+`, `7261人付款`) in; whole numbers that say if they are floors out."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import NamedTuple

from spiders.errors import BadCount
from spiders.numerals import FULL_WIDTH, NOT_SHOWN, read_chinese_number

MAX_COUNT = 10**15
"""Larger numbers are ids or faults, never counts."""

_NOT_SHOWN = NOT_SHOWN | {"热度累计中"}
_BUTTON_WORDS = frozenset({"点赞", "赞", "收藏", "评论", "分享", "转发", "喜欢", "抢首评"})
_BEFORE = (
    r"(?>店铺|商品|全店|全网|累计|总计|合计|本月|当前|近30天|近30日|30天|月|总|共|已|超过|超|近|约|逾|销量|销售|"
    r"销|售出|售|拼单|拼|抢|团|成交|评价|评论|点赞|获赞|赞|收藏|分享|转发|播放量|播放|观看|浏览|阅读|讨论|弹幕|粉丝|关注|"
    r"热度|剧集|综艺|电影|电视剧|音乐|盛典|晚会|图书|动漫|综合|[:：\s])*+"
)
_AFTER = (
    r"(?>领域|热度|热力值|指数|人次|人|次|条|件|个|单|份|台|瓶|付款|收货|购买|已买|已购|买过|想要|参与|在看|正在|看过|看|"
    r"播放量|播放|观看|浏览|阅读|讨论|评价|评论|回复|回答|点赞|赞同|赞|喜欢|收藏|分享|转发|弹幕|粉丝|关注|已售|已拼|已抢|"
    r"销量|的|了|views?|likes?|comments?|shares?|sold|reviews?|\s)*+"
)
_UNIT = r"(?:[十百千]?[万萬億亿]|[十百千]|[kKwWmMbB](?![a-zA-Z]))"
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_NUMBER = rf"{_DIGITS}(?:\s*{_UNIT}(?:{_DIGITS}{_UNIT})*)?"
_FLOOR = r"\s*(?:\+|以上|多|余|＋)?"
_TEXT = re.compile(rf"{_BEFORE}\(?\s*(?P<low>{_NUMBER})(?P<floor>{_FLOOR})\s*\)?{_AFTER}(?P<late>\+?)")
_RANGE = re.compile(
    rf"{_BEFORE}(?P<low>{_NUMBER})\s*(?:-|~|—|–|至|到)\s*(?P<high>{_NUMBER})(?P<floor>{_FLOOR})\s*{_AFTER}"
)
_PART = re.compile(rf"({_DIGITS})\s*({_UNIT})?")
_WORDS = re.compile(
    rf"{_BEFORE}(?P<words>[零〇一二两三四五六七八九十百千万亿]+)(?P<floor>{_FLOOR})\s*{_AFTER}"
)
_ABOVE = re.compile(r"超过|超|逾")
_UNITS = {
    "k": 1000,
    "w": 10_000,
    "m": 1_000_000,
    "b": 1_000_000_000,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "萬": 10_000,
    "亿": 10**8,
    "億": 10**8,
}


class Count(NamedTuple):
    """A count; `is_floor` when at least this many are meant (`10万+`)."""

    value: int
    is_floor: bool


class CountRange(NamedTuple):
    """A count with both ends; `high` is None when open (`10万+`), equal to `low` when exact."""

    low: int
    high: int | None


def parse_count(value: object) -> Count | None:
    """A count as shown -> Count; None when not shown (None, `-`, empty, NaN); BadCount when it is no count.

    A button's own word (点赞, 评论 ...) stands for zero on the platforms that show it. A range gives its
    lower end as a floor.
    """
    if type(value) is int:
        return _check(value, value)
    if type(value) is str:
        if len(value) <= 15 and value.isdecimal() and value.isascii():
            return Count(int(value), False)
        return _parse_text(value)
    if value is None:
        return None
    return _parse_number(value)


def parse_count_range(value: object) -> CountRange | None:
    """A count or a range as shown (`1万-2万`, `10万+`) -> CountRange; None and BadCount as parse_count."""
    if isinstance(value, str):
        found = _RANGE.fullmatch(value.strip().translate(FULL_WIDTH))
        if found:
            low, high = _read_range(found, value)
            return CountRange(low, None if found["floor"].strip() else high)
    count = parse_count(value)
    if count is None:
        return None
    return CountRange(count.value, None if count.is_floor else count.value)


def _check(number: int, raw: object) -> Count:
    if 0 <= number <= MAX_COUNT:
        return Count(number, False)
    raise BadCount("negative" if number < 0 else "too large", raw)


def _parse_number(value: object) -> Count | None:
    if isinstance(value, bool):
        raise BadCount("a truth value", value)
    if isinstance(value, float | Decimal):
        if math.isnan(value):
            return None
        if math.isinf(value) or value != int(value):
            raise BadCount("not a whole number", value)
        return _check(int(value), value)
    if isinstance(value, int):
        return _check(int(value), value)
    if isinstance(value, str):
        return _parse_text(str(value))
    raise BadCount(f"a {type(value).__name__}", value)


@lru_cache(maxsize=65_536)
def _parse_text(shown: str) -> Count | None:
    if len(shown) > 80:
        raise BadCount("too long", shown)
    text = shown.strip().translate(FULL_WIDTH)
    if text.lower() in _NOT_SHOWN:
        return None
    if text in _BUTTON_WORDS:
        return Count(0, False)
    found = _TEXT.fullmatch(text)
    if found:
        value = _read_number(found["low"], shown)
        is_floor = bool(found["floor"].strip() or found["late"] or _ABOVE.match(text))
        return Count(_check(value, shown).value, is_floor)
    found = _RANGE.fullmatch(text)
    if found:
        return Count(_read_range(found, shown)[0], True)
    found = _WORDS.fullmatch(text)
    number = read_chinese_number(found["words"]) if found else None
    if found is None or number is None:
        raise BadCount("no count", shown)
    return Count(_check(number, shown).value, bool(found["floor"].strip()))


def _read_range(found: re.Match[str], shown: str) -> tuple[int, int]:
    low_text, high_text = found["low"].strip(), found["high"].strip()
    unit = re.search(_UNIT + "$", high_text)
    high = _read_number(high_text, shown)
    # In 1-2万 the unit is meant for both ends; in 5000-1万 it cannot be.
    if unit and not re.search(_UNIT + "$", low_text) and _read_number(low_text + unit[0], shown) <= high:
        low_text += unit[0]
    low = _read_number(low_text, shown)
    if low > high:
        raise BadCount("range upside down", shown)
    return _check(low, shown).value, _check(high, shown).value


def _read_number(text: str, shown: str) -> int:
    total, last_unit = Decimal(0), MAX_COUNT
    for digits, unit_letters in _PART.findall(text):
        unit = math.prod(_UNITS[letter.lower()] for letter in unit_letters)
        if unit >= last_unit:
            raise BadCount("units out of order", shown)
        last_unit = unit
        total += Decimal(digits.replace(",", "")) * unit
    if last_unit == 1 and total != total.to_integral_value():
        raise BadCount("not a whole number", shown)
    return int(total.to_integral_value(ROUND_HALF_EVEN))
