"""Brands and aspects in the marts: shares of voice in declared sets, and what people praise and blame."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Annotation, Post
from warehouse.trends import BRAND_SCHEMA

BRANDS = pa.Table.from_pylist(
    [{"brand_id": name, "category_id": "08", "set_ver": "v1"} for name in ("山野社", "云朵记", "拾光")]
    + [{"brand_id": "云朵记", "category_id": "09", "set_ver": "v2"}],
    BRAND_SCHEMA,
)


def judge(post: Post, aspect: str, phrase: str) -> Annotation:
    """An aspect label whose span is a phrase of the post."""
    start = f"{post.title}\n{post.text}".index(phrase)
    found = label(post, "aspects", aspect)
    return found.model_copy(update={"span_start": start, "span_end": start + len(phrase)})


def test_a_share_of_voice_is_taken_within_the_declared_set(tmp_path: Path) -> None:
    posts = [write_post(number) for number in range(1, 161)]
    labels = [label(post, "entities", "brand:山野社") for post in posts[:90]]
    labels += [label(post, "entities", "brand:云朵记") for post in posts[80:120]]
    labels += [label(post, "entities", "brand:别家") for post in posts[120:]]
    labels += [label(post, "promotion", "promotional") for post in posts[:30]]
    with build_world(tmp_path, [posts], labels, brands=BRANDS) as ask:
        rows = ask(
            "select category_id, brand_id, set_ver, n_authors, sov, sov_organic, rank, status "
            "from mart_brand_sov_weekly where platform = 'all' and week = ? order by category_id, rank",
            LAST_DAY,
        )
    assert rows == [
        ("08", "山野社", "v1", 90, 0.75, 60 / 90, 1, "ok"),
        ("08", "云朵记", "v1", 40, 40 / 120, 40 / 90, 2, "ok"),
        ("09", "云朵记", "v2", 40, 1.0, 1.0, 1, "low_support"),
    ]


def test_without_declared_sets_nobody_competes(tmp_path: Path) -> None:
    post = write_post(1)
    with build_world(tmp_path, [[post]], [label(post, "entities", "brand:山野社")]) as ask:
        assert ask("select * from mart_brand_sov_weekly") == []


def test_a_brand_has_a_sentiment_of_its_own_from_posts_and_the_comments_on_them(tmp_path: Path) -> None:
    post = write_post(1)
    comments = [
        write_post(number, kind="comment", parent_id=post.post_id, title=None, text=f"评论{number}")
        for number in range(2, 6)
    ]
    labels = [label(post, "entities", "brand:山野社"), label(post, "sentiment", "positive")]
    labels += [label(comment, "sentiment", "negative") for comment in comments]
    with build_world(tmp_path, [[post, *comments]], labels, brands=BRANDS) as ask:
        rows = ask(
            "select topic_id, brand_id, source, n_pos, n_neg from mart_topic_sentiment "
            "where platform = 'all' order by source"
        )
    assert rows == [("brand:山野社", "山野社", "comment", 0, 4), ("brand:山野社", "山野社", "post", 1, 0)]


def test_an_aspect_is_judged_by_authors_with_the_phrase_most_of_them_use(tmp_path: Path) -> None:
    posts = [write_post(number, text="帐篷太贵了" if number % 3 else "价格不值") for number in range(1, 37)]
    labels = [label(post, "interests", "08.01") for post in posts]
    labels += [
        judge(post, "price:negative", "太贵" if number % 3 else "不值")
        for number, post in enumerate(posts[:30], start=1)
    ]
    labels += [label(post, "aspects", "price:positive") for post in posts[30:33]]
    labels += [label(post, "aspects", "look:neutral") for post in posts[:5]]
    with build_world(tmp_path, [posts], labels, brands=BRANDS) as ask:
        rows = ask(
            "select aspect, n_pos, n_neg, n_neu, nsr, lo, hi, top_phrase, status from mart_aspect_sentiment "
            "where platform = 'all' and topic_id = 'interest:08.01' order by aspect"
        )
    look, price = rows
    assert look == ("look", 0, 0, 5, None, None, None, None, "low_support")
    assert price[:4] == ("price", 3, 30, 0)
    assert price[4] == pytest.approx(-27 / 33)
    assert -1 < price[5] < price[4] < price[6] < 0
    assert price[7:] == ("太贵", "ok")


def test_ten_posts_of_one_author_are_one_opinion(tmp_path: Path) -> None:
    posts = [write_post(number, author_key="a" * 64) for number in range(1, 11)]
    labels = [label(post, "interests", "08.01") for post in posts]
    labels += [label(post, "aspects", "price:negative") for post in posts]
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask(
            "select n_neg from mart_aspect_sentiment "
            "where platform = 'all' and topic_id = 'interest:08.01' and aspect = 'price'"
        ) == [(1,)]
