"""Tables of a report in; one answer sized for a language model, each table with its evidence, out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.query import run_query
from warehouse.reports.bound_sql import bind_sql
from warehouse.reports.figures import Figures, Table, Value, open_report_tables
from warehouse.sql_files import read_sql_file

MOST_CHARACTERS = 20_000
"""Longest answer: about ten thousand tokens of Chinese, which leaves a model room to think."""
MOST_ROWS = 50
LONGEST_CELL = 300
DIGITS = 6
"""Significant digits of a figure of a report."""
PERIOD = "period_read"
"""Query that says what was read in the period of an answer."""
FOUND = "n_found"
"""Column of a query that has a limit: how many rows there are without it."""
LIMIT = re.compile(r"^limit (\d+)$", re.MULTILINE)


def write_answer(figures: Figures, rows: int, *, with_sql: bool = True) -> str:
    """The tables as JSON: what one row is, columns, rows, the SQL that gives them, and what was cut.

    Numbers have six significant digits and whole numbers all; a null is unknown, not zero. At most `rows`
    rows a table (three times as many sample posts) and 20,000 characters in all: SQL goes first, then last
    rows of the largest table. `period` says what was read, `note` what its absence means for the tables.
    """
    shown = {query: table for query, table in figures.tables.items() if query != PERIOD}
    tables = {
        query: describe_table(table, min(3 * rows if query == "posts" else rows, MOST_ROWS))
        for query, table in shown.items()
    }
    if with_sql:
        for query, table in shown.items():
            # the first line is told as `row`
            tables[query]["sql"] = bind_sql(table).partition("\n")[2]
    answer: dict[str, Any] = {"as_of": figures.as_of.isoformat() if figures.as_of else None}
    if PERIOD in figures.tables:
        answer |= describe_period(figures.tables[PERIOD].rows[0], tells_rises="rising" in shown)
    limited = [
        f"{query}: the query stops at {len(table.rows)} rows; there may be more"
        for query, table in shown.items()
        if len(table.rows) == find_limit(table) and FOUND not in table.columns
    ]
    return fit_answer({**answer, "tables": tables}, tables, limited)


def describe_period(period: Mapping[str, Value], *, tells_rises: bool) -> dict[str, Any]:
    """What was read in the period; a note where an empty table or a zero tells nothing of it."""
    described: dict[str, Any] = {"period": {name: shorten_value(value) for name, value in period.items()}}
    first_day, last_day, newest = period["first_day"], period["last_day"], period["newest_read"]
    if newest is None:
        described["note"] = "no post, comment or board line was read yet: what is empty here is unknown"
    elif period["n_docs"] is None:
        described["note"] = (
            f"no post, comment or board line was read from {first_day} to {last_day}; the newest day that "
            f"was read is {newest}: what is empty or zero here is unknown, not none. Ask with as_of {newest}"
        )
    elif tells_rises and period["m_tested"] is None:
        described["note"] = (
            f"no topic could be tested for {first_day} to {last_day} (too few days or documents were read): "
            "whether anything rises is unknown"
        )
    return described


def find_limit(table: Table) -> int | None:
    """Most rows that the table's query gives; None where it gives all."""
    found = LIMIT.findall(table.sql)
    return int(found[-1]) if found else None


def describe_table(table: Table, rows: int) -> dict[str, Any]:
    """One table: its query id, what one row is, its first rows, and how many its query found."""
    columns = [name for name in table.columns if name != FOUND]
    described = describe_rows(
        table.sql.splitlines()[0].removeprefix("-- "),
        columns,
        [[row[name] for name in columns] for row in table.rows],
        rows,
        digits=DIGITS,
    )
    if FOUND in table.columns and table.rows:
        described["n_rows"] = table.rows[0][FOUND]
    return described


def describe_rows(
    meaning: str,
    columns: Sequence[str],
    values: Sequence[Sequence[object]],
    rows: int,
    *,
    digits: int | None = None,
) -> dict[str, Any]:
    """Rows as a model reads them, and how many there were when some are left out."""
    described: dict[str, Any] = {"row": meaning, "columns": list(columns)}
    described["rows"] = [[shorten_value(value, digits) for value in row] for row in values[:rows]]
    described["n_rows"] = len(values)
    return described


def shorten_value(value: object, digits: int | None = None) -> object:
    """A value as JSON has it; long text is cut with an ellipsis, a fraction to the significant digits."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_CELL else value[:LONGEST_CELL] + "…"
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return round_fraction(value, digits) if math.isfinite(value) else str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [shorten_value(one, digits) for one in value[:20]]
    return str(value) if isinstance(value, Decimal) else shorten_value(str(value))


def round_fraction(value: float, digits: int | None) -> float:
    """The number with so many significant digits, but never fewer than its whole part has."""
    if digits is None:
        return value
    return float(round(value)) if abs(value) >= 10**digits else float(f"{value:.{digits}g}")


def fit_answer(answer: dict[str, Any], tables: Mapping[str, dict[str, Any]], limited: Sequence[str]) -> str:
    """The answer as JSON of at most MOST_CHARACTERS, saying in `cut` what is not there."""
    cut: list[str] = [*limited]
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
