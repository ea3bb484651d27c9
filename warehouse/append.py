"""Rows of a query in; the same rows at the end of a table out."""

from __future__ import annotations

import duckdb


def append_rows(connection: duckdb.DuckDBPyConnection, table: str, source: str) -> None:
    """Insert the rows of a table or view, if it has any, by the names of their columns and in their order.

    In DuckDB 2.0.0 an insert of no rows that keeps their order, or a table made from a query without rows,
    leaves statistics of none, whatever the table held before; where the same transaction then inserts more
    than a row group (122,880 rows), they stay, after it too, and filters, joins and counts find none of them.
    """
    if connection.execute(f"select exists (from {source})").fetchall() == [(True,)]:
        connection.execute(f"insert into {table} by name select * from {source}")  # noqa: S608
