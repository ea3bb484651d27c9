"""A report and a published warehouse in -> every figure that the warehouse does not give again, out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from warehouse.reports.errors import ReportError
from warehouse.reports.exports import write_csv, write_json
from warehouse.reports.figures import QUERIES, Figures, Table, Value, read_figures
from warehouse.reports.formats import format_exact
from warehouse.reports.page import Page, build_page
from warehouse.reports.render import render_html, render_markdown


@dataclass(frozen=True)
class Difference:
    """One place where a report and the warehouse disagree."""

    file: str
    place: str
    reported: str
    computed: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: the report says {self.reported!r}, the warehouse {self.computed!r}"


def verify_report(report: Path, published: Path) -> list[Difference]:
    """Compute every figure of a report again by its query and compare.

    report: its folder (all files are compared), or its report.html or report.json (that file, by the report.json beside
    it). The queries run are those of this installation, never text from the report. Raises ReportError.
    """
    folder = report if report.is_dir() else report.parent
    claimed = read_claims(folder / "report.json")
    about = claimed["report"]
    figures = read_figures(published, about["kind"], date.fromisoformat(about["as_of"]) if about["as_of"] else None)
    page = build_page(figures, about["language"])
    wanted = sorted(path for path in folder.rglob("*") if path.is_file()) if report.is_dir() else [report]
    expected = {"report.json", "report.html", "report.md", "report.xlsx"}
    expected |= {f"tables/{query}.{ending}" for query in figures.tables for ending in ("csv", "parquet")}
    found = [
        difference
        for path in wanted
        for difference in compare_file(path, str(path.relative_to(folder)), figures, page)
    ]
    if report.is_dir():
        names = {str(path.relative_to(folder)) for path in wanted}
        found += [Difference(name, "file", "absent", "present") for name in sorted(expected - names)]
    return found


def read_claims(path: Path) -> dict[str, Any]:
    """What the report says of itself."""
    try:
        claimed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        about = claimed["report"]
        if about["kind"] not in QUERIES or about["language"] not in ("zh", "en"):
            raise ValueError(about["kind"])
        if about["as_of"] is not None:
            date.fromisoformat(about["as_of"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{path} is not the report.json of a report: {error}. Write the report again.") from error
    return claimed


def compare_file(path: Path, name: str, figures: Figures, page: Page) -> Iterator[Difference]:
    """Differences of one file of the report."""
    try:
        if name == "report.json":
            yield from compare_json(name, read_claims(path), json.loads(write_json(figures, page)))
        elif name.endswith(".html"):
            yield from compare_html(name, path.read_text(encoding="utf-8"), render_html(page))
        elif name == "report.md":
            yield from compare_lines(name, path.read_text(encoding="utf-8"), render_markdown(page))
        elif name == "report.xlsx":
            yield from compare_workbook(name, path, figures)
        elif path.stem in figures.tables and path.suffix == ".csv":
            table = figures.tables[path.stem]
            yield from compare_rows(name, read_csv(path.read_bytes()), read_csv(write_csv(table)))
        elif path.stem in figures.tables and path.suffix == ".parquet":
            table = figures.tables[path.stem]
            held = pq.read_table(path)
            rows = [held.column_names, *([row[c] for c in held.column_names] for row in held.to_pylist())]
            yield from compare_rows(name, show_rows(rows), show_rows(list_rows(table)))
    except (ValueError, KeyError, TypeError, OSError) as error:
        yield Difference(name, "file", f"unreadable: {error}", "readable")


def compare_json(name: str, reported: Mapping[str, Any], computed: Mapping[str, Any]) -> Iterator[Difference]:
    """Differences of SQL text, parameters and rows of every query, and of the sentences."""
    for query, right in computed["queries"].items():
        left = reported["queries"].get(query, {"sql": "", "parameters": {}, "columns": [], "rows": []})
        for part in ("sql", "parameters"):
            if left[part] != right[part]:
                yield Difference(name, f"{query} {part}", str(left[part])[:200], str(right[part])[:200])
        yield from compare_rows(
            f"{name} {query}",
            show_rows([left["columns"], *left["rows"]]),
            show_rows([right["columns"], *right["rows"]]),
        )
    if reported.get("sentences") != computed["sentences"]:
        yield Difference(name, "sentences", str(reported.get("sentences")), str(computed["sentences"]))


def compare_rows(name: str, reported: Sequence[Sequence[str]], computed: Sequence[Sequence[str]]) -> Iterator[Difference]:
    """Differences of two tables, cell by cell; the first row holds the names of the columns."""
    heads = computed[0] if computed else []
    for line, (left, right) in enumerate(zip_longest(reported, computed, fillvalue=())):
        for place, (one, other) in enumerate(zip_longest(left, right, fillvalue="")):
            if one != other:
                column = heads[place] if place < len(heads) else f"column {place + 1}"
                yield Difference(name, f"row {line}, {column}", one, other)


def compare_lines(name: str, reported: str, computed: str) -> Iterator[Difference]:
    """Differences of two texts, line by line."""
    pairs = zip_longest(reported.splitlines(), computed.splitlines(), fillvalue="")
    for number, (left, right) in enumerate(pairs, 1):
        if left != right:
            yield Difference(name, f"line {number}", left, right)


def compare_html(name: str, reported: str, computed: str) -> Iterator[Difference]:
    """Differences of the figures, the drawings and the loose numbers of two pages, in the order of reading."""
    left, right = read_marks(reported), read_marks(computed)
    for (where, one), (there, other) in zip_longest(left, right, fillvalue=("end of page", "")):
        if (where, one) != (there, other):
            yield Difference(name, there if there != "end of page" else where, one, other)


class MarkReader(HTMLParser):
    """Collects what a page claims: each figure with its exact value and shown text, each drawing, each other number."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[str, str]] = []
        self.figure: str | None = None
        self.drawing: list[str] | None = None
        self.ignored = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("style", "head"):
            self.ignored += 1
        if tag == "svg":
            self.drawing = []
        if self.drawing is not None:
            self.drawing.append(f"{tag} {sorted((key, value or '') for key, value in attrs)}")
        if tag == "data":
            self.figure = f"{values.get('data-query')} row {values.get('data-row')} {values.get('data-column')}"
            self.marks.append((self.figure, str(values.get("value"))))
        if tag == "a":
            self.marks.append(("link", str(values.get("href"))))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "head"):
            self.ignored -= 1
        if tag == "svg" and self.drawing is not None:
            self.marks.append(("drawing", " ".join(self.drawing)))
            self.drawing = None
        if tag == "data":
            self.figure = None

    def handle_data(self, data: str) -> None:
        if self.ignored:
            return
        if self.drawing is not None:
            self.drawing.append(data)
        elif self.figure is not None:
            self.marks.append((f"{self.figure} as shown", data))
        elif any(character.isdigit() for character in data):
            self.marks.append(("text", " ".join(data.split())))


