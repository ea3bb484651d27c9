"""Brands and aspects in the marts: shares of voice in declared sets, and what people praise and blame."""

from __future__ import annotations

from collections.abc import Sequence
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
        ("08", "山野社", "v1", 90, 0.75, pytest.approx(60 / 90), 1, "ok"),
        ("08", "云朵记", "v1", 40, pytest.approx(40 / 120), pytest.approx(40 / 90), 2, "ok"),
        ("09", "云朵记", "v2", 40, 1.0, 1.0, 1, "low_support"),
    ]


def test_what_the_platform_marks_as_an_advert_is_no_organic_voice_and_no_opinion(tmp_path: Path) -> None:
    posts = [write_post(number, is_ad=True if number <= 30 else None) for number in range(1, 121)]
    answer = write_post(500, kind="comment", parent_id=posts[0].post_id, text="好用")
    labels = [label(post, "entities", "brand:山野社") for post in posts]
    labels += [label(posts[0], "entities", "brand:云朵记")]
    labels += [label(post, "interests", "08") for post in posts]
    for post in [*posts, answer]:
        labels += [label(post, "sentiment", "positive"), label(post, "intent", "I")]
    with build_world(tmp_path, [[*posts, answer]], labels, brands=BRANDS) as ask:
        assert ask(
            "select brand_id, n_authors, sov_organic from mart_brand_sov_weekly "
            "where platform = 'all' and category_id = '08' and week = ? order by 1",
            LAST_DAY,
        ) == [("云朵记", 1, 0.0), ("山野社", 120, 1.0)]
        # what people answer to it is an opinion all the same
        assert ask(
            "select topic_id, source, n_pos from mart_topic_sentiment where platform = 'all' order by 1, 2"
        ) == [
            ("brand:云朵记", "comment", 1),
            ("brand:山野社", "comment", 1),
            ("brand:山野社", "post", 90),
            ("interest:08", "comment", 1),
            ("interest:08", "post", 90),
        ]
        assert ask("select n_authors from mart_topic_aipl where platform = 'all'") == [(91,)]


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


def name_brands(posts: Sequence[Post], brands: Sequence[str]) -> list[Annotation]:
    """The posts in turn name these brands."""
    return [
        label(post, "entities", f"brand:{brands[number % len(brands)]}") for number, post in enumerate(posts)
    ]


def test_an_author_of_two_brands_counts_fully_for_each_or_half(tmp_path: Path) -> None:
    posts = [write_post(number) for number in range(1, 201)]
    labels = name_brands(posts, ("山野社", "云朵记")) + [
        label(post, "entities", "brand:拾光") for post in posts[:80]
    ]
    with build_world(tmp_path, [posts], labels, brands=BRANDS) as ask:
        rows = ask(
            "select brand_id, sov, sov_split, sov_eng, n_field, n_platforms from mart_brand_sov_weekly "
            "where platform = 'all' and category_id = '08' order by brand_id"
        )
    assert [row[:3] for row in rows] == [
        ("云朵记", 0.5, pytest.approx(0.4)),
        ("山野社", 0.5, pytest.approx(0.4)),
        ("拾光", 0.4, pytest.approx(0.2)),
    ]
    assert {row[4:] for row in rows} == {(200, 1)}


def test_a_total_is_the_mean_of_the_platforms_that_have_enough_authors(tmp_path: Path) -> None:
    douyin = [write_post(number) for number in range(1, 401)]
    weibo = [write_post(number, platform="weibo") for number in range(1001, 1101)]
    few = [write_post(number, platform="zhihu") for number in range(2001, 2011)]
    labels = name_brands(douyin, ("山野社", "云朵记")) + name_brands(weibo, ("山野社",) * 9 + ("拾光",))
    labels += name_brands(few, ("云朵记",))
    with build_world(tmp_path, [[*douyin, *weibo, *few]], labels, brands=BRANDS) as ask:
        rows = ask(
            "select brand_id, sov, sov_lo, sov_hi, n_platforms, n_authors, status from mart_brand_sov_weekly "
            "where platform = 'all' and category_id = '08' order by rank"
        )
    assert [(row[0], pytest.approx(row[1]), *row[4:]) for row in rows] == [
        ("山野社", 0.7, 2, 290, "ok"),
        ("云朵记", 0.25, 2, 210, "ok"),
        ("拾光", 0.05, 2, 10, "ok"),
    ]
    assert all(row[2] < row[1] < row[3] for row in rows)


def test_a_shift_of_two_points_is_found_and_chance_is_not(tmp_path: Path) -> None:
    posts, labels = [], []
    for week, named in ((7, 440), (0, 528)):
        for number in range(4400):
            post = write_post(10_000 * (week + 1) + number, week + 0.1, likes=number % 7)
            posts.append(post)
            brand = "山野社" if number < named else "云朵记" if number < 2400 else "拾光"
            labels.append(label(post, "entities", f"brand:{brand}"))
    with build_world(tmp_path, [posts], labels, brands=BRANDS) as ask:
        rows = ask(
            "select brand_id, delta_pp, delta_lo, delta_hi, rank, rank_diff, heat_diff "
            "from mart_brand_sov_weekly "
            "where platform = 'all' and category_id = '08' and week = ? order by brand_id",
            LAST_DAY,
        )
    found = {row[0]: row for row in rows}
    assert found["山野社"][1] == pytest.approx(2)
    assert found["山野社"][2] > 0
    assert found["拾光"][1] == 0
    assert found["拾光"][2] < 0 < found["拾光"][3]
    assert [row[4:6] for row in rows] == [(2, 0), (3, 0), (1, 0)]
    assert found["山野社"][6] == pytest.approx(2, abs=0.1)


def test_a_brand_nobody_named_before_has_risen_from_zero(tmp_path: Path) -> None:
    before = [write_post(number, 7.1) for number in range(1, 121)]
    now = [write_post(number, 0.1) for number in range(201, 321)]
    labels = name_brands(before, ("云朵记",)) + name_brands(now, ("云朵记", "拾光", "拾光"))
    with build_world(tmp_path, [[*before, *now]], labels, brands=BRANDS) as ask:
        rows = ask(
            "select delta_pp, delta_lo > 0, rank_diff from mart_brand_sov_weekly "
            "where platform = 'all' and brand_id = '拾光' and week = ?",
            LAST_DAY,
        )
    assert rows == [(pytest.approx(200 / 3), True, None)]
