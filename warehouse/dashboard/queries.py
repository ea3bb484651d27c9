"""A query of the dashboard or the reports, and its parameters, in; its table out."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseError
from warehouse.reports.figures import SQL_FOLDER as REPORT_SQL
from warehouse.reports.figures import Parameters, Table, tabulate_query

Given = str | int | date | list[str] | None

SQL_FOLDER = Path(__file__).parent / "sql"
FOLDERS = (SQL_FOLDER, REPORT_SQL, Path(__file__).parent.parent / "sql" / "dictionary")
"""Where a query file is looked for: the dashboard's own first, then what others have already."""


class MartMissing(WarehouseError):
    """A query reads a mart or column that this published file does not have."""


@cache
def read_query(query: str) -> str:
    """Text of a query file by its name."""
    path = next(path for folder in FOLDERS if (path := folder / f"{query}.sql").exists())
    return path.read_text(encoding="utf-8").strip()


def ask(connection: duckdb.DuckDBPyConnection, query: str, parameters: Parameters) -> Table:
    """Run a query file; values are bound, never written into the text."""
    try:
        return tabulate_query(connection, query, read_query(query), parameters)
    except (duckdb.CatalogException, duckdb.BinderException) as problem:
        raise MartMissing(f"{query}: the published file has no {name_missing(problem)}") from problem


def name_missing(problem: duckdb.Error) -> str:
    """What the engine did not find, in a few words without the statement."""
    return str(problem).splitlines()[0].split("Error: ", 1)[-1][:200]


def make_key(query: str, parameters: Parameters) -> tuple[object, ...]:
    """What tells one question from another."""
    values = (
        (name, tuple(value) if isinstance(value, list) else value) for name, value in parameters.items()
    )
    return (query, *sorted(values, key=lambda pair: pair[0]))
