"""Card 5.4 of METRICS on worlds small enough to be worked out on paper: what rises, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.source_world import build_sources
from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Annotation, Post

EVERYDAY = ("天幕搭建", "露营咖啡", "徒步路线", "湖边垂钓", "山野徒步")
RISING = "tag:拼豆"
Ask = Callable[..., list[tuple[Any, ...]]]


def write_usual(
    a_day: int = 10, unread: Sequence[int] = (), first: int = 0, **fields: Any
) -> tuple[list[Post], list[Annotation]]:
    """Sixty days of five topics that have as many posts every day, each post by an author of its own."""
    posts = [
        write_post(first + 100 * day + place, day, **fields)
        for day in range(60)
        for place in range(a_day)
        if day not in unread
    ]
    labels = [label(post, "hashtags", EVERYDAY[int(post.post_id[2:]) % 5]) for post in posts]
    return posts, labels


def ask_rise(ask: Ask, columns: str, platform: str = "douyin", topic: str = RISING) -> list[tuple[Any, ...]]:
    """Columns of the topic's rises on the last day, day before week."""
    return ask(
        f"select grain, {columns} from mart_topic_burst "  # noqa: S608
        "where platform = ? and topic_id = ? and day = ? order by grain",
        platform,
        topic,
        LAST_DAY,
    )


def test_a_rise_is_its_documents_over_its_usual_part_of_what_was_read(tmp_path: Path) -> None:
    # two a day of ten, of which five days were not read; on the last day twelve more in ten wordings
    posts, labels = write_usual(unread=range(20, 25))
    wave = [write_post(9000 + place, 0) for place in range(10)]
    copies = [write_post(9100 + place, 0, title=wave[0].title) for place in range(2)]
    adverts = [write_post(9200 + place, 0, is_ad=True) for place in range(30)]
    labels += [label(post, "hashtags", EVERYDAY[0]) for post in (*wave, *copies, *adverts)]
    # another platform has as many posts and none of them of the topic's rise
    elsewhere, more = write_usual(first=20_000, platform="bilibili")
    with build_world(tmp_path, [[*posts, *wave, *copies, *adverts, *elsewhere]], [*labels, *more]) as ask:
        columns = "x, mu, ratio, q_value / p_value, m_tested, level, status, n_authors, exposure, coverage"
        columns += ", effective_authors, loudest_share, dispersion"
        here = ask_rise(ask, columns, topic=f"tag:{EVERYDAY[0]}")
        everywhere = ask_rise(ask, columns, "all", f"tag:{EVERYDAY[0]}")
        risen = ask("select distinct topic_id from mart_topic_burst where level <> 'none'")
    # 37 days of the baseline were read, two posts of ten on each, and half a post stands for what is not
    # known; nothing scatters, so the noise is the least that is ever assumed
    rate = 74.5 / 370
    day = ("d", 12, *map(pytest.approx, (20 * rate, 12 / (20 * rate), 5)), 5, "signal", "ok", 14, 20, 1.0)
    # seven days of two and the ten; the week's own baseline lost the same five days
    week = ("w", 24, *map(pytest.approx, (80 * rate, 24 / (80 * rate), 5)), 5, "none", "ok", 26, 80, 1.0)
    assert here == [(*day, pytest.approx(12), pytest.approx(1 / 12), 0.05), (*week, None, None, 0.05)]
    # on both platforms: four a day of twenty, and two of ten where one was not read
    rate = (4 * 37 + 2 * 5 + 0.5) / (20 * 37 + 10 * 5)
    assert everywhere[0][:4] == ("d", 14, pytest.approx(30 * rate), pytest.approx(14 / (30 * rate)))
    assert everywhere[0][5:10] == (5, "hint", "ok", 16, 30)
    assert risen == [(f"tag:{EVERYDAY[0]}",)]


def test_posts_after_the_as_of_day_are_not_known_on_it(tmp_path: Path) -> None:
    posts, labels = write_usual()
    later = [write_post(9000 + place, 0) for place in range(30)]
    labels += [label(post, "hashtags", EVERYDAY[0]) for post in later]
    yesterday = LAST_DAY - timedelta(days=1)
    with build_world(tmp_path, [[*posts, *later]], labels, as_of=yesterday) as ask:
        assert ask("select max(day) from mart_topic_burst") == [(yesterday,)]
        assert ask("select distinct x from mart_topic_burst where grain = 'd' and day = ?", yesterday) == [
            (2,)
        ]


