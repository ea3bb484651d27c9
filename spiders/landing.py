"""Records or Arrow tables of one run in; a landing package out, complete once its report.json is there."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from pydantic import ValidationError

from spiders.arrow_schemas import record_schema
from spiders.errors import PackageError
from warehouse.records import RECORD_KINDS, CrawlReport, LandedFile, Record, Rejection

REPORT_NAME = "report.json"
FLUSH_ROWS = 5_000
FLUSH_SECONDS = 2.0
_KIND_OF: dict[type[Record], str] = {record: kind for kind, record in RECORD_KINDS.items()} | {
    Rejection: "rejections"
}


class RecordFile:
    """One JSON-lines file in zstd frames; each flush ends a frame, so a killed run's file reads to there."""

    def __init__(self, path: Path) -> None:
        """Starts the file anew."""
        self.path = path
        self.rows = 0
        self._file: BinaryIO = path.open("wb")
        self._writer = zstandard.ZstdCompressor(level=6).stream_writer(self._file, closefd=False)
        self._rows_in_frame = 0
        self._flushed_at = time.monotonic()

    def write(self, line: str) -> None:
        """Appends one record's JSON."""
        self._writer.write(line.encode() + b"\n")
        self.rows += 1
        self._rows_in_frame += 1
        if self._rows_in_frame >= FLUSH_ROWS or time.monotonic() - self._flushed_at > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Ends the frame and hands it to the system."""
        self._writer.flush(zstandard.FLUSH_FRAME)
        self._file.flush()
        self._rows_in_frame = 0
        self._flushed_at = time.monotonic()

    def close(self) -> None:
        """Ends the file on disk."""
        self._writer.close()  # type: ignore[no-untyped-call]
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


class LandingWriter:
    """Writes one landing package `root/<source>/<run_id>/`; without `complete` there is no package."""

    def __init__(self, root: Path, source: str, run_id: str) -> None:
        """Files of an earlier, killed attempt at the same run are removed with the first record added."""
        self.folder = root / source / run_id
        self.source = source
        self.run_id = run_id
        self._files: dict[str, RecordFile] = {}
        self._landed: list[LandedFile] = []
        self._parts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._is_open = False

    @property
    def exists(self) -> bool:
        """Whether this run's package is complete already."""
        return (self.folder / REPORT_NAME).is_file()

    def add(self, record: Record) -> None:
        """Adds a Post, Listing or BoardEntry."""
        self.add_line(_KIND_OF[type(record)], record.model_dump_json())

    def reject(self, rejection: Rejection) -> None:
        """Keeps an input that did not become a record."""
        self.add_line("rejections", rejection.model_dump_json(), rejection.reason)

    def add_line(self, kind: str, line: str, reason: str = "") -> None:
        """Adds a record that is JSON already; `reason` is that of a rejection."""
        file = self._files.get(kind)
        if file is None:
            file = self._files[kind] = RecordFile(self.open_folder() / f"{kind}.jsonl.zst")
        file.write(line)
        if reason:
            self._reasons[reason] += 1

    def add_table(self, kind: str, table: pa.Table) -> None:
        """Adds a table whose columns are the fields of the record of that kind, in any order; types are cast.

        PackageError when a column is missing, unknown, or does not fit its type.
        """
        schema = record_schema(kind)
        if set(table.column_names) != set(schema.names):
            difference = sorted(set(table.column_names) ^ set(schema.names))
            raise PackageError(f"columns of {kind} differ from its record: {', '.join(difference)}")
        try:
            table = table.select(schema.names).cast(schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
            raise PackageError(f"a column of {kind} does not fit its type: {error}") from error
        self._parts[kind] += 1
        number = self._parts[kind]
        path = self.open_folder() / (f"{kind}.parquet" if number == 1 else f"{kind}-{number:04}.parquet")
        pq.write_table(table, path, compression="zstd")
        sync_file(path)
        self._landed.append(describe_file(path, kind, table.num_rows))

    def add_file(self, name: str, record_kind: str, rows: int) -> None:
        """Registers a file that was written into `folder` by other means (the WARC of a crawl)."""
        path = self.open_folder() / name
        sync_file(path)
        self._landed.append(describe_file(path, record_kind, rows))

    def complete(self, report: CrawlReport) -> Path:
        """Closes the files, fills the report's `files` and counts, and renames it into place, last."""
        folder = self.open_folder()
        for kind, file in self._files.items():
            file.close()
            self._landed.append(describe_file(file.path, kind, file.rows))
        rows: Counter[str] = Counter()
        for landed in self._landed:
            if landed.record_kind in RECORD_KINDS:
                rows[landed.record_kind] += landed.rows
        full = report.model_copy(
            update={
                "files": tuple(sorted(self._landed, key=lambda landed: landed.name)),
                "records_by_kind": dict(sorted(rows.items())),
                "rejections_by_reason": report.rejections_by_reason or dict(sorted(self._reasons.items())),
            }
        )
        partial = folder / f".{REPORT_NAME}.partial"
        with partial.open("w", encoding="utf-8") as file_out:
            file_out.write(full.model_dump_json(indent=2) + "\n")
            file_out.flush()
            os.fsync(file_out.fileno())
        sync_folder(folder)
        partial.replace(folder / REPORT_NAME)
        sync_folder(folder)
        sync_folder(folder.parent)
        return folder

    def abandon(self) -> None:
        """Closes the files without a report; what was flushed stays readable, the package does not exist."""
        for file in self._files.values():
            file.close()

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Abandons the package on an error."""
        if error is not None:
            self.abandon()

    def open_folder(self) -> Path:
        """The package's folder, made and emptied of a killed attempt; PackageError when it is complete."""
        if not self._is_open:
            if self.exists:
                raise PackageError(f"the package {self.source}/{self.run_id} is complete already")
            self.folder.mkdir(parents=True, exist_ok=True)
            for leftover in self.folder.iterdir():
                if leftover.is_file():
                    leftover.unlink()
            self._is_open = True
        return self.folder


def read_report(package: Path) -> CrawlReport:
    """The report of a complete package; PackageError when it has none, or one that cannot be read."""
    path = package / REPORT_NAME
    if not path.is_file():
        raise PackageError(f"{package} is no complete landing package")
    return parse_report(package, path.read_bytes())


def parse_report(package: Path, content: bytes) -> CrawlReport:
    """The bytes of a package's report -> the report; PackageError when they are none."""
    try:
        return CrawlReport.model_validate_json(content)
    except ValidationError as error:
        raise PackageError(
            f"{package}: its {REPORT_NAME} is damaged; restore that file, "
            "or move the folder away and run the command again"
        ) from error


def describe_file(path: Path, record_kind: str, rows: int) -> LandedFile:
    """A file of a package -> its entry in the report."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LandedFile(name=path.name, record_kind=record_kind, rows=rows, sha256=digest)


def sync_file(path: Path) -> None:
    """Has a file's bytes on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Has a folder's names on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
