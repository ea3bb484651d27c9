"""The scorecard in, one square a call out."""

from __future__ import annotations

from markupsafe import Markup

from warehouse.reports.figures import Table
from warehouse.reports.svg import draw_svg, rectangle
from warehouse.reports.wording import Wording

SIDE, STEP, PER_LINE = 16.0, 21.0, 24


def draw_waffle(table: Table, wording: Wording) -> Markup | None:
    """One square a checked call: filled when it held, hollow when it fell back."""
    results = [row["still_above_base"] for row in table.rows if row["still_above_base"] is not None]
    if not results:
        return None
    held = sum(result is True for result in results)
    alt = wording.say("chart_words", "waffle_alt").format(total=len(results), held=held)
    squares = [
        rectangle(
            (place % PER_LINE * STEP + 1, place // PER_LINE * STEP + 1),
            SIDE,
            SIDE,
            "held" if result else "missed",
        )
        for place, result in enumerate(results)
    ]
    lines = -(-len(results) // PER_LINE)
    return draw_svg("waffle", min(len(results), PER_LINE) * STEP, lines * STEP, alt, squares)
