"""The tables of MediaCrawler's two schema generations: which columns tell them, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from spiders.imports.sample import TableSample
from warehouse.records import PostKind

CAPTURED = ("last_modify_ts", "add_ts")


@dataclass(frozen=True)
class CrawlerTable:
    """One table of one platform."""

    platform: str
    kind: PostKind
    tells: tuple[frozenset[str], ...]
    """Column sets, any of which tells this table from all others."""
    fields: Mapping[str, tuple[str, ...]]
    """Field of Post -> columns that may hold it, the best first."""
    lacks: frozenset[str] = frozenset()
    """Columns that this table never has."""
    kinds: Mapping[str, PostKind] = field(default_factory=dict)
    """Value of `kind_column` -> kind."""
    kind_column: str = ""
    accounts: tuple[str, ...] = ("user_id", "creator_hash")
    """Column of the account: the old generation's own id, or since 2026-07 its hash."""
    repeats_caption: bool = False
    """Whether the title is a copy of the caption, the platform having no titles."""
    likeness: Callable[[TableSample], bool] = lambda table: True
    """Whether the values look like this platform's, where the columns alone cannot tell."""

    def has_columns_of(self, table: TableSample) -> bool:
        """Whether a table has the columns of this one; some platforms share them."""
        return any(table.columns >= told for told in self.tells) and not table.columns & self.lacks


def _is_note_comment(table: TableSample) -> bool:
    if table.columns & {"pictures", "like_count"} and "comment_id" in table.columns:
        return True
    note = str(table.first("note_id") or "")
    return len(note) == 24 and all(letter in "0123456789abcdef" for letter in note)


def _is_bilibili_video(table: TableSample) -> bool:
    if "parent_comment_id" in table.columns:
        return True
    video = str(table.first("video_id") or "")
    return video.isdecimal() or video.startswith("BV")


def _set(*names: str) -> frozenset[str]:
    return frozenset(names)


_DOUYIN_ACCOUNTS = ("sec_uid", "user_id", "creator_hash")
"""Douyin's pages tell the long id of an account, so the same author gets the same key by every route."""

