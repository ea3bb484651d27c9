"""Weibo: the crawl ends with the boards of the sandbox; stop signs stop; other wrappings are read too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.errors import Blocked, SourceFailed
from spiders.page import Page
from spiders.parse import parse_saved
from spiders.platforms.weibo import Weibo
from spiders.privacy import Pseudonymiser
from tests.sandbox_crawl import WORLD, crawl_sandbox
from warehouse.records import Post, Rejection

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.mark.process
def test_a_crawl_lands_both_boards_with_every_line_once(tmp_path: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    landed = crawl_sandbox(tmp_path, "weibo", moment)
    lines = WORLD.board_at(moment, "weibo", "hot")
    assert landed.report.outcome == "complete" and set(landed.records) == {"board_entries"}
    for board in ("hot_search", "hot_band"):
        entries = [entry for entry in landed.records["board_entries"] if entry["board"] == board]
        assert sorted(entry["title"] for entry in entries) == sorted(line.title for line in lines)
        shown = {entry["title"]: entry for entry in entries}
        place = 0
        for line in lines:
            place += not line.is_pinned
            entry = shown[line.title]
            assert entry["is_ad"] == line.is_ad
            assert entry["rank"] == (None if line.is_pinned else place)
            if not line.is_ad and not line.is_pinned:
                assert (entry["heat"], entry["label"]) == (line.heat, line.label or None)


def read(body: object, url: str = "") -> list[object]:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return list(parse_saved("weibo", content, url or None, MOMENT, KEY))


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (
            "https://m.weibo.cn/api/container/getIndex?containerid=100103",
            '{"ok":-100,"url":"https://passport.weibo.com/sso/signin?entry=wapsso"}',
        ),
        (
            "https://m.weibo.cn/comments/hotflow?id=1",
            '{"ok":0,"errno":"100005","msg":"请求过于频繁","url":"x"}',
        ),
        ("https://api.weibo.com/2/statuses/show.json?id=1", '{"error":"expired_token","error_code":21327}'),
        ("https://weibo.com/ajax/side/hotSearch", '{"ok":1,"data":{"realtime":[]}}'),
        ("https://weibo.com/ajax/side/hotSearch", ""),
        ("https://s.weibo.com/top/summary", "<html><head><title>Sina Visitor System</title></head></html>"),
    ],
)
def test_walls_are_stop_signs(url: str, body: str) -> None:
    with pytest.raises(Blocked):
        read(body, url)


def test_an_error_that_is_no_wall_is_an_error_of_the_source() -> None:
    with pytest.raises(SourceFailed, match="20101"):
        read(
            {"error": "target weibo does not exist!", "error_code": 20101},
            "https://api.weibo.com/2/statuses/show.json",
        )


def test_the_end_of_a_list_gives_nothing_and_is_no_fault() -> None:
    end = {"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}
    assert read(end, "https://m.weibo.cn/api/container/getIndex?containerid=100103&page=9") == []
    assert (
        read(
            {"ok": 0, "msg": "快来发表你的评论吧"}, "https://m.weibo.cn/comments/hotflow?id=5230000000000200"
        )
        == []
    )


def test_statuses_of_the_open_interface_are_read_like_the_others() -> None:
    status = {
        "created_at": "Fri Nov 20 18:00:00 +0800 2026",
        "id": 5229000000000001,
        "idstr": "5229000000000001",
        "text": "#围炉煮茶# 又火了 http://t.cn/A6",
        "source": '<a href="http://weibo.com/">网页版</a>',
        "user": {"id": 2600000011, "idstr": "2600000011", "screen_name": "茶馆"},
        "reposts_count": 1,
        "comments_count": 2,
        "attitudes_count": 3,
    }
    for body in (
        status,
        {"statuses": [status], "total_number": 1},
        {"result": {"data": {"list": [status]}}},
        [status],
    ):
        found = read(body)
        assert len(found) == 1
        post = found[0]
        assert isinstance(post, Post)
        assert (post.post_id, post.hashtags, post.likes) == ("5229000000000001", ("围炉煮茶",), 3)
        assert post.author_key == KEY.author_key("weibo", "2600000011")


def test_no_address_names_an_author() -> None:
    status = {"id": "1", "bid": "Qa", "created_at": "刚刚", "text": "x", "user": {"id": 2600000011}}
    page = Page("", 200, {}, json.dumps({"status": status}).encode(), MOMENT, "r", {"kind": "statuses"})
    (post,) = Weibo(KEY).parse(page)
    assert "2600000011" not in post.model_dump_json()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "notice",
    [
        "抱歉，此微博已被作者删除。查看帮助：<a href='https://kefu.weibo.com'>网页链接</a>",
        "抱歉，作者已设置仅展示半年内微博，此微博已不可见。",
        "该微博因被多人投诉，已被删除",
    ],
)
def test_a_notice_where_a_status_was_is_no_post(notice: str) -> None:
    gone = {"id": "5230000000000203", "created_at": "刚刚", "text": notice, "user": None}
    said = {
        **gone,
        "id": "5230000000000204",
        "text": "抱歉来晚了，今天的微博是露营",
        "user": {"id": 2600000011},
    }
    first, second = read({"statuses": [gone, said]}, "https://api.weibo.com/2/statuses/show.json")
    assert isinstance(first, Rejection) and first.reason == "gone"
    assert isinstance(second, Post)


def test_the_most_repeated_cards_of_a_search_say_so_behind_their_time_and_are_kept() -> None:
    card = (
        '<div class="card-wrap" mid="{mid}"><div class="content">'
        '<div class="info"><a href="//weibo.com/u/2600000010" class="name">路过</a></div>'
        '<p class="txt" node-type="feed_list_content">拼豆店周末要排队两小时</p>'
        '<div class="from"><a href="//weibo.com/2600000010/QcYa2">{shown}</a> 来自 <a>微博网页版</a></div>'
        "</div></div>"
    )
    shown = ("今天 03:55 转赞人数超过40", "8分钟前\n 转赞人数超过2000", "05月25日 21:02 @阿信 赞过")
    cards = "".join(card.format(mid=5230000000000600 + at, shown=text) for at, text in enumerate(shown))
    page = f'<html><body><div id="pl_feedlist_index">{cards}</div></body></html>'
    found = read(page, "https://s.weibo.com/weibo?q=拼豆")
    assert [
        post.published_at.isoformat() for post in found if isinstance(post, Post) and post.published_at
    ] == [
        "2026-11-21T19:55:00+00:00",
        "2026-11-22T04:22:00+00:00",
        "2026-05-25T13:02:00+00:00",
    ]
    assert len(found) == 3 and "阿信" not in "".join(map(repr, found))
