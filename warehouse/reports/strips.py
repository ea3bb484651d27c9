"""Calls and how they turned out -> a row of small squares, one a call."""

from __future__ import annotations

from markupsafe import Markup

from warehouse.reports.charts import open_svg
from warehouse.reports.figures import Table
from warehouse.reports.wording import Wording

SQUARE, STEP, PER_LINE = 16, 21, 24


def draw_waffle(table: Table, wording: Wording) -> Markup | None:
    """One square a checked call: filled when it held, hollow when it fell back."""
    results = [row["still_above_base"] for row in table.rows if row["still_above_base"] is not None]
    if not results:
        return None
    held = sum(bool(result) for result in results)
    lines = -(-len(results) // PER_LINE)
    words = wording.say("chart_words", "waffle_alt").format(total=len(results), held=held)
    parts = [open_svg(min(len(results), PER_LINE) * STEP, lines * STEP, "waffle", words)]
    for number, result in enumerate(results):
        x, y = number % PER_LINE * STEP, number // PER_LINE * STEP
        style = "held" if result else "missed"
        parts.append(
            f'<rect class="{style}" x="{x + 1}" y="{y + 1}" width="{SQUARE}" height="{SQUARE}" rx="2"/>'
        )
    return Markup("".join(parts) + "</svg>")
