"""A source that begins beside others or ends makes nothing rise: what counts was read before and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.incremental_world import hash_marts
from tests.panel_sources import BEGUN, ELSEWHERE, NEW, OLD, PARTS, Home, ask_exposure, open_home, write_days
from tests.trend_world import LAST_DAY, label
from warehouse.panels import cover_days


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


@pytest.mark.parametrize(
    ("second", "seasonal", "age_weeks", "stage"),
    [("newsnow", False, 0, "new"), ("douyin", True, 14, "rising")],
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
