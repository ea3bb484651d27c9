"""A written report and the published file in, every figure that does not hold any more out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import ReportRefused
from warehouse.reports.feed import FEED_FILE, render_feed
from warehouse.reports.figures import Figures, Table, Value, read_figures, read_query
from warehouse.reports.formats import format_exact
from warehouse.reports.html import render_html
from warehouse.reports.markdown import render_markdown
from warehouse.reports.marks import read_marks
from warehouse.reports.page import Page, build_page
from warehouse.reports.tables import render_csv, render_json
from warehouse.reports.workbook import lay_out_sheet, name_sheet

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that the warehouse gives otherwise."""

    file: str
    query: str
    row: int
    column: str
    written: str
    computed: str

    def __str__(self) -> str:
        """The difference in one line."""
        place = f"{self.file}: {self.query} row {self.row} {self.column}"
        return f"{place}: written {self.written!r}, computed {self.computed!r}"


def verify_report(path: Path, published: Path) -> list[Difference]:
    """Compute every figure of a report again; `path` is its folder, or one of its files to compare only that.

    The queries are those of this installation, never text from the report. ReportRefused when there is no
    report at the path, or none can be made from the published file.
    """
    folder = find_folder(path)
    figures, page = rebuild(folder, path, published)
    expected = {"report.json", "report.html", "report.md", "report.xlsx"}
    expected |= {f"tables/{query}.{ending}" for query in figures.tables for ending in ("csv", "parquet")}
    expected |= {FEED_FILE} if "rising" in figures.tables else set()
    names = sorted(expected) if path.is_dir() else [path.relative_to(folder).as_posix()]
    return [difference for name in names for difference in compare_file(folder, name, figures, page)]


def find_changed_queries(path: Path) -> list[str]:
    """Queries of a report, or of one of its files, that this installation has not or asks otherwise.

    None where its report.json cannot be read.
    """
    folder = find_folder(path)
    try:
        written = json.loads((folder / "report.json").read_text(encoding="utf-8"))["tables"]
        return sorted(query for query, table in written.items() if table["sql"] != find_query(query))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def find_query(query: str) -> str | None:
    """SQL text of a query id; None for one that there is not."""
    try:
        return read_query(query)
    except FileNotFoundError:
        return None


def find_folder(path: Path) -> Path:
    """The folder of the report that a file belongs to."""
    return path if path.is_dir() else path.parent.parent if path.parent.name == "tables" else path.parent


def rebuild(folder: Path, path: Path, published: Path) -> tuple[Figures, Page]:
    """The figures and the page that the report should have, by what its report.json says of itself."""
    try:
        written = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        kind, language, day = (written[name] for name in ("kind", "language", "as_of"))
        subject = written.get("subject")
        as_of = date.fromisoformat(day) if day else None
        if language not in ("zh", "en"):
            raise ValueError(f"there is no report in {language}")
    except FileNotFoundError as problem:
        lacking = "no report.json is there" if path.exists() else "there is no such file or folder"
        raise ReportRefused(f"{path} is not a report of Headwater: {lacking}") from problem
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ReportRefused(f"{path} is not a report of Headwater: {problem}") from problem
    figures = read_figures(published, kind, as_of, subject)
    return figures, build_page(figures, language)


def compare_file(folder: Path, name: str, figures: Figures, page: Page) -> Iterator[Difference]:
    """Differences of one file; a file that is gone or cannot be read is one difference."""
    path = folder / name
    try:
        if name == "report.json":
            told = json.loads(path.read_text(encoding="utf-8"))
            yield from compare_json(name, told, json.loads(render_json(figures, page)))
        elif name == "report.html":
            yield from compare_html(name, path.read_text(encoding="utf-8"), render_html(page))
        elif name == "report.md":
            yield from compare_lines(name, path.read_text(encoding="utf-8"), render_markdown(page))
        elif name == FEED_FILE:
            yield from compare_lines(name, path.read_text(encoding="utf-8"), render_feed(figures, page))
        elif name == "report.xlsx":
            yield from compare_workbook(name, path, figures, page.language)
        else:
            table = figures.tables[path.stem]
            old = read_csv(path.read_bytes()) if path.suffix == ".csv" else show_rows(list_stored(path))
            new = (
                read_csv(render_csv(table).encode())
                if path.suffix == ".csv"
                else show_rows(list_cells(table))
            )
            yield from compare_rows(name, path.stem, old, new)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as problem:
        yield Difference(name, "file", 0, "", f"cannot be read: {problem}", "a file of the report")


