"""A table of a MediaCrawler file and hints of where it lay in; which of the tool's tables it is, out."""

from __future__ import annotations

from collections.abc import Mapping

from spiders.imports.mediacrawler_tables import CRAWLER_TABLES, CrawlerTable
from spiders.imports.sample import TableSample

FOLDERS: Mapping[str, str] = {
    "xhs": "xiaohongshu",
    "douyin": "douyin",
    "dy": "douyin",
    "kuaishou": "kuaishou",
    "ks": "kuaishou",
    "bilibili": "bilibili",
    "bili": "bilibili",
    "weibo": "weibo",
    "wb": "weibo",
    "tieba": "tieba",
    "zhihu": "zhihu",
}
"""Folder or table prefix of MediaCrawler -> platform."""

ACCOUNT_TABLE_WORDS = ("creator", "up_info", "contact", "user_info", "profile")
"""Words in the name of a table or file that holds accounts: counted, never read."""


def find_crawler_table(table: TableSample, hint: str) -> CrawlerTable | None:
    """The MediaCrawler table that a table is; None when it is none.

    `hint` is the platform that the user or the path names: it decides where platforms share their columns.
    """
    known = [shape for shape in CRAWLER_TABLES if shape.has_columns_of(table)]
    hinted = next((shape for shape in known if shape.platform == hint), None)
    return hinted or next((shape for shape in known if shape.likeness(table)), None)


def read_path_hint(path_words: str) -> str:
    """The platform whose folder MediaCrawler would have put the file in; empty without one."""
    parts = set(path_words.replace(".", "/").replace("_", "/").split("/"))
    return next((platform for folder, platform in FOLDERS.items() if folder in parts), "")


def is_account_table(name: str, columns: frozenset[str]) -> bool:
    """True for tables that tell about accounts instead of posts."""
    has_posts = columns & {"comment_id", "note_id", "aweme_id", "video_id", "content_id", "dynamic_id"}
    is_named = any(word in name.lower() for word in ACCOUNT_TABLE_WORDS)
    return not has_posts and (
        is_named or len(columns & {"fans", "follows", "interaction", "total_fans", "fan_id"}) > 0
    )
