"""Topics with demand and supply -> the opportunity matrix, a log-log scatter plot whose labels do not overlap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from warehouse.reports.charts import open_svg, place, read_number
from warehouse.reports.figures import Table, Value
from warehouse.reports.wording import Wording, has_chinese

WIDTH, HEIGHT = 720.0, 460.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 20.0, 18.0, 50.0
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
LABEL_SIZE = 13.0
CLEAR_MOOD = 0.1
"""Net sentiment beyond which a circle takes a colour of the diverging pair."""


@dataclass(frozen=True)
class Box:
    """A rectangle that text or a circle covers."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether two rectangles share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Scale:
    """A log axis from a value range to pixels."""

    least: float
    most: float
    start: float
    stop: float

    def put(self, value: float) -> float:
        """Pixel of a value above zero."""
        share = (math.log(value) - math.log(self.least)) / (math.log(self.most) - math.log(self.least))
        return self.start + share * (self.stop - self.start)

    @property
    def ticks(self) -> tuple[int, ...]:
        """Round values on the axis that are not too close to each other."""
        held = [tick for tick in TICKS if self.least <= tick <= self.most]
        kept = [
            tick for tick, after in pairwise([*held, 0]) if not after or abs(self.put(after) - self.put(tick)) > 22
        ]
        return tuple(sorted({*kept, 100}))


def make_scale(values: Sequence[float], start: float, stop: float) -> Scale:
    """A scale that holds all values and the average of 100, with room at both ends."""
    least, most = min([*values, 60.0]), max([*values, 170.0])
    return Scale(least / 1.3, most * 1.3, start, stop)


def draw_matrix(table: Table, wording: Wording) -> Markup | None:
    """Demand index up, supply index across, area by intent, colour by net sentiment; significant topics are named."""
    shown = [
        (row, values)
        for row, values in enumerate(table.rows)
        if (read_number(values["demand_index"]) or 0) > 0 and (read_number(values["supply_index"]) or 0) > 0
    ]
    if not shown:
        return None
    across = make_scale([number(v["supply_index"]) for _, v in shown], LEFT, WIDTH - RIGHT)
    up = make_scale([number(v["demand_index"]) for _, v in shown], HEIGHT - BOTTOM, TOP)
    most = max((number(v["intent_authors"]) for _, v in shown), default=0.0)
    parts = [open_svg(WIDTH, HEIGHT, "matrix", wording.say("chart_words", "matrix_alt"))]
    parts += draw_frame(across, up, wording)
    circles: list[Box] = []
    for row, values in sorted(shown, key=lambda one: (-number(one[1]["intent_authors"]), one[0])):
        x, y = across.put(number(values["supply_index"])), up.put(number(values["demand_index"]))
        radius = 3.5 + 14 * math.sqrt(number(values["intent_authors"]) / most) if most else 5.0
        circles.append(Box(x - radius, y - radius, x + radius, y + radius))
        faint = "" if values["is_significant"] else " faint"
        parts.append(
            f'<circle class="{name_mood(values)}{faint}" cx="{place(x)}" cy="{place(y)}" r="{place(radius)}"/>'
        )
    parts += draw_labels(table, wording, across, up, circles)
    return Markup("".join(parts) + "</svg>")


def number(value: Value) -> float:
    """A number as float; zero when unknown, for sizes only."""
    return read_number(value) or 0.0


def name_mood(values: Mapping[str, Value]) -> str:
    """Class of a circle by the topic's net sentiment."""
    mood = read_number(values["nsr_polar"])
    if mood is None:
        return "unknown"
    return "positive" if mood > CLEAR_MOOD else "negative" if mood < -CLEAR_MOOD else "mixed"


