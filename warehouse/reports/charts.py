"""One row of a table in, the small drawing of its cell out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from markupsafe import Markup

from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.svg import circle, draw_svg, line, path, rectangle
from warehouse.reports.wording import Wording

SPARK = (120.0, 30.0)
BAR = (150.0, 16.0)
DAYS = 28


def draw_cell(
    spec: str | Mapping[str, Any], table: Table, row: int, figures: Figures, wording: Wording
) -> Markup:
    """The drawing that the wording file names: days, spark, interval, stack or prices."""
    values = table.rows[row]
    if spec == "days":
        return draw_days(str(values["platform"]), figures, wording)
    if spec == "spark":
        return draw_spark(str(values["topic_id"]), str(values["label"]), figures, wording)
    assert isinstance(spec, Mapping)
    ((kind, columns),) = spec.items()
    numbers = [to_number(values[column]) for column in columns]
    if kind == "interval":
        return draw_interval(numbers, table, columns[2], wording)
    if kind == "stack":
        return draw_stack(numbers, wording)
    return draw_prices(numbers, table, columns, wording)


def to_number(value: Value) -> float | None:
    """A value as a number; None when it is unknown."""
    return float(value) if isinstance(value, int | float) or hasattr(value, "as_tuple") else None  # type: ignore[arg-type]


def draw_spark(topic_id: str, label: str, figures: Figures, wording: Wording) -> Markup:
    """Documents a day over six weeks, as a share: the period in the accent, its usual level dashed."""
    rows = [row for row in figures.tables["curve"].rows if row["topic_id"] == topic_id]
    alt = wording.say("chart_words", "spark_alt").format(label=label)
    width, height = SPARK
    shares = [to_number(row["share_bp"]) or 0.0 for row in rows]
    if not shares:
        return draw_svg("spark", width, height, alt, ())
    top = max(shares) or 1.0
    step = width / max(1, len(shares) - 1)
    points = [(place * step, height - 2 - share / top * (height - 4)) for place, share in enumerate(shares)]
    length = 7 if figures.kind == "weekly" else 1
    before = shares[:-length] or shares
    usual = height - 2 - median(before) / top * (height - 4)
    return draw_svg(
        "spark",
        width,
        height,
        alt,
        (
            line((0, usual), (width, usual), "dash"),
            path(points[: len(points) - length + 1], "ink"),
            path(points[-length - 1 :], "accent"),
            circle(points[-1], 2, "accent-fill"),
        ),
    )


def draw_days(platform: str, figures: Figures, wording: Wording) -> Markup:
    """One bar a day over four weeks; a day without documents keeps its place empty."""
    counts: dict[date, float] = {
        row["day"]: to_number(row["n_docs"]) or 0.0
        for row in figures.tables["coverage_days"].rows
        if row["platform"] == platform and isinstance(row["day"], date)
    }
    width, height = SPARK
    top = max(counts.values(), default=0.0) or 1.0
    last = figures.as_of or max(counts, default=date(1970, 1, 1))
    length = 7 if figures.kind == "weekly" else 1
    step = width / DAYS
    bars = []
    for place in range(DAYS):
        count = counts.get(last - timedelta(days=DAYS - 1 - place), 0.0)
        tall = count / top * (height - 2)
        style = "accent-fill" if place >= DAYS - length else "bar"
        bars.append(rectangle((place * step, height - tall), step - 1, tall, style))
    return draw_svg("spark", width, height, wording.say("chart_words", "days_alt"), bars)


def draw_interval(numbers: Sequence[float | None], table: Table, widest: str, wording: Wording) -> Markup:
    """A dot for the estimate, a line for its interval, on the scale of the table's widest interval."""
    alt = wording.say("chart_words", "interval_alt")
    width, height = BAR
    middle, low, high = numbers
    if middle is None or low is None or high is None:
        return draw_svg("bar-cell", width, height, alt, ())
    top = max((to_number(row[widest]) or 0.0 for row in table.rows), default=1.0) or 1.0
    scale = (width - 6) / top
    y = height / 2
    return draw_svg(
        "bar-cell",
        width,
        height,
        alt,
        (
            line((0, y), (width, y), "hair"),
            line((3 + low * scale, y), (3 + high * scale, y), "ink"),
            circle((3 + middle * scale, y), 3.5, "accent-fill"),
        ),
    )


def draw_stack(numbers: Sequence[float | None], wording: Wording) -> Markup:
    """Shares side by side."""
    width, height = BAR
    shapes, left = [], 0.0
    for place, share in enumerate(numbers):
        wide = (share or 0.0) * width
        shapes.append(rectangle((left, 2), wide, height - 4, f"stage-{place}"))
        left += wide
    return draw_svg("bar-cell", width, height, wording.say("chart_words", "stack_alt"), shapes)


def draw_prices(
    numbers: Sequence[float | None], table: Table, columns: Sequence[str], wording: Wording
) -> Markup:
    """Quantiles of the price on a log scale that all rows share."""
    alt = wording.say("chart_words", "prices_alt")
    width, height = BAR
    known = [
        price for row in table.rows for column in columns if (price := to_number(row[column])) and price > 0
    ]
    p10, p25, p50, p75, p90, before = numbers
    if p10 is None or p25 is None or p50 is None or p75 is None or p90 is None or min(p10, p25) <= 0:
        return draw_svg("bar-cell", width, height, alt, ())
    low, high = math.log(min(known)), math.log(max(known))
    span = (high - low) or 1.0

    def place(price: float) -> float:
        return 4 + (math.log(price) - low) / span * (width - 8)

    y = height / 2
    shapes = [
        line((place(p10), y), (place(p90), y), "ink"),
        rectangle((place(p25), y - 4), place(p75) - place(p25), 8, "bar"),
        line((place(p50), 1), (place(p50), height - 1), "accent"),
    ]
    if before is not None and before > 0:
        shapes.append(circle((place(before), y), 3, "ring"))
    return draw_svg("bar-cell", width, height, alt, shapes)
