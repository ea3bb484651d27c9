"""A file that somebody labelled (Parquet, CSV, TSV, JSON lines) in -> its rows, or texts and labels, out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nlp.errors import EvaluationError


def read_labelled_file(path: Path, text_column: str, label_column: str) -> tuple[list[str], list[str], int]:
    """Texts, labels and how many rows were left out because one of the two was empty.

    EvaluationError when the file cannot be read, has no such columns or no labelled row.
    """
    texts, labels, skipped = [], [], 0
    for row in read_rows(path, (text_column, label_column)):
        text, label = row.get(text_column), row.get(label_column)
        if text is None or label is None or not str(text).strip() or not str(label).strip():
            skipped += 1
            continue
        texts.append(str(text))
        labels.append(str(label))
    if not texts:
        raise EvaluationError(f"{path} has no row with both {text_column} and {label_column}")
    return texts, labels, skipped


def _say_why(error: Exception) -> str:
    """The reason, without the number and the path that the system's errors carry."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def read_columns(path: Path) -> list[str]:
    """Names of a file's columns; those of JSON lines are the first object's keys."""
    try:
        return list(_open_rows(path)[0])
    except FileNotFoundError as error:
        raise EvaluationError(f"{path} does not exist") from error
    except (OSError, pa.ArrowException, ValueError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read as a labelled file: {_say_why(error)}") from error


def read_rows(path: Path, columns: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Rows of a file that has all of `columns`; EvaluationError names those it lacks, or the broken line.

    CSV and TSV begin with a line of names; every other text file is one JSON object a line.
    """
    try:
        names, rows = _open_rows(path, columns)
        if names and (missing := [column for column in columns if column not in names]):
            raise EvaluationError(
                f"{path} has no column {', '.join(missing)}; it has {', '.join(names[:20])}"
            )
        yield from rows
    except FileNotFoundError as error:
        raise EvaluationError(f"{path} does not exist") from error
    except (OSError, pa.ArrowException, ValueError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read as a labelled file: {_say_why(error)}") from error


def _open_rows(path: Path, columns: Sequence[str] = ()) -> tuple[list[str], Iterator[dict[str, Any]]]:
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        names = list(pq.read_schema(path).names)
        wanted = [name for name in dict.fromkeys(columns) if name in names]
        return names, _stream_rows(path, wanted) if wanted else iter(())
    if suffix in (".csv", ".tsv"):
        return _open_table(path, "\t" if suffix == ".tsv" else ",")
    return _open_objects(path)


def _stream_rows(path: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    for batch in pq.ParquetFile(path).iter_batches(columns=columns):
        yield from batch.to_pylist()


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
