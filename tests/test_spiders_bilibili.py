"""Bilibili: bullet comments, as the site sends them and as people save them."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.errors import BadPayload, BadValue, Blocked, PageChanged, UnknownPlatform
from spiders.page import Page
from spiders.parse import parse_saved
from spiders.platforms.bilibili import Bilibili
from spiders.privacy import Pseudonymiser
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
def test_a_crawl_of_a_video_lands_it_with_every_bullet_comment_once(tmp_path: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    post = next(post for post in WORLD.popular_at(moment) if 20 < post.counts_at(moment)["danmaku"] < 200)
    landed = crawl_sandbox(tmp_path, "bilibili", moment, targets=(post.post_id,))
    video, *lines = landed.records["posts"]
    assert (video["post_id"], video["views"]) == (post.post_id, post.counts_at(moment)["views"])
    assert video["hashtags"] == list(post.hashtags)
    planted = WORLD.danmaku_of(post, moment)
    assert sorted(line["post_id"] for line in lines) == sorted(line.danmaku_id for line in planted)
    assert {line["post_id"]: line["text"] for line in lines} == {
        line.danmaku_id: line.text for line in planted
    }
    assert {(line["kind"], line["parent_id"]) for line in lines} == {("comment", post.post_id)}
    assert landed.report.outcome == "complete"
