"""An edition in; the pages of opportunities, brands, platforms, sources and past calls out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from warehouse.dashboard.drawings import SeriesPoint, draw_lines
from warehouse.dashboard.panels import Panel, as_evidence, build_panel, lay_out
from warehouse.dashboard.periods import Period, find_day, find_week
from warehouse.dashboard.published import Reading
from warehouse.dashboard.queries import MartMissing
from warehouse.reports.charts import to_number
from warehouse.reports.figures import Table, Value
from warehouse.reports.wording import Wording

Choices = tuple[tuple[str, str], ...]
EMPTY = {True: ("platform_topics", "empty"), False: ("trending", "untested")}
"""Whether topics were tested -> place of the words for a week in which none stands out on any platform."""


@dataclass(frozen=True)
class Overview:
    """The panels of a page, and what its one filter can be set to."""

    panels: tuple[Panel, ...]
    choices: Choices = ()
    chosen: str = ""


def build_opportunity(reading: Reading, wording: Wording, interest: str) -> Overview:
    """Demand against supply, of one category or of all."""
    day = find_day(reading)
    choices = list_interests(reading, wording)
    chosen = interest if interest in dict(choices) else ""
    try:
        table = reading.ask("opportunity", as_of=day, interest=chosen or None)
    except MartMissing:
        return Overview((build_panel("opportunity", reading, wording, day),))
    panel = lay_out("opportunity", table, wording, day, {"overview": reading.ask("state")})
    return Overview((panel,), (("", wording.say("site", "all")), *choices), chosen)


def read_numbers(row: Mapping[str, Value], *columns: str) -> tuple[float | None, ...]:
    """Columns of a row as numbers; None where unknown."""
    return tuple(to_number(row[column]) for column in columns)


def list_interests(reading: Reading, wording: Wording) -> Choices:
    """First-level interests of the taxonomy: code and name."""
    rows = reading.ask("choices").rows
    label = "label_en" if wording.language == "en" else "label"
    return tuple(sorted((str(row["value"]), str(row[label])) for row in rows if row["filter"] == "interest"))


def build_brands(reading: Reading, wording: Wording, category: str) -> Overview:
    """The brands of one category: half a year of shares, and the newest week."""
    day = find_day(reading)
    label = "label_en" if wording.language == "en" else "label"
    rows = reading.ask("brand_categories", as_of=day).rows
    choices = tuple((str(row["category_id"]), str(row[label])) for row in rows)
    chosen = category if category in dict(choices) else (choices[0][0] if choices else "")
    board = build_panel("brand_board", reading, wording, day, category=chosen, platform="all")
    weeks = reading.ask("brand_weeks", category=chosen, platform="all", as_of=day)
    points = [
        SeriesPoint(str(row["brand_id"]), week, *read_numbers(row, "sov", "sov_lo", "sov_hi"))
        for row in weeks.rows
        if isinstance(week := row["week"], date)
    ]
    chart = draw_lines(
        points, wording, alt=wording.say("chart_words", "brands_alt"), kind="percent1", names={}
    )
    return Overview((replace(board, wide=chart),), choices, chosen)


@dataclass(frozen=True)
class Crossing:
    """A topic on one platform: its multiple and counts as words, its level, what the pointer reads."""

    text: str
    counts: str
    level: str
    tip: str


@dataclass(frozen=True)
class CrossRow:
    """One topic and its crossings, in the order of the platforms; None where it was not met."""

    topic_id: str
    label: str
    crossings: tuple[Crossing | None, ...]


@dataclass(frozen=True)
class PlatformsPage:
    """Topics by platforms, what was read of each, and whose boards come first."""

    platforms: tuple[tuple[str, str], ...]
    rows: tuple[CrossRow, ...]
    crossed: Panel
    read: Markup | None
    read_panel: Panel
    sources: Panel
    lead: Panel
    empty: str
    """What stands in place of the topics where there are none."""
    choices: Choices
    chosen: str
    period: Period


def build_platforms(
    reading: Reading, wording: Wording, interest: str, asked: date | None = None
) -> PlatformsPage:
    """The clearest risers on every platform, of the week up to the day asked for or the newest."""
    period = find_week(reading, wording, asked)
    day = period.day
    choices = list_interests(reading, wording)
    chosen = interest if interest in dict(choices) else ""
    crossed = reading.ask("platform_topics", as_of=day, interest=chosen or None)
    names = sorted({str(row["platform"]) for row in crossed.rows}, key=lambda name: (name != "all", name))
    days = reading.ask("platform_days", as_of=day)
    points = [
        SeriesPoint(str(row["platform"]), at, to_number(row["n_docs"]))
        for row in days.rows
        if isinstance(at := row["day"], date)
    ]
    platforms = {point.series: wording.name_platform(point.series) for point in points}
    read = draw_lines(
        points, wording, alt=wording.say("chart_words", "days_read_alt"), kind="count", names=platforms
    )
    state = {"overview": reading.ask("state"), "coverage_days": reading.ask("coverage_days", as_of=day)}
    coverage = reading.ask("coverage", as_of=day, days=7)
    return PlatformsPage(
        platforms=tuple((name, wording.name_platform(name)) for name in names),
        rows=tuple(cross_topics(crossed, names, wording)),
        crossed=as_evidence("platform_topics", crossed),
        read=read,
        read_panel=lay_out("coverage", coverage, wording, day, state),
        sources=build_panel("source_panel", reading, wording, day),
        lead=build_panel("platform_leadlag", reading, wording, day),
        empty=wording.say("sections", *EMPTY[period.is_tested]),
        choices=(("", wording.say("site", "all")), *choices),
        chosen=chosen,
        period=period,
    )


def cross_topics(crossed: Table, platforms: Sequence[str], wording: Wording) -> list[CrossRow]:
    """One row a topic, in the order of the query."""
    label = "label_en" if wording.language == "en" else "label"
    found: dict[str, dict[str, Crossing]] = {}
    labels: dict[str, str] = {}
    for place, row in enumerate(crossed.rows):
        topic = str(row["topic_id"])
        labels[topic] = str(row[label])
        found.setdefault(topic, {})[str(row["platform"])] = make_crossing(crossed, place, wording)
    return [
        CrossRow(topic, labels[topic], tuple(cells.get(platform) for platform in platforms))
        for topic, cells in found.items()
    ]


def make_crossing(crossed: Table, place: int, wording: Wording) -> Crossing:
    """The multiple of a topic on a platform, or its count where there is no baseline."""

    def write(column: str) -> str:
        return wording.make_figure(crossed, place, column).text

    values: dict[str, Value] = dict(crossed.rows[place])
    times = {"zh": "{} 倍", "en": "{}×"}[wording.language]
    text, counts = write("x"), wording.say("site", "crossing_new")
    if values["ratio"] is not None:
        text = times.format(write("ratio"))
        counts = wording.say("site", "crossing").format(x=write("x"), mu=write("mu"))
    named = (("x", "x"), ("μ", "mu"), ("q", "q_value"))
    known = [f"{name} = {write(column)}" for name, column in named if values[column] is not None]
    return Crossing(text, counts, str(values["level"]), " · ".join([write("platform"), *known]))


def build_sources(reading: Reading, wording: Wording) -> Overview:
    """Coverage, which sources count, newest runs, what did not get in, quality checks, packages put aside."""
    day = find_day(reading)
    days = {"coverage_days": reading.ask("coverage_days", as_of=day)}
    names = ("source_runs", "source_checks", "source_rejections", "source_quarantine")
    return Overview(
        (
            build_panel("coverage", reading, wording, day, days=7, beside=days),
            build_panel("source_panel", reading, wording, day),
            *(build_panel(name, reading, wording, day) for name in names),
        )
    )


def build_scorecard(reading: Reading, wording: Wording, week: date | None) -> Overview:
    """Hit rates by week, and the calls of one week."""
    day = find_day(reading)
    weeks = build_panel("call_weeks", reading, wording, day)
    rows = weeks.table.rows if weeks.table is not None else ()
    name = wording.say("chart_words", "calls_line")
    points = [
        SeriesPoint(name, called, *read_numbers(row, "rate", "rate_lo", "rate_hi"))
        for row in reversed(rows)
        if isinstance(called := row["week_called"], date)
    ]
    chart = draw_lines(
        points,
        wording,
        alt=wording.say("chart_words", "calls_alt"),
        kind="share",
        names={},
        bounds=(0.0, 1.0),
    )
    dates = reading.ask("call_dates").rows
    choices = tuple(
        (row["week_called"].isoformat(),) * 2 for row in dates if isinstance(row["week_called"], date)
    )
    beside = {"hit_rate": reading.ask("hit_rate", as_of=day)}
    calls = build_panel("calls", reading, wording, day, week=week or day, beside=beside)
    if choices and calls.table is not None and not calls.table.rows:
        calls = calls.say_empty(wording.tell("site", "before_calls", week=week or day, first=choices[-1][0]))
    shown = calls.table.rows[0]["week_called"] if calls.table is not None and calls.table.rows else None
    kinds = build_panel("call_kinds", reading, wording, day)
    return Overview((calls, kinds, replace(weeks, wide=chart)), choices, str(shown or ""))
