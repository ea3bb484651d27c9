"""A statement that counts days in; the same run over spans of days whose rows fit into memory out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from warehouse.append import append_rows
from warehouse.mart_sql import read_sql


def run_by_spans(
    connection: duckdb.DuckDBPyConnection,
    counting: str,
    statement: str,
    appended: Mapping[str, str] | None = None,
    collected: Mapping[str, str] | None = None,
) -> None:
    """Run the SQL file `statement` for each span of days, from `span_first` to `span_last`.

    The SQL file `counting` tells how many rows each day has to read: day, n, in order of the days. The
    variable `span_rows` says how many a span may have. `appended`: tables that take the rows of a temporary
    table after each span. `collected`: the same for temporary tables that only hold them together; they
    become views of a single span, which copies nothing.
    """
    most_rows = int(connection.execute("select getvariable('span_rows')").fetchall()[0][0])
    spans = plan_spans(connection.execute(read_sql(counting)).fetchall(), most_rows)
    for first, last in spans:
        connection.execute("set variable span_first = ?", [first])
        connection.execute("set variable span_last = ?", [last])
        connection.execute(read_sql(statement))
        for table, source in (appended or {}).items():
            append_rows(connection, table, source)
        for table, source in (collected or {}).items():
            if len(spans) == 1:
                connection.execute(f"drop table {table}; create temp view {table} as from {source}")
            else:
                append_rows(connection, table, source)


def plan_spans(counts: Iterable[tuple[date, int]], most_rows: int) -> list[tuple[date, date]]:
    """First and last day of spans that hold all the days, each at most `most_rows` rows or one day."""
    spans: list[tuple[date, date]] = []
    rows = 0
    for day, count in counts:
        if spans and rows + count <= most_rows:
            spans[-1] = (spans[-1][0], day)
            rows += count
        else:
            spans.append((day, day))
            rows = count
    return spans
