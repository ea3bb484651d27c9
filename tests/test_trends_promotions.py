"""On a promotion's peak a category rises as a whole: news is what rose beyond it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.trend_world import build_world, label, write_post
from warehouse.promotions import estimate_effect, raise_expected
from warehouse.records import Annotation, Post

TOPICS = 12
RISERS = {0: 15}
"""Number of the topic that rises for a reason of its own, and how many times."""


def count_posts(topic: int, day: int, promoted: bool) -> int:
    """Posts of a topic so many days before the last: five or six, on the promotion five times as many."""
    usual = 5 + (topic + day) % 2
    if day > 0 or not promoted:
        return usual
    return usual * RISERS.get(topic, 5)


def write_world(last_day: date, promoted: bool) -> tuple[list[Post], list[Annotation]]:
    """Ten weeks of twelve hashtags of one interest, beside as many posts that are of none."""
    noon = datetime(last_day.year, last_day.month, last_day.day, 4, tzinfo=UTC)
    posts: list[Post] = []
    labels: list[Annotation] = []
    for day in range(70):
        for topic in range(TOPICS):
            for _ in range(count_posts(topic, day, promoted)):
                posts.append(place_post(len(posts), noon, day))
                labels += [
                    label(posts[-1], "interests", "08"),
                    label(posts[-1], "interests", "08.01"),
                    label(posts[-1], "hashtags", f"装备{topic}"),
                ]
        for _ in range(12 * 25):
            posts.append(place_post(len(posts), noon, day))
    return posts, labels


def place_post(number: int, noon: datetime, day: int) -> Post:
    """A post of the day, read an hour after."""
    moment = noon - timedelta(days=day)
    post = write_post(number + 1)
    return post.model_copy(update={"published_at": moment, "captured_at": moment + timedelta(hours=1)})


def find_risen(tmp_path: Path, last_day: date) -> Mapping[str, str | None]:
    """Hashtags that rose on the last day, with the promotion that the row names."""
    posts, labels = write_world(last_day, promoted=True)
    with build_world(tmp_path, [posts], labels, as_of=last_day) as ask:
        rows = ask(
            "select topic_id, promotion from mart_topic_burst "
            "where platform = 'douyin' and grain = 'd' and day = ? and topic_id like 'tag:%' "
            "and level in ('signal', 'alert') order by topic_id",
            last_day,
        )
    return dict(rows)


def test_on_double_eleven_only_what_rose_beyond_its_category_has_risen(tmp_path: Path) -> None:
    assert find_risen(tmp_path, date(2026, 11, 11)) == {"tag:装备0": "double_11"}


def test_on_any_other_day_the_same_is_news_of_every_topic(tmp_path: Path) -> None:
    assert find_risen(tmp_path, date(2026, 10, 14)) == {f"tag:装备{topic}": None for topic in range(TOPICS)}


def draw_counts(
    effect: Sequence[float], seed: int = 3
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Counts of a day, of 30 before it, what is expected, and parents, one for each effect, of 200 topics."""
    chance = np.random.default_rng(seed)
    parents = np.arange(200) % len(effect)
    noise = chance.gamma(5, 1 / 5, (200, 31))
    counts = chance.poisson(10 * noise).astype(float)
    counts[:, -1] = chance.poisson(10 * noise[:, -1] * np.array(effect)[parents])
    return counts[:, -1:], counts[:, :-1], np.full((200, 31), 10.0), parents


def test_each_category_is_expected_to_do_what_it_did() -> None:
    observed, past, expected, parents = draw_counts([1.0, 2.5])
    raised = raise_expected(observed, expected[:, -1:], past, expected[:, :-1], parents, np.array([True]))
    assert np.median(raised[parents == 0]) == pytest.approx(10, rel=0.1)
    assert np.median(raised[parents == 1]) == pytest.approx(25, rel=0.15)


def test_days_without_a_promotion_and_topics_without_a_category_stay_as_they_are() -> None:
    observed, past, expected, parents = draw_counts([2.5])
    asked = (observed, expected[:, -1:], past, expected[:, :-1])
    assert np.array_equal(raise_expected(*asked, parents, np.array([False])), expected[:, -1:])
    assert np.array_equal(raise_expected(*asked, np.full(200, -1), np.array([True])), expected[:, -1:])


def test_a_category_too_small_to_tell_stays_as_it_is() -> None:
    observed, past, expected, parents = (part[:9] for part in draw_counts([2.5]))
    raised = raise_expected(observed, expected[:, -1:], past, expected[:, :-1], parents, np.array([True]))
    assert np.array_equal(raised, expected[:, -1:])


def test_one_topic_that_bursts_does_not_raise_its_siblings() -> None:
    observed, past, expected, parents = draw_counts([1.0])
    calm = raise_expected(observed, expected[:, -1:], past, expected[:, :-1], parents, np.array([True]))
    observed[7] *= 100
    loud = raise_expected(observed, expected[:, -1:], past, expected[:, :-1], parents, np.array([True]))
    assert loud == pytest.approx(calm, rel=0.02)


def test_what_varies_as_much_on_any_day_is_no_effect() -> None:
    usual = np.array([-0.1, 0.1] * 10)
    assert estimate_effect(0.09, usual) == 1.0
    assert estimate_effect(-0.09, usual) == 1.0
    assert 1.0 < estimate_effect(0.3, usual) < np.exp(0.3)
    assert estimate_effect(2.0, usual) == pytest.approx(np.exp(2.0), rel=0.02)
