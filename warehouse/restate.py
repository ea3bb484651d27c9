"""What changed since the last build in; documents, topics and days of all history brought up to date out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb

from warehouse.append import append_rows
from warehouse.day_spans import run_by_spans
from warehouse.mart_sql import read_sql

STATE_VERSION = 15
"""Version of what a build remembers in work_*; another one has the next build start from the core tables."""


def list_restating_steps(connection: duckdb.DuckDBPyConnection) -> Iterator[Callable[[], object]]:
    """The steps that bring the history up to date, as of a day and for the settings that are variables.

    Only subjects logged in changed_subjects are read again, and only their days counted again, so that a day
    costs a day however long the history is and however late a post comes. The result is that of a build
    from nothing, which is what the first build is, and every one for an earlier day or other settings.
    """
    yield lambda: list_changes(connection, is_remembered(connection))
    yield from restate(connection)
    yield lambda: start_again_if_rows_left(connection)


def restate(connection: duckdb.DuckDBPyConnection) -> Iterator[Callable[[], object]]:
    """The steps that bring documents, topics and days up to date with the table `changed`."""

    def run(name: str) -> Callable[[], object]:
        return lambda: connection.execute(read_sql(name))

    def run_spans(counting: str, statement: str, **appended: str) -> Callable[[], object]:
        return lambda: run_by_spans(connection, counting, statement, appended)

    yield from map(run, ("document", "tag_read"))
    yield run_spans(
        "tag_new_rows", "tag_new", tag_new="tag_new_span", tag_kept="tag_kept_span", home_now="home_span"
    )
    yield from map(run, ("topic_change", "topic_doc"))
    yield lambda: append_rows(connection, "mart_topic_doc", "moving")
    yield lambda: append_rows(connection, "work_topic_doc", "leaving")
    yield run_spans(
        "topic_doc_rows", "topic_doc_new", mart_topic_doc="kept_doc_new", work_topic_doc="rare_doc_new"
    )
    yield from map(run, ("topic_first_day", "restated_day"))
    yield run_spans("topic_day_rows", "topic_day")
    yield run("exposure_day")


def is_remembered(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether an earlier build's memory can be built upon."""
    known = connection.execute(
        "select count(*) from duckdb_tables() where table_name = 'work_state' and database_name = 'warehouse'"
    ).fetchall()
    if known[0][0] == 0:
        return False
    version = connection.execute("select version from work_state").fetchall()
    if version != [(STATE_VERSION,)]:
        return False
    same = connection.execute(
        "select as_of <= cast(getvariable('as_of') as date) and least_docs = getvariable('least_docs') "
        "and most_topics = getvariable('most_topics') and heat_days = getvariable('heat_days') "
        "from work_state"
    ).fetchall()
    return same == [(True,)]


def list_changes(connection: duckdb.DuckDBPyConnection, is_continued: bool) -> None:
    """Make the table `changed`: what is logged, or everything when nothing is remembered."""
    if not is_continued:
        connection.execute(read_sql("forget"))
    connection.execute(read_sql("state"))
    connection.execute(read_sql("changed" if is_continued else "changed_all"))


def start_again_if_rows_left(connection: duckdb.DuckDBPyConnection) -> None:
    """Build from nothing when the core tables have lost rows, as by an erasure, which no log tells."""
    missed = connection.execute(read_sql("missed")).fetchall()[0][0]
    if missed != 0:
        list_changes(connection, is_continued=False)
        for step in restate(connection):
            step()


def remember_build(connection: duckdb.DuckDBPyConnection) -> None:
    """Record what the memory was made for and empty the log of changes."""
    connection.execute("set variable state_version = cast(? as bigint)", [STATE_VERSION])
    connection.execute(read_sql("remember"))
