"""A Parquet, CSV or JSON-lines file and its two columns in, texts and labels out."""

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
    try:
        for row in _read_rows(path, (text_column, label_column)):
            text, label = row.get(text_column), row.get(label_column)
            if text is None or label is None or not str(text).strip() or not str(label).strip():
                skipped += 1
                continue
            texts.append(str(text))
            labels.append(str(label))
    except (OSError, pa.ArrowException, ValueError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read as a labelled file: {error}") from error
    if not texts:
        raise EvaluationError(f"{path} has no row with both {text_column} and {label_column}")
    return texts, labels, skipped


def _read_rows(path: Path, columns: tuple[str, str]) -> Iterator[dict[str, Any]]:
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        _require_columns(path, pq.read_schema(path).names, columns)
        yield from pq.read_table(path, columns=list(dict.fromkeys(columns))).to_pylist()
    elif suffix in (".csv", ".tsv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t" if suffix == ".tsv" else ",")
            _require_columns(path, reader.fieldnames or [], columns)
            yield from reader
    else:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise EvaluationError(f"{path} line {number + 1} is no JSON object")
                if number == 0:
                    _require_columns(path, list(row), columns)
                yield row


def _require_columns(path: Path, found: Sequence[str], columns: tuple[str, str]) -> None:
    missing = [column for column in columns if column not in found]
    if missing:
        raise EvaluationError(
            f"{path} has no column {' and no column '.join(missing)}; it has {', '.join(found[:20])}"
        )
