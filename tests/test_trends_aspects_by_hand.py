"""Card 5.7 of METRICS on worlds small enough to be worked out on paper: who judges what, in which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from nlp.text import normalise_text
from tests.landed_packages import make_listing
from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.mart_sql import read_sql
from warehouse.records import Annotation, Post
from warehouse.trends import BRAND_SCHEMA

TOPIC = "interest:08.01"
Ask = Callable[..., list[tuple[Any, ...]]]
BRANDS = pa.table(
    {"brand_id": ["山野社", "云朵记"], "category_id": ["08"] * 2, "set_ver": ["v1"] * 2}, schema=BRAND_SCHEMA
)


def judge(post: Post, aspect: str, polarity: str, phrase: str) -> Annotation:
    """What the tagger writes: a label and where its phrase stands in the normalised text."""
    text = normalise_text("\n".join(part for part in (post.title, post.text) if part)).text
    start = text.index(phrase)
    return label(post, "aspects", f"{aspect}:{polarity}").model_copy(
        update={"span_start": start, "span_end": start + len(phrase)}
    )


def wilson(part: int, whole: int) -> tuple[Any, Any]:
    """Bounds of part of whole on the scale of net sentiment, from -1 to 1, to four places."""
    z2 = 1.96**2
    middle = (part + z2 / 2) / (whole + z2)
    half = (z2 * part * (whole - part) / whole + z2 * z2 / 4) ** 0.5 / (whole + z2)
    return pytest.approx(2 * (middle - half) - 1, abs=1e-4), pytest.approx(2 * (middle + half) - 1, abs=1e-4)


def ask_aspects(ask: Ask, platform: str, topic: str = TOPIC) -> dict[str, tuple[Any, ...]]:
    """The newest week's row of each aspect."""
    rows = ask(
        "select aspect, window_days, n_pos, n_neg, n_neu, nsr, lo, hi, top_phrase, n_docs, n_authors, status "
        "from mart_aspect_sentiment where week = ? and platform = ? and topic_id = ? order by aspect",
        LAST_DAY,
        platform,
        topic,
    )
    return {row[0]: row[1:] for row in rows}


def test_an_author_has_one_vote_on_an_aspect_and_an_advert_has_none(tmp_path: Path) -> None:
    dear = [write_post(number, 1, text="帐篷价格太贵了") for number in range(20)]
    cheap = [
        write_post(100 + number, 2, text="性价比很高，推荐", platform="bilibili") for number in range(15)
    ]
    # one of the twenty takes it back in a second post, another says it again
    turned = write_post(200, 2, text="性价比很高，想通了", author_key=dear[0].author_key)
    again = write_post(201, 2, text="还是太贵", author_key=dear[1].author_key)
    adverts = [write_post(300 + number, 1, text="性价比很高", is_ad=True) for number in range(40)]
    sellers = [write_post(400 + number, 1, text="性价比很高，左下角下单") for number in range(40)]
    posts = [*dear, *cheap, turned, again, *adverts, *sellers]
    labels = [label(post, "interests", "08.01") for post in posts]
    labels += [judge(post, "price", "negative", "太贵") for post in (*dear, again)]
    labels += [
        judge(post, "price", "positive", "性价比很高") for post in (*cheap, turned, *adverts, *sellers)
    ]
    labels += [label(post, "promotion", "promotional") for post in sellers]
    # a comment speaks of what it answers; a question judges nothing
    asked = write_post(500, 1, kind="comment", parent_id=dear[2].post_id, title=None, text="价格是多少？")
    labels += [judge(asked, "price", "neutral", "价格")]
    with build_world(tmp_path, [[*posts, asked]], labels) as ask:
        found = {platform: ask_aspects(ask, platform)["price"] for platform in ("all", "douyin", "bilibili")}
    both = (7, 15, 19, 2, pytest.approx(-4 / 34), *wilson(15, 34))
    dearer = (7, 0, 19, 2, -1.0, *wilson(0, 19))
    cheaper = (7, 15, 0, 0, 1.0, *wilson(15, 15))
    assert found == {
        "all": (*both, "太贵", 38, 36, "ok"),
        "douyin": (*dearer, "太贵", 23, 21, "low_support"),
        "bilibili": (*cheaper, "性价比很高", 15, 15, "low_support"),
    }


