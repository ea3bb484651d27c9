"""The scorecard in, one square a call out."""

from __future__ import annotations

from markupsafe import Markup

from warehouse.reports.figures import Table
from warehouse.reports.svg import draw_svg, rectangle
from warehouse.reports.wording import Wording

SIDE, GAP, PER_LINE = 14.0, 4.0, 40


def draw_waffle(table: Table, wording: Wording) -> Markup:
    """Filled squares for calls that held, hollow ones for those that fell back, pale for the unchecked."""
    held = sum(row["still_above_base"] is True for row in table.rows)
    alt = wording.say("chart_words", "waffle_alt").format(total=len(table.rows), held=held)
    styles = {True: "accent-fill", False: "hollow", None: "bar"}
    squares = []
    for place, row in enumerate(sorted(table.rows, key=lambda one: one["still_above_base"] is not True)):
        value = row["still_above_base"]
        corner = (place % PER_LINE * (SIDE + GAP), place // PER_LINE * (SIDE + GAP))
        squares.append(rectangle(corner, SIDE, SIDE, styles[value if isinstance(value, bool) else None]))
    lines = (len(table.rows) + PER_LINE - 1) // PER_LINE
    width = min(len(table.rows), PER_LINE) * (SIDE + GAP)
    return draw_svg("waffle", width, lines * (SIDE + GAP), alt, squares)
