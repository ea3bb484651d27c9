"""Points over time in, the dashboard's line charts out: once wide, once for a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup

from warehouse.dashboard.axes import Axes, area, draw_frame, round_up, touch
from warehouse.dashboard.curve import DayPoint
from warehouse.reports.formats import format_value
from warehouse.reports.labels import Box, measure
from warehouse.reports.svg import circle, draw_svg, line, path, rectangle, text
from warehouse.reports.wording import Wording

WIDTHS = {"wide": 1080.0, "narrow": 354.0}
CURVE_HEIGHT, STRIP_HEIGHT, LINES_HEIGHT = 300.0, 34.0, 260.0
LEAST_DAYS = 3
"""Fewer points than these make no line worth reading; the table has them."""
LEFT, RIGHT, TOP, BOTTOM = 46.0, 8.0, 12.0, 22.0
NAME_GAP, NAME_STEP = 8.0, 14.0
"""Pixels between a line and its name, and from one name to the next."""
MOST_FOR_NAMES = 0.3
"""Share of a chart's width that the names of its lines take at most."""


@dataclass(frozen=True)
class SeriesPoint:
    """One value of a named series, with its interval where there is one."""

    series: str
    day: date
    value: float | None
    low: float | None = None
    high: float | None = None


def draw_curve(points: Sequence[DayPoint], wording: Wording, label: str) -> Markup | None:
    """Documents a day over the range expected of them, and all that was read below."""
    if len(points) < 2:
        return None
    return draw_both("curve", lambda width: draw_curve_at(points, wording, label, width))


def draw_both(name: str, draw: Callable[[float], Markup]) -> Markup:
    """The drawing for the desk and the one for a phone; the page shows the one that fits."""
    return Markup("").join(
        Markup('<div class="plot {} {}">{}</div>').format(name, size, draw(width))
        for size, width in WIDTHS.items()
    )


def draw_curve_at(points: Sequence[DayPoint], wording: Wording, label: str, width: float) -> Markup:
    """The curve in one width."""
    frame = Box(LEFT, TOP, width - RIGHT, CURVE_HEIGHT - BOTTOM)
    top = round_up(max(max(point.n_docs, point.high or 0.0) for point in points))
    axes = Axes(frame, points[0].day, points[-1].day, 0.0, top)
    shapes = draw_frame(axes, "{:,.0f}" if top >= 4 else "{:,.1f}")
    for known, run in groupby(points, key=lambda point: point.expected is not None):
        if known:
            held = list(run)
            shapes.append(
                area(
                    [axes.put(point.day, point.high or 0.0) for point in held],
                    [axes.put(point.day, point.low or 0.0) for point in held],
                    "band",
                )
            )
            shapes.append(path([axes.put(point.day, point.expected or 0.0) for point in held], "expected"))
    shapes.append(path([axes.put(point.day, point.n_docs) for point in points], "now"))
    shapes += [circle(axes.put(point.day, point.n_docs), 3.6, "risen") for point in points if point.is_risen]
    shapes += draw_strip(points, axes, wording)
    tall = CURVE_HEIGHT + STRIP_HEIGHT
    shapes += [
        touch(
            (axes.put_day(one.day) - axes.day_width / 2, 0), axes.day_width, tall, describe_day(one, wording)
        )
        for one in points
    ]
    alt = wording.say("chart_words", "curve_alt").format(label=label)
    return draw_svg("chart", width, tall, alt, shapes)


def draw_strip(points: Sequence[DayPoint], axes: Axes, wording: Wording) -> list[Markup]:
    """One bar a day of all that was read on the platform, below the curve."""
    most = max(point.exposure for point in points)
    bottom, room = CURVE_HEIGHT + STRIP_HEIGHT, STRIP_HEIGHT - 10
    bars = []
    for point in points:
        middle, tall = axes.put_day(point.day), point.exposure / most * room
        left = max(middle - axes.day_width * 0.4, axes.frame.left)
        right = min(middle + axes.day_width * 0.4, axes.frame.right)
        bars.append(rectangle((left, bottom - tall), right - left, tall, "read"))
    return [*bars, text((LEFT - 7, bottom - 2), wording.say("chart_words", "exposure"), "tick", "end")]


