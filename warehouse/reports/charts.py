"""Figures of a row -> the small drawing in its table cell, as SVG that takes its colours from the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median
from typing import Any

from markupsafe import Markup, escape

from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.wording import Wording

SPARK_WIDTH, SPARK_HEIGHT = 132.0, 32.0
BAR_WIDTH, BAR_HEIGHT = 160.0, 16.0


def draw_cell(
    draw: str | Mapping[str, Sequence[str]], table: Table, row: int, figures: Figures, wording: Wording
) -> Markup | None:
    """The drawing that a column asks for; None when its figures are unknown."""
    if draw == "spark":
        return draw_spark(table, row, figures, wording)
    if draw == "days":
        return draw_days(str(table.rows[row]["platform"]), figures, wording)
    kind, columns = next(iter(dict(draw).items())) if isinstance(draw, Mapping) else (draw, ())
    values = [read_number(table.rows[row][column]) for column in columns]
    everyone = [read_number(one[column]) for one in table.rows for column in columns]
    known = [value for value in everyone if value is not None]
    if kind == "stack":
        return draw_stack(values, wording)
    if kind == "interval":
        return draw_interval(values, max(known, default=0.0), wording)
    return draw_prices(values, known, wording)


def read_number(value: Value) -> float | None:
    """A number as float; None for anything else."""
    return None if value is None or isinstance(value, str | list) else float(value)  # type: ignore[arg-type]


def open_svg(width: float, height: float, name: str, description: str) -> str:
    """The start of an SVG image with its description for those who cannot see it."""
    return (
        f'<svg class="{name}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="img" aria-label="{escape(description)}">'
    )


def place(number: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{number:.1f}".removesuffix(".0").replace("-0", "0") if abs(number) < 0.05 else f"{number:.1f}"


def draw_spark(table: Table, row: int, figures: Figures, wording: Wording) -> Markup | None:
    """Six weeks of the topic's share of documents: the period in the accent colour, the median before it dashed."""
    topic_id = table.rows[row]["topic_id"]
    points = [one for one in figures.tables["curve"].rows if one["topic_id"] == topic_id]
    shares = [read_number(one["share_bp"]) or 0.0 for one in points]
    if len(shares) < 2 or max(shares) == 0 or figures.as_of is None:
        return None
    days = 7 if figures.kind == "weekly" else 1
    start = figures.as_of - timedelta(days=days - 1)
    before = [share for share, one in zip(shares, points, strict=True) if one["day"] < start]  # type: ignore[operator]
    newest = figures.as_of
    left = newest - timedelta(days=41)
    top, bottom, right = 4.0, SPARK_HEIGHT - 4, SPARK_WIDTH - 5

    def put(day: Any, share: float) -> tuple[float, float]:
        return 2 + (day - left).days / 41 * (right - 2), bottom - share / max(shares) * (bottom - top)

    spots = [put(one["day"], share) for one, share in zip(points, shares, strict=True)]
    joint = max(len(before) - 1, 0)
    label = str(wording.make_figure(table, row, "label").text)
    parts = [open_svg(SPARK_WIDTH, SPARK_HEIGHT, "spark", wording.say("chart_words", "spark_alt").format(label=label))]
    if before:
        level = put(newest, median(before))[1]
        parts.append(f'<line class="level" x1="2" x2="{place(right)}" y1="{place(level)}" y2="{place(level)}"/>')
        parts.append(f'<polyline class="past" points="{join_points(spots[: joint + 1])}"/>')
    parts.append(f'<polyline class="now" points="{join_points(spots[joint:])}"/>')
    parts.append(f'<circle class="end" cx="{place(spots[-1][0])}" cy="{place(spots[-1][1])}" r="2.6"/></svg>')
    return Markup("".join(parts))


def join_points(spots: Sequence[tuple[float, float]]) -> str:
    """Points of a polyline."""
    return " ".join(f"{place(x)},{place(y)}" for x, y in spots)


