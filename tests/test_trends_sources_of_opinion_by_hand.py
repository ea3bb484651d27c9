"""Cards 5.6 and 5.7 of METRICS: posts, comments and reviews apart, and of which brand a comment speaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.landed_packages import make_listing
from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Post
from warehouse.trends import BRAND_SCHEMA

BRANDS = pa.table(
    {"brand_id": ["山野社", "云朵记"], "category_id": ["08"] * 2, "set_ver": ["v1"] * 2}, schema=BRAND_SCHEMA
)


def answer(number: int, parent: str, text: str, **fields: Any) -> Post:
    """A comment of its own author."""
    return write_post(number, 1, kind="comment", parent_id=parent, title=None, text=text, **fields)


def test_creators_commenters_and_buyers_are_heard_apart_and_an_author_once(tmp_path: Path) -> None:
    lamp = make_listing(1, title="山野露营灯", platform="douyin")
    videos = [write_post(number, 1) for number in range(40)]
    comments = [answer(100 + number, videos[0].post_id, "做工真差") for number in range(30)]
    # the first creator takes it back in a comment, and says so twice; one says both in one comment
    comments[0] = comments[0].model_copy(update={"author_key": videos[0].author_key})
    again = answer(150, videos[1].post_id, "做工真差", author_key=videos[0].author_key)
    torn = answer(151, videos[1].post_id, "做工好也差")
    reviews = [answer(200 + number, lamp.listing_id, "做工") for number in range(30)]
    few = [answer(300 + number, videos[0].post_id, "有点贵") for number in range(29)]
    said = [*videos, *comments, again, torn, *reviews, *few]
    labels = [label(record, "interests", code) for record in (*videos, lamp) for code in ("08", "08.01")]
    labels += [label(post, "aspects", "quality:positive") for post in (*videos, *reviews[:21], torn)]
    labels += [label(post, "aspects", "quality:negative") for post in (*comments, again, torn, *reviews[21:])]
    labels += [label(post, "aspects", "price:negative") for post in few]
    with build_world(tmp_path, [[lamp, *said]], labels) as ask:
        rows = ask(
            "select aspect, n_pos, n_neg, n_neu, nsr_post, nsr_comment, nsr_review, n_docs, n_authors "
            "from mart_aspect_sentiment where week = ? and platform = 'all' and topic_id = 'interest:08.01' "
            "order by aspect",
            LAST_DAY,
        )
    # thirty-nine creators, the fortieth twice against once; twenty-nine others blame it, and one is torn
    assert rows == [
        ("price", 0, 29, 0, None, None, None, 29, 29),
        ("quality", 39 + 21, 30 + 9, 1, 1.0, -1.0, pytest.approx((21 - 9) / 30), 102, 100),
    ]


def test_a_comment_that_names_a_brand_speaks_of_no_other(tmp_path: Path) -> None:
    video = write_post(1, 1)
    plain = [answer(10 + number, video.post_id, "做工很好") for number in range(3)]
    rival = [answer(20 + number, video.post_id, "云朵记做工好多了") for number in range(5)]
    both = answer(30, video.post_id, "山野社和云朵记都不错")
    labels = [label(video, "entities", "brand:山野社")]
    labels += [label(post, "entities", "brand:云朵记") for post in (*rival, both)]
    labels += [label(both, "entities", "brand:山野社")]
    # a brand of no declared set is as good as none
    labels += [label(plain[0], "entities", "brand:别家")]
    for post in (*plain, *rival, both):
        labels += [label(post, "sentiment", "positive"), label(post, "aspects", "quality:positive")]
    with build_world(tmp_path, [[video, *plain, *rival, both]], labels, brands=BRANDS) as ask:
        for mart in ("mart_topic_sentiment", "mart_aspect_sentiment"):
            assert ask(
                f"select brand_id, n_pos from {mart} where platform = 'all' and brand_id is not null "  # noqa: S608
                "order by 1"
            ) == [("云朵记", 6), ("山野社", 4)]
