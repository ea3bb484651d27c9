"""An identified file in, its tables out in batches: Arrow columns or rows, never all at once."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO, TypeAlias
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook

from spiders.imports.container import FileIdentity
from spiders.imports.errors import ImportRefused
from spiders.imports.json_text import TornJson, read_json_array, read_json_lines, read_json_object
from spiders.imports.payloads import describe_text

BATCH_ROWS = 131_072
ROW_BATCH = 20_000
CELL_LIMIT = 64 * 1024 * 1024

Cell: TypeAlias = Any
"""What a cell of somebody else's file may hold: anything."""

Row = dict[str, Cell]


@dataclass(frozen=True)
class BadRow:
    """A row that did not fit: the code of the reason, the raw row, and words where the code is not enough."""

    reason: str
    payload: str | Callable[[], str] = ""
    """The row as it may be kept, or what makes it: of many rejections only the first are kept whole."""
    detail: str = ""


@dataclass(frozen=True)
class RawBatch:
    """Some rows of one table, as objects or as Arrow columns; exactly one of the two is set."""

    table: str
    """Sheet or SQL table; empty for a file that is one table."""
    records: Sequence[Row] | None = None
    arrays: pa.RecordBatch | None = None
    bad_rows: tuple[BadRow, ...] = ()

    @property
    def rows(self) -> int:
        """Number of readable rows."""
        return len(self.records) if self.records is not None else len(self.arrays or ())

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order of first appearance."""
        if self.records is None:
            return list(self.arrays.schema.names) if self.arrays is not None else []
        # Rows of one table mostly have the same keys in the same order: look at each distinct order once.
        return list(dict.fromkeys(chain.from_iterable(dict.fromkeys(map(tuple, self.records)))))

    def values(self, name: str) -> list[Any]:
        """The column as Python values, None where a row lacks it."""
        if self.records is not None:
            return [row.get(name) for row in self.records]
        if self.arrays is None or name not in self.arrays.schema.names:
            return [None] * self.rows
        return list_values(self.arrays.column(self.arrays.schema.get_field_index(name)))

    def row(self, index: int) -> Row:
        """One row as an object, for a rejection's payload."""
        if self.records is not None:
            return self.records[index]
        return {name: list_values(self.column(name).slice(index, 1))[0] for name in self.names}

    def column(self, name: str) -> pa.Array:
        """The Arrow column of that name; only for batches of Arrow columns."""
        if self.arrays is None:
            raise TypeError("a batch of rows has no Arrow columns")
        return self.arrays.column(self.arrays.schema.get_field_index(name))


def list_values(array: pa.Array) -> list[Any]:
    """Arrow array -> Python values; text that is not UTF-8 keeps a U+FFFD where it is torn."""
    try:
        return list(array.to_pylist())
    except UnicodeDecodeError:
        blobs = array.cast(pa.large_binary()).to_pylist()
        return [None if blob is None else blob.decode("utf-8", "replace") for blob in blobs]


def read_tables(identity: FileIdentity, *, batch_rows: int | None = None) -> Iterator[RawBatch]:
    """Every table of the file, batch by batch. ImportRefused when the file is damaged."""
    rows = batch_rows or (BATCH_ROWS if identity.container == "parquet" else ROW_BATCH)
    readers: dict[str, Callable[[FileIdentity, int], Iterator[RawBatch]]] = {
        "parquet": _read_parquet,
        "csv": _read_csv,
        "json_lines": _read_json_lines,
        "json_array": _read_json_array,
        "json_object": _read_json_object,
        "sqlite": _read_sqlite,
        "xlsx": _read_xlsx,
    }
    reader = readers.get(identity.container)
    return reader(identity, rows) if reader else iter(())


def _read_parquet(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    try:
        file = pq.ParquetFile(identity.path)
        # A dictionary per batch lets every text be cleaned once, however often it repeats.
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        file = pq.ParquetFile(identity.path, read_dictionary=texts)
        for batch in file.iter_batches(rows):
            yield RawBatch("", arrays=batch)
    except (pa.ArrowException, OSError) as error:
        raise ImportRefused(f"{identity.path.name} is a damaged Parquet file: {_short(error)}.") from error


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_binary(type_))


