"""Cards 5.5 and 5.13 of METRICS on worlds small enough to be worked out on paper."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Post
from warehouse.trends import BRAND_SCHEMA

BRANDS = pa.table(
    {"brand_id": ["山野社", "云朵记"], "category_id": ["08"] * 2, "set_ver": ["v1"] * 2}, schema=BRAND_SCHEMA
)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("hidden", "shares"),
    [
        # of sixty posts each ten likes: 600 of 1,800, and the other brand's posts twenty
        (0, [("云朵记", 1200 / 1800), ("山野社", 600 / 1800)]),
        # a fifth of all may hide theirs, which is then nobody's: 36 posts of twenty are left beside 600
        (24, [("云朵记", 720 / 1320), ("山野社", 600 / 1320)]),
        # of more, whose the rest is says nothing
        (25, [("云朵记", None), ("山野社", None)]),
        # a brand of which nothing is shown has no share of 0, and the other not all of it
        (60, [("云朵记", None), ("山野社", None)]),
    ],
)
def test_engagement_that_is_not_shown_is_not_none(
    hidden: int, shares: list[tuple[str, float | None]], tmp_path: Path
) -> None:
    one = [write_post(number, 1, likes=10) for number in range(60)]
    two = [
        write_post(
            100 + number, 1, likes=None if number < hidden else 15, shares=None if number < hidden else 5
        )
        for number in range(60)
    ]
    labels = [label(post, "entities", "brand:山野社") for post in one]
    labels += [label(post, "entities", "brand:云朵记") for post in two]
    with build_world(tmp_path, [[*one, *two]], labels, brands=BRANDS) as ask:
        for platform in ("douyin", "all"):
            rows = ask(
                "select brand_id, sov_eng, sov from mart_brand_sov_weekly "
                "where platform = ? and week = ? order by brand_id",
                platform,
                LAST_DAY,
            )
            assert rows == [
                (brand, None if share is None else pytest.approx(share), 0.5) for brand, share in shares
            ]


def write_rise(platform: str, first: int, hours_ago: float) -> list[Post]:
    """Twenty posts within an hour that begins so many hours before noon, three minutes apart."""
    return [
        write_post(first + place, (hours_ago - place / 20) / 24, platform=platform) for place in range(20)
    ]


@pytest.mark.parametrize(
    ("hours", "leader"),
    [
        # at eight on weibo, at noon on douyin and at two on bilibili
        ({"weibo": 4, "douyin": 0, "bilibili": -2}, "weibo"),
        # at eight on weibo and at nine on douyin, which nobody can tell apart by the hour
        ({"weibo": 4, "douyin": 3, "bilibili": -2}, None),
    ],
)
def test_a_leader_was_before_all_others_and_no_earlier_week_knows_of_it(
    hours: dict[str, float], leader: str | None, tmp_path: Path
) -> None:
    usual = [
        write_post(100_000 * place + 10 * day + number, day, platform=platform)
        for place, platform in enumerate(hours, start=1)
        for day in range(60)
        for number in range(10)
    ]
    rises = [
        post
        for place, (platform, ago) in enumerate(hours.items(), start=1)
        for post in write_rise(platform, 500_000 + 1000 * place, ago)
    ]
    labels = [label(post, "hashtags", "拼豆") for post in rises]
    labels += [label(post, "hashtags", f"日常{number % 5}") for number, post in enumerate(usual)]
    # three posts of it the week before
    early = [
        post for post in usual if post.published_at and 1 <= int(post.post_id[2:]) % 100_000 // 10 - 8 <= 3
    ]
    labels += [label(post, "hashtags", "拼豆") for post in early[::10]]
    with build_world(tmp_path, [[*usual, *rises]], labels) as ask:
        rows = ask(
            "select week, n_platforms, lead_platform, n_docs, n_authors from v_weekly_trend "
            "where topic_id = 'tag:拼豆' order by week desc"
        )
    assert rows[0] == (LAST_DAY, 3, leader, 60, 60)
    assert [(row[0], row[2]) for row in rows[1:]] == [(LAST_DAY - WEEK, None)]
