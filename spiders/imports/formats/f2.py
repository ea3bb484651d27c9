"""f2's SQLite databases in (every column text, lists as JSON), Douyin videos and notes out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from spiders.imports.drafts import ColumnPick, Fields, harvest_posts
from spiders.imports.format import ImportFormat
from spiders.imports.raw_batch import Cell
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample
from spiders.imports.tables import read_tables

_FIELDS: Fields = {
    "post_id": ("aweme_id",),
    "author_id": ("sec_user_id", "uid"),
    "text": ("desc_raw", "desc"),
    "hashtags": ("hashtag_names",),
    "published_at": ("create_time",),
    "is_ad": ("is_ads",),
    "likes": ("digg_count",),
    "comments": ("comment_count",),
    "shares": ("share_count",),
    "collects": ("collect_count",),
}
_CLOCK = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2})-(\d{2})-(\d{2})")
_NO_LIST = frozenset({"", "[]", "null", "none", "{}"})


class F2(ImportFormat):
    """The table video_info; the tables of accounts are counted and left out."""

    name = "f2"
    title = "f2: Douyin videos and notes (SQLite)"

    def detect(self, sample: Sample) -> float:
        """By the columns of video_info, or of the account tables."""
        if any(table.has("aweme_id", "digg_count", "sec_user_id") for table in sample.tables):
            return 0.95
        return 0.5 if any(table.name == "user_info_web" for table in sample.tables) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every table of the database."""
        for batch in read_tables(request.identity):
            if "aweme_id" not in batch.names:
                is_account = batch.table.startswith("user_info")
                yield Harvest(
                    skipped={"account_table" if is_account else "table_without_posts": batch.rows},
                    rejected=batch.bad_rows,
                )
                continue
            pick = ColumnPick(batch, _FIELDS)
            pick.use("images")
            pick.columns["kind"] = [
                "note" if _has_items(cell) else "video" for cell in batch.values("images")
            ]
            pick.columns["hashtags"] = [_read_list(cell) for cell in pick.columns.get("hashtags", ())] or [
                None
            ] * batch.rows
            pick.columns["published_at"] = _read_times(pick.columns.get("published_at", [None] * batch.rows))
            yield harvest_posts(pick, request, "douyin", "video")


def _has_items(cell: Cell) -> bool:
    return cell is not None and str(cell).strip().lower() not in _NO_LIST


def _read_list(cell: Cell) -> Cell:
    try:
        return json.loads(cell) if isinstance(cell, str) and cell.startswith("[") else cell
    except ValueError:
        return None


def _read_times(cells: Sequence[Cell]) -> list[Cell]:
    """f2 writes the clock with dashes, 2025-06-01 12-30-00, so that it can be part of a file name."""
    return [_CLOCK.sub(r"\1 \2:\3:\4", cell) if isinstance(cell, str) else cell for cell in cells]