def read_marks(page: str) -> list[tuple[str, str]]:
    """What a page claims, in the order of reading."""
    reader = MarkReader()
    reader.feed(page)
    reader.close()
    return reader.marks


def compare_workbook(name: str, path: Path, figures: Figures) -> Iterator[Difference]:
    """Differences of every sheet's cells."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for query, table in figures.tables.items():
            held: list[list[Any]] = [list(row) for row in book[query].iter_rows(values_only=True)]
            expected = [[soften(value) for value in row] for row in list_rows(table)]
            wide = len(table.columns)
            shown = [[soften(value) for value in (row + [None] * wide)[: max(wide, len(row))]] for row in held]
            yield from compare_rows(f"{name} {query}", shown, expected)
    finally:
        book.close()


def soften(value: Any) -> str:
    """A value as a spreadsheet keeps it: numbers to 15 digits, an empty text as no cell."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, str | bool | date) or value is None or isinstance(value, list):
        return format_exact(value)
    return f"{float(value):.14g}"


def list_rows(table: Table) -> list[list[Value]]:
    """The table with the names of its columns as first row."""
    heads: list[Value] = list(table.columns)
    return [heads, *([row[column] for column in table.columns] for row in table.rows)]


def show_rows(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Every cell as exact text."""
    return [[format_exact(value) for value in row] for row in rows]


def read_csv(content: bytes) -> list[list[str]]:
    """Cells of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
