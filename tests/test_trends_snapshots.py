"""Posts of unlike age are compared by what they had at the same age."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.landed_packages import land
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts


def read_again(post: Post, hours: float, likes: int) -> Post:
    """The post as it was so many hours after its publication."""
    assert post.published_at is not None
    seen = {"captured_at": post.published_at + timedelta(hours=hours), "likes": likes}
    return post.model_copy(update=seen | {"comments": 0, "shares": 0, "collects": 0, "danmaku": 0})


def test_a_post_has_its_counts_of_an_age_where_it_was_read_then_or_on_both_sides(tmp_path: Path) -> None:
    posts = [write_post(number, 7) for number in range(1, 7)]
    dated = write_post(7, 7, published_precision="day")
    readings = [
        *(read_again(posts[0], hours, likes) for hours, likes in ((1, 3), (24, 50), (72, 90))),
        *(read_again(posts[1], hours, likes) for hours, likes in ((16, 99), (36, 399))),
        read_again(posts[2], 26, 70),
        read_again(posts[3], 30, 70),
        read_again(posts[4], 6, 1),
        read_again(dated, 24, 10),
    ]
    with build_world(tmp_path, [[reading] for reading in readings], []) as ask:
        found = ask("select right(subject_id, 1), age_h, engagement from mart_post_snapshot order by all")
    # half way from 16 to 36 hours on the scale of logarithms, and of the counts too
    assert math.sqrt(16 * 36) == 24 and math.sqrt(100 * 400) - 1 == 199
    assert found == [
        ("1", 24, 50),
        ("1", 72, 90),
        ("2", 24, 199),
        ("3", 24, 70),
    ]


def test_a_reading_that_shows_no_count_says_nothing_of_it(tmp_path: Path) -> None:
    hidden = {"likes": None, "comments": None, "shares": None, "collects": None, "danmaku": None}
    posts = [write_post(number, 7) for number in range(1, 4)]
    readings = [
        # thirteen hours are no day: the reading near it shows plays alone
        read_again(posts[0], 13, 99),
        read_again(posts[0], 23, 0).model_copy(update=hidden | {"views": 5_000}),
        # between the readings that show likes, not from the one that does not
        read_again(posts[1], 16, 99),
        read_again(posts[1], 20, 0).model_copy(update=hidden | {"views": 5_000}),
        read_again(posts[1], 36, 399),
        read_again(posts[2], 24, 0).model_copy(update=hidden),
    ]
    with build_world(tmp_path, [[reading] for reading in readings], []) as ask:
        assert ask(
            "select right(subject_id, 1), age_h, views, engagement, age_before, age_after "
            "from mart_post_snapshot order by all"
        ) == [("1", 24, 5000, None, 13.0, None), ("2", 24, None, 199, 16.0, 36.0)]


def make_readings() -> tuple[list[list[Post]], list[Annotation]]:
    """Thirty posts five days old and twelve a day old under a tag, all read at a day, the old ones again."""
    old = [write_post(number, 5) for number in range(1, 31)]
    young = [write_post(number, 1) for number in range(31, 43)]
    early = [read_again(post, 24, 90 + number) for number, post in enumerate(old)]
    late = [read_again(post, 110, 4_000) for post in old]
    fresh = [read_again(post, 24, 290 + number) for number, post in enumerate(young)]
    return [early, fresh, late], [label(post, "hashtags", "拼豆") for post in young]


def test_a_fresh_topic_is_not_behind_because_older_posts_had_longer_to_grow(tmp_path: Path) -> None:
    packages, labels = make_readings()
    with build_world(tmp_path, packages, labels) as ask:
        rows = ask(
            "select platform, age_h, n_posts, n_authors, lift, lift_lo, lift_hi, status "
            "from mart_topic_snapshot where topic_id = 'tag:拼豆' and week = ? order by platform",
            LAST_DAY,
        )
        last_seen = ask(
            "select median(likes) filter (where published_at >= ?) < median(likes) from core_posts",
            NOON - timedelta(days=2),
        )
    assert last_seen == [(True,)], "by the counts last seen the topic lies behind"
    above = [math.log(1 + 290 + number) for number in range(12)]
    whole = [*above, *(math.log(1 + 90 + number) for number in range(30))]
    lift = math.exp(sum(above) / 12 - sum(whole) / 42)
    assert [row[:4] + row[7:] for row in rows] == [
        ("all", 24, 12, 12, "ok"),
        ("douyin", 24, 12, 12, "ok"),
    ]
    for row in rows:
        assert row[4] == pytest.approx(lift)
        assert 1 < row[5] < row[4] < row[6]


def test_loud_adverts_and_copies_are_no_level_that_a_topic_lies_below(tmp_path: Path) -> None:
    posts = [write_post(number, 3) for number in range(1, 25)]
    adverts = [write_post(100 + number, 3, is_ad=True) for number in range(10)]
    copies = [
        write_post(200 + number, 3 - number / 100, title="转发这条露营灯的微博抽三位朋友")
        for number in range(10)
    ]
    readings = [read_again(post, 24, 100) for post in posts]
    readings += [read_again(post, 24, 10_000) for post in (*adverts, *copies[1:])]
    readings.append(read_again(copies[0], 24, 100))
    labels = [label(post, "hashtags", "露营灯") for post in posts[:12]]
    with build_world(tmp_path, [readings], labels) as ask:
        assert ask(
            "select platform, n_posts, round(lift, 9), round(lift_lo, 9), round(lift_hi, 9), status "
            "from mart_topic_snapshot where age_h = 24 and topic_id = 'tag:露营灯' order by platform"
        ) == [("all", 12, 1, 1, 1, "ok"), ("douyin", 12, 1, 1, 1, "ok")]
        assert ask("select count(*) from mart_post_snapshot where age_h = 24") == [(44,)]


def test_snapshots_are_the_same_whatever_order_the_readings_came_in(tmp_path: Path) -> None:
    packages, labels = make_readings()
    found = [
        build_snapshots(tmp_path / "a", packages, labels, is_built_between=False),
        build_snapshots(tmp_path / "b", packages[::-1], labels, is_built_between=True),
    ]
    assert found[0] == found[1] and len(found[0]) == 2 and all(found[0])


def build_snapshots(
    home: Path, packages: Sequence[Sequence[Post]], labels: Sequence[Annotation], *, is_built_between: bool
) -> list[list[tuple[object, ...]]]:
    """Load the packages one by one; rows of both marts after the last."""
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        for place, records in enumerate(packages):
            land(home / "landing", records, run_id=f"r{place}")
            load_packages(warehouse, home / "landing")
            write_annotations(warehouse, tabulate_records(list(labels), Annotation))
            if is_built_between or place == len(packages) - 1:
                build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        return [
            warehouse.connection.execute(f"select * from {name} order by all").fetchall()  # noqa: S608
            for name in ("mart_post_snapshot", "mart_topic_snapshot")
        ]
