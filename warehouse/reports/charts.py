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

SPARK = (132.0, 32.0)
BAR = (160.0, 16.0)
PRICES = (200.0, 24.0)
DAYS = (140.0, 24.0)
CURVE_DAYS, STRIP_DAYS = 42, 28

Numbers = Sequence[float | None]


def draw_cell(
    spec: str | Mapping[str, Any], table: Table, row: int, figures: Figures, wording: Wording
) -> Markup | None:
    """The drawing that the wording file names; None where its figures are unknown."""
    if spec == "days":
        return draw_days(str(table.rows[row]["platform"]), figures, wording)
    if spec == "spark":
        return draw_spark(table, row, figures, wording)
    if spec == "watch_days":
        return draw_watch_days(str(table.rows[row]["topic_id"]), figures, wording)
    assert isinstance(spec, Mapping)
    ((kind, columns),) = spec.items()
    numbers = [to_number(table.rows[row][column]) for column in columns]
    if kind == "stack":
        return draw_stack(numbers, wording)
    if kind == "mood":
        return draw_mood(numbers, wording)
    if kind == "interval":
        return draw_interval(numbers, max(list_known(table.rows, columns), default=0.0), wording)
    alike = [one for one in table.rows if one["unit"] == table.rows[row]["unit"]]
    return draw_prices(numbers, [price for price in list_known(alike, columns) if price > 0], wording)


def list_known(rows: Sequence[Mapping[str, Value]], columns: Sequence[str]) -> list[float]:
    """The numbers in these columns that are known."""
    numbers = (to_number(row[column]) for row in rows for column in columns)
    return [number for number in numbers if number is not None]


def to_number(value: Value) -> float | None:
    """A value as a number; None when it is unknown or no number."""
    return None if value is None or isinstance(value, str | list | date) else float(value)


def count_period_days(figures: Figures) -> int:
    """Days of the report's period."""
    return 1 if figures.kind == "daily" else 7


def draw_spark(table: Table, row: int, figures: Figures, wording: Wording) -> Markup | None:
    """Six weeks of the topic's share of documents: the period in the accent, the median before it dashed."""
    topic = table.rows[row]["topic_id"]
    shares = {
        one["day"]: to_number(one["share_bp"]) or 0.0
        for one in figures.tables["curve"].rows
        if one["topic_id"] == topic and isinstance(one["day"], date)
    }
    top = max(shares.values(), default=0.0)
    if len(shares) < 2 or top == 0 or figures.as_of is None:
        return None
    width, height = SPARK
    first = figures.as_of - timedelta(days=CURVE_DAYS - 1)
    start = figures.as_of - timedelta(days=count_period_days(figures) - 1)

    def put(day: date, share: float) -> tuple[float, float]:
        return 2 + (day - first).days / (CURVE_DAYS - 1) * (width - 7), height - 4 - share / top * (
            height - 8
        )

    points = {day: put(day, share) for day, share in sorted(shares.items())}
    past = [point for day, point in points.items() if day < start]
    usual = [share for day, share in shares.items() if day < start]
    shapes = []
    if usual:
        level = put(start, median(usual))[1]
        shapes = [line((past[0][0], level), (width - 5, level), "level"), path(past, "past")]
    now = [*past[-1:], *(point for day, point in points.items() if day >= start)]
    shapes += [path(now, "now"), circle(now[-1], 2.6, "end")]
    label = wording.make_figure(table, row, "label").text
    alt = wording.say("chart_words", "spark_alt").format(label=label)
    return draw_svg("spark", width, height, alt, shapes)


def draw_days(platform: str, figures: Figures, wording: Wording) -> Markup | None:
    """One bar a day over four weeks; a day without documents is a hairline."""
    counts = {
        one["day"]: to_number(one["n_docs"]) or 0.0
        for one in figures.tables["coverage_days"].rows
        if one["platform"] == platform
    }
    return draw_bars(counts, figures, wording)


def draw_watch_days(group: str, figures: Figures, wording: Wording) -> Markup | None:
    """The same of the texts that met a group of the watch list."""
    counts: dict[Value, float] = {}
    for one in figures.tables["watch_days"].rows:
        if one["topic_id"] == group:
            counts[one["day"]] = counts.get(one["day"], 0.0) + (to_number(one["n_texts"]) or 0.0)
    return draw_bars(counts, figures, wording)


