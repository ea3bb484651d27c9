"""Ranges of days and values in, the frame of a chart with round ticks out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from warehouse.reports.labels import Box
from warehouse.reports.svg import Point, line, number, text

STEPS = (1, 2, 5, 10)
DAY_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364)
DAY_TICK_WIDTH = 58.0
"""Room for a date under the axis, in pixels."""


@dataclass(frozen=True)
class Axes:
    """Days across, values up, in a frame of pixels."""

    frame: Box
    first: date
    last: date
    least: float
    most: float

    def put_day(self, day: date) -> float:
        """Pixel of a day across."""
        span = max((self.last - self.first).days, 1)
        return self.frame.left + (day - self.first).days / span * (self.frame.right - self.frame.left)

    def put_value(self, value: float) -> float:
        """Pixel of a value up; values beyond the axis end at its edge."""
        share = (min(max(value, self.least), self.most) - self.least) / ((self.most - self.least) or 1.0)
        return self.frame.bottom - share * (self.frame.bottom - self.frame.top)

    def put(self, day: date, value: float) -> Point:
        """Pixels of a value on a day."""
        return self.put_day(day), self.put_value(value)

    @property
    def day_width(self) -> float:
        """Pixels between two days."""
        return (self.frame.right - self.frame.left) / max((self.last - self.first).days, 1)


def list_ticks(least: float, most: float, wanted: int = 5) -> list[float]:
    """Round values in the range, about as many as wanted."""
    rough = (most - least) / wanted
    if rough <= 0:
        return [least]
    unit = 10 ** math.floor(math.log10(rough))
    step = next(step * unit for step in STEPS if step * unit >= rough)
    start = math.ceil(least / step - 1e-9)
    return [place * step for place in range(start, math.floor(most / step + 1e-9) + 1)]


def round_up(value: float) -> float:
    """The least round value that is not below."""
    if value <= 0:
        return 1.0
    unit: float = 10 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * unit >= value - 1e-9)


def draw_frame(axes: Axes, write_value: str, days_apart: int = 1) -> list[Markup]:
    """Grid lines with their values, and days under them.

    `write_value` is a format of one number; `days_apart` are the days between two points, which the days
    under the axis do not fall between.
    """
    frame = axes.frame
    shapes = []
    for tick in list_ticks(axes.least, axes.most):
        y = axes.put_value(tick)
        shapes.append(line((frame.left, y), (frame.right, y), "grid"))
        shapes.append(text((frame.left - 7, y + 4), write_value.format(tick), "tick", "end"))
    days = (axes.last - axes.first).days
    fitting = max(int((frame.right - frame.left) / DAY_TICK_WIDTH), 1)
    steps = [step for step in DAY_STEPS if step % days_apart == 0] or [days_apart]
    step = next((step for step in steps if days / step <= fitting), steps[-1])
    day = axes.last
    while day >= axes.first:
        x = axes.put_day(day)
        anchor = "end" if x > frame.right - 24 else "start" if x < frame.left + 8 else "middle"
        shapes.append(line((x, frame.bottom), (x, frame.bottom + 4), "grid"))
        shapes.append(text((x, frame.bottom + 17), f"{day.month:02d}-{day.day:02d}", "tick", anchor))
        day -= timedelta(days=step)
    return shapes


def area(above: list[Point], below: list[Point], style: str) -> Markup:
    """A filled band between two lines."""
    if len(above) < 2:
        return Markup("")
    steps = " ".join(f"{number(x)},{number(y)}" for x, y in [*above, *reversed(below)])
    return Markup('<polygon class="{}" points="{}"/>').format(style, steps)


def touch(corner: Point, width: float, height: float, words: str) -> Markup:
    """A place that answers the pointer and the arrow keys with words."""
    return Markup('<rect class="hit" x="{}" y="{}" width="{}" height="{}" data-tip="{}"/>').format(
        number(corner[0]), number(corner[1]), number(max(width, 1.0)), number(height), words
    )
