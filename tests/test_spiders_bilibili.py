"""Bilibili: bullet comments, as the site sends them and as people save them."""

from __future__ import annotations

import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.errors import BadPayload, BadValue, Blocked, PageChanged, SourceFailed, UnknownPlatform
from spiders.page import Page
from spiders.parse import parse_saved
from spiders.platforms.bilibili import Bilibili
from spiders.privacy import Pseudonymiser
from spiders.sandbox.platforms.bilibili_comments import thread_comments
from tests.sandbox_crawl import WORLD, crawl_sandbox
from warehouse.records import Post

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
DANMAKU = (Path(__file__).parent / "fixtures" / "bilibili" / "danmaku" / "page.xml").read_bytes()


def deflate(text: bytes, window: int = -15) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(text) + packer.flush()


def read(body: bytes, url: str | None = None) -> list[object]:
    return list(parse_saved("bilibili", body, url, MOMENT, KEY))


@pytest.mark.parametrize("window", [-15, 15, 31], ids=["raw deflate", "zlib", "gzip"])
def test_a_file_saved_deflated_gives_what_the_clear_one_gives(window: int) -> None:
    assert read(deflate(DANMAKU, window)) == read(DANMAKU)


def test_the_same_sender_has_one_key_and_no_sender_is_taken_for_an_account() -> None:
    lines = "".join(
        f'<d p="1,1,25,0,1795320000,0,{sender},{number},10">好看</d>'
        for number, sender in enumerate(("12345678", "12345678", "abcdef01"))
    )
    body = f"<i><chatserver>c</chatserver><chatid>1</chatid>{lines}</i>"
    keys = [post.author_key for post in read(body.encode()) if isinstance(post, Post)]
    assert keys[0] == keys[1] != keys[2]
    assert KEY.author_key("bilibili", "12345678") not in keys


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (
            b'<!DOCTYPE i [<!ENTITY a "aaaa">]><i><chatserver/><chatid>1</chatid><d p="1">&a;</d></i>',
            BadPayload,
        ),
        (b"<!DOCTYPE html><html><body>x</body></html>", Blocked),
        (b"<html><body>x</body></html>", Blocked),
        (b'{"code": -404}', Blocked),
        (b"<i><other/></i>", PageChanged),
        (deflate(b"<i>" + b" " * (17 * 1024 * 1024)), BadPayload),
    ],
    ids=["entities", "html5", "html", "json", "another document", "bomb"],
)
def test_what_is_no_list_of_bullet_comments_is_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(body, "https://comment.bilibili.com/1.xml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_body_ends_in_anything_but_a_known_error(body: bytes) -> None:
    page = Page("", 200, {}, b"<i><chatserver/><chatid>1</chatid>" + body, MOMENT, "r")
    for read_as in (page, Page("", 200, {}, body, MOMENT, "r", {"kind": "danmaku"})):
        try:
            list(Bilibili(KEY).parse(read_as))
        except (BadValue, Blocked, PageChanged, UnknownPlatform):
            continue


@pytest.mark.process
def test_a_crawl_of_a_video_lands_it_with_every_comment_and_bullet_comment_once(tmp_path: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    post = next(
        post
        for post in WORLD.popular_at(moment)
        if 20 < post.counts_at(moment)["danmaku"] < 200 and 45 < post.counts_at(moment)["comments"] < 150
    )
    landed = crawl_sandbox(tmp_path, "bilibili", moment, targets=(post.post_id,))
    video, *lines = landed.records["posts"]
    assert (video["post_id"], video["views"]) == (post.post_id, post.counts_at(moment)["views"])
    assert video["hashtags"] == list(post.hashtags)
    assert {(line["kind"], line["parent_id"]) for line in lines} == {("comment", post.post_id)}
    planted = {line.danmaku_id: line.text for line in WORLD.danmaku_of(post, moment)}
    comments = WORLD.comments_of(post, moment)
    roots, children = thread_comments(comments)
    # Three answers are shown under each comment; the rest are on pages of their own.
    planted |= {comment.comment_id: comment.text for comment in roots}
    planted |= {child.comment_id: child.text for shown in children.values() for child in shown[:3]}
    assert len(roots) > 20, "more than one page of comments"
    assert sorted(line["post_id"] for line in lines) == sorted(planted)
    assert {line["post_id"]: line["text"] for line in lines} == planted
    assert landed.report.outcome == "complete"


@pytest.mark.process
def test_lists_are_named_as_targets_and_each_line_lands_once_a_board(tmp_path: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    landed = crawl_sandbox(tmp_path, "bilibili", moment, targets=("ranking", "ranking-160", "hotword"))
    boards = Counter(line["board"] for line in landed.records["board_entries"])
    assert boards["ranking"] == min(100, len(WORLD.popular_at(moment))) and boards["hotword"] == 30
    assert set(boards) <= {"ranking", "ranking-160", "hotword"}
    assert landed.report.outcome == "complete"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('<script>window._riskdata_={"v_voucher":"voucher_1"}</script>', Blocked),
        (
            '<script>window.__INITIAL_STATE__={"error":{"trueCode":-404,"message":"x"}};</script>',
            SourceFailed,
        ),
        ("<html><p>og:url</p></html>", PageChanged),
    ],
    ids=["risk control", "gone", "nothing"],
)
def test_a_page_without_its_video_says_why(body: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(body.encode(), "https://www.bilibili.com/video/BV1Q541167Qg")


def test_a_search_without_hits_is_an_empty_list() -> None:
    assert read(b'{"code":0,"message":"0","data":{"seid":"1","page":1,"numResults":0,"numPages":0}}') == []