def draw_bars(counts: Mapping[Value, float], figures: Figures, wording: Wording) -> Markup | None:
    """One bar a day up to the report's last; None when there is nothing."""
    top = max(counts.values(), default=0.0)
    if top == 0 or figures.as_of is None:
        return None
    width, height = DAYS
    step = width / STRIP_DAYS
    shapes = []
    for place in range(STRIP_DAYS):
        count = counts.get(figures.as_of - timedelta(days=STRIP_DAYS - 1 - place), 0.0)
        tall = max(1.5, count / top * (height - 2))
        is_now = place >= STRIP_DAYS - count_period_days(figures)
        style = "gap" if not count else "now" if is_now else "past"
        shapes.append(rectangle((place * step, height - tall), step - 1.4, tall, style))
    return draw_svg("days", width, height, wording.say("chart_words", "days_alt"), shapes)


def draw_interval(numbers: Numbers, top: float, wording: Wording) -> Markup | None:
    """An estimate as a dot on its interval, from zero to the largest of the column."""
    middle, low, high = numbers
    if middle is None or low is None or high is None or top <= 0:
        return None
    width, height = BAR
    scale, y = (width - 8) / top, height / 2
    shapes = (
        line((4, 1), (4, height - 1), "axis"),
        line((4 + low * scale, y), (4 + high * scale, y), "range"),
        circle((4 + middle * scale, y), 4, "dot"),
    )
    return draw_svg("interval", width, height, wording.say("chart_words", "interval_alt"), shapes)


def draw_mood(numbers: Numbers, wording: Wording) -> Markup | None:
    """Net sentiment as a dot on its interval, from -1 to 1 around zero."""
    middle, low, high = numbers
    if middle is None or low is None or high is None:
        return None
    width, height = BAR
    y = height / 2

    def put(share: float) -> float:
        return 4 + (min(max(share, -1.0), 1.0) + 1) / 2 * (width - 8)

    shapes = (
        line((4, y), (width - 4, y), "axis"),
        line((put(0), 1), (put(0), height - 1), "axis"),
        line((put(low), y), (put(high), y), "range"),
        circle((put(middle), y), 4, "positive" if low > 0 else "negative" if high < 0 else "dot"),
    )
    return draw_svg("interval mood", width, height, wording.say("chart_words", "mood_alt"), shapes)


def draw_stack(numbers: Numbers, wording: Wording) -> Markup | None:
    """Shares side by side, scaled to their sum."""
    shares = [value or 0.0 for value in numbers]
    if sum(shares) <= 0:
        return None
    width, height = BAR
    shapes, left = [], 0.0
    for stage, share in zip("aipl", shares, strict=True):
        wide = share / sum(shares) * width
        shapes.append(rectangle((left, 1), wide - 1, height - 2, stage))
        left += wide
    return draw_svg("stack", width, height, wording.say("chart_words", "stack_alt"), shapes)


def draw_prices(numbers: Numbers, known: Sequence[float], wording: Wording) -> Markup | None:
    """Quantiles on the log scale that the column shares; below, those of the weeks before, with a ring."""
    now, before = numbers[:5], numbers[5:]
    if any(value is None or value <= 0 for value in now):
        return None
    width, height = PRICES
    least, most = math.log(min(known)), math.log(max(known))
    scale, y = (width - 12) / ((most - least) or 1.0), height / 2 - 4

    def put(price: float | None) -> float:
        return 6 + (math.log(price or 1.0) - least) * scale

    decades = [put(price) for price in (1, 10, 100, 1000, 10000) if least < math.log(price) < most]
    shapes = [line((x, 0), (x, height), "axis") for x in decades]
    p10, p25, p50, p75, p90 = map(put, now)
    shapes += [
        line((p10, y), (p90, y), "range"),
        rectangle((p25, y - 4), p75 - p25, 8, "box"),
        line((p50, y - 7), (p50, y + 7), "tick"),
    ]
    if all(value is not None and value > 0 for value in before):
        p10, p25, p50, p75, p90 = map(put, before)
        below = height - 4
        shapes += [
            line((p10, below), (p90, below), "before"),
            rectangle((p25, below - 1.5), p75 - p25, 3, "box"),
            circle((p50, below), 3.2, "ring"),
        ]
    return draw_svg("prices", width, height, wording.say("chart_words", "prices_alt"), shapes)
