"""Zhihu: the crawl ends with the hot list and the daily of the sandbox; walls and silent blocks stop it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.moments import SHANGHAI
from spiders.parse import parse_saved
from spiders.privacy import Pseudonymiser
from tests.sandbox_crawl import WORLD, crawl_sandbox
from warehouse.records import BoardEntry, Post, Rejection

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
HOT = "https://www.zhihu.com/api/v3/feed/topstory/hot-lists/total?limit=50"
SEARCH = "https://www.zhihu.com/api/v4/search_v3?t=general&q=x"


@pytest.mark.process
def test_a_crawl_lands_the_hot_list_and_the_daily_with_every_line_once(tmp_path: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    landed = crawl_sandbox(tmp_path, "zhihu", moment)
    lines = [x for x in WORLD.board_at(moment, "zhihu", "hot") if not x.is_ad and not x.is_pinned]
    assert landed.report.outcome == "complete" and set(landed.records) == {"board_entries", "posts"}

    entries = [entry for entry in landed.records["board_entries"] if entry["board"] == "hot_questions"]
    assert [
        (entry["rank"], entry["title"]) for entry in sorted(entries, key=lambda entry: entry["rank"])
    ] == [(rank, line.title) for rank, line in enumerate(lines, 1)]
    heats = {line.title: (line.heat or 0) // 10_000 * 10_000 for line in lines}
    assert {entry["title"]: entry["heat"] for entry in entries} == heats

    questions = [post for post in landed.records["posts"] if post["kind"] == "question"]
    assert sorted(post["title"] for post in questions) == sorted(line.title for line in lines)
    assert all(post["comments"] is not None and post["text"] for post in questions)

    stories = [post for post in landed.records["posts"] if post["kind"] == "article"]
    daily = [entry for entry in landed.records["board_entries"] if entry["board"] == "daily"]
    today = moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    assert len(stories) == len(daily) == 6
    assert {datetime.fromisoformat(post["published_at"]) for post in stories} == {today}


def read(body: object, url: str = "") -> list[Post | BoardEntry | Rejection]:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return list(parse_saved("zhihu", content, url or None, MOMENT, KEY))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (HOT, '{"data": [], "paging": {"is_end": true}}'),
        (HOT, '{"error":{"code":101,"name":"AuthenticationInvalidRequest","message":"x"}}'),
        (
            SEARCH,
            '{"error":{"need_login":true,"redirect":"https://www.zhihu.com/account/unhuman","code":40353}}',
        ),
        (SEARCH, "<html><title>403</title></html>"),
        (
            "https://www.zhihu.com/topsearch",
            '<script id="js-initialData">{"initialState":{"topsearch":{"data":[]}}}</script>',
        ),
        ("https://zhuanlan.zhihu.com/p/1", '<meta id="zh-zse-ck" content="x"><script src="a.js"></script>'),
    ],
)
def test_walls_and_silent_blocks_are_stop_signs(url: str, body: str) -> None:
    with pytest.raises(Blocked):
        read(body, url)


def test_a_missing_answer_is_an_error_of_the_source_and_a_page_without_state_has_changed() -> None:
    with pytest.raises(SourceFailed, match="404"):
        read('{"error":{"code":404,"message":"资源不存在"}}', "https://www.zhihu.com/api/v4/answers/1")
    with pytest.raises(PageChanged, match="initialState"):
        read(
            '<script id="js-initialData">{"initialState":{"common":{}}}</script>',
            "https://www.zhihu.com/question/1",
        )


def test_a_single_answer_and_a_pin_are_read_like_those_in_lists() -> None:
    answer = {
        "id": 3100000009,
        "type": "answer",
        "question": {"id": 7, "title": "怎么选"},
        "content": "<p>随便</p>",
    }
    answer |= {
        "voteup_count": "1.2 万",
        "comment_count": 0,
        "created_time": 1795000000,
        "author": {"id": "0"},
    }
    pin = {"id": "9", "type": "pin", "content": [{"type": "text", "content": "今天的晚霞"}], "like_count": 3}
    for body in (answer, {"data": answer}, {"data": [{"target": answer}]}, {"data": {"data": [answer]}}):
        (found,) = read(body, "https://www.zhihu.com/api/v4/answers/3100000009")
        assert isinstance(found, Post)
        assert (found.kind, found.parent_id, found.title, found.likes) == ("answer", "7", "怎么选", 12_000)
        assert found.author_key is None
    (found,) = read({"data": [pin]}, "https://www.zhihu.com/api/v4/members/x/pins")
    assert isinstance(found, Post) and (found.kind, found.text, found.likes) == ("note", "今天的晚霞", 3)


@pytest.mark.parametrize(
    "line",
    [
        {
            "target": {
                "title_area": {"text": "第一次露营要准备什么？"},
                "metrics_area": {"text": "热度累计中"},
                "link": {"url": "https://www.zhihu.com/question/650000009"},
            }
        },
        {
            "detail_text": "热度累计中",
            "target": {"id": 650000009, "type": "question", "title": "第一次露营要准备什么？"},
        },
    ],
    ids=["areas", "flat"],
)
def test_a_line_whose_heat_is_not_counted_yet_is_a_line_without_heat(line: dict[str, object]) -> None:
    entry, question = read({"data": [{"type": "hot_list_feed", "card_id": "Q_650000009", **line}]}, HOT)
    assert isinstance(entry, BoardEntry) and isinstance(question, Post)
    assert (entry.rank, entry.title, entry.heat) == (1, "第一次露营要准备什么？", None)