CRAWLER_TABLES: tuple[CrawlerTable, ...] = (
    CrawlerTable(
        "bilibili",
        "video",
        (
            _set("video_id", "video_danmaku"),
            _set("video_id", "video_play_count"),
            _set("video_id", "video_coin_count"),
        ),
        {
            "post_id": ("video_id",),
            "title": ("title",),
            "text": ("desc",),
            "published_at": ("create_time",),
            "views": ("video_play_count",),
            "likes": ("liked_count",),
            "comments": ("video_comment",),
            "shares": ("video_share_count",),
            "collects": ("video_favorite_count",),
            "danmaku": ("video_danmaku",),
        },
    ),
    CrawlerTable(
        "bilibili",
        "note",
        (_set("dynamic_id", "total_liked"), _set("dynamic_id", "pub_ts")),
        {
            "post_id": ("dynamic_id",),
            "text": ("text",),
            "published_at": ("pub_ts",),
            "comments": ("total_comments",),
            "shares": ("total_forwards",),
            "likes": ("total_liked",),
        },
    ),
    CrawlerTable(
        "douyin",
        "video",
        (_set("aweme_id", "aweme_type"), _set("aweme_id", "liked_count"), _set("aweme_id", "desc")),
        {
            "post_id": ("aweme_id",),
            "text": ("desc",),
            "published_at": ("create_time",),
            "likes": ("liked_count",),
            "comments": ("comment_count",),
            "shares": ("share_count",),
            "collects": ("collected_count",),
        },
        lacks=_set("comment_id", "digg_count"),
        accounts=_DOUYIN_ACCOUNTS,
        repeats_caption=True,
        kinds={"68": "note", "2": "note"},
        kind_column="aweme_type",
    ),
    CrawlerTable(
        "kuaishou",
        "video",
        (_set("video_id", "viewd_count"), _set("video_id", "video_play_url")),
        {
            "post_id": ("video_id",),
            "text": ("desc",),
            "published_at": ("create_time",),
            "likes": ("liked_count",),
            "views": ("viewd_count", "viewed_count"),
        },
        repeats_caption=True,
    ),
    CrawlerTable(
        "weibo",
        "note",
        (
            _set("note_id", "create_date_time"),
            _set("note_id", "comments_count", "shared_count"),
        ),
        {
            "post_id": ("note_id",),
            "text": ("content",),
            "published_at": ("create_time", "create_date_time"),
            "likes": ("liked_count",),
            "comments": ("comments_count",),
            "shares": ("shared_count",),
        },
        lacks=_set("comment_id", "comment_like_count"),
    ),
    CrawlerTable(
        "xiaohongshu",
        "note",
        (
            _set("note_id", "tag_list"),
            _set("note_id", "xsec_token"),
            _set("note_id", "collected_count"),
            _set("note_id", "last_update_time"),
        ),
        {
            "post_id": ("note_id",),
            "title": ("title",),
            "text": ("desc", "text"),
            "published_at": ("time", "create_time"),
            "hashtags": ("tag_list",),
            "likes": ("liked_count",),
            "collects": ("collected_count",),
            "comments": ("comment_count",),
            "shares": ("share_count",),
        },
        lacks=_set("comment_id", "create_date_time"),
        kinds={"video": "video"},
        kind_column="type",
    ),
    CrawlerTable(
        "tieba",
        "note",
        (_set("note_id", "tieba_name", "title"), _set("note_id", "total_replay_num")),
        {
            "post_id": ("note_id",),
            "title": ("title",),
            "text": ("desc",),
            "published_at": ("publish_time",),
            "comments": ("total_replay_num",),
            "category": ("tieba_name",),
        },
        lacks=_set("comment_id"),
    ),
    CrawlerTable(
        "zhihu",
        "answer",
        (_set("content_id", "voteup_count"), _set("content_id", "content_text")),
        {
            "post_id": ("content_id",),
            "parent_id": ("question_id",),
            "title": ("title",),
            "text": ("content_text", "desc"),
            "published_at": ("created_time",),
            "likes": ("voteup_count",),
            "comments": ("comment_count",),
            "url": ("content_url",),
        },
        lacks=_set("comment_id"),
        kinds={"answer": "answer", "article": "article", "zvideo": "video"},
        kind_column="content_type",
    ),
    CrawlerTable(
        "douyin",
        "comment",
        (_set("comment_id", "aweme_id"),),
        {"post_id": ("comment_id",), "parent_id": ("aweme_id",), "likes": ("like_count", "digg_count")},
        accounts=_DOUYIN_ACCOUNTS,
    ),
    CrawlerTable(
        "bilibili",
        "comment",
        (_set("comment_id", "video_id"),),
        {"post_id": ("comment_id",), "parent_id": ("video_id",), "likes": ("like_count",)},
        likeness=_is_bilibili_video,
    ),
    CrawlerTable(
        "kuaishou",
        "comment",
        (_set("comment_id", "video_id"),),
        {"post_id": ("comment_id",), "parent_id": ("video_id",), "likes": ("like_count",)},
    ),
    CrawlerTable(
        "weibo",
        "comment",
        (
            _set("comment_id", "note_id", "create_date_time"),
            _set("comment_id", "note_id", "comment_like_count"),
        ),
        {
            "post_id": ("comment_id",),
            "parent_id": ("note_id",),
            "likes": ("comment_like_count", "like_count"),
        },
    ),
    CrawlerTable(
        "tieba",
        "comment",
        (_set("comment_id", "note_id", "tieba_name"), _set("comment_id", "note_id", "tieba_id")),
        {"post_id": ("comment_id",), "parent_id": ("note_id",)},
    ),
    CrawlerTable(
        "zhihu",
        "comment",
        (_set("comment_id", "content_id"),),
        {"post_id": ("comment_id",), "parent_id": ("content_id",), "likes": ("like_count",)},
    ),
    CrawlerTable(
        "xiaohongshu",
        "comment",
        (_set("comment_id", "note_id"), _set("note_id", "parent_comment_id")),
        {"post_id": ("comment_id",), "parent_id": ("note_id",), "likes": ("like_count",)},
        likeness=_is_note_comment,
    ),
)
"""Every table of posts and comments, the more telling first."""

COMMENT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("content", "text"),
    "published_at": ("create_time", "publish_time", "create_date_time"),
    "comments": ("sub_comment_count",),
}
"""What the comment tables of all platforms share."""
