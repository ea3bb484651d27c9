"""Rows of a statement in; a table, CSV, JSON, Markdown or Parquet, on the terminal or in a file, out."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Sequence
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from flows.exit_codes import CommandError
from flows.wording import ENGLISH, CommandWording

if TYPE_CHECKING:
    from rich.console import Console

    from warehouse.query import QueryResult

NARROWEST_COLUMN = 12
"""Letters of the terminal's width that each column of a table must get, or rows are printed as blocks."""


class Shape(StrEnum):
    """How rows are given."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


ENDINGS = {
    ".csv": Shape.CSV,
    ".json": Shape.JSON,
    ".md": Shape.MARKDOWN,
    ".parquet": Shape.PARQUET,
    ".txt": Shape.TABLE,
}


def choose_shape(shape: Shape | None, output: Path | None) -> Shape:
    """The shape asked for, else that of the file's ending, else a table; CommandError if they do not fit."""
    chosen = shape or (ENDINGS.get(output.suffix.lower()) if output else Shape.TABLE)
    if chosen is None:
        raise CommandError(f"{output} has none of the endings {', '.join(ENDINGS)}; say which with --format")
    if chosen is Shape.PARQUET and output is None:
        raise CommandError("Parquet is for files: name one with --output")
    return chosen


def write_rows(result: QueryResult, shape: Shape, output: Path) -> None:
    """Rows into a file that is there whole or not at all."""
    part = output.with_name(f".{output.name}.part")
    try:
        if shape is Shape.PARQUET:
            import pyarrow.parquet as pq

            from warehouse.query_table import tabulate_result

            pq.write_table(tabulate_result(result), part, compression="zstd")
        else:
            with part.open("w", encoding="utf-8", newline="") as file:
                file.write(render_rows(result, shape))
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def print_rows(result: QueryResult, shape: Shape, words: CommandWording) -> None:
    """Rows on standard output."""
    if shape is Shape.TABLE:
        print_table(result.columns, result.rows, words=words)
    else:
        sys.stdout.write(render_rows(result, shape))


def render_rows(result: QueryResult, shape: Shape) -> str:
    """Rows as text."""
    out = StringIO()
    if shape is Shape.JSON:
        names = name_apart(result.columns)
        rows = [dict(zip(names, map(_hold_json, row), strict=True)) for row in result.rows]
        json.dump(rows, out, ensure_ascii=False, default=str, allow_nan=False)
        out.write("\n")
    elif shape is Shape.CSV:
        from warehouse.reports.tables import guard_cell

        writer = csv.writer(out)
        writer.writerow(result.columns)
        writer.writerows(
            [guard_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in result.rows
        )
    elif shape is Shape.MARKDOWN:
        out.write("| " + " | ".join(result.columns) + " |\n" + "|" + "---|" * len(result.columns) + "\n")
        for row in result.rows:
            cells = ("" if cell is None else str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
            out.write("| " + " | ".join(cells) + " |\n")
    else:
        print_table(result.columns, result.rows, out)
    return out.getvalue()


def name_apart(columns: Sequence[str]) -> list[str]:
    """Names of columns, each once: a, a_1, as DuckDB names those of a table."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names


def _hold_json(value: object) -> object:
    """A cell, None for a number that JSON cannot hold: x / 0 is one."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    file: TextIO | None = None,
    words: CommandWording = ENGLISH,
) -> None:
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
    console = Console(file=file)
    needed = sum(widths) + 3 * len(columns) + 1
    if console.is_terminal and needed > console.width and console.width < NARROWEST_COLUMN * len(columns):
        print_blocks(columns, cells, console)
    else:
        if not console.is_terminal:
            console = Console(file=file, width=max(needed, console.width))
        table = Table(box=box.SIMPLE_HEAD)
        for column in columns:
            table.add_column(Text(column), overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))
        console.print(table)
    console.print(words.say("rows", n=len(rows)))


def print_blocks(columns: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> None:
    """One line a value, a blank line after each row."""
    longest = max(map(len, columns), default=0)
    for row in rows:
        for column, text in zip(columns, row, strict=True):
            console.file.write(f"{column:<{longest}}  {text}\n")
        console.file.write("\n")