def compare_json(name: str, written: dict[str, Any], computed: dict[str, Any]) -> Iterator[Difference]:
    """Differences of the sentences and of every query's SQL, parameters and cells."""
    for sentence, (old, new) in enumerate(zip_longest(written["sentences"], computed["sentences"]), 1):
        if old != new:
            yield Difference(name, "sentences", sentence, "text", str(old), str(new))
    for query, right in computed["tables"].items():
        left = written["tables"][query]
        for part in ("sql", "parameters"):
            if left[part] != right[part]:
                yield Difference(name, query, 0, part, str(left[part]), str(right[part]))
        yield from compare_rows(
            name,
            query,
            show_json([left["columns"], *left["rows"]]),
            show_json([right["columns"], *right["rows"]]),
        )


def compare_lines(name: str, written: str, computed: str) -> Iterator[Difference]:
    """Differences of two texts line by line."""
    old, new = ([[], *([line] for line in text.splitlines())] for text in (written, computed))
    yield from compare_rows(name, "line", old, new)


def compare_rows(name: str, query: str, written: Rows, computed: Rows) -> Iterator[Difference]:
    """Differences of two tables cell by cell; their first rows name the columns."""
    heads = computed[0] if computed else ()
    for row, (left, right) in enumerate(zip_longest(written, computed, fillvalue=())):
        for place, (old, new) in enumerate(zip_longest(left, right, fillvalue="")):
            if old != new:
                yield Difference(name, query, row, heads[place] if place < len(heads) else "", old, new)


def compare_html(name: str, written: str, computed: str) -> Iterator[Difference]:
    """Differences of figures, shown texts, links, drawings and loose numbers, in the order of reading."""
    nothing = ("page", 0, "", "")
    for old, new in zip_longest(read_marks(written), read_marks(computed), fillvalue=nothing):
        if old != new:
            query, row, column, _ = new if new != nothing else old
            # a section that got shorter moves what comes after it: the same text, said of another row
            is_moved = old[3] == new[3]
            written = f"{old[3]} (of {old[0]} row {old[1]} {old[2]})" if is_moved else old[3]
            yield Difference(name, query, row, column, written, new[3])


def compare_workbook(name: str, path: Path, figures: Figures, language: str) -> Iterator[Difference]:
    """Differences of every sheet's cells; a formula differs from any number."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for query, table in figures.tables.items():
            wide = len(table.columns)
            sheet = book[name_sheet(query, language)]
            held = [[soften(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            padded = [row + [""] * (wide - len(row)) for row in held]
            right = [[soften(value) for value in row] for row in lay_out_sheet(table, language)]
            yield from compare_rows(name, query, padded, right)
    finally:
        book.close()


def soften(value: object) -> str:
    """A cell as a spreadsheet keeps it: numbers to 16 digits, long text cut."""
    if isinstance(value, datetime):
        # a spreadsheet knows no day but its midnight
        return value.isoformat(" ", "minutes").removesuffix(" 00:00")
    if value is None or isinstance(value, str | bool | date | list):
        return format_exact(value)[:32_767]
    return repr(float(f"{float(str(value)):.16G}"))


def list_cells(table: Table) -> list[list[Value]]:
    """The table with the names of its columns as first row."""
    return [list(table.columns), *([row[column] for column in table.columns] for row in table.rows)]


def list_stored(path: Path) -> list[list[Value]]:
    """The same of a Parquet file."""
    stored = pq.read_table(path)
    return [stored.column_names, *([row[name] for name in stored.column_names] for row in stored.to_pylist())]


def show_rows(rows: Sequence[Sequence[Value]]) -> list[list[str]]:
    """Every cell as exact text."""
    return [[format_exact(value) for value in row] for row in rows]


def show_json(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """Every cell as JSON has it, the names of the first row bare."""
    return [
        [str(value) if place == 0 else json.dumps(value, ensure_ascii=False) for value in row]
        for place, row in enumerate(rows)
    ]


def read_csv(content: bytes) -> list[list[str]]:
    """Cells of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
