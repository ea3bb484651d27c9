"""Harvests of one import in; landing tables, rejections and the run's counts and messages out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from spiders.imports.payloads import is_account_column
from spiders.imports.raw_batch import BadRow
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.told_twice import RowsToldTwice
from spiders.landing import LandingWriter
from spiders.moments import SHANGHAI
from warehouse.records import CrawlReport, Rejection

Progress = Callable[[int], None]

PART_ROWS = 262_144
"""Rows of one Parquet part: large enough to compress well, small enough for memory."""

PREVIEW_ROWS = 5
NAMES_SHOWN = 60
KEPT_REJECTIONS = 10_000
"""Rejections of one reason that are kept with their row: a million bad rows need no million copies."""

ROWS_SHOWN = 3
"""Refused rows of one reason that are shown to the user at once."""
ROW_CHARACTERS = 240

HINTS: Mapping[str, str] = {
    "naive_time": "Times without a zone: say which one is meant, e.g. --map zone=Asia/Shanghai.",
    "unclosed_quote": "A quotation mark is never closed: the rows after it ran into one cell, not taken.",
    "id_lost_digits": "Ids that lost their last digits in a spreadsheet: export that column as text.",
    "bad_platform": "Rows without a platform that is known: add --platform, e.g. --platform taobao, "
    "or write its name in Latin letters.",
    "no_id": "Rows without an id: --map post_id=COLUMN or listing_id=COLUMN names the column that has it.",
}
"""Reason of a rejection -> what the user can do about it."""
KIND_HINT = "Tables that do not tell what they hold: say it with --map kind=posts or --map kind=listings."


class RefusedRow(NamedTuple):
    """What tells a user which row it was."""

    detail: str
    """What is wrong with it or where it stands; empty where the reason says all."""
    text: str
    """How it begins, without account columns."""


class Intake:
    """Takes the harvests of one import; without a writer it only counts."""

    def __init__(
        self, writer: LandingWriter | None, request: ImportRequest, source: str, on_progress: Progress | None
    ) -> None:
        """`on_progress` is called with the number of rows seen so far."""
        self.request = request
        self.source = source
        self.taken: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.preview: list[dict[str, Any]] = []
        self.refused_rows: dict[str, list[RefusedRow]] = {}
        self._writer = writer
        self._on_progress = on_progress
        self._notes: Counter[str] = Counter()
        self._left_aside: set[str] = set()
        self._told: dict[str, None] = {}
        self._undated = 0
        self._twice = RowsToldTwice()
        self._undated_seen: datetime | None = None
        self._waiting: dict[str, list[pa.Table]] = {}
        self._started = time.monotonic()

    @property
    def rows_seen(self) -> int:
        """Rows read so far, whatever became of them."""
        return self.taken.total() + self.skipped.total() + self.rejected.total()

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know of this import."""
        lines = [
            *self._told,
            *(f"{note}, left empty: {number:,}." for note, number in sorted(self._notes.items())),
        ]
        if self._undated_seen is not None:
            day = self._undated_seen.astimezone(SHANGHAI).date()
            lines.append(
                f"Posts without a date: {self._undated:,}; they count on the day they were seen, {day} "
                "at the latest, and wait until the trends reach that day."
            )
        lines.extend(self._twice.describe())
        accounts = sorted(name for name in self._left_aside if is_account_column(name))
        others = sorted(self._left_aside.difference(accounts))
        if accounts:
            lines.append(f"Columns about accounts, dropped: {', '.join(accounts)}.")
        if others:
            shown = ", ".join(others[:NAMES_SHOWN]) + (" ..." if len(others) > NAMES_SHOWN else "")
            lines.append(f"Columns without a place in a record, left aside: {shown}.")
        if self.rejected["torn_json"]:
            lines.append(
                "The file is damaged: everything before the damaged place was taken, nothing after it."
            )
        for reason, number in sorted(self.rejected.items()):
            if number > KEPT_REJECTIONS:
                lines.append(
                    f"Of {number} rows refused as {reason} the first {KEPT_REJECTIONS} are kept whole."
                )
            if reason in HINTS:
                lines.append(HINTS[reason])
        if self.skipped["table_without_records"] and not self.taken:
            lines.append(KIND_HINT)
        if not self.taken:
            lines.append("No row could be taken.")
        return tuple(lines)

    def take(self, harvest: Harvest) -> None:
        """Count a harvest, and write it when there is a writer."""
        self.skipped.update(harvest.skipped)
        self._notes.update(harvest.notes)
        self._left_aside.update(harvest.left_aside)
        self._told.update(dict.fromkeys(harvest.messages))
        for row in harvest.rejected:
            self._reject(harvest.kind, row)
        if harvest.table is not None and harvest.table.num_rows:
            self._take_table(harvest.kind, harvest.table)
        if self._on_progress is not None:
            self._on_progress(self.rows_seen)

    def finish(self) -> Path | None:
        """Write what waits and complete the package; None without a writer."""
        if self._writer is None:
            return None
        for kind in list(self._waiting):
            self._flush(kind)
        return self._writer.complete(self._make_report())

    def _take_table(self, kind: str, table: pa.Table) -> None:
        missing = PREVIEW_ROWS - self.taken[kind]
        if missing > 0:
            self.preview.extend(table.slice(0, missing).to_pylist())
        self.taken[kind] += table.num_rows
        self._twice.add(kind, table)
        if kind == "posts":
            self._count_undated(table)
        if self._writer is None:
            return
        waiting = self._waiting.setdefault(kind, [])
        waiting.append(table)
        if sum(part.num_rows for part in waiting) >= PART_ROWS:
            self._flush(kind)

    def _count_undated(self, posts: pa.Table) -> None:
        undated = posts.filter(pc.is_null(posts["published_at"]))
        if undated.num_rows:
            seen = pc.max(undated["captured_at"]).as_py()
            self._undated += undated.num_rows
            self._undated_seen = max(seen, self._undated_seen or seen)

    def _flush(self, kind: str) -> None:
        waiting = self._waiting.pop(kind)
        if self._writer is not None:
            self._writer.add_table(kind, pa.concat_tables(waiting))

    def _reject(self, kind: str, row: BadRow) -> None:
        self.rejected[row.reason] += 1
        if self.rejected[row.reason] <= ROWS_SHOWN:
            self.refused_rows.setdefault(row.reason, []).append(_show_row(row))
        if self._writer is not None and self.rejected[row.reason] <= KEPT_REJECTIONS:
            self._writer.reject(
                Rejection(
                    source=self.source,
                    run_id=self.request.run_id,
                    record_kind=kind,
                    reason=row.reason,
                    detail=row.detail,
                    payload=_write_payload(row),
                    captured_at=self.request.now,
                )
            )

    def _make_report(self) -> CrawlReport:
        seconds = time.monotonic() - self._started
        return CrawlReport(
            source=self.source,
            run_id=self.request.run_id,
            outcome="partial" if self.rejected["torn_json"] or not self.taken else "complete",
            started_at=self.request.now - timedelta(seconds=seconds),
            finished_at=self.request.now,
            duration_seconds=seconds,
            records_by_kind=dict(self.taken),
            skips_by_reason=dict(self.skipped),
            rejections_by_reason=dict(self.rejected),
            messages=self.messages,
            software=f"headwater {version('headwater')}",
        )


def _write_payload(row: BadRow) -> str:
    return row.payload if isinstance(row.payload, str) else row.payload()


def _show_row(row: BadRow) -> RefusedRow:
    text = _write_payload(row)
    return RefusedRow(row.detail, text if len(text) <= ROW_CHARACTERS else text[:ROW_CHARACTERS] + " ...")
