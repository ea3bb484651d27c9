"""The published file in, its tables as Parquet or CSV files out, each complete or absent."""

from __future__ import annotations

import codecs
import os
import shutil
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from warehouse.columns import quote_identifier
from warehouse.errors import QueryRefused
from warehouse.faults import Interrupting, interrupted_statements, never_interrupted, storage_faults
from warehouse.published_file import attach_readonly
from warehouse.reports.tables import FORMULA_STARTS

MARTS = "select table_name from duckdb_tables() where table_name like 'mart!_%' escape '!' order by all"
READABLE = (
    "select table_name from duckdb_tables() union select view_name from duckdb_views() where not internal"
)


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """One file that was written."""

    path: Path
    rows: int


def export_tables(
    published: Path,
    folder: Path,
    tables: Sequence[str],
    shape: Literal["parquet", "csv"],
    interrupting: Interrupting = never_interrupted,
) -> Generator[WrittenTable]:
    """Write each table, every mart when none is named; QueryRefused names one that is not published.

    A file appears under its name once it is whole: it is written beside it and renamed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (
        attach_readonly(published) as connection,
        interrupted_statements(),
        interrupting(connection.interrupt),
    ):
        known = {name for (name,) in connection.execute(READABLE).fetchall()}
        names = list(tables) or [name for (name,) in connection.execute(MARTS).fetchall()]
        for name in names:
            if name not in known:
                raise QueryRefused(f"no table {name!r} is published; known are: {', '.join(sorted(known))}")
        for name in names:
            with storage_faults(folder):
                written = write_table(connection, name, folder / f"{name}.{shape}", shape)
            yield written


def write_table(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, shape: Literal["parquet", "csv"]
) -> WrittenTable:
    """Write one table; rows in the order of all columns, so that the same table gives the same file."""
    part = path.with_name(f".{path.name}.part")
    relation = connection.table(quote_identifier(name)).order("all")
    try:
        if shape == "parquet":
            relation.write_parquet(str(part), compression="zstd")
        else:
            write_spreadsheet_csv(relation, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return WrittenTable(path, len(connection.table(quote_identifier(name))))


def write_spreadsheet_csv(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write CSV as the report's tables are: UTF-8 with BOM, and no text cell that a spreadsheet would run."""
    guarded = [
        guard_column(column) if kind == "VARCHAR" else duckdb.ColumnExpression(column)
        for column, kind in zip(relation.columns, map(str, relation.types), strict=True)
    ]
    plain = path.with_name(f"{path.name}.plain")
    try:
        relation.select(*guarded).write_csv(str(plain), header=True)
        with plain.open("rb") as source, path.open("wb") as target:
            target.write(codecs.BOM_UTF8)
            shutil.copyfileobj(source, target)
    finally:
        plain.unlink(missing_ok=True)


def guard_column(column: str) -> duckdb.Expression:
    """The text column with a leading apostrophe where its first character would start a formula."""
    text = duckdb.ColumnExpression(column)
    first = duckdb.FunctionExpression("left", text, duckdb.ConstantExpression(1))
    starts = first.isin(*(duckdb.ConstantExpression(start) for start in FORMULA_STARTS))
    apostrophe = duckdb.ConstantExpression("'")
    return (
        duckdb.CaseExpression(starts, duckdb.FunctionExpression("concat", apostrophe, text))
        .otherwise(text)
        .alias(column)
    )
