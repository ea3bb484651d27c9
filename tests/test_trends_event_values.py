"""A list shows each event once: its q counts events, so that of its rows no more than promised are chance."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.negative_binomial import Floats, adjust_p_values, adjust_p_values_by_event
from warehouse.records import Annotation, Post

TESTED = 3_000


def adjust(p: Floats, events: list[int], tested: int) -> Floats:
    """q-values by event of topics found among so many."""
    return adjust_p_values_by_event(p, np.array(events).astype(str), np.full(len(p), tested))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_where_each_topic_is_an_event_of_its_own_it_is_benjamini_hochberg(p_values: list[float]) -> None:
    p = np.array(p_values)
    assert adjust(p, list(range(len(p))), len(p)) == pytest.approx(adjust_p_values(p), abs=1e-12)


def test_an_event_of_three_names_is_one_discovery() -> None:
    p = np.array([1e-6, 2e-6, 3e-6, 4e-4])
    # 100 tested: one event up to the third name, two with the fourth topic
    assert adjust(p, [1, 1, 1, 2], 100) == pytest.approx([1e-4, 2e-4, 3e-4, 2e-2])
    # a later, surer-counted threshold lends its value to those before it
    assert adjust(np.array([0.02, 0.03, 0.03]), [1, 2, 3], 3) == pytest.approx([0.03, 0.03, 0.03])


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5)), min_size=1, max_size=40))
def test_it_keeps_the_order_of_p_and_is_never_below_benjamini_hochberg(
    found: list[tuple[float, int]],
) -> None:
    p = np.array([value for value, _ in found])
    q = adjust(p, [event for _, event in found], len(p))
    assert (q >= adjust_p_values(p) - 1e-12).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= 0).all()
    assert (q <= 1).all()


def share_false(q: Floats, events: list[int]) -> float:
    """Part of the rows with q up to .05, one for each event, that is chance; events from 100 on are."""
    rows = {event for event, value in zip(events, q.tolist(), strict=True) if value <= 0.05}
    return sum(event >= 100 for event in rows) / max(len(rows), 1)


def test_five_events_of_fifteen_names_do_not_lend_their_names_to_chance() -> None:
    random = np.random.default_rng(7)
    by_topic, by_event = [], []
    for _ in range(400):
        p = np.concatenate([random.uniform(0, 1e-9, 75), random.uniform(0, 1, TESTED - 75)])
        events = [*np.repeat(np.arange(5), 15).tolist(), *range(100, 100 + TESTED - 75)]
        by_topic.append(share_false(adjust_p_values(p), events))
        by_event.append(share_false(adjust(p, events, TESTED), events))
    assert np.mean(by_topic) > 0.35
    assert np.mean(by_event) < 0.055


def make_twins() -> tuple[list[list[Post]], list[Annotation]]:
    """Ten everyday tags for 80 days; of two of them each post carries a second name, and one rises."""
    posts, labels = [], []
    number = 0
    for days_ago in range(80):
        for place in range(30 + 30 * (days_ago < 2)):
            number += 1
            post = write_post(number, days_ago)
            posts.append(post)
            topic = place % 10 if place < 30 else 0
            labels.append(label(post, "hashtags", f"日常{topic}"))
            if topic < 2:
                labels.append(label(post, "keywords", f"日常{topic}"))
    return [posts], labels


def test_both_names_of_a_rise_carry_the_q_of_one_event(tmp_path: Path) -> None:
    packages, labels = make_twins()
    with build_world(tmp_path, packages, labels) as ask:
        found = ask(
            "select topic_id, level, m_tested, event_q_value / q_value, event_q_value / p_value, event_id "
            "from mart_topic_burst "
            "where platform = 'all' and grain = 'd' and day = ? and x > 20 order by topic_id",
            LAST_DAY,
        )
        assert [row[:3] for row in found] == [("tag:日常0", "alert", 12), ("word:日常0", "alert", 12)]
        # two of two were found among twelve: 12 p / 2 by topics, 12 p / 1 by events
        assert [row[3:5] for row in found] == [pytest.approx((2.0, 12.0))] * 2
        assert {row[5] for row in found} == {"tag:日常0"}
        # an earlier day, on which nothing rose, keeps the q over topics
        assert ask(
            "select count(*) from mart_topic_burst where platform = 'all' and day < ? and level <> 'none' "
            "and event_q_value <> q_value",
            LAST_DAY - timedelta(days=1),
        ) == [(0,)]
        week = ask(
            "select event_q_value from mart_topic_burst "
            "where platform = 'all' and grain = 'w' and day = ? and topic_id = 'tag:日常0'",
            LAST_DAY,
        )
        for told in (
            "v_weekly_trend where week = ?",
            "mart_call where call = 'rising' and week_called = ?",
        ):
            assert ask(f"select q_value from {told} and topic_id = 'tag:日常0'", LAST_DAY) == week  # noqa: S608
