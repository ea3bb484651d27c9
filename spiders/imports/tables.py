"""An identified file in, its tables out in batches: Arrow columns or rows, never all at once."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from spiders.errors import ImportRefused
from spiders.imports.container import FileIdentity
from spiders.imports.damage import refuse_damage, shorten_error
from spiders.imports.json_text import (
    TornJson,
    read_json_array,
    read_json_lines,
    read_json_object,
    read_json_objects,
)
from spiders.imports.payloads import describe_text
from spiders.imports.raw_batch import BadRow, Cell, RawBatch
from spiders.imports.table_head import name_columns, sniff_delimiter, split_heading
from spiders.imports.workbook import read_workbook

BATCH_ROWS = 131_072
ROW_BATCH = 20_000
CELL_LIMIT = 64 * 1024 * 1024
_END = "\x00end of the file"


def read_tables(identity: FileIdentity) -> Iterator[RawBatch]:
    """Every table of the file, batch by batch. ImportRefused when the file is damaged."""
    rows = BATCH_ROWS if identity.container == "parquet" else ROW_BATCH
    return chain.from_iterable(_open_tables(identity, rows))


def sample_tables(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    """The first rows of every table of the file. ImportRefused when the file is damaged."""
    for batches in _open_tables(identity, rows):
        yield from islice(batches, 1)


def _open_tables(identity: FileIdentity, rows: int) -> Iterator[Iterator[RawBatch]]:
    if identity.container == "sqlite":
        yield from _read_sqlite(identity, rows)
    elif identity.container == "xlsx":
        yield from read_workbook(identity, rows)
    elif identity.container in _ONE_TABLE:
        yield _ONE_TABLE[identity.container](identity, rows)


def _read_parquet(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    try:
        file = pq.ParquetFile(identity.path)
        # A dictionary per batch lets every text be cleaned once, however often it repeats.
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        file = pq.ParquetFile(identity.path, read_dictionary=texts)
        for batch in file.iter_batches(rows):
            yield RawBatch("", arrays=batch)
    except (pa.ArrowException, OSError) as error:
        raise ImportRefused(
            f"{identity.path.name} is a damaged Parquet file: {shorten_error(error)}."
        ) from error


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_binary(type_))


def _read_csv(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    # The default limit of 131,072 characters a cell is below a long article.
    csv.field_size_limit(CELL_LIMIT)
    with identity.path.open(encoding=identity.encoding, errors="replace", newline="") as stream:
        reader = csv.reader(_without_nul(stream), delimiter=sniff_delimiter(identity))
        try:
            header, body = split_heading(reader)
            while lines := list(islice(body, rows)):
                unclosed = _take_unclosed(lines, reader.line_num)
                if lines or unclosed:
                    yield _table_lines(header, lines, reader.line_num, unclosed)
        except csv.Error as error:
            raise ImportRefused(
                f"{identity.path.name} is not readable as CSV near line {reader.line_num}: {error}."
            ) from error


def _without_nul(stream: TextIO) -> Iterator[str]:
    """The lines of the file, and one more that shows whether a quotation mark is still open at its end.

    The last line of many files ends without a line break; csv takes none at the beginning of one.
    """
    for line in stream:
        clean = line.replace("\x00", "") if "\x00" in line else line
        yield clean if line.endswith(("\n", "\r")) else clean + "\n"
    yield _END


def _take_unclosed(lines: list[list[str]], last_line: int) -> tuple[BadRow, ...]:
    """Take the file's end off the lines; with it the row that swallowed it, whose cells are not its own."""
    if lines[-1] == [_END]:
        del lines[-1]
        return ()
    if not lines[-1] or not lines[-1][-1].endswith(_END):
        return ()
    began = last_line - sum(cell.count("\n") for cell in lines.pop())
    return (
        BadRow("unclosed_quote", detail=f"opened at line {began}, and everything after it ran into one cell"),
    )