def test_28_days_speak_where_seven_have_too_few_and_later_ones_do_not(tmp_path: Path) -> None:
    # ten a week say so, until the last day; five of the last week said it before
    posts = [
        write_post(100 * week + number, 7 * week + 1, text="物流很慢")
        for week in range(5)
        for number in range(10)
    ]
    posts[:5] = [
        post.model_copy(update={"author_key": earlier.author_key})
        for post, earlier in zip(posts[:5], posts[10:15], strict=True)
    ]
    labels = [label(post, "interests", "08.01") for post in posts]
    labels += [judge(post, "delivery", "negative", "物流很慢") for post in posts]
    row = (-1.0, *wilson(0, 35), "物流很慢")
    with build_world(tmp_path / "now", [posts], labels) as ask:
        assert ask_aspects(ask, "all")["delivery"] == (28, 0, 35, 0, *row, 40, 35, "ok")
    # a week ago the last ten were not written yet: three weeks of ten before it, and the five weeks' first
    with build_world(tmp_path / "then", [posts], labels, as_of=LAST_DAY - timedelta(days=7)) as ask:
        assert ask(
            "select window_days, n_neg, n_docs from mart_aspect_sentiment "
            "where platform = 'all' and week = ?",
            LAST_DAY - timedelta(days=7),
        ) == [(28, 40, 40)]


def test_as_many_on_either_side_have_no_larger_side_to_quote(tmp_path: Path) -> None:
    posts = [write_post(number, 1, text="颜值高" if number % 2 else "样子丑") for number in range(40)]
    labels = [label(post, "interests", "08.01") for post in posts]
    labels += [
        judge(post, "look", *("positive", "颜值高") if number % 2 else ("negative", "样子丑"))
        for number, post in enumerate(posts)
    ]
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask_aspects(ask, "all")["look"][1:8] == (
            *(20, 20, 0, 0.0),
            *wilson(20, 40),
            None,
        )


TEXTS = (
    ("露营灯开箱", "@山野小店 https://v.douyin.com/abc123/ 亮度够，做工很好"),
    ("🏕️露营灯测评", "  用了三天！！！\n\n\n\n做工很好"),
    ("拆箱……", "等了一周…做工很好　　　@小红薯(xhs_12345)"),
    ("零下10℃的帐篷", "\u200b做工很好\u200b"),
    (None, "詢過客服@店小二 　做工很好"),
    ("＠山野社 新品", "寄到bb@qq.com了 www.shanye.cn/a?b=1 做工很好"),
)


def test_what_people_say_is_quoted_as_they_wrote_it(tmp_path: Path) -> None:
    posts = [
        write_post(number, 1, title=TEXTS[number % 6][0], text=TEXTS[number % 6][1]) for number in range(36)
    ]
    labels = [label(post, "interests", "08.01") for post in posts]
    labels += [judge(post, "quality", "positive", "做工很好") for post in posts]
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask_aspects(ask, "all")["quality"][7] == "做工很好"
    with duckdb.connect() as connection:
        connection.execute("set variable as_of = date '2026-03-01'")
        for name in ("wilson", "macros"):
            connection.execute(read_sql(name))
        for title, text in TEXTS:
            read = normalise_text("\n".join(part for part in (title, text) if part)).text
            (shown,) = connection.execute("select tagged_text(?, ?)", [title, text]).fetchall()[0]
            assert (len(shown), shown.index("做工很好")) == (len(read), read.index("做工很好"))


def test_a_review_is_no_comment_whichever_brand_it_names(tmp_path: Path) -> None:
    offer = make_listing(1, title="山野社露营灯", platform="douyin")
    video = write_post(1, 1)
    reviews = [
        write_post(
            10 + number, 1, kind="comment", parent_id=offer.listing_id, title=None, text="山野社的灯做工很好"
        )
        for number in range(3)
    ]
    comments = [
        write_post(20 + number, 1, kind="comment", parent_id=video.post_id, title=None, text="山野社做工差")
        for number in range(2)
    ]
    labels = [label(record, "entities", "brand:山野社") for record in (offer, video, *reviews, *comments)]
    # a review that names another brand too is a review of both
    labels += [label(reviews[0], "entities", "brand:云朵记")]
    labels += [label(post, "sentiment", "positive") for post in reviews]
    labels += [label(post, "sentiment", "negative") for post in comments]
    labels += [judge(post, "quality", "positive", "做工很好") for post in reviews]
    with build_world(tmp_path, [[offer, video, *reviews, *comments]], labels, brands=BRANDS) as ask:
        assert ask(
            "select brand_id, source, n_pos, n_neg from mart_topic_sentiment "
            "where platform = 'all' and brand_id is not null order by all"
        ) == [("云朵记", "review", 1, 0), ("山野社", "comment", 0, 2), ("山野社", "review", 3, 0)]
        assert ask_aspects(ask, "all", "brand:山野社")["quality"][1:4] == (3, 0, 0)
