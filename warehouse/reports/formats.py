"""A value and its kind of figure in; the text a reader sees and the exact text a program reads out."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from warehouse.reports.figures import Value

MINUS = "\u2212"


def format_value(value: Value, kind: str, language: str) -> str:
    """Text of a value that is not None, for a reader of `language` (zh or en).

    Kinds: text, count, number, times, share, percent1, percent, bp, pp, q, days, weeks, signed, money,
    index, places, day, list.
    """
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(value)
    if value is None or isinstance(value, str):
        return value or ""
    shown = format_number(value, kind, language)
    # what rounds to zero has no sign
    return (shown if re.search("[1-9]", shown) else shown.lstrip("+-")).replace("-", MINUS)


def format_number(number: int | float | Decimal, kind: str, language: str) -> str:
    """Text of a number by the kind of figure it is."""
    if kind == "weeks":
        less = "不到 1" if language == "zh" else "<1"
        return f"{number:.0f}" if number >= 1 else less
    if kind == "days":
        return f"{number:.0f}" if number >= 10 else f"{number:.1f}"
    if kind == "q":
        return "<0.001" if number < 0.001 else f"{number:.3f}"
    patterns = {
        "count": "{:,.0f}", "number": "{:,.1f}", "times": "{:,.1f}", "bp": "{:,.1f}", "pp": "{:+.1f}",
        "signed": "{:+.2f}", "index": "{:,.0f}", "ratio": "{:.2f}", "plain": "{:.0f}",
        "places": "{:+.0f}",
    }  # fmt: skip
    if kind in ("share", "percent1", "percent"):
        return {"share": "{:.0f}%", "percent1": "{:.1f}%", "percent": "{:+.0f}%"}[kind].format(100 * number)
    if kind == "money":
        return "¥" + format_amount(number)
    return patterns[kind].format(number)


def format_amount(number: int | float | Decimal) -> str:
    """A price as people write it: whole from 100, tenths below, hundredths below 1; 20 and never 20.0."""
    if number >= 100 or number == 0:
        return f"{number:,.0f}"
    shown = f"{number:.2f}" if number < 1 else f"{number:.1f}"
    return shown.rstrip("0").rstrip(".")


def format_exact(value: Value) -> str:
    """The value in full, the same text for the same value: what `<data value>` and CSV carry."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return " ".join(value)
    return repr(value) if isinstance(value, float) else str(value)
