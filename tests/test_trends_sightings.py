"""A board line about a post that is read is a further sighting of it: both together are one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from math import log2
from pathlib import Path
from typing import Any

import pytest

from tests.heat_world import label_entry
from tests.incremental_world import Package, build_in_order, hash_marts
from tests.landed_packages import make_entry
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.records import Annotation, BoardEntry, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts

WORD = "露营"


def film(number: int, days_ago: float = 0, **fields: Any) -> Post:
    """A video of Bilibili whose text says more than its title."""
    given: dict[str, Any] = {
        "platform": "bilibili",
        "post_id": f"BV1xx{number:07}",
        "text": "全程记录，器材都在评论区",
        "url": f"https://www.bilibili.com/video/BV1xx{number:07}",
    }
    return write_post(number, days_ago, **(given | fields))


def show(post: Post, rank: int, days_ago: float = 0, **fields: Any) -> BoardEntry:
    """Its line on the board of popular videos."""
    given: dict[str, Any] = {
        "platform": post.platform,
        "board": "popular",
        "rank": rank,
        "title": post.title,
        "subject_id": post.post_id,
        "url": post.url,
        "captured_at": NOON - timedelta(days=days_ago),
    }
    return make_entry(**(given | fields))


def label_both(posts: Sequence[Post], lines: Sequence[BoardEntry]) -> list[Annotation]:
    """The word on every post and line, as a tagger that reads their titles gives it."""
    return [*(label(post, "keywords", WORD) for post in posts), *(label_entry(line, WORD) for line in lines)]


def test_a_video_on_a_board_is_one_document_of_one_author_and_keeps_its_rank(tmp_path: Path) -> None:
    posts = [film(number, 1) for number in range(1, 7)]
    lines = [show(posts[0], 7), show(posts[0], 3, board="weekly"), show(posts[1], 1)]
    with build_world(tmp_path, [[*posts, *lines]], label_both(posts, lines)) as ask:
        assert ask(
            "select day, n_docs, n_authors from mart_topic_day where platform = 'bilibili' order by day"
        ) == [(LAST_DAY - timedelta(days=1), 6, 6)]
        assert ask("select distinct subject_kind, is_primary from mart_topic_doc") == [("post", True)]
        assert ask(
            "select day, n_docs, n_authors from mart_exposure_day where platform = 'bilibili' order by day"
        ) == [(LAST_DAY - timedelta(days=1), 6, 6), (LAST_DAY, 0, 0)]
        assert ask("select n_docs, search_score from mart_topic_heat_daily where platform = 'bilibili'") == [
            (6, 1 / log2(4) + 1 / log2(2))
        ]


def test_a_line_of_an_unknown_post_is_a_document(tmp_path: Path) -> None:
    posts = [film(number) for number in range(1, 4)]
    unknown = show(film(99), 5)
    with build_world(tmp_path, [[*posts, unknown]], label_both(posts, [unknown])) as ask:
        assert ask("select n_docs, n_authors from mart_topic_day where platform = 'bilibili'") == [(4, 4)]


def test_the_number_of_a_row_is_no_video(tmp_path: Path) -> None:
    posts = [film(number, post_id=str(number), url=None) for number in range(1, 4)]
    other = make_entry("周末去哪儿露营", platform="bilibili", subject_id="1", captured_at=NOON)
    same = show(posts[1], 2)
    lines = [other, same]
    with build_world(tmp_path, [[*posts, *lines]], label_both(posts, lines)) as ask:
        assert ask("select n_docs from mart_topic_day where platform = 'bilibili'") == [(4,)]


def test_a_place_that_was_bought_is_no_rank_and_a_line_of_an_advert_no_document(tmp_path: Path) -> None:
    post, advert = film(1), film(2, is_ad=True)
    lines = [show(post, 4), show(post, 1, board="promoted", is_ad=True), show(advert, 1)]
    posts = [post, advert, film(3), film(4)]
    with build_world(tmp_path, [[*posts, *lines]], label_both(posts, lines)) as ask:
        assert ask(
            "select n_docs, n_authors, search_score from mart_topic_heat_daily where platform = 'bilibili'"
        ) == [(3, 3, pytest.approx(1 / log2(5), abs=1e-6))]


def test_one_account_on_a_board_is_no_rise(tmp_path: Path) -> None:
    # eight others a day speak of something else; then one account fills a board, beside four who are calm
    others = [film(1000 + number, number / 8) for number in range(8 * 70)]
    before = [film(500 + number, 10 + 6 * number) for number in range(8)]
    loud = [film(number, number / 100, author_key="a" * 64) for number in range(1, 12)]
    calm = [film(100 + number, number / 100) for number in range(4)]
    lines = [show(post, rank) for rank, post in enumerate(loud, start=1)]
    labels = label_both([*before, *loud, *calm], lines)
    with build_world(tmp_path, [[*others, *before, *loud, *calm, *lines]], labels) as ask:
        rows = ask(
            "select x, n_authors, round(effective_authors, 2), level, status from mart_topic_burst "
            "where grain = 'd' and day = ? and platform = 'bilibili'",
            LAST_DAY,
        )
    assert rows == [(15, 5, 2.58, "none", "low_support")]


def make_arrivals() -> list[Package]:
    """A fortnight of videos; lines of some, of days before and after; a video whose line came before it."""
    posts = [film(number, number / 3) for number in range(1, 43)]
    late = [film(90, 4), film(91, 2)]
    lines = [show(post, 1 + place, 3) for place, post in enumerate([*posts[5:12], *late])]
    again = [
        show(posts[7], 1, 1),
        show(late[0], 2, 1, board="weekly"),
        # the title of a video that was renamed since, and of one without any text
        show(posts[8], 3, 1, title="旧标题：第一次一个人露营"),
        show(film(92, 6, text=""), 4, 1),
    ]
    untold = film(92, 6, text="")
    return [
        ([*posts, *lines], label_both(posts, lines)),
        ([*late, *again], label_both(late, again)),
        ([untold], label_both([untold], [])),
    ]


def test_any_order_of_posts_and_lines_gives_the_marts_of_one_build(tmp_path: Path) -> None:
    packages = make_arrivals()
    whole = build_in_order(tmp_path / "whole", packages, [])
    for number, order in enumerate(list(permutations(packages))[1::2]):
        found = build_in_order(tmp_path / str(number), order, [0, 1])
        assert {name for name in whole if found[name] != whole[name]} == set()


def test_a_line_whose_post_comes_later_and_goes_again_is_a_document_meanwhile(tmp_path: Path) -> None:
    packages = make_arrivals()
    asked = "select sum(n_docs), max(day) from mart_topic_day where platform = 'bilibili'"
    build_in_order(tmp_path, packages[:1], [])
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        alone = warehouse.connection.execute(asked).fetchall()
        hashed = hash_marts(warehouse.connection)
    # 42 videos, and two lines of videos that nobody has read
    assert alone[0][0] == 44
    build_in_order(tmp_path, [([], []), packages[1]], [])
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        assert connection.execute(asked).fetchall()[0][0] == 45
        connection.execute("delete from core_posts where post_id in ('BV1xx0000090', 'BV1xx0000091')")
        connection.execute("delete from core_board_entries where last_seen_at > ?", [NOON - timedelta(2)])
        build_marts(warehouse, "run-1", taxonomy=TAXONOMY)
        assert connection.execute(asked).fetchall() == alone
        found = hash_marts(connection)
    kept = ("mart_topic_day", "mart_topic_doc", "mart_exposure_day", "mart_topic")
    assert [found[name] for name in kept] == [hashed[name] for name in kept]


def test_a_line_still_tells_a_story_that_another_platform_tells_too(tmp_path: Path) -> None:
    post = film(1, title="县城夜市摊主走红全网")
    lines = [
        show(post, 1),
        make_entry("县城夜市摊主走红全网", platform="weibo", captured_at=NOON - timedelta(hours=3)),
    ]
    with build_world(tmp_path, [[post, *lines]], []) as ask:
        assert ask("select platform_a, platform_b from mart_story_match") == [("bilibili", "weibo")]
