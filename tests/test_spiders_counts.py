"""How counts are read: every way platforms write them, and never a guess."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.counts import MAX_COUNT, Count, CountRange, parse_count, parse_count_range
from spiders.errors import BadCount
from tests.shown_values import SHOWN_NOWHERE, format_count

EXACT = {
    "0": 0,
    "1234": 1234,
    " 56 ": 56,
    "1,234": 1234,
    "1,234,567": 1_234_567,
    "1234.0": 1234,
    "1.2万": 12_000,
    "１.２万": 12_000,
    "1.13万": 11_300,
    "2.01万": 20_100,
    "2.01亿": 201_000_000,
    "1.2w": 12_000,
    "123.4w": 1_234_000,
    "12.5k": 12_500,
    "1.1M": 1_100_000,
    "3亿": 300_000_000,
    "1亿2千万": 120_000_000,
    "3千5百": 3500,
    "2.50万人付款": 25_000,
    "7261人付款": 7261,
    "123 万热度": 1_230_000,
    "99 万领域热度": 990_000,
    "剧集 123456": 123_456,
    "1.2万次播放": 12_000,
    "一万二": 12_000,
    "三千五百": 3500,
    "十二": 12,
    "1.23456万": 12_346,
    "点赞": 0,
    "评论": 0,
    "转发": 0,
}
FLOORS = {
    "10万+": 100_000,
    "10w+": 100_000,
    "999+": 999,
    "100+": 100,
    "已售10万+": 100_000,
    "已拼10万+件": 100_000,
    "1.5万+人付款": 15_000,
    "商品评价 (1万+)": 10_000,
    "月销 500+": 500,
    "近30天销量500+": 500,
    "超10万人付款": 100_000,
    "10万以上": 100_000,
    "百万+播放": 1_000_000,
    "1万-2万": 10_000,
}
NOT_SHOWN = (None, " ", "NaN", "热度累计中", float("nan"), Decimal("NaN"), *SHOWN_NOWHERE)
NO_COUNT = ("abc", "万科", "万科2023", "万", "1,23", "1e9", "∞", "٣", "½", "①", "-5", "1.5", "12w3", "1万2",
            "iPhone 15",
            "9" * 16, "1万亿亿", True, -1, 1.5, float("inf"), [1], {"a": 1}, b"1", MAX_COUNT + 1)  # fmt: skip


@pytest.mark.parametrize(("shown", "value"), EXACT.items())
def test_exact_counts(shown: str, value: int) -> None:
    assert parse_count(shown) == Count(value, is_floor=False)


@pytest.mark.parametrize(("shown", "value"), FLOORS.items())
def test_floors_are_known_as_floors(shown: str, value: int) -> None:
    assert parse_count(shown) == Count(value, is_floor=True)


@pytest.mark.parametrize("shown", NOT_SHOWN)
def test_what_is_not_shown_is_none_and_never_zero(shown: object) -> None:
    assert parse_count(shown) is None


@pytest.mark.parametrize("shown", NO_COUNT)
def test_what_is_no_count_is_an_error_with_a_reason(shown: object) -> None:
    with pytest.raises(BadCount) as caught:
        parse_count(shown)
    assert caught.value.reason == "bad_count"


@pytest.mark.parametrize(
    ("shown", "low", "high"),
    [
        ("1万-2万", 10_000, 20_000),
        ("1-2万", 10_000, 20_000),
        ("1.5-2万", 15_000, 20_000),
        ("5000-1万", 5000, 10_000),
        ("100~500件", 100, 500),
        ("10万+", 100_000, None),
        ("88", 88, 88),
    ],
)
def test_ranges_keep_both_ends(shown: str, low: int, high: int | None) -> None:
    assert parse_count_range(shown) == CountRange(low, high)


def test_a_range_upside_down_is_an_error() -> None:
    with pytest.raises(BadCount):
        parse_count("2万-1万")


@given(st.integers(0, MAX_COUNT))
def test_what_is_written_exactly_is_read_back(number: int) -> None:
    assert parse_count(format_count(number)) == Count(number, is_floor=False)
    assert parse_count(number) == parse_count(str(number)) == Count(number, is_floor=False)
    assert parse_count(f"{number:,}") == Count(number, is_floor=False)


@given(st.integers(0, 10**12), st.integers(1, 3))
def test_rounded_counts_are_read_as_what_they_say(number: int, decimals: int) -> None:
    unit = 10**8 if number >= 10**8 else 10**4 if number >= 10**4 else 1
    said = (Decimal(number) / unit).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN) * unit
    assert parse_count(format_count(number, decimals) + "+") == Count(int(said), is_floor=True)


@given(st.text(max_size=90))
def test_any_text_is_a_count_none_or_bad_count(text: str) -> None:
    try:
        count = parse_count(text)
    except BadCount:
        return
    assert count is None or 0 <= count.value <= MAX_COUNT


@pytest.mark.parametrize("text", ["1" * 79 + "x", "销售" * 39, "人付款" * 26, "1万" * 39 + "x", "," * 80])
def test_hostile_repetition_is_refused_at_once(text: str) -> None:
    with pytest.raises(BadCount):
        parse_count(text)
