"""Rows of a query in; the same rows at the end of a table out."""

from __future__ import annotations

import duckdb


def append_rows(connection: duckdb.DuckDBPyConnection, table: str, source: str) -> None:
    """Insert the rows of a table or view, if it has any, by the names of their columns and in their order.

    In DuckDB 2.0.0 an insert of no rows into an empty table, or a table made from a query without rows,
    leaves statistics that say it is empty; where the same transaction then inserts some hundred thousand,
    they stay, and counts and filters find none of them.
    """
    if connection.execute(f"select exists (from {source})").fetchall() == [(True,)]:
        connection.execute(f"insert into {table} by name select * from {source}")  # noqa: S608
