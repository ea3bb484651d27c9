"""Items of Bilibili's answers in (VideoItem, Reply, hot word); posts and board lines out."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from spiders.captions import extract_hashtags
from spiders.fields import (
    pick,
    read_code,
    read_counts,
    read_heat,
    read_id,
    read_name,
    read_published,
    read_text,
    read_title,
    require_id,
    require_title,
)
from spiders.page import Json, Page
from spiders.platform import Platform
from warehouse.records import BoardEntry, Post

HOT_WORD_LABELS = {4: "新", 5: "热", 7: "直播", 9: "梗", 11: "话题", 12: "独家"}


def read_video(item: Json, page: Page, platform: Platform, tags: Sequence[str] = ()) -> Post:
    """A VideoItem of any list, or of the video's own answer, with the tags known besides."""
    bvid = require_id(pick(item, "bvid"))
    described = read_text(pick(item, "desc"))
    written = extract_hashtags(read_text(pick(item, "dynamic")), paired=True)
    return Post(
        **platform.stamp(page),
        post_id=bvid,
        kind="video",
        url=f"https://www.bilibili.com/video/{bvid}",
        title=require_title(pick(item, "title")),
        text="" if described == "-" else described,
        hashtags=tuple(dict.fromkeys([*tags, *written])),
        category=read_name(pick(item, "tname")),
        author_key=platform.author_key(read_id(pick(item, "owner", "mid"))),
        **read_published(pick(item, "pubdate"), page.captured_at),
        **read_counts(
            {
                "views": pick(item, "stat", "view"),
                "likes": pick(item, "stat", "like"),
                "comments": pick(item, "stat", "reply"),
                "shares": pick(item, "stat", "share"),
                "collects": pick(item, "stat", "favorite"),
                "danmaku": pick(item, "stat", "danmaku"),
            }
        ),
    )


def read_line(item: Json, page: Page, platform: Platform, board: str, rank: int) -> BoardEntry:
    """A VideoItem of a list -> its line on that board."""
    bvid = require_id(pick(item, "bvid"))
    return BoardEntry(
        **platform.stamp(page),
        board=board,
        rank=rank,
        title=require_title(pick(item, "title")),
        subject_id=bvid,
        label=read_name(pick(item, "rcmd_reason", "content")),
        category=read_name(pick(item, "tname")),
        url=f"https://www.bilibili.com/video/{bvid}",
    )


def read_hot_word(item: Json, page: Page, platform: Platform) -> BoardEntry:
    """A line of the hot searches."""
    keyword = require_title(pick(item, "keyword"))
    commercial = pick(item, "stat_datas", "is_commercial")
    return BoardEntry(
        **platform.stamp(page),
        board="hotword",
        rank=read_code(pick(item, "pos")) or None,
        title=read_title(pick(item, "show_name")) or keyword,
        subject_id=read_id(pick(item, "hot_id")) or keyword,
        heat=read_heat(pick(item, "heat_score")),
        label=HOT_WORD_LABELS.get(read_code(pick(item, "word_type")) or 0),
        is_ad=None if commercial is None else str(commercial) == "1",
        url=f"https://search.bilibili.com/all?keyword={quote(keyword)}",
    )


def read_comment(item: Json, page: Page, platform: Platform) -> Post:
    """A Reply -> a comment under its video."""
    return Post(
        **platform.stamp(page),
        post_id=require_id(pick(item, "rpid_str") or pick(item, "rpid")),
        kind="comment",
        parent_id=require_id(pick(item, "oid")),
        text=read_text(pick(item, "content", "message")),
        author_key=platform.author_key(read_id(pick(item, "mid") or pick(item, "member", "mid"))),
        **read_published(pick(item, "ctime"), page.captured_at),
        **read_counts({"likes": pick(item, "like"), "comments": pick(item, "rcount")}),
    )
