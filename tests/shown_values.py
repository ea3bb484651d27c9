"""Counts and prices in, text as platforms show them out: what the parsers must read back."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from spiders.prices import Price

SHOWN_NOWHERE = (
    "",
    "/",
    "-",
    "--",
    "—",
    "——",
    "暂无",
    "无",
    "未知",
    "N/A",
    "Ｎ／Ａ",
    "null",
    "None",
    "NaN",
    "NaT",
    "undefined",
)
"""What stands where nothing is shown, be it a count, a price or a time."""


def format_count(value: int, decimals: int | None = None) -> str:
    """A whole number -> the way platforms write it: digits below 10,000, else 万 or 亿.

    `decimals` None writes it exactly, so that parse_count gives it back; otherwise rounded half to even.
    """
    if value < 10_000:
        return str(value)
    unit, name = (10**8, "亿") if value >= 10**8 else (10_000, "万")
    scaled = Decimal(value) / unit
    if decimals is not None:
        scaled = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    text = f"{scaled:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + name


def format_price(price: Price) -> str:
    """Price -> text that parse_price gives back: `CNY 25.80-91.80`."""
    high = "" if price.high is None else f"-{price.high:f}"
    return f"{price.currency} {price.low:f}{high}"