def _read_csv(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    # The default limit of 131,072 characters a cell is below a long article.
    csv.field_size_limit(CELL_LIMIT)
    with identity.path.open(encoding=identity.encoding, errors="replace", newline="") as stream:
        reader = csv.reader(_without_nul(stream), delimiter=sniff_delimiter(identity))
        try:
            header = [name.strip().strip("\ufeff") for name in next(reader, [])]
            while lines := list(islice(reader, rows)):
                yield _table_lines(header, lines, reader.line_num)
        except csv.Error as error:
            raise ImportRefused(
                f"{identity.path.name} is not readable as CSV near line {reader.line_num}: {error}."
            ) from error


def _without_nul(stream: TextIO) -> Iterator[str]:
    return (line.replace("\x00", "") if "\x00" in line else line for line in stream)


def _table_lines(header: list[str], lines: list[list[str]], last_line: int) -> RawBatch:
    """Lines with too few cells lack the last columns; lines with too many belong to another header.

    Of the latter only the place is kept: no cell of theirs can be told from an account's name.
    """
    width = len(header)
    records: list[Row] = []
    bad: list[BadRow] = []
    for line in lines:
        if len(line) <= width:
            if line:
                records.append(dict(zip(header, line, strict=False)))
        elif any(line[width:]):
            place = f"{len(line)} cells under {width} headings, at or before line {last_line}"
            bad.append(BadRow("too_many_cells", detail=place))
        else:
            records.append(dict(zip(header, line, strict=False)))
    return RawBatch("", records=records, bad_rows=tuple(bad))


def sniff_delimiter(identity: FileIdentity) -> str:
    """The separator that splits the header line most often: comma, tab or semicolon."""
    with identity.path.open(encoding=identity.encoding, errors="replace", newline="") as stream:
        header = stream.readline(1 << 16)
    return max(",\t;", key=header.count)


def _read_json_lines(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    return _batch_objects(read_json_lines(identity), rows)


def _read_json_array(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    return _batch_objects(read_json_array(identity), rows)


def _read_json_object(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    yield RawBatch("", records=[read_json_object(identity)])


def _batch_objects(objects: Iterator[object], rows: int) -> Iterator[RawBatch]:
    while some := list(islice(objects, rows)):
        records = [value for value in some if isinstance(value, dict)]
        bad = tuple(_bad_object(value) for value in some if not isinstance(value, dict))
        yield RawBatch("", records=records, bad_rows=bad)


def _bad_object(value: object) -> BadRow:
    if isinstance(value, ValueError):
        return BadRow("torn_json" if isinstance(value, TornJson) else "bad_json", describe_text(str(value)))
    return BadRow("not_an_object", describe_text(json.dumps(value, ensure_ascii=False)[:4000]))


def _read_sqlite(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    try:
        # immutable=1: a database in WAL mode would otherwise need to write beside the user's file.
        address = f"file:{quote(str(identity.path.resolve()))}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            for table in _list_tables(connection):
                yield from _read_sql_table(connection, table, rows)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ImportRefused(f"{identity.path.name} is a damaged SQLite file: {_short(error)}.") from error


def _list_tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("select name from sqlite_master where type = 'table' order by name")
    return [name for (name,) in names if not name.startswith("sqlite_")]


def _read_sql_table(connection: sqlite3.Connection, table: str, rows: int) -> Iterator[RawBatch]:
    # A table name cannot be bound; quoting it doubles the quotes it may hold.
    quoted = '"' + table.replace('"', '""') + '"'
    cursor = connection.execute("select * from " + quoted)  # noqa: S608
    header = [column[0] for column in cursor.description]
    while lines := cursor.fetchmany(rows):
        yield RawBatch(table, records=[dict(zip(header, line, strict=True)) for line in lines])


def _read_xlsx(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    try:
        workbook = load_workbook(identity.path, read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, SyntaxError) as error:
        raise ImportRefused(f"{identity.path.name} is a damaged Excel file: {_short(error)}.") from error
    try:
        for sheet in workbook.worksheets:
            lines = sheet.iter_rows(values_only=True)
            header = ["" if cell is None else str(cell).strip() for cell in next(lines, ())]
            while some := list(islice(lines, rows)):
                filled = [line for line in some if any(cell is not None for cell in line)]
                records = [_name_cells(header, line) for line in filled]
                yield RawBatch(sheet.title, records=records)
    finally:
        workbook.close()


def _name_cells(header: list[str], line: Sequence[object]) -> Row:
    return {name: cell for name, cell in zip(header, line, strict=False) if name}


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__


def file_stem_words(path: Path) -> str:
    """Lower-case name of the file and of its two folders, where tools write platform and kind."""
    return "/".join(path.resolve().parts[-3:]).lower()
