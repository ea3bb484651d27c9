"""MediaCrawler's files in (both schema generations, all its file types), posts and comments out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from spiders.bilibili_ids import encode_bvid
from spiders.imports.drafts import ColumnPick, harvest_posts
from spiders.imports.format import ImportFormat
from spiders.imports.identifiers import LostDigits, normalise_id
from spiders.imports.landing_rows import make_id
from spiders.imports.mediacrawler_detection import find_crawler_table, is_account_table, read_path_hint
from spiders.imports.mediacrawler_tables import CAPTURED, COMMENT_FIELDS, CrawlerTable
from spiders.imports.raw_batch import Cell, RawBatch
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample, TableSample
from spiders.imports.tables import read_tables
from spiders.imports.texts import map_values

_MARKS = frozenset({"last_modify_ts", "creator_hash", "source_keyword", "add_ts"})


class MediaCrawler(ImportFormat):
    """Contents and comments of seven platforms; creators and contacts are counted and left out."""

    name = "mediacrawler"
    title = "MediaCrawler: posts and comments (JSON, JSON lines, CSV, SQLite, Excel)"

    def detect(self, sample: Sample) -> float:
        """By the columns of any table; the tool's own marks make it certain."""
        if not sample.is_table or sample.is_mapped:
            return 0.0
        if is_account_table(sample.path_words, sample.first_table.columns):
            return 0.6
        known = [table for table in sample.tables if table.rows and find_crawler_table(table, "")]
        if not known:
            return 0.0
        return 0.95 if any(table.columns & _MARKS for table in known) else 0.7

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Batch by batch; tables that are neither posts nor comments are skipped and counted."""
        shapes = {
            table.name: find_crawler_table(table, _find_hint(request, sample, table))
            for table in sample.tables
            if table.rows
        }
        columns = {table.name: table.columns for table in sample.tables}
        for batch in read_tables(request.identity):
            shape = shapes.get(batch.table)
            if shape is None:
                place = batch.table or sample.path_words
                is_account = is_account_table(place, columns.get(batch.table, frozenset()))
                reason = "account_table" if is_account else "table_without_posts"
                yield Harvest(skipped={reason: batch.rows}, rejected=batch.bad_rows)
            else:
                yield _read_batch(batch, shape, request)


def _find_hint(request: ImportRequest, sample: Sample, table: TableSample) -> str:
    return request.platform or read_path_hint(table.name.lower()) or read_path_hint(sample.path_words)


def _read_batch(batch: RawBatch, shape: CrawlerTable, request: ImportRequest) -> Harvest:
    fields = {
        **shape.fields,
        "author_id": shape.accounts,
        "captured_at": CAPTURED,
        "query": ("source_keyword",),
    }
    if shape.kind == "comment":
        fields |= COMMENT_FIELDS
    pick = ColumnPick(batch, fields)
    pick.use(shape.kind_column, *CAPTURED)
    if shape.kind_column:
        values = batch.values(shape.kind_column)
        pick.columns["kind"] = [shape.kinds.get(str(value), shape.kind) for value in values]
    if shape.repeats_caption:
        captions = zip(pick.columns.get("text", ()), batch.values("title"), strict=False)
        pick.columns["text"] = [text or title for text, title in captions] or batch.values("title")
        pick.use("title")
    _complete_ids(shape, pick.columns)
    return harvest_posts(pick, request, shape.platform, shape.kind)


def _complete_ids(shape: CrawlerTable, columns: dict[str, Sequence[Any]]) -> None:
    if "post_id" not in columns:
        parts = [columns[name] for name in ("parent_id", "published_at", "text") if name in columns]
        columns["post_id"] = [make_id(*row) for row in zip(*parts, strict=True)]
    if shape.platform == "bilibili" and shape.kind in {"video", "comment"}:
        field = "post_id" if shape.kind == "video" else "parent_id"
        columns[field] = map_values(columns[field], _read_video_id)


def _read_video_id(value: Cell) -> Cell:
    """MediaCrawler keeps Bilibili's number of a video; its addresses and all other routes know the BV id."""
    try:
        number = normalise_id(value)
    except LostDigits:
        return value
    return encode_bvid(int(number)) if number and number.isdecimal() and 0 < int(number) < 1 << 51 else value
