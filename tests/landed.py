"""A file to import in; the result and the landing package's rows, each checked against the contract, out."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import zstandard

from spiders.imports.reader import ImportResult, import_file
from spiders.privacy import Pseudonymiser
from warehouse.records import RECORD_KINDS, CrawlReport, Rejection

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEY = b"a key that only the tests know...."
FIXTURES = Path(__file__).parent / "fixtures" / "imports"


def import_to(root: Path, file: Path, **choices: Any) -> ImportResult:
    """Import one file into `root`."""
    return import_file(file, root, Pseudonymiser(KEY), now=NOW, **choices)


def read_landed(result: ImportResult, kind: str) -> list[dict[str, Any]]:
    """Rows of one kind; each must be a valid record of that kind."""
    assert result.package is not None
    rows: list[dict[str, Any]] = []
    for part in sorted(result.package.glob(f"{kind}*.parquet")):
        rows.extend(pq.read_table(part).to_pylist())
    for row in rows:
        RECORD_KINDS[kind].model_validate(row)
    return rows


def read_rejections(result: ImportResult) -> list[Rejection]:
    """Rejections of the package."""
    assert result.package is not None
    path = result.package / "rejections.jsonl.zst"
    if not path.exists():
        return []
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        return [Rejection.model_validate_json(line) for line in lines]


def read_report(result: ImportResult) -> CrawlReport:
    """The package's report."""
    assert result.package is not None
    return CrawlReport.model_validate_json((result.package / "report.json").read_bytes())


def import_rows(root: Path, file: Path, kind: str = "posts", **choices: Any) -> list[dict[str, Any]]:
    """Rows of one kind that a file gives."""
    return read_landed(import_to(root, file, **choices), kind)


def write_json_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Rows as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_csv(path: Path, header: list[str], *lines: list[Any], encoding: str = "utf-8") -> Path:
    """A CSV file of the lines under the header."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return path
