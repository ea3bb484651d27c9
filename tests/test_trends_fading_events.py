"""What fades under several names is one event, which is listed, recorded and graded once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.panel_sources import Home, open_home, write_days
from tests.trend_world import LAST_DAY, label

CASES = ("静音", "行李箱", "静音行李箱")


def bring(home: Home, topics: tuple[str, ...], days: range, a_day: int, first: int) -> None:
    """So many posts a day, each of all these topics."""
    posts = write_days(days, a_day, first)
    home.bring("douyin", posts, run_id=f"r{first}")
    home.labels[-len(posts) :] = [label(post, "hashtags", topic) for post in posts for topic in topics]


def test_names_that_share_their_documents_fade_as_one_event(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        bring(home, ("别的",), range(69, -1, -1), 60, 100_000)
        for place, topics in enumerate((CASES, ("早C晚A",))):
            bring(home, topics, range(69, 6, -1), 10, 120_000 + 40_000 * place)
            bring(home, topics, range(6, -1, -1), 1, 140_000 + 40_000 * place)
        home.build()
        found = dict(
            home.ask(
                "select topic_id, event_id from mart_topic_velocity "
                "where week = ? and platform = 'all' and event_id is not null",
                LAST_DAY,
            )
        )
        (event,) = {found[f"tag:{case}"] for case in CASES}
        assert event in {f"tag:{case}" for case in CASES}
        assert found["tag:早C晚A"] == "tag:早C晚A"
        called = home.ask(
            "select topic_id from mart_call "
            "where call = 'fading' and names_event(topic_id, event_id) order by all"
        )
        assert called == sorted([(event,), ("tag:早C晚A",)])
        # four names were found, two events: the least sure stands at twice its q over topics
        ((by_topic, by_event),) = home.ask(
            "select max(q_value), max(event_q_value) from mart_topic_velocity "
            "where week = ? and platform = 'all' and event_id is not null",
            LAST_DAY,
        )
        assert by_event == pytest.approx(2 * by_topic)
        # a platform by itself and a week before have no events of fading
        rows = home.ask(
            "select count(event_id) from mart_topic_velocity where platform <> 'all' or week = ?",
            LAST_DAY - timedelta(days=7),
        )
        assert rows == [(0,)]