def test_a_day_that_one_account_made_is_none_of_the_two_of_an_alert(tmp_path: Path) -> None:
    posts, labels = write_usual()
    # yesterday 22 posts of one account and four of others, today eight of eight people
    flood = [
        write_post(9000 + place, 1, **({"author_key": "a" * 64} if place < 22 else {})) for place in range(26)
    ]
    rise = [write_post(9100 + place, 0) for place in range(8)]
    asked = (
        "select day, level from mart_topic_burst "
        "where platform = 'all' and grain = 'd' and topic_id = ? order by day"
    )
    names = [label(post, "hashtags", "拼豆") for post in (*flood, *rise)]
    with build_world(tmp_path / "one", [[*posts, *flood, *rise]], [*labels, *names]) as ask:
        assert ask(asked, RISING) == [(LAST_DAY - timedelta(days=1), "none"), (LAST_DAY, "signal")]
    # the same by as many people is an alert on the second day
    crowd = [write_post(9000 + place, 1) for place in range(26)]
    with build_world(tmp_path / "many", [[*posts, *crowd, *rise]], [*labels, *names]) as ask:
        assert ask(asked, RISING) == [(LAST_DAY - timedelta(days=1), "signal"), (LAST_DAY, "alert")]


def test_a_day_that_was_hardly_read_is_none_of_the_two_of_an_alert(tmp_path: Path) -> None:
    posts, labels = write_usual(a_day=30)
    kept = [post for number, post in enumerate(posts) if not 30 <= number < 55]
    rise = [write_post(9000 + place, place % 2) for place in range(16)]
    labels += [label(post, "hashtags", "拼豆") for post in rise]
    gone = {f"douyin:{post.post_id}" for post in posts} - {f"douyin:{post.post_id}" for post in kept}
    labels = [one for one in labels if one.subject_id not in gone]
    with build_world(tmp_path, [[*kept, *rise]], labels) as ask:
        found = ask(
            "select day, level, status, round(coverage, 4) from mart_topic_burst "
            "where platform = 'douyin' and grain = 'd' and topic_id = ? order by day",
            RISING,
        )
    # five and eight of a usual thirty came yesterday, with two standard deviations of leeway
    assert found == [
        (LAST_DAY - timedelta(days=1), "none", "low_coverage", round((13 + 2 * 13**0.5) / 30, 4)),
        (LAST_DAY, "signal", "no_baseline", 1.0),
    ]


def test_a_week_whose_last_day_was_not_read_is_a_week_of_six_days(tmp_path: Path) -> None:
    posts, labels = write_usual(unread=[0])
    rise = [write_post(9000 + 10 * day + place, day) for day in (1, 2, 3) for place in range(8)]
    labels += [label(post, "hashtags", "拼豆") for post in rise]
    with build_world(tmp_path, [[*posts, *rise]], labels) as ask:
        # sixty and 24 were read in six days of seven; of the day itself nothing is said
        assert ask_rise(ask, "x, mu, exposure, coverage, level, status") == [
            ("w", 24, pytest.approx(0.5 / 420 * 84), 84, pytest.approx(6 / 7), "signal", "no_baseline")
        ]


def test_the_authors_of_a_week_are_those_of_the_documents_it_counts(tmp_path: Path) -> None:
    posts, labels = write_usual()
    rise = [write_post(9000 + 10 * day + place, day) for day in (0, 1, 2) for place in range(4)]
    # one of them posts again in the week
    rise.append(write_post(9050, 4, author_key=rise[0].author_key))
    begun = [write_post(20_000 + 100 * day + place, day) for day in range(9) for place in range(10)]
    labels += [label(post, "hashtags", "拼豆") for post in (*rise, *begun)]
    with build_sources(tmp_path, {"douyin": [*posts, *rise], "newsnow": begun}, labels) as ask:
        found = ask(
            "select platform, x, n_authors, exposure from mart_topic_burst "
            "where grain = 'w' and topic_id = ? and day = ? order by platform",
            RISING,
            LAST_DAY,
        )
    assert found == [(platform, 13, 12, 83) for platform in ("all", "douyin")]


def test_topics_are_one_event_by_the_documents_that_count(tmp_path: Path) -> None:
    posts, labels = write_usual()
    rises = [[write_post(9000 + 100 * tag + place, 0) for place in range(12)] for tag in (0, 1)]
    # what a new source is full of has both names, what counts has one of them each
    begun = [write_post(20_000 + 100 * day + place, day) for day in range(9) for place in range(10)]
    for name, rise in zip(("拼豆", "收纳盒"), rises, strict=True):
        labels += [label(post, "hashtags", name) for post in (*rise, *begun)]
    old = [*posts, *rises[0], *rises[1]]
    with build_sources(tmp_path, {"douyin": old, "newsnow": begun}, labels) as ask:
        found = ask(
            "select topic_id, event_id from mart_topic_burst "
            "where grain = 'd' and platform = 'douyin' and day = ? and level <> 'none' order by topic_id",
            LAST_DAY,
        )
    assert found == [(name, name) for name in (RISING, "tag:收纳盒")]
