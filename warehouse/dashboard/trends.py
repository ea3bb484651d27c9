"""Filters in, the page of rising interests out; words in, topics of that name out."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from warehouse.dashboard.panels import Panel, build_panel, lay_out
from warehouse.dashboard.periods import Period, find_period
from warehouse.dashboard.published import Reading
from warehouse.dashboard.queries import MartMissing
from warehouse.reports.figures import Table
from warehouse.reports.subjects import read_name
from warehouse.reports.wording import Wording

PAGE_ROWS = 50
GRAINS = ("w", "d")
LEVELS = ("signal", "alert", "hint", "all")
SORTS = ("q", "ratio", "x", "heat", "authors", "name")
KINDS = ("interest", "tag", "word", "cluster")


@dataclass(frozen=True)
class TrendFilter:
    """What the trends page shows; a day of None is the newest that was tested."""

    grain: str = "w"
    day: date | None = None
    platform: str = "all"
    interest: str | None = None
    kind: str | None = None
    level: str = "signal"
    sort: str = "q"
    offset: int = 0


@dataclass(frozen=True)
class TrendsPage:
    """The rows found, and what each filter can be set to: pairs of value and words."""

    panel: Panel
    filter: TrendFilter
    choices: Mapping[str, tuple[tuple[str, str], ...]]
    period: Period
    n_found: int
    shown: int = field(default=0)

    @property
    def day(self) -> date | None:
        """Last day of the period shown."""
        return self.period.day

    @property
    def is_narrowed(self) -> bool:
        """Whether the filter lets less through than the page does at first."""
        return self.filter != TrendFilter()


def build_trends(reading: Reading, wording: Wording, wanted: TrendFilter) -> TrendsPage:
    """Ask for the rows that the filter lets through, and draw six weeks of each."""
    state = reading.ask("state")
    offered = list_choices(reading, wording)
    wanted = replace(
        wanted,
        platform=choose_offered(wanted.platform, offered["platform"]) or "all",
        interest=choose_offered(wanted.interest or "", offered["interest"]) or None,
    )
    period = find_period(reading, wording, wanted.grain, wanted.platform, wanted.day)
    choices = {**offered, "day": period.choices}
    day = period.day
    try:
        table = reading.ask(
            "trending",
            grain=wanted.grain,
            day=day,
            platform=wanted.platform,
            interest=wanted.interest,
            kind=wanted.kind,
            level=wanted.level,
            sort=wanted.sort,
            limit=PAGE_ROWS,
            offset=wanted.offset,
        )
    except MartMissing:
        panel = build_panel("trending", reading, wording, day)
        return TrendsPage(panel, wanted, choices, period, 0)
    topics = sorted({str(row["topic_id"]) for row in table.rows})
    curve = reading.ask("curve", topic_ids=topics, platform=wanted.platform, as_of=day)
    panel = lay_out("trending", table, wording, day, {"overview": state, "curve": curve})
    if table.rows:
        return TrendsPage(panel, wanted, choices, period, count_found(table), len(table.rows))
    n_found = build_trends(reading, wording, replace(wanted, offset=0)).n_found if wanted.offset else 0
    if n_found:
        panel = panel.say_empty(wording.tell("site", "past_end", count=n_found))
    elif not period.is_tested:
        panel = panel.say_empty(wording.say("sections", "trending", "untested"))
    return TrendsPage(panel, wanted, choices, period, n_found)


def count_found(table: Table) -> int:
    """Rows that there are beyond those of the page."""
    found = table.rows[0]["n_found"] if table.rows else 0
    return found if isinstance(found, int) else 0


def choose_offered(value: str, choices: Sequence[tuple[str, str]]) -> str:
    """The value where it is offered, else the first one that is; empty where none is."""
    offered = [one for one, _ in choices]
    return value if value in offered else next(iter(offered), "")


def list_choices(reading: Reading, wording: Wording) -> dict[str, tuple[tuple[str, str], ...]]:
    """Values of each filter but the day with their words: platforms that are there, interests, fixed ones."""
    rows = reading.ask("choices").rows
    found: dict[str, list[tuple[str, str]]] = {"platform": [], "interest": []}
    for row in rows:
        value, label = str(row["value"]), row["label_en" if wording.language == "en" else "label"]
        name = wording.name_platform(value) if row["filter"] == "platform" else str(label or value)
        found[str(row["filter"])].append((value, name))
    everything, kinds = ("", wording.say("site", "all")), wording.words["terms"]["topic_kind"]
    return {
        "grain": tuple((value, wording.say("filters", f"grain_{value}")) for value in GRAINS),
        "platform": tuple(sorted(found["platform"], key=lambda pair: (pair[0] != "all", pair[0]))),
        "interest": (everything, *sorted(found["interest"])),
        "kind": (
            everything,
            *((kind, wording.say("terms", "topic_kind", kind)) for kind in KINDS if kind in kinds),
        ),
        "level": tuple((value, wording.say("filters", f"level_{value}")) for value in LEVELS),
        "sort": tuple((value, wording.say("filters", f"sort_{value}")) for value in SORTS),
    }


def find_topics(reading: Reading, wording: Wording, words: str) -> Panel:
    """Topics whose name holds the words, or that of the hashtag that they are, in any width and spacing."""
    name = "".join(unicodedata.normalize("NFKC", read_name(words)).lower().split())
    return build_panel("found", reading, wording, None, words=name, topic=words)
