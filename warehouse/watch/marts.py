"""A watch list and the core tables of a connection in; mart_watch_group and mart_watch_match out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.append import append_rows
from warehouse.errors import WatchListRefused
from warehouse.watch.syntax import Term, WatchList, render_terms

WIDE = "".join(map(chr, (0x3000, *range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))))
"""Full-width digits, letters and space: the same as the narrow ones in words and in texts."""
NARROW = unicodedata.normalize("NFKC", WIDE)
SQL_FOLDER = Path(__file__).parent.parent / "sql" / "mart"
GROUP_SCHEMA = pa.schema(
    [("group_no", pa.int64()), ("group_name", pa.string()), ("rule", pa.string()), ("most_shown", pa.int64())]
)
TERM_SCHEMA = pa.schema(
    [
        ("term_no", pa.int64()),
        ("group_no", pa.int64()),
        ("role", pa.string()),
        ("text", pa.string()),
        ("is_pattern", pa.bool_()),
        ("shown", pa.string()),
    ]
)


def write_watch_marts(connection: duckdb.DuckDBPyConnection, watch_list: WatchList) -> None:
    """Write both marts for the 28 days up to the variable `as_of`; without groups they are empty.

    Each term is searched for by itself, a constant for the engine: two thousand words take seconds on a
    month of texts. Raises WatchListRefused for a pattern that RE2 cannot read, such as one that looks ahead.
    """
    terms = list(list_terms(watch_list))
    connection.register("watch_group", tabulate_groups(watch_list))
    connection.register("watch_term", pa.Table.from_pylist(terms, TERM_SCHEMA))
    connection.execute("set variable watch_terms = ?", [len(terms)])
    connection.execute("set variable wide_letters = ?", [WIDE])
    connection.execute("set variable narrow_letters = ?", [NARROW])
    connection.execute(read_watch_sql("document"))
    for term in terms:
        search_term(connection, term)
    connection.execute(read_watch_sql("match"))
    for name in ("watch_group", "watch_term"):
        connection.unregister(name)


def search_term(connection: duckdb.DuckDBPyConnection, term: Mapping[str, object]) -> None:
    """Note every text that holds the term."""
    line = term.get("line")
    name = "pattern" if term["is_pattern"] else "word"
    text = str(term["text"]).translate(str.maketrans(WIDE, NARROW))
    try:
        connection.execute(read_watch_sql(name), {"term_no": term["term_no"], "text": text})
    except duckdb.InvalidInputException as problem:
        raise WatchListRefused(
            line if isinstance(line, int) else None,
            f"the pattern /{term['text']}/ cannot be read: {problem}",
        ) from problem
    append_rows(connection, "watch_hit", "watch_found")


def tabulate_groups(watch_list: WatchList) -> pa.Table:
    """The groups as rows."""
    rows = [
        {
            "group_no": number,
            "group_name": group.name,
            "rule": "\n".join(render_terms(group)),
            "most_shown": group.most_shown,
        }
        for number, group in enumerate(watch_list.groups, start=1)
    ]
    return pa.Table.from_pylist(rows, GROUP_SCHEMA)


def list_terms(watch_list: WatchList) -> Iterator[dict[str, object]]:
    """Every term with its group and part; no group for those that are excluded everywhere."""
    found: list[tuple[int | None, str, Term]] = [(None, "excluded", term) for term in watch_list.excluded]
    for number, group in enumerate(watch_list.groups, start=1):
        parts = (("wanted", group.wanted), ("required", group.required), ("excluded", group.excluded))
        found += [(number, role, term) for role, terms in parts for term in dict.fromkeys(terms)]
    for number, (group_no, role, term) in enumerate(found, start=1):
        yield {
            "term_no": number,
            "group_no": group_no,
            "role": role,
            "text": term.text,
            "is_pattern": term.is_pattern,
            "shown": term.alias or term.text,
            "line": term.line,
        }


def read_watch_sql(name: str) -> str:
    """SQL text of one step."""
    return (SQL_FOLDER / f"watch_{name}.sql").read_text(encoding="utf-8")


def check_patterns(watch_list: WatchList) -> None:
    """Raise WatchListRefused for the first pattern that RE2 cannot read."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("create table watch_document (document_no bigint, wording varchar)")
        connection.execute("create table watch_hit (document_no bigint, term_no bigint)")
        connection.execute("insert into watch_document values (1, '')")
        for term in list_terms(watch_list):
            if term["is_pattern"]:
                search_term(connection, term)
