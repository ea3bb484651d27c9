"""A published warehouse and a period in -> every table of the report out, each with the SQL it came from."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.errors import NOTHING_PUBLISHED, ReportRefused
from warehouse.published_file import open_readonly
from warehouse.sql_files import read_sql_file

SQL_FOLDER = Path(__file__).parent / "sql"
SCHEMA_FILE = SQL_FOLDER / "marts_read.sql"
KEPT_FUNCTIONS = {
    "wilson_lo": "wilson", "lower_tail": "wilson", "names_event": "event_name", "spu_of": "product",
}  # fmt: skip
"""Functions that a build of the marts leaves in the published file, and the SQL files that make them."""
TABLE_NAMES = "select table_name from information_schema.tables where table_schema = 'main'"
UNSAFE_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

Value = str | int | float | bool | date | Decimal | list[str] | None
Parameters = Mapping[str, str | int | date | list[str] | None]

WEEKLY = (
    "overview", "coverage", "coverage_days", "rising", "newborn", "opportunity", "sentiment_drops", "brands",
    "aipl", "prices", "fading", "watchout", "watch", "watch_days", "watch_posts", "scorecard", "hit_rate",
    "call_kinds", "opportunity_graded", "breakout_graded", "curve", "posts", "runs",
)  # fmt: skip
DAILY = (
    "overview", "coverage", "coverage_days", "rising", "newborn", "breakout", "sentiment_drops", "brands",
    "watchout", "watch", "watch_days", "watch_posts", "breakout_graded", "curve", "posts", "runs",
)  # fmt: skip
TOPIC = (
    "topic_now", "topic_weeks", "topic_platforms", "topic_leadlag", "sentiment", "topic_aspects",
    "topic_intent", "topic_supply", "topic_prices", "related", "topic_calls", "topic_posts", "curve",
    "posts", "runs",
)  # fmt: skip
BRAND = (
    "brand_now", "brand_weeks", "brand_rivals", "brand_platforms", "sentiment", "brand_offers",
    "related", "brand_posts", "runs",
)  # fmt: skip
QUERIES = {"weekly": WEEKLY, "daily": DAILY, "topic": TOPIC, "brand": BRAND}
"""Queries of each kind of report, in the order in which they depend on each other."""

NAMED_ROWS = {
    "rising": 10, "newborn": 8, "opportunity": 3, "sentiment_drops": 5, "watchout": 5, "alert_rising": 20,
    "alert_sentiment": 20,
}  # fmt: skip
"""Queries whose first rows get sample posts and curves."""


@dataclass(frozen=True)
class Table:
    """Result of one query: its SQL, the parameters it used, and its rows as Arrow and as Python values."""

    query: str
    sql: str
    parameters: Parameters
    arrow: pa.Table
    rows: tuple[Mapping[str, Value], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.arrow.column_names)


@dataclass(frozen=True)
class Figures:
    """All tables of one report."""

    kind: str
    as_of: date | None
    tables: Mapping[str, Table]
    subject: str | None = None
    """Topic or brand of a brief."""


def read_figures(
    published: Path,
    kind: str,
    as_of: date | None,
    subject: str | None = None,
    check: Callable[[], None] = lambda: None,
) -> Figures:
    """Run every query of the report; as_of None takes the day the marts were built for.

    `subject` is the topic_id or brand_id of a brief; `check` is called before every query. Raises
    ReportRefused when the kind is unknown, the file cannot be opened or a query fails.
    """
    if kind not in QUERIES:
        raise ReportRefused(f"there is no {kind} report; choose one of {', '.join(QUERIES)}")
    return read_tables(published, kind, QUERIES[kind], as_of, subject, check=check)


def read_tables(
    published: Path,
    kind: str,
    queries: Sequence[str],
    as_of: date | None,
    subject: str | None = None,
    more: Parameters | None = None,
    *,
    check: Callable[[], None] = lambda: None,
) -> Figures:
    """Run these queries as a report of the kind runs them, in this order; `more` parameters they may name."""
    with open_report_tables(published) as connection:
        day = find_last_day(connection, kind, as_of)
        parameters: dict[str, str | int | date | list[str] | None] = {
            "as_of": day,
            "days": 1 if kind == "daily" else 7,
            "grain": "d" if kind == "daily" else "w",
            "subject": subject,
            "interest": None,
            **(more or {}),
        }
        tables: dict[str, Table] = {}
        for query in queries:
            check()
            parameters["rising_ids"] = collect_topic_ids(tables, {"rising": 10})
            named = collect_topic_ids(tables, NAMED_ROWS)
            parameters["topic_ids"] = named if subject is None else [subject]
            tables[query] = run_report_query(connection, query, parameters)
    return Figures(kind, day, tables, subject)


def collect_topic_ids(tables: Mapping[str, Table], first_rows: Mapping[str, int]) -> list[str]:
    """Topics that the first rows of these tables name, sorted."""
    return sorted(
        {
            str(row["topic_id"])
            for query, most in first_rows.items()
            if query in tables
            for row in tables[query].rows[:most]
        }
    )


def run_report_query(connection: duckdb.DuckDBPyConnection, query: str, parameters: Parameters) -> Table:
    """Run one `.sql` file of the report with those of the parameters it names."""
    try:
        return tabulate_query(connection, query, read_query(query), parameters)
    except duckdb.Error as error:
        raise ReportRefused(
            f"the query {query} failed on this warehouse: {error}. Build the trends again."
        ) from error


def tabulate_query(
    connection: duckdb.DuckDBPyConnection, query: str, sql: str, parameters: Parameters
) -> Table:
    """Run a query of this project with those of the parameters it names; its text as readers may see it."""
    used = {name: value for name, value in parameters.items() if re.search(rf"\${name}\b", sql)}
    arrow = connection.sql(sql, params=used).to_arrow_table()
    columns = {name: clean_column(arrow.column(name)) for name in arrow.column_names}
    cleaned = pa.table(columns)
    return Table(query, sql, used, cleaned, tuple(cleaned.to_pylist()))


def read_query(query: str) -> str:
    """SQL text of a query id."""
    return (SQL_FOLDER / f"{query}.sql").read_text(encoding="utf-8").strip()


def clean_column(column: pa.ChunkedArray) -> pa.Array:
    """The column as one chunk: text without control characters, numbers without NaN and infinity."""
    if pa.types.is_string(column.type):
        return pa.array(
            [None if text is None else clean_text(text) for text in column.to_pylist()], pa.string()
        )
    if pa.types.is_list(column.type):
        lists = column.to_pylist()
        cleaned = [None if texts is None else [clean_text(text) for text in texts if text] for texts in lists]
        return pa.array(cleaned, pa.list_(pa.string()))
    if pa.types.is_floating(column.type):
        values = column.to_pylist()
        return pa.array([x if x is not None and math.isfinite(x) else None for x in values], pa.float64())
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def clean_text(text: str) -> str:
    """Text on one line without control, direction and surrogate characters, which break cells."""
    return UNSAFE_CHARACTERS.sub("", unicodedata.normalize("NFC", " ".join(text.split()))).strip()


def find_last_day(connection: duckdb.DuckDBPyConnection, kind: str, as_of: date | None) -> date | None:
    """Last day of the report; None for a warehouse without documents.

    A weekly report or a brief ends where a week of the marts ends: the newest such day up to `as_of`, where
    there is one, so that all its sections speak of the same seven days. A daily report ends with a day that
    was read whole: a day that is not over yet would seem to have no trend. ReportRefused for a day before
    the first that was read.
    """
    sql = (SQL_FOLDER / "last_day.sql").read_text(encoding="utf-8")
    ((newest, oldest, newest_whole, week_end),) = connection.execute(sql, {"as_of": as_of}).fetchall()
    if oldest is None:
        # a warehouse of offers alone begins with the first of them
        ((oldest,),) = connection.execute(read_sql_file("mart", "first_day")).fetchall()
    if as_of is not None and oldest is not None and as_of < oldest:
        raise ReportRefused(f"nothing was read up to {as_of}; the first day with data is {oldest}")
    day = (as_of or newest_whole if kind == "daily" else week_end) or as_of or newest
    return day if isinstance(day, date) else None


@contextmanager
def open_report_tables(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published file read-only, with an empty table for every mart it lacks."""
    if not published.is_file():
        raise ReportRefused(NOTHING_PUBLISHED)
    with open_readonly(published) as connection:
        add_missing_marts(connection)
        yield connection


def add_missing_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Stand in with an empty table for every mart that an older or smaller warehouse does not have.

    Functions that it lacks are added too, for this connection.
    """
    present = {name for (name,) in connection.execute(TABLE_NAMES).fetchall()}
    with duckdb.connect(":memory:") as expected:
        expected.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        for (name,) in expected.execute(TABLE_NAMES).fetchall():
            if name not in present:
                connection.register(name, expected.table(name).to_arrow_table())
    add_missing_functions(connection)


def add_missing_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Add, for this connection, the functions that an older published file does not have."""
    for function, file in KEPT_FUNCTIONS.items():
        if not connection.execute("from duckdb_functions() where function_name = ?", [function]).fetchall():
            connection.execute(read_sql_file("mart", file).replace("replace macro", "replace temp macro"))
