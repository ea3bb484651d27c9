"""A file that somebody labelled (Parquet, CSV, TSV, JSON lines, text) in -> its rows out, one dict each."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nlp.errors import EvaluationError


def read_columns(path: Path) -> list[str]:
    """Names of a file's columns; those of JSON lines are the first object's keys."""
    try:
        return list(_open_rows(path)[0])
    except (OSError, pa.ArrowException, ValueError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read as a labelled file: {error}") from error


def read_rows(path: Path, columns: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Rows of a file that has all of `columns`; EvaluationError names those it lacks, or the broken line.

    CSV and TSV begin with a line of names; every other text file is one JSON object a line.
    """
    try:
        names, rows = _open_rows(path)
        if names and (missing := [column for column in columns if column not in names]):
            raise EvaluationError(
                f"{path} has no column {' and no column '.join(missing)}; it has {', '.join(names[:20])}"
            )
        yield from rows
    except (OSError, pa.ArrowException, ValueError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read as a labelled file: {error}") from error


def _open_rows(path: Path) -> tuple[list[str], Iterator[dict[str, Any]]]:
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return list(pq.read_schema(path).names), iter(pq.read_table(path).to_pylist())
    if suffix in (".csv", ".tsv"):
        return _open_table(path, "\t" if suffix == ".tsv" else ",")
    return _open_objects(path)


def _open_table(path: Path, delimiter: str) -> tuple[list[str], Iterator[dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=delimiter)
        return list(reader.fieldnames or []), iter(list(reader))


def _open_objects(path: Path) -> tuple[list[str], Iterator[dict[str, Any]]]:
    rows = []
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not isinstance(row, dict):
                raise EvaluationError(f"{path} line {number} is no JSON object")
            rows.append(row)
    return list(rows[0]) if rows else [], iter(rows)
