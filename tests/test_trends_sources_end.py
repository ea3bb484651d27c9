"""Sources that end, pause or come back: what a day is compared with, and from when their past counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.panel_sources import OLD, Home, ask_exposure, open_home, write_days
from tests.trend_world import LAST_DAY

ENDED = 16
"""Days before the last day that the second source was last read, long enough for coverage to forget it."""
OTHER = write_days(range(69, ENDED - 1, -1), 12, 20_000)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with open_home(tmp_path) as opened:
        yield opened


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


def test_a_source_that_ends_before_it_ever_counted_is_left_out_of_its_past_as_well(home: Home) -> None:
    home.bring("douyin", OLD)
    # it begins beside another, would count after 28 days, and is over after ten
    home.bring("newsnow", write_days(range(16, 5, -1), 12, 20_000))
    home.build()
    grown = home.ask(
        "select distinct e_cur, e_prev from mart_topic_velocity where week = ? and platform = 'douyin'",
        LAST_DAY,
    )
    assert grown == [(84, 84)]
    assert home.list_risen() == []


def test_a_source_counts_at_once_when_none_is_left_beside_it(home: Home) -> None:
    home.bring("douyin", write_days(range(69, 19, -1), 12, 1))
    home.bring("newsnow", write_days(range(29, -1, -1), 12, 20_000))
    home.build()
    alone = LAST_DAY - timedelta(days=19)
    assert home.ask("select counts_from from mart_source_panel where source = 'newsnow'") == [(alone,)]
    assert ask_exposure(home) == [(12,)]
    assert home.list_risen() == []
