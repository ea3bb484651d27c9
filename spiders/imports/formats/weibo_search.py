"""Files of dataabc/weibo-search in (one CSV a keyword, or its SQLite), Weibo posts out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from spiders.imports.drafts import ColumnPick, Fields, harvest_posts
from spiders.imports.format import ImportFormat
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample
from spiders.imports.tables import read_tables

_FIELDS: Fields = {
    "post_id": ("id",),
    "author_id": ("user_id",),
    "text": ("微博正文", "text"),
    "hashtags": ("话题", "topics"),
    "published_at": ("发布时间", "created_at"),
    "likes": ("点赞数", "attitudes_count"),
    "comments": ("评论数", "comments_count"),
    "shares": ("转发数", "reposts_count"),
}
_VIDEO = ("微博视频url", "video_url")


class WeiboSearch(ImportFormat):
    """One row a post; a reposted original is a row of its own."""

    name = "weibo_search"
    title = "dataabc/weibo-search: posts of a keyword (CSV, SQLite)"

    def detect(self, sample: Sample) -> float:
        """By its Chinese heading, or by the SQL table that has membership columns."""
        table = sample.first_table
        if table.has("bid", "微博正文"):
            return 0.95
        return 0.9 if any(t.has("bid", "attitudes_count", "vip_type") for t in sample.tables) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every batch; the keyword is the name of the folder that the tool made for it."""
        keyword = find_keyword(request.identity.path)
        for batch in read_tables(request.identity):
            pick = ColumnPick(batch, _FIELDS)
            if "post_id" not in pick.columns or "text" not in pick.columns:
                yield Harvest(skipped={"table_without_posts": batch.rows}, rejected=batch.bad_rows)
                continue
            videos = next((batch.values(name) for name in _VIDEO if name in pick.names), [None] * batch.rows)
            pick.use(*_VIDEO)
            pick.columns["kind"] = ["video" if video else "note" for video in videos]
            pick.columns["query"] = [keyword] * batch.rows
            yield harvest_posts(pick, request, "weibo", "note")


def find_keyword(path: Path) -> str | None:
    """`结果文件/迪士尼/迪士尼.csv` -> 迪士尼; None when folder and file have different names."""
    folder, stem = unquote(path.resolve().parent.name), unquote(path.stem)
    return stem if folder == stem else None