def draw_frame(across: Scale, up: Scale, wording: Wording) -> list[str]:
    """Axes, the lines of the average, and the names of the four corners."""
    floor, ceiling, end = HEIGHT - BOTTOM, TOP, WIDTH - RIGHT
    parts = []
    for tick in across.ticks:
        style, x = "average" if tick == 100 else "grid", place(across.put(tick))
        parts.append(f'<line class="{style}" x1="{x}" x2="{x}" y1="{ceiling:g}" y2="{floor:g}"/>')
        parts.append(f'<text class="tick" x="{x}" y="{floor + 17:g}" text-anchor="middle">{tick}</text>')
    for tick in up.ticks:
        style, y = "average" if tick == 100 else "grid", up.put(tick)
        parts.append(f'<line class="{style}" x1="{LEFT:g}" x2="{end:g}" y1="{place(y)}" y2="{place(y)}"/>')
        parts.append(f'<text class="tick" x="{LEFT - 8:g}" y="{place(y + 4)}" text-anchor="end">{tick}</text>')
    corners = (
        ("blue_ocean", LEFT + 10, ceiling + 22, "start"),
        ("red_ocean", end - 10, ceiling + 22, "end"),
        ("long_tail", LEFT + 10, floor - 12, "start"),
        ("glut", end - 10, floor - 12, "end"),
    )
    for name, x, y, anchor in corners:
        words = escape(wording.say("terms", "quadrant", name))
        parts.append(f'<text class="corner {name}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{words}</text>')
    supply, demand = (escape(wording.say("chart_words", axis)) for axis in ("supply", "demand"))
    parts.append(f'<text class="title" x="{end:g}" y="{HEIGHT - 10:g}" text-anchor="end">{supply} →</text>')
    middle = (floor + ceiling) / 2
    parts.append(
        f'<text class="title" transform="translate(14 {middle:g}) rotate(-90)" text-anchor="middle">{demand} →</text>'
    )
    return parts


def draw_labels(table: Table, wording: Wording, across: Scale, up: Scale, circles: list[Box]) -> list[str]:
    """Names of the significant topics, widest gap first, each where it covers no other name; none where there is no room."""
    parts: list[str] = []
    taken: list[Box] = []
    order = sorted(range(len(table.rows)), key=lambda row: (-abs(math.log(number(table.rows[row]["gap_ratio"]) or 1)), row))
    for row in order:
        values = table.rows[row]
        if not values["is_significant"] or not number(values["supply_index"]) or not number(values["demand_index"]):
            continue
        figure = wording.make_figure(table, row, "label")
        text = figure.text if len(figure.text) <= 18 else figure.text[:17] + "…"
        x, y = across.put(number(values["supply_index"])), up.put(number(values["demand_index"]))
        radius = next(
            (box.right - box.left) / 2
            for box in circles
            if abs((box.left + box.right) / 2 - x) < 0.01 and abs((box.top + box.bottom) / 2 - y) < 0.01
        )
        for box, anchor, text_x in list_places(x, y, radius, measure(text)):
            inside = box.left > LEFT and box.right < WIDTH - 2 and box.top > TOP and box.bottom < HEIGHT - BOTTOM
            others = [circle for circle in circles if not covers(circle, x, y)]
            if inside and not any(box.overlaps(other) for other in (*taken, *others)):
                taken.append(box)
                language = ' lang="zh"' if wording.language == "en" and has_chinese(text) else ""
                parts.append(
                    f'<text class="name" x="{place(text_x)}" y="{place(box.bottom - 4)}" '
                    f'text-anchor="{anchor}"{language}>{escape(text)}</text>'
                )
                break
    return parts


def covers(box: Box, x: float, y: float) -> bool:
    """Whether a circle's box is the one around this point."""
    return abs((box.left + box.right) / 2 - x) < 0.01 and abs((box.top + box.bottom) / 2 - y) < 0.01


def measure(text: str) -> float:
    """Width of a label in pixels: a Chinese character is as wide as it is high, a Latin one about half."""
    return sum(LABEL_SIZE if character > "\u2e7f" else LABEL_SIZE * 0.58 for character in text)


def list_places(x: float, y: float, radius: float, width: float) -> list[tuple[Box, str, float]]:
    """Places to try for a label: right, left, above, below."""
    half, gap = LABEL_SIZE / 2 + 1, radius + 4
    return [
        (Box(x + gap, y - half, x + gap + width, y + half + 2), "start", x + gap),
        (Box(x - gap - width, y - half, x - gap, y + half + 2), "end", x - gap),
        (Box(x - width / 2, y - gap - 15, x + width / 2, y - gap + 1), "middle", x),
        (Box(x - width / 2, y + gap - 2, x + width / 2, y + gap + 14), "middle", x),
    ]
