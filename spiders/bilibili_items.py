"""Items of Bilibili's answers in (VideoItem, search hit, Reply, hot word); posts and board lines out."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, quote, urlsplit

from spiders.bilibili_ids import encode_bvid
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
from spiders.rich_text import read_rich_text
from warehouse.records import BoardEntry, Post

HOT_WORD_LABELS = {4: "新", 5: "热", 7: "直播", 9: "梗", 11: "话题", 12: "独家"}


def read_video(item: Json, page: Page, platform: Platform, tags: Sequence[str] = ()) -> Post:
    """A VideoItem of any list, or of the video's own answer, with the tags known besides.

    Lists of before 2020 have `play` and `video_review` beside the title, and no `stat`.
    """
    bvid = find_bvid(item)
    written = extract_hashtags(read_text(pick(item, "dynamic")), paired=True)
    return Post(
        **platform.stamp(page),
        post_id=bvid,
        kind="video",
        url=f"https://www.bilibili.com/video/{bvid}",
        title=require_title(pick(item, "title")),
        text=read_description(pick(item, "desc")),
        hashtags=tuple(dict.fromkeys([*tags, *written])),
        category=read_name(pick(item, "tname")) or read_name(pick(item, "tnamev2")),
        author_key=platform.author_key(read_id(pick(item, "owner", "mid") or pick(item, "mid"))),
        **read_published(pick(item, "pubdate"), page.captured_at),
        **read_counts(
            {
                "views": first(pick(item, "stat", "view"), pick(item, "play")),
                "likes": pick(item, "stat", "like"),
                "comments": pick(item, "stat", "reply"),
                "shares": pick(item, "stat", "share"),
                "collects": first(pick(item, "stat", "favorite"), pick(item, "favorites")),
                "danmaku": first(pick(item, "stat", "danmaku"), pick(item, "video_review")),
            }
        ),
    )


def read_hit(item: Json, page: Page, platform: Platform) -> Post:
    """A video among search results: `video_review` are its bullet comments, `review` its comments."""
    bvid, tags = find_bvid(item), pick(item, "tag")
    named = [name.strip() for name in tags.split(",")] if isinstance(tags, str) else []
    return Post(
        **platform.stamp(page),
        post_id=bvid,
        kind="video",
        url=f"https://www.bilibili.com/video/{bvid}",
        title=require_title(pick(item, "title")),
        text=read_description(pick(item, "description")),
        hashtags=tuple(dict.fromkeys(name for tag in named if (name := read_title(tag)))),
        category=read_name(pick(item, "typename")),
        author_key=platform.author_key(read_id(pick(item, "mid"))),
        **read_published(pick(item, "pubdate"), page.captured_at),
        query=read_title(parse_qs(urlsplit(page.url).query).get("keyword", [""])[0]),
        **read_counts(
            {
                "views": pick(item, "play"),
                "likes": pick(item, "like"),
                "comments": pick(item, "review"),
                "collects": pick(item, "favorites"),
                "danmaku": first(pick(item, "danmaku"), pick(item, "video_review")),
            }
        ),
    )


def read_description(shown: Json) -> str:
    """A video's description; a lone dash stands for none."""
    text = read_rich_text(shown)
    return "" if text == "-" else text


def find_bvid(item: Json) -> str:
    """The BV id of a video, from its number where only that is there; MissingField without either."""
    number = read_code(pick(item, "aid"))
    given = read_id(pick(item, "bvid"))
    return require_id(given or (encode_bvid(number) if number and 0 < number < 1 << 51 else None))


def first(*values: Json) -> Json:
    """The first value that is there."""
    return next((value for value in values if value is not None), None)


def read_line(item: Json, page: Page, platform: Platform, board: str, rank: int) -> BoardEntry:
    """A VideoItem of a list -> its line on that board."""
    bvid = find_bvid(item)
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


def read_hot_word(item: Json, page: Page, platform: Platform, place: int | None = None) -> BoardEntry:
    """A line of the hot searches; `place` is its place where the list tells none."""
    keyword = require_title(pick(item, "keyword"))
    commercial = first(pick(item, "stat_datas", "is_commercial"), pick(item, "is_commercial"))
    shown = read_code(pick(item, "pos")) or read_code(pick(item, "position"))
    return BoardEntry(
        **platform.stamp(page),
        board="hotword",
        rank=shown if shown and shown > 0 else place,
        title=read_title(pick(item, "show_name")) or keyword,
        subject_id=read_id(pick(item, "hot_id")) or keyword,
        heat=read_heat(pick(item, "heat_score")),
        label=HOT_WORD_LABELS.get(read_code(pick(item, "word_type")) or 0),
        is_ad=None if commercial is None else str(commercial) == "1",
        url=f"https://search.bilibili.com/all?keyword={quote(keyword)}",
    )


def read_comment(item: Json, page: Page, platform: Platform) -> Post:
    """A Reply -> a comment under its video, which is told by its number; of other things the number stays."""
    number = read_code(pick(item, "oid"))
    is_of_video = (read_code(pick(item, "type")) or 1) == 1 and number is not None and 0 < number < 1 << 51
    parent = page.context.get("bvid") or (encode_bvid(number) if is_of_video and number else None)
    return Post(
        **platform.stamp(page),
        post_id=require_id(pick(item, "rpid_str") or pick(item, "rpid")),
        kind="comment",
        parent_id=parent or read_id(pick(item, "oid_str")) or require_id(pick(item, "oid")),
        text=read_text(pick(item, "content", "message")),
        author_key=platform.author_key(read_id(pick(item, "mid") or pick(item, "member", "mid"))),
        **read_published(pick(item, "ctime"), page.captured_at),
        **read_counts({"likes": pick(item, "like"), "comments": pick(item, "rcount")}),
    )
