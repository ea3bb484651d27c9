"""Tables of a report in; one answer sized for a language model, each table with its evidence, out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.query import run_query
from warehouse.reports.bound_sql import bind_sql
from warehouse.reports.figures import Figures, Table, open_report_tables
from warehouse.sql_files import read_sql_file

MOST_CHARACTERS = 20_000
"""Longest answer: about ten thousand tokens of Chinese, which leaves a model room to think."""
MOST_ROWS = 50
LONGEST_CELL = 300


def write_answer(figures: Figures, rows: int, *, with_sql: bool = True) -> str:
    """The tables as JSON: what one row is, columns, rows, the SQL that gives them, and what was cut.

    Numbers have six significant digits; a null is unknown, not zero. At most `rows` rows a table (three times
    as many sample posts) and 20,000 characters in all: SQL goes first, then last rows of the largest table.
    """
    tables = {
        query: describe_table(table, min(3 * rows if query == "posts" else rows, MOST_ROWS))
        for query, table in figures.tables.items()
    }
    if with_sql:
        for query, table in figures.tables.items():
            # the first line is told as `row`
            tables[query]["sql"] = bind_sql(table).partition("\n")[2]
    answer = {"as_of": figures.as_of.isoformat() if figures.as_of else None, "tables": tables}
    return fit_answer(answer, tables)


def describe_table(table: Table, rows: int) -> dict[str, Any]:
    """One table: its query id, what one row is, its first rows."""
    return describe_rows(
        table.sql.splitlines()[0].removeprefix("-- "),
        table.columns,
        [[row[name] for name in table.columns] for row in table.rows],
        rows,
    )


def describe_rows(
    meaning: str, columns: Sequence[str], values: Sequence[Sequence[object]], rows: int
) -> dict[str, Any]:
    """Rows as a model reads them, and how many there were when some are left out."""
    described: dict[str, Any] = {"row": meaning, "columns": list(columns)}
    described["rows"] = [[shorten_value(value) for value in row] for row in values[:rows]]
    described["n_rows"] = len(values)
    return described


def shorten_value(value: object) -> object:
    """A value as JSON has it; long text is cut with an ellipsis."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_CELL else value[:LONGEST_CELL] + "…"
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [shorten_value(one) for one in value[:20]]
    return str(value) if isinstance(value, Decimal) else shorten_value(str(value))


def fit_answer(answer: dict[str, Any], tables: Mapping[str, dict[str, Any]]) -> str:
    """The answer as JSON of at most MOST_CHARACTERS, saying in `cut` what is not there."""
    cut: list[str] = []
    text = dump(answer)
    if len(text) > MOST_CHARACTERS and any("sql" in table for table in tables.values()):
        for table in tables.values():
            table.pop("sql", None)
        cut.append("the SQL of the tables is left out for length: ask for fewer rows")
        text = dump(answer)
    while len(text) > MOST_CHARACTERS:
        largest = max(tables.values(), key=lambda table: len(dump(table["rows"])) if table["rows"] else -1)
        if not largest["rows"]:
            break
        largest["rows"] = largest["rows"][: len(largest["rows"]) * 3 // 4]
        text = dump(answer)
    cut += [
        f"{query}: {len(table['rows'])} of {table['n_rows']} rows shown"
        for query, table in tables.items()
        if len(table["rows"]) < table["n_rows"]
    ]
    return dump({**answer, "cut": cut}) if cut else text


def dump(answer: object) -> str:
    """Compact JSON."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def answer_sql(published: Path, statement: str, rows: int) -> str:
    """Rows of one SELECT of a stranger, run in the closed child process.

    QueryRefused or QueryFailed as `run_query`.
    """
    result = run_query(published, statement, limit_rows=min(rows, MOST_ROWS) + 1)
    table = describe_rows("a row of your statement", result.columns, result.rows, min(rows, MOST_ROWS))
    more = result.truncated or len(result.rows) > rows
    table["n_rows"] = f"more than {len(table['rows'])}" if more else len(table["rows"])
    shown = len(table["rows"])
    text = dump({"tables": {"sql": table}})
    while len(text) > MOST_CHARACTERS and table["rows"]:
        table["rows"] = table["rows"][: len(table["rows"]) * 3 // 4]
        text = dump({"tables": {"sql": table}})
    if more or len(table["rows"]) < shown:
        note = f"rows shown: {len(table['rows'])}; there are more: aggregate, or add WHERE and LIMIT"
        text = dump({"tables": {"sql": table}, "cut": [note]})
    return text


def describe_schema(published: Path, table: str | None) -> str:
    """Every published table with what one row is; or one table's columns with types and meanings."""
    with open_report_tables(published) as connection:
        found = connection.execute(read_sql_file("dictionary", "list_columns")).fetchall()
    relations: dict[str, dict[str, Any]] = {}
    for name, is_view, row_is, column, kind, _, meaning in found:
        relation = relations.setdefault(name, {"view": is_view, "row": row_is, "columns": []})
        relation["columns"].append({"name": column, "type": kind, "meaning": meaning})
    if table is None:
        short = {
            name: {"row": one["row"], "columns": " ".join(column["name"] for column in one["columns"])}
            for name, one in relations.items()
        }
        return dump({"tables": short})
    return dump(
        {table: relations[table]} if table in relations else {"unknown": table, "tables": [*relations]}
    )
