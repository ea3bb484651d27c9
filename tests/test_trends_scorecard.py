"""Every kind of call is on record and graded by what makes it right (METRICS §5.9, §5.13)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from tests.scorecard_world import CALLED, NEXT, World


@pytest.fixture
def world() -> Iterator[World]:
    with duckdb.connect() as connection:
        yield World(connection)


def add_rise(
    world: World, grain: str, status: str = "ok", topic: str = "tag:拼豆", week: date = CALLED
) -> None:
    """A rise to 28 from 14 documents in the week (2 a day)."""
    world.add("mart_topic_burst", week, "all", grain, topic, 28, 14, 2.0, 0.01, "signal", topic, status, 700)


@pytest.mark.parametrize(("a_day", "held"), [(3, True), (2, False)])
def test_a_rise_is_right_while_it_stands_at_1_3_times_its_level(world: World, a_day: int, held: bool) -> None:
    add_rise(world, "w")
    world.write_week("tag:拼豆", NEXT, a_day)
    assert world.call(CALLED) == [("rising", "tag:拼豆")]
    world.call(NEXT)
    assert world.ask("select still_above_base, is_right, ratio_now from v_scorecard") == [
        (held, held, pytest.approx(a_day / 2))
    ]


def test_what_was_never_there_is_no_riser_but_a_new_topic_that_must_keep_its_voices(world: World) -> None:
    add_rise(world, "w", status="no_baseline")
    world.write_week("tag:拼豆", NEXT, 2)
    world.write_week("tag:拼豆", NEXT + timedelta(days=7), 1)
    assert world.call(CALLED) == [("new", "tag:拼豆")]
    world.call(NEXT + timedelta(days=7))
    assert world.grade("new") == [True, False]
    assert world.ask("select distinct still_above_base from v_scorecard") == [(None,)]


def test_a_call_of_the_day_is_graded_on_the_seven_days_after_it(world: World) -> None:
    world.add(
        "mart_topic_burst", CALLED, "all", "d", "tag:拼豆", 9, 2, 4.5, 0.01, "alert", "tag:拼豆", "ok", 100
    )
    world.write_week("tag:拼豆", NEXT, 2)
    assert world.call(CALLED) == [("rising_day", "tag:拼豆")]
    world.call(NEXT)
    assert world.grade("rising_day") == [False]


def test_a_day_that_the_daily_report_does_not_print_is_no_call(world: World) -> None:
    # alerts from q 0.05 to 0.10 are sent as alerts; the report's list of rises ends at 0.05
    for topic, q_value in (("tag:拼豆", 0.05), ("tag:钩织", 0.08)):
        world.add(
            "mart_topic_burst", CALLED, "all", "d", topic, 9, 2, 4.5, q_value, "alert", topic, "ok", 100
        )
    assert world.call(CALLED) == [("rising_day", "tag:拼豆")]


def test_a_season_is_right_while_it_goes_the_way_of_last_year(world: World) -> None:
    add_rise(world, "w")
    last_year = CALLED - timedelta(days=364)
    world.add("past_window", CALLED, last_year, "season")
    world.add("past_event", "all", "tag:拼豆", last_year, 2.0, True)
    # last year it rose to 4 a day from 2, stood at 4, then fell to 2
    for place, a_day in enumerate((4, 4, 2)):
        world.write_week("tag:拼豆", last_year + timedelta(days=7 * place), a_day)
    # this year it stays
    for place in (1, 2):
        world.write_week("tag:拼豆", CALLED + timedelta(days=7 * place), 4)
    assert world.call(CALLED) == [("rising", "tag:拼豆"), ("seasonal", "tag:拼豆")]
    assert world.ask("select shift_days, base_share_past from mart_call where call = 'seasonal'") == [
        (364, pytest.approx(14 / 700))
    ]
    world.call(CALLED + timedelta(days=14))
    assert world.grade("seasonal") == [True, False]
    assert world.grade("rising") == [True, True]


@pytest.mark.parametrize(("read_on", "right", "status"), [(True, True, "ok"), (False, None, "low_coverage")])
def test_a_season_is_not_held_against_one_whose_source_ended(
    world: World, read_on: bool, right: bool | None, status: str
) -> None:
    add_rise(world, "w")
    season = CALLED - timedelta(days=364)
    after = season + timedelta(days=7)
    world.add("past_window", CALLED, season, "season")
    world.add("past_event", "all", "tag:拼豆", season, 2.0, True)
    for week in (season, after, NEXT):
        world.write_week("tag:拼豆", week, 4)
    # of the 28 posts of last year's week a second source brought seven
    world.add("mart_source_panel", "douyin", "douyin", date(2024, 1, 1), None)
    world.add("mart_source_panel", "douyin", "newsnow", date(2024, 1, 1), None if read_on else season)
    for load, source in enumerate(("douyin", "newsnow")):
        world.add("load_ledger", load, source)
        world.add("work_source_load", load, "douyin", season - timedelta(days=6), season)
    posts = world.ask(
        "select distinct subject_id, day from mart_topic_doc where day between ? - interval 6 day and ?",
        season,
        season,
    )
    for place, (post, day) in enumerate(sorted(posts)):
        world.add(
            "document_read", post, int(place < 7), datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        )
        world.add("work_document", post, day, True)
    world.call(CALLED)
    world.call(NEXT)
    assert world.ask("select is_right, status from mart_scorecard where call = 'seasonal'") == [
        (right, status)
    ]


@pytest.mark.parametrize(("difference", "right"), [(0.3, True), (-0.1, False)])
def test_a_blue_ocean_is_right_when_more_comes_on_sale_than_of_like_topics(
    world: World, difference: float, right: bool
) -> None:
    for topic, kind in (("tag:拼豆", "blue_ocean"), ("tag:钩织", "balanced")):
        world.add("mart_opportunity_call", CALLED, topic, "19", kind, 1.2, 90, 10)
    assert world.call(CALLED) == [("blue_ocean", "tag:拼豆")]
    world.add("mart_opportunity_score", CALLED, "tag:拼豆", 2, difference)
    world.call(CALLED + timedelta(days=14))
    assert world.ask("select checked_week, is_right, ratio_now from v_scorecard order by 1") == [
        (NEXT, None, None),
        (CALLED + timedelta(days=14), right, pytest.approx(math.exp(difference))),
    ]


def test_a_topic_and_its_namesakes_are_one_blue_ocean(world: World) -> None:
    named = {"tag:钩织包": "钩织包", "word:钩织": "钩织", "cluster:3f": "手工钩织包", "cluster:9a": "露营灯"}
    for topic, name in named.items():
        world.add("mart_topic", topic, topic.partition(":")[0], name)
        world.add("mart_opportunity_call", CALLED, topic, "19", "blue_ocean", 1.2, 90, 10)
    world.call(CALLED)
    assert world.ask("select topic_id, event_id from mart_call order by topic_id") == [
        ("cluster:3f", "tag:钩织包"),
        ("cluster:9a", "cluster:9a"),
        ("tag:钩织包", "tag:钩织包"),
        ("word:钩织", "tag:钩织包"),
    ]


def test_a_platform_that_leads_must_lead_the_stories_of_the_next_week(world: World) -> None:
    world.add("mart_platform_leadlag", date(2026, 1, 1), "douyin", "weibo", 90, 0.3, 0.001, "ok", 0.32, 0.28)
    world.add("mart_platform_leadlag", date(2026, 1, 1), "douyin", "zhihu", 90, 0.4, 0.04, "ok", 0.55, 0.25)
    for number in range(14):
        first = datetime(2026, 3, 3, 4) + timedelta(hours=number)
        world.add("story_order", first, "douyin", "weibo", "b_first" if number < 9 else "a_first")
    # of these the readings do not tell the order
    for call in ("tie", None):
        world.add("story_order", datetime(2026, 3, 3, 4), "douyin", "weibo", call)
    assert world.call(CALLED) == [("lead", "platforms:weibo>douyin")]
    world.call(NEXT)
    assert world.ask("select is_right, ratio_now, n_docs from v_scorecard where checked_week = ?", NEXT) == [
        (True, pytest.approx(9 / 14), 14)
    ]


def test_a_title_for_the_top_ten_is_graded_once_after_its_day(world: World) -> None:
    for hour, reached in ((10, True), (11, True)):
        world.add("mart_breakout_score", "weibo", "hot", "初雪", datetime(2026, 3, 1, hour), True, reached)
    world.add("mart_breakout_score", "weibo", "hot", "路况", datetime(2026, 3, 1, 9), True, False)
    world.add("mart_breakout_score", "weibo", "hot", "没报的", datetime(2026, 3, 1, 9), False, True)
    world.call(CALLED)
    assert sorted(map(str, world.grade("breakout"))) == ["False", "True"]


def test_grades_older_than_two_weeks_stand_whatever_comes_late(world: World) -> None:
    add_rise(world, "w")
    world.write_week("tag:拼豆", NEXT, 3)
    world.call(CALLED)
    world.call(CALLED + timedelta(days=28))
    before = world.ask("select checked_week, is_right from v_scorecard order by 1")
    world.connection.execute("delete from mart_topic_day")
    world.call(CALLED + timedelta(days=28))
    after = world.ask("select checked_week, is_right from v_scorecard order by 1")
    assert [right for _, right in before] == [True, False, False, False]
    assert after == before


def test_a_call_keeps_the_version_of_the_formula_that_made_it(world: World) -> None:
    add_rise(world, "w")
    world.write_week("tag:拼豆", NEXT, 3)
    world.call(CALLED)
    world.connection.execute("delete from mart_topic_burst")
    world.metric_ver = 2
    add_rise(world, "w", topic="tag:钩织", week=NEXT)
    world.call(NEXT)
    world.call(NEXT + timedelta(days=7))
    assert world.ask("select topic_id, metric_ver from mart_call order by week_called") == [
        ("tag:拼豆", 1),
        ("tag:钩织", 2),
    ]
    assert world.ask("select distinct topic_id, metric_ver from v_scorecard order by all") == [
        ("tag:拼豆", 1),
        ("tag:钩织", 2),
    ]
