"""One topic in; its curve, its figures on every side, and the posts behind it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from warehouse.dashboard.curve import DayPoint, expect_days
from warehouse.dashboard.drawings import draw_curve
from warehouse.dashboard.panels import Panel, as_evidence, build_panel, list_links
from warehouse.dashboard.periods import Period, find_day, find_week
from warehouse.dashboard.published import Reading
from warehouse.dashboard.trends import choose_offered
from warehouse.reports.figures import Figures, Table
from warehouse.reports.links import Link
from warehouse.reports.page import Cell, build_cell
from warehouse.reports.wording import Figure, Part, Wording

SPANS = (42, 90, 180, 365)
POSTS_SHOWN, POSTS_A_PAGE = 12, 100
SIDES = (
    "topic_platforms", "topic_snapshots", "topic_moods", "topic_aipl", "topic_aspects", "topic_leadlag",
    "topic_ccf", "topic_prices", "topic_event",
)  # fmt: skip


@dataclass(frozen=True)
class PostList:
    """Documents behind a number, each with its link."""

    panel: Panel
    links: tuple[Link, ...]
    n_found: int


@dataclass(frozen=True)
class TopicPage:
    """Everything known of one topic; `figures` are pairs of a heading and a cell."""

    topic_id: str
    label: Figure
    parents: tuple[Part, ...]
    parent_id: str | None
    summary: tuple[Part, ...]
    attributes: str
    figures: tuple[tuple[str, Cell], ...]
    curve: Markup | None
    points: tuple[DayPoint, ...]
    curve_panel: Panel
    known: Panel
    sides: tuple[Panel, ...]
    posts: PostList
    platforms: tuple[tuple[str, str], ...]
    platform: str
    days: int
    period: Period


def build_topic(
    reading: Reading, wording: Wording, topic_id: str, platform: str, days: int, asked: date | None = None
) -> TopicPage | None:
    """The page of a topic on one platform over so many days up to the end of a week that was tested.

    None when this edition does not have it. `asked` is the last day; None is the end of the newest such week,
    or of all that was read where the topic came later.
    """
    period = find_week(reading, wording, asked)
    known = reading.ask("topic", topic=topic_id, as_of=period.day)
    if not known.rows:
        return None
    first = known.rows[0]["first_day"]
    if asked is None and isinstance(first, date) and period.day is not None and first > period.day:
        period = find_week(reading, wording, find_day(reading))
        known = reading.ask("topic", topic=topic_id, as_of=period.day)
    day = period.day
    met = [str(row["platform"]) for row in reading.ask("topic_platforms", topic=topic_id, as_of=day).rows]
    platforms = tuple((name, wording.name_platform(name)) for name in met or ["all"])
    platform = choose_offered(platform, platforms)
    curve = reading.ask("topic_curve", topic=topic_id, platform=platform, days=days, as_of=day)
    points = expect_days(curve)
    sides = tuple(
        build_panel(name, reading, wording, day, topic=topic_id, subject=topic_id) for name in SIDES
    )
    values = known.rows[0]
    label = wording.make_figure(known, 0, "label")
    attributes = values["top_attrs"]
    return TopicPage(
        topic_id=topic_id,
        label=label,
        parents=wording.fill("{l1_label}[[ › {l2_label}]]", known, 0),
        parent_id=f"interest:{values['l1']}" if values["l1_label"] else None,
        summary=summarise(known, wording),
        attributes=" ".join(attributes) if isinstance(attributes, list) else "",
        figures=lay_figures(known, wording, day),
        curve=draw_curve(points, wording, label.text),
        points=points,
        curve_panel=as_evidence("topic_curve", curve),
        known=as_evidence("topic", known),
        sides=sides,
        posts=list_posts(reading, wording, topic_id, "all", day, 28, POSTS_SHOWN, 0),
        platforms=platforms,
        platform=platform,
        days=days,
        period=period,
    )


def summarise(known: Table, wording: Wording) -> tuple[Part, ...]:
    """The topic's week in one sentence."""
    values = known.rows[0]
    if values["x"] is None:
        return (wording.say("topic_page", "summary_quiet"),)
    name = "summary_rising" if values["mu"] is not None else "summary_new"
    return wording.fill(wording.say("topic_page", name), known, 0)


def lay_figures(known: Table, wording: Wording, day: date | None) -> tuple[tuple[str, Cell], ...]:
    """The row of large figures."""
    figures = Figures("weekly", day, {"topic": known})
    return tuple(
        (wording.say("topic_page", spec["head"]), build_cell(spec, known, 0, figures, wording))
        for spec in wording.words["topic_page"]["figures"]
    )


def list_posts(
    reading: Reading,
    wording: Wording,
    topic_id: str,
    platform: str,
    last_day: date | None,
    days: int,
    limit: int,
    offset: int,
) -> PostList:
    """Documents of a topic of the days up to `last_day`."""
    panel = build_panel(
        "topic_posts",
        reading,
        wording,
        last_day,
        topic=topic_id,
        platform=platform,
        last_day=last_day,
        days=days,
        limit=limit,
        offset=offset,
    )
    if panel.table is None:
        return PostList(panel, (), 0)
    if not panel.table.rows and offset:
        found = list_posts(reading, wording, topic_id, platform, last_day, days, limit, 0).n_found
        return PostList(panel.say_empty(wording.tell("site", "past_end", count=found)), (), found)
    n_found = panel.table.rows[0]["n_found"] if panel.table.rows else 0
    return PostList(
        panel, tuple(list_links(panel.table, wording)), n_found if isinstance(n_found, int) else 0
    )
