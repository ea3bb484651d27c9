"""Items as the answers of Douyin, TikTok and Xiaohongshu hold them, listed, in; posts and comments out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from spiders.errors import ImportRefused
from spiders.imports.drafts import harvest_items
from spiders.imports.format import ImportFormat
from spiders.imports.native_items import NATIVE_READERS
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample
from spiders.imports.tables import read_tables

_MARKS: Mapping[str, tuple[frozenset[str], ...]] = {
    "douyin": (frozenset({"aweme_id", "statistics"}), frozenset({"awemeId", "authorInfo"})),
    "tiktok": (frozenset({"id", "desc", "createTime", "stats"}),),
    "xiaohongshu": (frozenset({"id", "note_card"}), frozenset({"id", "noteCard"})),
}
"""Members that only a platform's own items have together."""


class NativeItems(ImportFormat):
    """What scripts and downloaders write out of a platform's answers, item by item."""

    name = "native_items"
    title = "items of Douyin, TikTok or Xiaohongshu as their answers hold them (JSON list, NDJSON)"

    def detect(self, sample: Sample) -> float:
        """By members that hold others, which no tool's own table has."""
        return 0.9 if sample.is_table and not sample.is_mapped and _recognise(sample) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every batch of the file."""
        platform = _recognise(sample)
        if platform is None:
            raise ImportRefused(f"{request.identity.path.name} holds no items of a platform that are known.")
        read_item = NATIVE_READERS[platform]
        for batch in read_tables(request.identity):
            skipped: Counter[str] = Counter()
            rows: list[dict[str, Any]] = []
            for at in range(batch.rows):
                fields = read_item(batch.row(at))
                if isinstance(fields, str):
                    skipped[fields] += 1
                else:
                    rows.append({**fields, "platform": platform})
            yield harvest_items(rows, batch.bad_rows, skipped, request)


def _recognise(sample: Sample) -> str | None:
    columns = sample.first_table.columns
    return next((name for name, marks in _MARKS.items() if any(mark <= columns for mark in marks)), None)
