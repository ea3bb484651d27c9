"""What rises or falls because other words were searched for is no rise and no fall (METRICS §5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.landed_packages import land
from tests.panel_sources import Home, open_home, write_days
from tests.trend_world import LAST_DAY, label
from warehouse.load import load_packages
from warehouse.records import Search

HISTORY = range(69, -1, -1)
SINCE, UP, BEFORE = range(6, -1, -1), range(13, 6, -1), range(69, 13, -1)
"""Days before the last: of the newest week, of the week before, and earlier ones."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Two searches on every day, each of which finds ten posts of a topic of its own."""
    with open_home(tmp_path) as opened:
        for place, word in enumerate(("徒步", "钓鱼")):
            search(opened, word, word, HISTORY, 10, 100_000 + 20_000 * place)
        yield opened


def search(home: Home, query: str, topic: str, days: range, a_day: int, first: int) -> None:
    """So many posts a day of one topic, found by a search on that day."""
    posts = write_days(days, a_day, first, query=query, kind="note")
    home.bring("mediacrawler", posts, run_id=f"r{first}")
    home.labels[-len(posts) :] = [label(post, "hashtags", topic) for post in posts]


def ask_grade(home: Home) -> list[tuple[Any, ...]]:
    """Documents, grade and status a week after the call of 露营灯, and what share of the others passes."""
    home.build(LAST_DAY - timedelta(days=7))
    home.build()
    return home.ask(
        "select n_docs, is_right, status from mart_scorecard "
        "where topic_id = 'tag:露营灯' and call = 'rising' and checked_week = ? and week_called = ?",
        LAST_DAY,
        LAST_DAY - timedelta(days=7),
    )


@pytest.mark.parametrize("days_ago", [0, 3])
def test_a_search_that_begins_makes_its_word_no_rise_on_any_day(home: Home, days_ago: int) -> None:
    search(home, "徒步", "露营灯", HISTORY, 2, 140_000)
    # its first answer holds posts of the ten days before too
    late = [
        post.model_copy(update={"captured_at": max(post.captured_at, LATEST[days_ago])})
        for post in write_days(range(days_ago + 9, -1, -1), 15, 160_000, query="露营灯", kind="note")
    ]
    home.bring("mediacrawler", late, run_id="late")
    home.labels[-len(late) :] = [label(post, "hashtags", "露营灯") for post in late]
    home.build()
    assert home.list_risen() == []
    assert home.ask("select * from mart_call") == []


LATEST = {ago: max(post.captured_at for post in write_days(range(ago, ago - 1, -1), 20, 1)) for ago in (0, 3)}
"""When a search that began so many days ago first answered."""


def test_a_word_that_nobody_searched_for_before_is_no_new_topic(home: Home) -> None:
    search(home, "露营灯", "露营灯", range(2, -1, -1), 15, 140_000)
    home.build()
    assert home.list_risen() == []
    found = home.ask("select distinct status from mart_topic_burst where topic_id = 'tag:露营灯'")
    assert found == [("low_coverage",)]


def test_one_search_in_place_of_another_makes_no_rise(home: Home) -> None:
    search(home, "拼豆", "拼豆", range(69, 3, -1), 3, 140_000)
    search(home, "拼豆教程", "拼豆", range(3, -1, -1), 15, 160_000)
    home.build()
    assert home.list_risen() == []


def test_a_large_search_that_ended_lets_no_other_topic_rise(home: Home) -> None:
    search(home, "热门", "热门", range(69, 20, -1), 50, 200_000)
    home.build()
    assert home.list_risen() == []


def test_a_large_search_that_begins_lets_no_other_topic_fade(home: Home) -> None:
    search(home, "热门", "热门", SINCE, 50, 200_000)
    home.build()
    found = home.ask(
        "select distinct status, q_value from mart_topic_velocity where week = ? and platform <> 'all'",
        LAST_DAY,
    )
    assert found == [("low_coverage", None)]
    assert home.ask("select * from mart_call") == []


def test_a_call_whose_search_has_ended_is_neither_right_nor_wrong(home: Home) -> None:
    search(home, "露营灯", "露营灯", BEFORE, 2, 140_000)
    search(home, "露营灯", "露营灯", UP, 9, 160_000)
    search(home, "徒步", "露营灯", SINCE, 1, 180_000)
    assert ask_grade(home) == [(7, None, "low_coverage")]


def test_a_call_whose_searches_go_on_is_graded(home: Home) -> None:
    search(home, "露营灯", "露营灯", BEFORE, 2, 140_000)
    search(home, "露营灯", "露营灯", UP, 9, 160_000)
    search(home, "露营灯", "露营灯", SINCE, 8, 180_000)
    assert ask_grade(home) == [(56, True, "ok")]


@pytest.mark.parametrize(
    ("topic", "days", "status"),
    [
        # begun, and ended, seven weeks ago: in the 35 days that growth looks at nothing changed
        ("热门", range(48, -1, -1), "low_coverage"),
        ("徒步", range(48, -1, -1), "low_coverage"),
        ("徒步", range(125, 48, -1), "low_coverage"),
        ("徒步", range(125, -1, -1), "ok"),
    ],
)
def test_a_stage_is_of_searches_that_its_history_has(
    topic: str, days: range, status: str, tmp_path: Path
) -> None:
    with open_home(tmp_path) as home:
        for place, word in enumerate(("徒步", "钓鱼")):
            search(home, word, word, range(125, -1, -1), 10, 100_000 + 20_000 * place)
        search(home, "热门", "热门", days, 20, 200_000)
        home.build()
        found = home.ask(
            "select distinct status from mart_topic_stage where topic_id = ? and week = ?",
            f"tag:{topic}",
            LAST_DAY,
        )
        velocity = home.ask("select distinct status from mart_topic_velocity where week = ?", LAST_DAY)
    assert (found, velocity) == ([(status,)], [("ok",)])


def test_a_search_that_goes_on_and_finds_nothing_is_one_of_the_history(tmp_path: Path) -> None:
    """Nobody speaks of 徒步 any more: that is told, since the search for it was run to the last day."""
    with open_home(tmp_path) as home:
        for place, word in enumerate(("徒步", "钓鱼")):
            search(home, word, word, range(125, 48 * (1 - place) - place, -1), 10, 100_000 + 20_000 * place)
        for ago in range(49):
            asked = Search(
                query=" 徒步",
                platform="douyin",
                record_kind="posts",
                asked_at=LATEST[0] - timedelta(days=ago),
                found=0,
            )
            land(home.landing, [], "mediacrawler", f"nothing{ago}", queries=[asked])
        load_packages(home.warehouse, home.landing)
        home.build()
        found = home.ask(
            "select distinct status from mart_topic_stage where topic_id = 'tag:徒步' and week = ?", LAST_DAY
        )
    assert found == [("ok",)]
