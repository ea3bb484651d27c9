"""A file that somebody labelled (Parquet, CSV, Excel, JSON lines) in -> its rows, or texts and labels."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pyarrow as pa
import pyarrow.parquet as pq

from nlp.errors import EvaluationError
from nlp.text_encoding import find_encoding

_CELL_LIMIT = 100_000_000
"""Characters of a CSV cell; the default of 131,072 is below a long article."""
_WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))\.0+")


def read_labelled_file(path: Path, text_column: str, label_column: str) -> tuple[list[str], list[str], int]:
    """Texts, labels as read_label gives them, and how many rows were left out because one was empty.

    EvaluationError when the file cannot be read, has no such columns or no labelled row.
    """
    texts, labels, skipped = [], [], 0
    for row in read_rows(path, (text_column, label_column)):
        text, label = read_cell(row[text_column]), read_label(row[label_column])
        if not text.strip() or not label:
            skipped += 1
            continue
        texts.append(text)
        labels.append(label)
    if not texts:
        raise EvaluationError(f"{path} has no row with both {text_column} and {label_column}")
    return texts, labels, skipped


def read_cell(value: object) -> str:
    """A cell as text; empty where it holds nothing or NaN."""
    return "" if value is None or value != value else str(value)


def read_label(value: object) -> str:
    """A label without the blanks around it, 1.0 as 1; empty where there is none, `nan` included."""
    label = read_cell(value).strip()
    if found := _WHOLE.fullmatch(label):
        return found[1]
    return "" if label.lower() == "nan" else label


def _say_why(error: Exception) -> str:
    """The reason, without the number and the path that the system's errors carry."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def read_columns(path: Path) -> list[str]:
    """Names of a file's columns; those of JSON lines are the keys of all objects, in the order first seen."""
    try:
        return list(_open_rows(path)[0])
    except FileNotFoundError as error:
        raise EvaluationError(f"{path} does not exist") from error
    except (OSError, pa.ArrowException, ValueError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read as a labelled file: {_say_why(error)}") from error


def read_rows(path: Path, columns: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Rows of a file that has all of `columns`; EvaluationError names those it lacks, or the broken line.

    CSV, TSV and sheets begin with a line of names; every other text file is one JSON object a line. What
    a row lacks is None.
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
    if suffix in (".xlsx", ".xlsm"):
        return _open_sheet(path)
    if suffix == ".xls":
        raise EvaluationError(f"{path} is an old Excel file: save it as .xlsx or CSV")
    return _open_objects(path)


def _stream_rows(path: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    for batch in pq.ParquetFile(path).iter_batches(columns=columns):
        yield from batch.to_pylist()


def _open_table(path: Path, delimiter: str) -> tuple[list[str], Iterator[dict[str, Any]]]:
    csv.field_size_limit(_CELL_LIMIT)
    with path.open(encoding=find_encoding(path), newline="") as file:
        reader = csv.DictReader(file, delimiter=delimiter)
        return list(reader.fieldnames or []), iter(list(reader))


def _open_sheet(path: Path) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """The first sheet of a workbook, whose first filled line has the names."""
    # few files are workbooks, and the library takes its time to load
    from openpyxl import load_workbook

    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            book.worksheets[0].reset_dimensions()
            lines = [line for line in book.worksheets[0].iter_rows(values_only=True) if any(line)]
    except (BadZipFile, KeyError, IndexError, SyntaxError) as error:
        raise EvaluationError(f"{path} is no Excel file that can be read: save it anew as .xlsx") from error
    names = ["" if name is None else str(name).strip() for name in lines[0]] if lines else []
    return names, (dict(zip_longest(names, line[: len(names)])) for line in lines[1:])


def _open_objects(path: Path) -> tuple[list[str], Iterator[dict[str, Any]]]:
    rows, names = [], dict[str, None]()
    with path.open(encoding=find_encoding(path)) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (RecursionError, ValueError) as error:
                raise ValueError(f"line {number}: {error}") from error
            if not isinstance(row, dict):
                raise EvaluationError(f"{path} line {number} is no JSON object")
            names |= dict.fromkeys(row)
            rows.append(row)
    return list(names), ({**dict.fromkeys(names), **row} for row in rows)
