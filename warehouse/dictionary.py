"""A warehouse's connection in; the data dictionary, every table and column, as Markdown out."""

from __future__ import annotations

import tempfile
from itertools import groupby
from pathlib import Path

import duckdb

from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse
from warehouse.tables import list_tables
from warehouse.trends import build_marts

SECTIONS: tuple[tuple[str, str], ...] = (
    ("v_", "Views: start here"),
    ("mart_", "Marts: counts, tests and shares, made from core tables"),
    ("core_", "Core: one row per thing, as last shown"),
    ("", "Runs, loads and checks"),
    ("raw_", "Observations: in the writer's file only, not published"),
)
"""Prefix of a name -> heading, in the order of the page; the first that fits counts, the empty one last."""

OPENING = """# Data dictionary

Generated from the comments in the warehouse itself; `python -m warehouse.dictionary` writes it anew.
Moments carry a zone and are shown in Asia/Shanghai; days are Shanghai days; prices are decimals with their
currency. Empty (null) means not shown or not known, 0 means shown as zero. Ids are text. Every DuckDB client
reads the published file; `headwater sql` asks it from the command line.
"""


def render_dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """Markdown of every table and view of the connection's file: what one row is, each column's meaning."""
    sql = read_sql_file("dictionary", "list_columns")
    rows = connection.execute(sql).fetchall()
    relations = {name: list(columns) for name, columns in groupby(rows, key=lambda row: str(row[0]))}
    hidden = {table.name for table in list_tables() if not table.is_published}
    parts = [OPENING]
    for prefix, heading in SECTIONS:
        chosen = [name for name in relations if find_section(name) == prefix]
        if chosen:
            parts.append(f"## {heading}\n")
            parts += [render_relation(name, relations[name], name in hidden) for name in chosen]
    return "\n".join(parts)


def find_section(name: str) -> str:
    """Prefix of the section that a table belongs to."""
    return next((prefix for prefix, _ in SECTIONS if prefix and name.startswith(prefix)), "")


def render_relation(name: str, columns: list[tuple[object, ...]], is_hidden: bool) -> str:
    """One table or view as a heading and a table of its columns."""
    _, is_view, row_is, *_ = columns[0]
    kind = "view" if is_view else "table"
    note = " Not published." if is_hidden else ""
    lines = [f"### {name}\n", f"One row of this {kind}: {escape_cell(row_is)}.{note}\n"]
    lines += ["| column | type | empty | meaning |", "|---|---|---|---|"]
    for _, _, _, column, data_type, is_nullable, comment in columns:
        empty = "yes" if is_nullable else "no"
        lines.append(
            f"| {escape_cell(column)} | {escape_cell(data_type)} | {empty} | {escape_cell(comment)} |"
        )
    return "\n".join(lines) + "\n"


def escape_cell(value: object) -> str:
    """A text as one cell of a Markdown table."""
    return str(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def render_current() -> str:
    """The dictionary of an empty warehouse with today's tables and marts."""
    with (
        tempfile.TemporaryDirectory(prefix="headwater-dictionary-") as folder,
        Warehouse.open(Path(folder), least_free_bytes=0) as warehouse,
    ):
        build_marts(warehouse, "dictionary")
        return render_dictionary(warehouse.connection)


def main() -> None:
    """Write DATA_DICTIONARY.md beside the package."""
    target = Path(__file__).parent.parent / "DATA_DICTIONARY.md"
    target.write_text(render_current(), encoding="utf-8")


if __name__ == "__main__":
    main()
