"""The opportunity table in, its scatter of demand against supply out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from warehouse.reports.charts import to_number
from warehouse.reports.figures import Table, Value
from warehouse.reports.labels import Box, Dot, measure, place_labels
from warehouse.reports.svg import circle, draw_svg, line, text
from warehouse.reports.wording import Wording, has_chinese

AVERAGE = 100
TICKS = (1, 2, 5, 10, 20, 50, AVERAGE, 200, 500, 1000, 2000, 5000, 10000)
LEAST_TICK_GAP = 30.0
LONGEST_NAME = 18
BALANCE_NAMED_AT = (0.2, 0.1, 0.3, 0.7, 0.8, 0.6, 0.4, 0.5)
"""Where along the line of balance its name may stand, best first."""
CLEAR_MOOD = 0.1
"""Net sentiment beyond which a circle takes a colour of the diverging pair."""


@dataclass(frozen=True)
class Size:
    """How large the drawing is, in pixels, and the part of it that holds circles."""

    width: float
    height: float
    frame: Box


SIZES = {
    "wide": Size(720.0, 460.0, Box(58.0, 18.0, 700.0, 410.0)),
    "narrow": Size(354.0, 420.0, Box(36.0, 18.0, 350.0, 376.0)),
}
"""For a desk or a sheet of paper, and for a phone."""


@dataclass(frozen=True)
class Scale:
    """A log axis from values to pixels."""

    least: float
    most: float
    start: float
    stop: float

    def put(self, value: float) -> float:
        """Pixel of a value above zero."""
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return self.start + share * (self.stop - self.start)

    def list_ticks(self) -> list[int]:
        """Round values on the axis with room between them, the average always."""
        held = [tick for tick in TICKS if self.least <= tick <= self.most]
        wide = {held[0]} if held else set()
        wide |= {
            tick for before, tick in pairwise(held) if abs(self.put(tick) - self.put(before)) > LEAST_TICK_GAP
        }
        return sorted(wide | {AVERAGE})


def make_scale(values: Sequence[float], start: float, stop: float) -> Scale:
    """A scale that holds the values and the average, with room at both ends."""
    return Scale(min([*values, 60.0]) / 1.35, max([*values, 170.0]) * 1.35, start, stop)


def draw_matrix(table: Table, wording: Wording) -> Markup | None:
    """The drawing for the desk and the one for a phone; the page shows the one that fits."""
    drawn = {name: draw_matrix_at(table, wording, size) for name, size in SIZES.items()}
    parts = [Markup('<div class="plot {}">{}</div>').format(name, one) for name, one in drawn.items() if one]
    return Markup("").join(parts) or None


def draw_matrix_at(table: Table, wording: Wording, size: Size) -> Markup | None:
    """Circles on log scales: area by intent, colour by mood, significant topics named."""
    frame = size.frame
    shown = [
        (row, supply, demand)
        for row, values in enumerate(table.rows)
        if (supply := to_number(values["supply_index"])) and (demand := to_number(values["demand_index"]))
    ]
    if not shown:
        return None
    across = make_scale([supply for _, supply, _ in shown], frame.left, frame.right)
    up = make_scale([demand for _, _, demand in shown], frame.bottom, frame.top)
    widest = max((to_number(table.rows[row]["intent_authors"]) or 0.0 for row, _, _ in shown), default=0.0)
    dots = {
        row: Dot(
            across.put(supply),
            up.put(demand),
            size_dot(to_number(table.rows[row]["intent_authors"]), widest),
            name_dot(table, row, wording),
        )
        for row, supply, demand in shown
    }
    largest_first = sorted(dots, key=lambda row: (-dots[row].radius, row))
    shapes = [*draw_frame(across, up, wording, size), *draw_balance(across, up, wording, [*dots.values()])]
    shapes += [
        circle(
            (dots[row].x, dots[row].y),
            dots[row].radius,
            style_dot(table.rows[row]),
            wording.make_figure(table, row, "label").text,
        )
        for row in largest_first
    ]
    widest_gap_first = sorted(dots, key=lambda row: (-measure_gap(table.rows[row]), row))
    for label in place_labels([dots[row] for row in widest_gap_first], frame):
        language = "zh" if wording.language == "en" and has_chinese(label.name) else None
        shapes.append(text((label.x, label.y), label.name, "name", label.anchor, language))
    return draw_svg("matrix", size.width, size.height, wording.say("chart_words", "matrix_alt"), shapes)


def size_dot(intent: float | None, widest: float) -> float:
    """Radius whose area grows with the authors who show intent."""
    return 3.5 + 14 * math.sqrt((intent or 0.0) / widest) if widest else 5.0


def name_dot(table: Table, row: int, wording: Wording) -> str | None:
    """Name of a significant topic, cut when very long; None for the others."""
    if not table.rows[row]["is_significant"]:
        return None
    name = wording.make_figure(table, row, "label").text
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def measure_gap(values: Mapping[str, Value]) -> float:
    """Distance of demand from supply, in logs."""
    ratio = to_number(values["gap_ratio"])
    return abs(math.log(ratio)) if ratio else 0.0


def style_dot(values: Mapping[str, Value]) -> str:
    """Classes of a circle: the topic's mood, and faint when its gap is not significant."""
    mood = to_number(values["nsr_polar"])
    if mood is None:
        name = "unknown"
    else:
        name = "positive" if mood > CLEAR_MOOD else "negative" if mood < -CLEAR_MOOD else "mixed"
    return name if values["is_significant"] else f"{name} faint"


