"""Files of dataabc/weibo-crawler in (CSV, JSON, SQLite), Weibo posts, reposted originals and comments out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spiders.imports.drafts import ColumnPick, Fields, harvest_posts
from spiders.imports.format import ImportFormat
from spiders.imports.json_text import read_json_object
from spiders.imports.raw_batch import RawBatch, Row
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample
from spiders.imports.tables import bad_object, read_tables

_POSTS: Fields = {
    "post_id": ("id",),
    "author_id": ("user_id", "用户id"),
    "text": ("正文", "text"),
    "hashtags": ("话题", "topics"),
    "published_at": ("完整日期", "full_created_at", "日期", "created_at"),
    "likes": ("点赞数", "attitudes_count"),
    "comments": ("评论数", "comments_count"),
    "shares": ("转发数", "reposts_count"),
}
_COMMENTS: Fields = {
    "post_id": ("id",),
    "parent_id": ("weibo_id",),
    "author_id": ("user_id", "user_screen_name"),
    "text": ("text",),
    "published_at": ("created_at",),
    "likes": ("like_count",),
}
_ORIGINAL = "源微博"
_VIDEO = ("视频url", "video_url")


class WeiboCrawler(ImportFormat):
    """One file an account: posts, the originals they repost, comments; account tables are left out."""

    name = "weibo_crawler"
    title = "dataabc/weibo-crawler: posts and comments of accounts (CSV, JSON, SQLite)"

    def detect(self, sample: Sample) -> float:
        """By its Chinese heading, its JSON object of user and weibo, or its SQL tables."""
        table = sample.first_table
        if table.has("bid", "正文") or table.has("weibo_id", "user_screen_name", "text"):
            return 0.95
        if table.has("user", "weibo") and isinstance(table.first("weibo"), list):
            return 0.95
        if table.has("用户id", "昵称", "微博数"):
            return 0.9
        return 0.85 if any(t.has("bid", "attitudes_count", "reposts_count") for t in sample.tables) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every table of the file."""
        for batch in self._read_batches(request, sample):
            if "weibo_id" in batch.names:
                yield harvest_posts(ColumnPick(batch, _COMMENTS), request, "weibo", "comment")
            elif "id" in batch.names and {"正文", "text"} & set(batch.names):
                yield _read_posts(batch, request)
                yield from _read_originals(batch, request)
            else:
                reason = (
                    "account_table" if {"screen_name", "昵称"} & set(batch.names) else "table_without_posts"
                )
                yield Harvest(skipped={reason: batch.rows}, rejected=batch.bad_rows)

    def _read_batches(self, request: ImportRequest, sample: Sample) -> Iterator[RawBatch]:
        if not sample.first_table.has("user", "weibo"):
            yield from read_tables(request.identity)
            return
        posts = read_json_object(request.identity).get("weibo")
        listed = posts if isinstance(posts, list) else []
        rows = [row for row in listed if isinstance(row, dict)]
        originals = [row["retweet"] for row in rows if isinstance(row.get("retweet"), dict)]
        strays = tuple(bad_object(value) for value in listed if not isinstance(value, dict))
        yield RawBatch("weibo", records=[*rows, *originals], bad_rows=strays)


def _read_posts(batch: RawBatch, request: ImportRequest) -> Harvest:
    pick = ColumnPick(batch, _POSTS)
    videos = next((batch.values(name) for name in _VIDEO if name in pick.names), [None] * batch.rows)
    pick.use(*_VIDEO, "retweet", *(name for name in pick.names if name.startswith(_ORIGINAL)))
    pick.columns["kind"] = ["video" if video else "note" for video in videos]
    stem = request.identity.path.stem
    if "author_id" not in pick.columns and stem.isdecimal():
        pick.columns["author_id"] = [stem] * batch.rows
    return harvest_posts(pick, request, "weibo", "note")


def _read_originals(batch: RawBatch, request: ImportRequest) -> Iterator[Harvest]:
    """The posts that were reposted: the same columns with 源微博 before their names."""
    if _ORIGINAL + "id" not in batch.names:
        return
    rows = [_strip_original(batch.row(at)) for at in range(batch.rows)]
    originals = [row for row in rows if str(row.get("id") or "").strip()]
    if originals:
        yield _read_posts(RawBatch("", records=originals), request)


def _strip_original(row: Row) -> dict[str, Any]:
    original = {
        name.removeprefix(_ORIGINAL): value for name, value in row.items() if name.startswith(_ORIGINAL)
    }
    return {**original, "user_id": row.get("源用户id")}
