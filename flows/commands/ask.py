"""`headwater sql`: SQL on the published file, from another process, while loads run."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flows.exit_codes import CommandError
from flows.settings import read_settings

if TYPE_CHECKING:
    from warehouse.query import QueryResult

NARROWEST_COLUMN = 12
"""Letters of the terminal's width that each column of a table must get, or rows are printed as blocks."""


class Shape(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("sql")(sql)


def sql(
    context: typer.Context,
    statement: Annotated[
        str | None, typer.Argument(help="One SELECT; default: read from standard input.")
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", "-f", help="How to print the rows.")] = Shape.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    limit: Annotated[int, typer.Option(help="Most rows to print.", min=1, max=1_000_000)] = 10_000,
    seconds: Annotated[float, typer.Option(help="Longest the statement may take.", min=0.1, max=600)] = 30.0,
) -> None:
    """Run one SELECT on the published marts and core tables, read-only."""
    from flows.published import require_published
    from warehouse.query import run_query

    settings = read_settings(context.obj)
    text = statement if statement is not None else sys.stdin.read()
    if not text.strip():
        raise CommandError(
            'no statement given; for example: headwater sql "select * from mart_topic limit 5"'
        )
    result = run_query(require_published(settings.home), text, limit_rows=limit, seconds=seconds)
    print_rows(result, Shape.JSON if as_json else shape)
    if result.truncated:
        typer.echo(f"headwater: only the first {limit:,} rows are shown; --limit shows more", err=True)


def print_rows(result: QueryResult, shape: Shape) -> None:
    """Rows in the shape asked for, on standard output."""
    if shape is Shape.JSON:
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        json.dump(rows, sys.stdout, ensure_ascii=False, default=str)
        print()
    elif shape is Shape.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow(result.columns)
        writer.writerows(result.rows)
    elif shape is Shape.MARKDOWN:
        print_markdown(result.columns, result.rows)
    else:
        print_table(result.columns, result.rows)


def print_markdown(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A Markdown table; bars inside cells are escaped."""
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        cells = ("" if cell is None else str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
        print("| " + " | ".join(cells) + " |")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for the terminal, aware of the width of Chinese characters; no value is ever cut.

    A pipe gets lines as long as they must be; a terminal too narrow for the columns gets one block a row.
    """
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [
        max(cell_len(line) for text in column for line in text.splitlines() or [""])
        for column in zip(columns, *cells, strict=True)
    ]
    console = Console()
    needed = sum(widths) + 3 * len(columns) + 1
    if console.is_terminal and needed > console.width and console.width < NARROWEST_COLUMN * len(columns):
        print_blocks(columns, cells)
    else:
        if not console.is_terminal:
            console = Console(width=max(needed, console.width))
        table = Table(box=box.SIMPLE_HEAD)
        for column in columns:
            table.add_column(Text(column), overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))
        console.print(table)
    console.print(f"{len(rows):,} rows")


def print_blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """One line a value, a blank line after each row."""
    longest = max(map(len, columns), default=0)
    for row in rows:
        for column, text in zip(columns, row, strict=True):
            print(f"{column:<{longest}}  {text}")
        print()