def draw_frame(across: Scale, up: Scale, wording: Wording, size: Size) -> list[Markup]:
    """Grid, average lines, names of the axes and of the four corners."""
    frame = size.frame
    shapes = []
    for tick in across.list_ticks():
        x, style = across.put(tick), "average" if tick == AVERAGE else "grid"
        shapes.append(line((x, frame.top), (x, frame.bottom), style))
        shapes.append(text((x, frame.bottom + 17), str(tick), "tick", "middle"))
    for tick in up.list_ticks():
        y, style = up.put(tick), "average" if tick == AVERAGE else "grid"
        shapes.append(line((frame.left, y), (frame.right, y), style))
        shapes.append(text((frame.left - 8, y + 4), str(tick), "tick", "end"))
    left, right = (frame.left + 10, "start"), (frame.right - 10, "end")
    top, bottom = frame.top + 20, frame.bottom - 12
    corners = (
        ("wanted_scarce", left, top),
        ("wanted_plentiful", right, top),
        ("quiet_scarce", left, bottom),
        ("quiet_plentiful", right, bottom),
    )
    for name, (x, anchor), y in corners:
        shapes.append(text((x, y), wording.say("terms", "quadrant", name), f"corner {name}", anchor))
    supply, demand = (wording.say("chart_words", axis) for axis in ("supply", "demand"))
    shapes.append(text((frame.right, size.height - 10), f"{supply} →", "title", "end"))
    shapes.append(text((4, 12), f"↑ {demand}", "title"))
    return shapes


def draw_balance(across: Scale, up: Scale, wording: Wording, dots: Sequence[Dot]) -> list[Markup]:
    """The line on which demand and supply are the same share of their category; its name clear of circles."""
    low, high = max(across.least, up.least), min(across.most, up.most)
    start, end = ((across.put(value), up.put(value)) for value in (low, high))
    words = wording.say("chart_words", "balance")
    places = [
        Box(x + 8, y + 3, x + 8 + measure(words), y + 18)
        for share in BALANCE_NAMED_AT
        for x, y in [(start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))]
    ]
    within = [box for box in places if box.right <= across.stop] or places
    free = [box for box in within if not any(box.overlaps(dot.box) for dot in dots)]
    at = (free or within)[0]
    return [line(start, end, "balance"), text((at.left, at.bottom - 4), words, "tick")]
