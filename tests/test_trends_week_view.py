"""v_weekly_trend shows what a mart says of a topic only where that mart's own status is ok."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Annotation, Post

TOPIC = "tag:小个子西装"
SHOWN = (
    "select doubling_days, direction, stage, age_weeks, peak_week, nsr_comment from v_weekly_trend "
    "where topic_id = ? and week = ?"
)


def write_rise(authors: int) -> tuple[list[Post], list[Annotation]]:
    """Eighty days of sixty posts, and a topic of one post until so many authors post on it last week."""
    everyday = [write_post(100 * day + place, day) for day in range(80) for place in range(60)]
    rise = [write_post(20_000 + place, 1 + place % 3) for place in range(authors)]
    once = write_post(30_000, 40)
    labels = [label(post, "hashtags", f"日常{place % 20}") for place, post in enumerate(everyday)]
    return [*everyday, *rise, once], [
        *labels,
        *(label(post, "hashtags", "小个子西装") for post in [*rise, once]),
    ]


@pytest.mark.parametrize(("authors", "status", "is_shown"), [(12, "low_support", False), (24, "ok", True)])
def test_growth_and_direction_below_their_support_are_not_shown(
    authors: int, status: str, is_shown: bool, tmp_path: Path
) -> None:
    posts, labels = write_rise(authors)
    with build_world(tmp_path, [posts], labels) as ask:
        own: list[tuple[Any, ...]] = ask(
            "select v.status, s.status, v.doubling_days > 0, s.direction from mart_topic_velocity v "
            "join mart_topic_stage s using (week, platform, topic_id) "
            "where platform = 'all' and topic_id = ? and week = ?",
            TOPIC,
            LAST_DAY,
        )
        assert own == [(status, status, True, "up")]
        # the burst test, whose status the view has, needs five authors only
        assert ask(
            "select status, doubling_days > 0, direction from v_weekly_trend where topic_id = ? and week = ?",
            TOPIC,
            LAST_DAY,
        ) == [("ok", True, "up") if is_shown else ("ok", None, None)]


@pytest.mark.parametrize("status", ["ok", "uncalibrated", "low_coverage"])
def test_what_was_hardly_read_is_not_shown(status: str, tmp_path: Path) -> None:
    posts, labels = write_rise(24)
    with build_world(tmp_path, [posts], labels) as ask:
        ask("delete from mart_topic_sentiment")
        ask(
            "insert into mart_topic_sentiment (week, platform, topic_id, source, window_days, nsr, status) "
            "values (?, 'all', ?, 'comment', 7, 0.5, ?)",
            LAST_DAY,
            TOPIC,
            status,
        )
        for mart in ("mart_topic_velocity", "mart_topic_stage"):
            ask(f"update {mart} set status = ?", "ok" if status == "uncalibrated" else status)  # noqa: S608
        ask("update mart_topic_stage set peak_confirmed = true")
        ((*shown, mood),) = ask(SHOWN, TOPIC, LAST_DAY)
        assert [value is not None for value in shown] == [status != "low_coverage"] * 5
        # a mood that is not calibrated says so, in an interval that is wider
        assert mood == (None if status == "low_coverage" else 0.5)