def _table_lines(
    header: list[str], lines: list[list[str]], last_line: int, unclosed: tuple[BadRow, ...]
) -> RawBatch:
    """Lines with too few cells lack the last columns; lines with too many belong to another header.

    Of the latter only the place is kept: no cell of theirs can be told from an account's name.
    """
    width = len(header)
    bad: list[BadRow] = []
    if set(map(len, lines)) != {width}:
        fitting = []
        for line in lines:
            if any(line[width:]):
                place = f"{len(line)} cells under {width} headings, at or before line {last_line}"
                bad.append(BadRow("too_many_cells", detail=place))
            elif line:
                fitting.append([*line[:width], *[None] * (width - len(line))])
        lines = fitting  # type: ignore[assignment]
    return RawBatch("", columns=name_columns(header, lines), bad_rows=(*bad, *unclosed))


def _read_json_lines(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    return _batch_objects(read_json_lines(identity), rows)


def _read_json_array(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    return _batch_objects(read_json_array(identity), rows)


def _read_json_objects(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    return _batch_objects(read_json_objects(identity), rows)


def _read_json_object(identity: FileIdentity, rows: int) -> Iterator[RawBatch]:
    yield RawBatch("", records=[read_json_object(identity)])


def _batch_objects(objects: Iterator[object], rows: int) -> Iterator[RawBatch]:
    while some := list(islice(objects, rows)):
        records = [value for value in some if isinstance(value, dict)]
        bad = tuple(bad_object(value) for value in some if not isinstance(value, dict))
        yield RawBatch("", records=records, bad_rows=bad)


def bad_object(value: object) -> BadRow:
    """A value where an object belongs, or the error that stands for one -> its rejection."""
    if isinstance(value, ValueError):
        return BadRow("torn_json" if isinstance(value, TornJson) else "bad_json", describe_text(str(value)))
    return BadRow("not_an_object", describe_text(json.dumps(value, ensure_ascii=False)[:4000]))


def _read_sqlite(identity: FileIdentity, rows: int) -> Iterator[Iterator[RawBatch]]:
    try:
        with closing(sqlite3.connect(_address_database(identity.path), uri=True)) as connection:
            connection.text_factory = bytes
            for table in _list_tables(connection):
                yield refuse_damage(identity, "SQLite", _read_sql_table(connection, table, rows))
    except sqlite3.Error as error:
        raise ImportRefused(
            f"{identity.path.name} is a damaged SQLite file: {shorten_error(error)}."
        ) from error


def _address_database(path: Path) -> str:
    """Without a write-ahead log the file is declared unchanging, so that SQLite writes nothing beside it."""
    log = path.with_name(path.name + "-wal")
    is_whole = not log.exists() or log.stat().st_size == 0
    return f"file:{quote(str(path.resolve()))}?mode=ro" + ("&immutable=1" if is_whole else "")


def _list_tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("select name from sqlite_master where type = 'table' order by name")
    decoded = (name.decode("utf-8", "replace") for (name,) in names)
    return [name for name in decoded if not name.startswith("sqlite_")]


def _read_sql_table(connection: sqlite3.Connection, table: str, rows: int) -> Iterator[RawBatch]:
    # A table name cannot be bound; quoting it doubles the quotes it may hold.
    quoted = '"' + table.replace('"', '""') + '"'
    cursor = connection.execute("select * from " + quoted)  # noqa: S608
    header = [column[0] for column in cursor.description]
    while lines := cursor.fetchmany(rows):
        columns = name_columns(header, lines)
        yield RawBatch(table, columns={name: _decode_cells(cells) for name, cells in columns.items()})


def _decode_cells(cells: Sequence[Cell]) -> list[Cell]:
    return [cell.decode("utf-8", "replace") if type(cell) is bytes else cell for cell in cells]


def file_stem_words(path: Path) -> str:
    """Lower-case name of the file and of its two folders, where tools write platform and kind."""
    return "/".join(path.resolve().parts[-3:]).lower()


_ONE_TABLE: Mapping[str, Callable[[FileIdentity, int], Iterator[RawBatch]]] = {
    "parquet": _read_parquet,
    "csv": _read_csv,
    "json_lines": _read_json_lines,
    "json_array": _read_json_array,
    "json_objects": _read_json_objects,
    "json_object": _read_json_object,
}
"""Container -> reader of files that are one table."""