def draw_days(platform: str, figures: Figures, wording: Wording) -> Markup | None:
    """Documents a day over four weeks, one bar a day; a day without any is a hollow mark."""
    if figures.as_of is None:
        return None
    counts = {
        one["day"]: read_number(one["n_docs"]) or 0.0
        for one in figures.tables["coverage_days"].rows
        if one["platform"] == platform
    }
    most = max(counts.values(), default=0.0)
    if most == 0:
        return None
    period = 7 if figures.kind == "weekly" else 1
    height = 24.0
    parts = [open_svg(28 * 5, height, "days", wording.say("chart_words", "days_alt"))]
    for step in range(28):
        count = counts.get(figures.as_of - timedelta(days=27 - step), 0.0)
        tall = max(1.5, count / most * (height - 2)) if count else 1.5
        style = "gap" if not count else "now" if step >= 28 - period else "past"
        parts.append(
            f'<rect class="{style}" x="{step * 5}" y="{place(height - tall)}" width="3.6" height="{place(tall)}"/>'
        )
    return Markup("".join(parts) + "</svg>")


def draw_interval(values: Sequence[float | None], most: float, wording: Wording) -> Markup | None:
    """An estimate as a dot on its interval, from zero to the largest of the column."""
    middle, low, high = values
    if middle is None or low is None or high is None or most <= 0:
        return None
    scale = (BAR_WIDTH - 8) / most
    spots = [4 + value * scale for value in (low, middle, high)]
    mid = BAR_HEIGHT / 2
    return Markup(
        open_svg(BAR_WIDTH, BAR_HEIGHT, "interval", wording.say("chart_words", "interval_alt"))
        + f'<line class="axis" x1="4" x2="4" y1="1" y2="{BAR_HEIGHT - 1:g}"/>'
        + f'<line class="range" x1="{place(spots[0])}" x2="{place(spots[2])}" y1="{mid:g}" y2="{mid:g}"/>'
        + f'<circle class="dot" cx="{place(spots[1])}" cy="{mid:g}" r="4"/></svg>'
    )


def draw_stack(values: Sequence[float | None], wording: Wording) -> Markup | None:
    """Shares side by side in one bar, scaled to their sum."""
    shares = [value or 0.0 for value in values]
    total = sum(shares)
    if total <= 0:
        return None
    parts = [open_svg(BAR_WIDTH, BAR_HEIGHT, "stack", wording.say("chart_words", "stack_alt"))]
    left = 0.0
    for stage, share in zip("aipl", shares, strict=True):
        wide = share / total * BAR_WIDTH
        parts.append(
            f'<rect class="{stage}" x="{place(left)}" y="1" width="{place(max(wide - 1, 0))}" height="{BAR_HEIGHT - 2:g}"/>'
        )
        left += wide
    return Markup("".join(parts) + "</svg>")


def draw_prices(values: Sequence[float | None], known: Sequence[float], wording: Wording) -> Markup | None:
    """Quantiles on the log scale shared by the column: P10-P90 line, P25-P75 bar, median tick, ring for the median before."""
    positive = [value for value in known if value > 0]
    p10, p25, p50, p75, p90, before = values
    if p10 is None or p25 is None or p50 is None or p75 is None or p90 is None or p10 <= 0:
        return None
    least, most = math.log(min(positive)), math.log(max(positive))
    width = BAR_WIDTH + 40
    scale = (width - 12) / ((most - least) or 1.0)

    def put(price: float) -> str:
        return place(6 + (math.log(price) - least) * scale)

    mid = BAR_HEIGHT / 2
    parts = [open_svg(width, BAR_HEIGHT, "prices", wording.say("chart_words", "prices_alt"))]
    for decade in (1, 10, 100, 1000, 10000):
        if least < math.log(decade) < most:
            parts.append(f'<line class="axis" x1="{put(decade)}" x2="{put(decade)}" y1="0" y2="{BAR_HEIGHT:g}"/>')
    parts.append(f'<line class="range" x1="{put(p10)}" x2="{put(p90)}" y1="{mid:g}" y2="{mid:g}"/>')
    wide = place(float(put(p75)) - float(put(p25)))
    parts.append(f'<rect class="box" x="{put(p25)}" y="{mid - 4:g}" width="{wide}" height="8"/>')
    parts.append(f'<line class="tick" x1="{put(p50)}" x2="{put(p50)}" y1="1" y2="{BAR_HEIGHT - 1:g}"/>')
    if before is not None and before > 0:
        parts.append(f'<circle class="ring" cx="{put(before)}" cy="{mid:g}" r="3.4"/>')
    return Markup("".join(parts) + "</svg>")
