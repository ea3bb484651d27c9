"""Numbers in other dress: full-width characters -> ASCII, Chinese numerals -> whole numbers, none at all."""

from __future__ import annotations

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x2009: 0x20,
}
"""Translation table, one character for one, so that positions stay; ①, ½ and ٣ are left as they are."""

NOT_SHOWN = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "——",
        "暂无",
        "无",
        "未知",
        "null",
        "none",
        "nan",
        "nat",
        "undefined",
        "n/a",
        "/",
    }
)
"""Texts in lower case that stand where no count, price or time is shown."""

CHINESE_DIGITS = {
    digit: value
    for value, digits in enumerate(
        ("零〇", "一幺壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for digit in digits
}
"""Chinese digit -> value, the spoken 幺 and the bank's forms included."""

_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 10**8}


def read_rating_value(value: object) -> float:
    """A rating as shown (4.5, `4,5`) -> number; ValueError or TypeError when it is none."""
    return float(value.strip().replace(",", ".", 1) if isinstance(value, str) else value)  # type: ignore[arg-type]


def read_chinese_number(text: str) -> int | None:
    """Chinese numeral (一万二, 三千五百, 百万) -> number; None when it is none.

    A last digit right after a unit counts tenths of that unit: 一万二 is 12,000.
    """
    if text[:1] in _LARGE:
        return None
    total = section = 0
    digit: int | None = None
    last_unit = 1
    for letter in text:
        if letter in CHINESE_DIGITS:
            if digit:
                return None
            digit = CHINESE_DIGITS[letter]
            last_unit = 1 if digit == 0 else last_unit
        elif letter in _SMALL:
            section += (1 if digit is None else digit) * _SMALL[letter]
            last_unit, digit = _SMALL[letter], None
        elif letter in _LARGE:
            section += digit or 0
            total = (
                (total + (section or 1)) * _LARGE[letter]
                if total < _LARGE[letter]
                else total + section * _LARGE[letter]
            )
            section, last_unit, digit = 0, _LARGE[letter], None
        else:
            return None
    tail = digit or 0
    return total + section + (tail * (last_unit // 10) if last_unit >= 10 else tail)
