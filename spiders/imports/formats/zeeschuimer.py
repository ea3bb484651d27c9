"""Zeeschuimer's NDJSON in (items that a user's own browser was shown), posts and comments out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from spiders.imports.drafts import harvest_items
from spiders.imports.format import ImportFormat
from spiders.imports.native_items import NATIVE_READERS
from spiders.imports.raw_batch import Row
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample
from spiders.imports.tables import read_tables
from spiders.platform_names import find_platform, normalise_platform

_STORED = "__import_meta"


class Zeeschuimer(ImportFormat):
    """An envelope around the platform's own object; items of platforms we have no reader for are counted."""

    name = "zeeschuimer"
    title = "Zeeschuimer or 4CAT: captured items (NDJSON)"

    def detect(self, sample: Sample) -> float:
        """By the envelope."""
        table = sample.first_table
        return 0.95 if table.has("source_platform", "data") or table.has(_STORED) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every batch of the file."""
        for batch in read_tables(request.identity):
            skipped: Counter[str] = Counter()
            rows = [_read_item(batch.row(at), skipped) for at in range(batch.rows)]
            posts = [row for row in rows if row is not None]
            yield harvest_items(posts, batch.bad_rows, skipped, request)


def _read_item(row: Row, skipped: Counter[str]) -> dict[str, Any] | None:
    stored = row.get(_STORED)
    envelope, item = (stored, row) if isinstance(stored, dict) else (row, row.get("data"))
    domain = str(envelope.get("source_platform") or "")
    platform = find_platform(domain) or normalise_platform(domain)
    reader = NATIVE_READERS.get(platform or "")
    if reader is None:
        skipped["platform_not_read"] += 1
        return None
    fields = reader(item) if isinstance(item, dict) else "stub"
    if isinstance(fields, str):
        skipped[fields] += 1
        return None
    return {**fields, "platform": platform, "captured_at": envelope.get("timestamp_collected")}
