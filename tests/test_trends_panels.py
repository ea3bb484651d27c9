"""A source that begins beside others or ends makes nothing rise: what counts was read before and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.incremental_world import hash_marts
from tests.landed_packages import land
from tests.trend_world import LAST_DAY, TAXONOMY, label, write_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.panels import cover_days
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts

BEGUN = 9
"""Days before the last day that the second source was first read."""


def write_days(days: range, a_day: int, first: int, **fields: Any) -> list[Post]:
    """So many posts on each of the days (before the last day), each read an hour after it was published."""
    posts = []
    for day in days:
        for place in range(a_day):
            post = write_post(first + 100 * day + place, day + place / 100, **fields)
            assert post.published_at is not None
            posts.append(post.model_copy(update={"captured_at": post.published_at + timedelta(hours=1)}))
    return posts


OLD = write_days(range(69, -1, -1), 12, 1)
NEW = write_days(range(BEGUN, -1, -1), 12, 20_000)


ELSEWHERE = "别处的话题"
"""What the second source is full of and the first never spoke of."""


def label_tag(post: Post) -> Annotation:
    """Posts of the first source are of two topics in turn, those of the second of one."""
    number = int(post.post_id[2:])
    return label(post, "hashtags", ELSEWHERE if number // 20_000 % 2 else f"话题{number % 2}")


GONE = write_days(range(69, 20, -1), 6, 80_000)
PARTS: Sequence[tuple[str, Sequence[Post]]] = (
    ("douyin", OLD[:500]),
    ("newsnow", NEW),
    ("douyin", OLD[500:]),
    ("dailyhot", GONE),
)
"""What four packages hold: one source from the first day to the last, one that begins, one that ends."""


class Home:
    """A warehouse that sources land in."""

    def __init__(self, warehouse: Warehouse, landing: Path) -> None:
        self.warehouse, self.landing = warehouse, landing
        self.labels: list[Annotation] = []

    def bring(self, source: str, posts: Sequence[Post], run_id: str = "r1") -> None:
        """Land and load what a source read."""
        land(self.landing, posts, source=source, run_id=f"{source}-{run_id}", as_parquet=True)
        load_packages(self.warehouse, self.landing)
        self.labels += map(label_tag, posts)

    def build(self, as_of: date = LAST_DAY) -> None:
        """Label all and build the marts."""
        write_annotations(self.warehouse, tabulate_records(self.labels, Annotation))
        build_marts(self.warehouse, "run-1", as_of=as_of, taxonomy=TAXONOMY)

    def ask(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.warehouse.connection.execute(sql, list(given)).fetchall()

    def list_risen(self) -> list[str]:
        """Topics that rose on any day and platform."""
        rows = self.ask(
            "select distinct topic_id from mart_topic_burst where level in ('signal', 'alert') order by 1"
        )
        return [topic for (topic,) in rows]


@contextmanager
def open_home(root: Path) -> Iterator[Home]:
    with Warehouse.open(root, least_free_bytes=0) as warehouse:
        yield Home(warehouse, root / "landing")


def ask_exposure(home: Home) -> list[tuple[Any, ...]]:
    """Posts among which a topic of the last day is counted."""
    return home.ask(
        "select max(exposure) from mart_topic_burst where platform = 'douyin' and grain = 'd' and day = ?",
        LAST_DAY,
    )


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with open_home(tmp_path) as opened:
        yield opened


def test_what_a_new_source_brings_has_not_risen_and_the_same_from_an_old_one_has(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", NEW)
    home.build()
    assert home.list_risen() == []
    assert home.ask(
        "select distinct platform, exposure from mart_topic_burst where grain = 'w' and day = ? order by 1",
        LAST_DAY,
    ) == [("all", 84), ("douyin", 84)]
    with open_home(tmp_path_factory.mktemp("one_source")) as same:
        same.bring("douyin", [*OLD, *NEW])
        same.build()
        assert same.list_risen() == ["tag:别处的话题"]


def test_the_documents_of_a_new_source_are_there_to_be_read_all_the_same(home: Home) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", NEW)
    home.build()
    assert home.ask("select n_docs from mart_topic where topic_id = 'tag:别处的话题'") == [(120,)]
    assert home.ask(
        "select n_docs from mart_exposure_day where platform = 'douyin' and day = ?", LAST_DAY
    ) == [(24,)]


def test_a_new_platform_is_new_over_all_platforms_and_not_on_its_own(home: Home) -> None:
    home.bring("douyin", OLD)
    home.bring("bilibili", write_days(range(BEGUN, -1, -1), 12, 20_000, platform="bilibili"))
    home.build()
    assert home.list_risen() == []
    assert home.ask(
        "select platform, max(exposure) from mart_topic_burst where day = ? and grain = 'w' "
        "group by platform order by platform",
        LAST_DAY,
    ) == [("all", 84), ("douyin", 84)]


def test_the_panel_says_from_when_a_source_counts(home: Home) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", NEW)
    home.bring("bilibili", write_days(range(BEGUN, -1, -1), 1, 60_000, platform="bilibili"))
    home.build()
    begun, first = LAST_DAY - timedelta(days=BEGUN), LAST_DAY - timedelta(days=69)
    entry = begun + timedelta(days=28)
    assert home.ask("select * from mart_source_panel order by all") == [
        ("bilibili", "bilibili", begun, LAST_DAY, begun, entry, None),
        ("douyin", "douyin", first, LAST_DAY, first, first, None),
        ("douyin", "newsnow", begun, LAST_DAY, entry, entry, None),
    ]


@pytest.mark.parametrize(("days_on", "exposure"), [(27 - BEGUN, 12), (28 - BEGUN, 24)])
def test_a_source_counts_from_its_29th_day_on_and_its_past_with_it(
    home: Home, days_on: int, exposure: int
) -> None:
    as_of = LAST_DAY + timedelta(days=days_on)
    later = range(-1, -days_on - 1, -1)
    home.bring("douyin", [*OLD, *write_days(later, 12, 40_000)])
    home.bring("newsnow", [*NEW, *write_days(later, 12, 60_000)])
    home.build(as_of)
    found = home.ask(
        "select day, max(exposure) from mart_topic_burst where platform = 'douyin' and grain = 'd' "
        "and day > ?::date - 2 group by day order by day",
        as_of,
    )
    # the day before still has the panel of its own
    assert found[-1] == (as_of, exposure)
    assert found[-2] == (as_of - timedelta(days=1), 12)


def test_what_an_older_source_saw_too_counts(home: Home) -> None:
    home.bring("douyin", [*OLD, *NEW[-12:]])
    home.bring("newsnow", NEW)
    home.build()
    assert ask_exposure(home) == [(24,)]


def test_sources_that_began_together_are_all_of_the_panel(home: Home) -> None:
    home.bring("douyin", OLD[0::2])
    home.bring("dailyhot", OLD[1::2])
    home.build()
    assert ask_exposure(home) == [(12,)]


def test_a_source_that_follows_one_long_ended_is_new_beside_none(home: Home) -> None:
    home.bring("douyin", [post for post in OLD if post not in OLD[-29 * 12 :]])
    home.bring("newsnow", write_days(range(26, -1, -1), 12, 20_000))
    home.build()
    assert ask_exposure(home) == [(12,)]


def test_growth_over_a_week_in_which_a_large_source_began_is_not_told(home: Home) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", NEW)
    home.build()
    rows = home.ask(
        "select distinct week, coverage, status from mart_topic_velocity "
        "where platform = 'douyin' and topic_id = 'tag:话题1' and week > ?::date - 28 order by week desc",
        LAST_DAY,
    )
    # half of the newest week is of a source that was not read in all of the week before
    assert [(coverage, status) for _, coverage, status in rows[:1]] == [(0.5, "low_coverage")]
    assert [status for _, _, status in rows[2:]] == ["ok", "ok"]


def test_a_panel_is_covered_as_the_mart_says_of_the_whole_platform(home: Home) -> None:
    gap = [record for record in OLD if record.published_at and record.published_at.day % 9]
    home.bring("douyin", gap)
    home.build()
    rows = home.ask("select n_docs, coverage from mart_exposure_day where platform = 'douyin' order by day")
    covered = cover_days(np.array([n_docs for n_docs, _ in rows], dtype=np.float64))
    assert min(covered) < 0.8 < max(covered)
    assert covered.tolist() == pytest.approx([coverage for _, coverage in rows])


ENDED = 16
"""Days before the last day that the second source was last read, long enough for coverage to forget it."""
OTHER = write_days(range(69, ENDED - 1, -1), 12, 20_000)


def test_when_a_source_ends_the_topics_of_the_others_have_not_risen(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", OTHER)
    home.build()
    assert home.list_risen() == []
    last, first = LAST_DAY - timedelta(days=ENDED), LAST_DAY - timedelta(days=69)
    assert home.ask("select * from mart_source_panel order by all") == [
        ("douyin", "douyin", first, LAST_DAY, first, first, None),
        ("douyin", "newsnow", first, LAST_DAY - timedelta(days=ENDED), first, first, last),
    ]
    # in one source the same means that people speak of nothing else any more
    with open_home(tmp_path_factory.mktemp("one_source")) as same:
        same.bring("douyin", [*OLD, *OTHER])
        same.build()
        assert same.list_risen() == ["tag:话题0", "tag:话题1"]


@pytest.mark.parametrize(
    ("days_ago", "exposure"),
    [
        (ENDED, 24),
        # the days after it are days like others: nothing is missing of what counts
        (ENDED - 3, 12),
        (0, 12),
    ],
)
def test_a_day_is_compared_with_what_the_sources_of_that_day_brought(
    home: Home, days_ago: int, exposure: int
) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", OTHER)
    as_of = LAST_DAY - timedelta(days=days_ago)
    home.build(as_of)
    assert home.ask(
        "select distinct exposure, coverage from mart_topic_burst "
        "where platform = 'douyin' and grain = 'd' and day = ?",
        as_of,
    ) == [(exposure, 1.0)]


@pytest.mark.parametrize(("silent", "is_over"), [(2, False), (3, True)])
def test_a_source_has_ended_when_it_was_not_read_for_three_days(
    home: Home, silent: int, is_over: bool
) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", write_days(range(69, silent - 1, -1), 12, 20_000))
    home.build()
    assert home.ask("select counts_until is not null from mart_source_panel where source = 'newsnow'") == [
        (is_over,)
    ]
    # until then its absence is a gap in what was read, of which nothing is claimed
    found = home.ask(
        "select distinct coverage < .8, status from mart_topic_burst where day = ? and platform = 'douyin' "
        "and grain = 'd' and n_authors >= 5",
        LAST_DAY,
    )
    assert found == [(False, "ok") if is_over else (True, "low_coverage")]


def test_an_outage_takes_no_past_from_a_source(home: Home) -> None:
    home.bring("douyin", OLD)
    before, after = write_days(range(69, 9, -1), 12, 20_000), write_days(range(4, -1, -1), 12, 20_000)
    home.bring("newsnow", before)
    home.bring("newsnow", after, run_id="r2")
    home.build()
    assert home.ask("select count(*) from mart_source_panel where source = 'newsnow'") == [(1,)]
    assert ask_exposure(home) == [(24,)]
    assert home.list_risen() == []


def test_a_source_that_comes_back_after_two_silent_weeks_is_one_that_begins(home: Home) -> None:
    home.bring("douyin", OLD)
    home.bring("newsnow", write_days(range(69, 29, -1), 12, 20_000))
    again = write_days(range(9, -1, -1), 12, 20_000)
    # two runs of the same days are one time in which it was read
    home.bring("newsnow", again[0::2], run_id="r2")
    home.bring("newsnow", again[1::2], run_id="r3")
    home.build()
    assert home.list_risen() == []
    assert ask_exposure(home) == [(12,)]
    back, first = LAST_DAY - timedelta(days=9), LAST_DAY - timedelta(days=69)
    assert home.ask(
        "select first_day, counts_from, counts_until from mart_source_panel "
        "where source = 'newsnow' order by first_day"
    ) == [(first, first, LAST_DAY - timedelta(days=30)), (back, back + timedelta(days=28), None)]


def test_a_source_counts_at_once_when_none_is_left_beside_it(home: Home) -> None:
    home.bring("douyin", write_days(range(69, 19, -1), 12, 1))
    home.bring("newsnow", write_days(range(29, -1, -1), 12, 20_000))
    home.build()
    alone = LAST_DAY - timedelta(days=19)
    assert home.ask("select counts_from from mart_source_panel where source = 'newsnow'") == [(alone,)]
    assert ask_exposure(home) == [(12,)]
    assert home.list_risen() == []


@pytest.mark.parametrize(
    ("second", "seasonal", "age_weeks", "stage"),
    [("newsnow", False, 0, "new"), ("douyin", True, 14, "emerging")],
)
def test_what_a_source_brought_when_it_began_is_no_rise_and_no_season_of_the_past(
    second: str, seasonal: bool, age_weeks: int, stage: str, home: Home
) -> None:
    usual = write_days(range(430, -1, -1), 6, 1)
    # ten days a year ago and ten days a hundred days ago, full of what rises now where it never rose before
    then = [*write_days(range(369, 359, -1), 12, 60_000), *write_days(range(105, 95, -1), 2, 60_000)]
    now = write_days(range(1, -1, -1), 15, 50_000)
    home.bring("douyin", [*usual, *now])
    home.bring(second, then[:120], run_id="r2")
    home.bring(second, then[120:], run_id="r3")
    home.labels = [label(post, "hashtags", ELSEWHERE) for post in (*then, *now)]
    home.labels += [label(post, "hashtags", f"话题{number % 2}") for number, post in enumerate(usual)]
    home.build()
    assert home.ask(
        "select distinct seasonal, age_weeks, stage from mart_topic_stage where topic_id = ? and week = ?",
        f"tag:{ELSEWHERE}",
        LAST_DAY,
    ) == [(seasonal, age_weeks, stage)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Hashes of marts built once, after everything was loaded."""
    with open_home(tmp_path_factory.mktemp("whole")) as home:
        for place, (source, posts) in enumerate(PARTS):
            home.bring(source, posts, run_id=f"r{place}")
        home.build()
        return hash_marts(home.warehouse.connection)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 0, 1), (1, 3, 2, 0)])
def test_any_order_of_loads_and_builds_gives_the_same_panel(
    order: Sequence[int], tmp_path: Path, whole: dict[str, str]
) -> None:
    with open_home(tmp_path) as home:
        for place in order:
            source, posts = PARTS[place]
            home.bring(source, posts, run_id=f"r{place}")
            home.build()
        found = hash_marts(home.warehouse.connection)
        assert {name for name in whole if found[name] != whole[name]} == set()