def describe_day(point: DayPoint, wording: Wording) -> str:
    """What the pointer reads of one day."""
    known = point.expected is not None
    q_value = "" if point.q_value is None else format_value(point.q_value, "q", wording.language)
    words = wording.say("chart_words", "curve_tip" if known else "curve_tip_new")
    told = words.format(
        day=point.day.isoformat(),
        n_docs=f"{point.n_docs:,.0f}",
        exposure=f"{point.exposure:,.0f}",
        expected=f"{point.expected or 0:,.1f}",
        low=f"{point.low or 0:,.0f}",
        high=f"{point.high or 0:,.0f}",
    )
    return f"{told} · q {q_value}" if q_value else told


def draw_lines(
    points: Sequence[SeriesPoint],
    wording: Wording,
    *,
    alt: str,
    kind: str,
    names: Mapping[str, str],
    bounds: tuple[float, float] | None = None,
) -> Markup | None:
    """One line a series over days, its name at the right end; intervals as whiskers where there are any."""
    known = [point for point in points if point.value is not None]
    if len({point.day for point in known}) < LEAST_DAYS:
        return None
    return draw_both("lines", lambda width: draw_lines_at(known, wording, alt, kind, names, bounds, width))


def draw_lines_at(
    points: Sequence[SeriesPoint],
    wording: Wording,
    alt: str,
    kind: str,
    names: Mapping[str, str],
    bounds: tuple[float, float] | None,
    width: float,
) -> Markup:
    """The lines in one width."""
    shown = {
        series: shorten(names.get(series, series), width * MOST_FOR_NAMES)
        for series in {point.series for point in points}
    }
    margin = NAME_GAP + max(map(measure, shown.values()))
    frame = Box(LEFT, TOP, width - RIGHT - margin, LINES_HEIGHT - BOTTOM)
    tops = [point.high if point.high is not None else point.value or 0.0 for point in points]
    least, most = bounds or (0.0, round_up(max(tops)))
    days = sorted({point.day for point in points})
    axes = Axes(frame, days[0], days[-1], least, most)
    style = {"percent1": "{:.0%}", "share": "{:.0%}"}.get(kind, "{:,.0f}")
    shapes = draw_frame(
        axes, style, days_apart=min((after - before).days for before, after in pairwise(days))
    )
    ends = []
    for place, (series, run) in enumerate(groupby(points, key=lambda point: point.series)):
        held = list(run)
        for point in held:
            if point.low is not None and point.high is not None:
                ends_of_bar = axes.put(point.day, point.low), axes.put(point.day, point.high)
                shapes.append(line(*ends_of_bar, f"whisker s{place % 6 + 1}"))
        shapes.append(path([axes.put(point.day, point.value or 0.0) for point in held], f"s{place % 6 + 1}"))
        shapes.append(circle(axes.put(held[-1].day, held[-1].value or 0.0), 3, f"dot s{place % 6 + 1}"))
        ends.append((axes.put_value(held[-1].value or 0.0), shown[series], place % 6 + 1))
    shapes += name_ends(ends, frame)
    for day in days:
        told = "；" if wording.language == "zh" else "; "
        values = told.join(
            f"{names.get(point.series, point.series)} {format_value(point.value, kind, wording.language)}"
            for point in points
            if point.day == day
        )
        step = (frame.right - frame.left) / max(len(days) - 1, 1)
        shapes.append(touch((axes.put_day(day) - step / 2, 0), step, LINES_HEIGHT, f"{day} · {values}"))
    return draw_svg("chart", width, LINES_HEIGHT, alt, shapes)


def name_ends(ends: Sequence[tuple[float, str, int]], frame: Box) -> list[Markup]:
    """Names of the lines at their right ends, pushed apart where they would touch, none below the frame."""
    ends = sorted(ends)
    last = frame.bottom + 4
    ceilings = [last - NAME_STEP * (len(ends) - 1 - place) for place in range(len(ends))]
    shapes, floor = [], frame.top - 6
    for (y, name, place), ceiling in zip(ends, ceilings, strict=True):
        floor = max(min(y + 4, ceiling), floor + NAME_STEP)
        shapes.append(text((frame.right + NAME_GAP, floor), name, f"name s{place}"))
    return shapes


def shorten(name: str, room: float) -> str:
    """The name, or as much of it as is no wider than the room, in pixels, and an ellipsis."""
    if measure(name) <= room:
        return name
    kept = name
    while kept and measure(kept + "…") > room:
        kept = kept[:-1]
    return kept + "…"
