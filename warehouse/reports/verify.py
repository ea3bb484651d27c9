"""A written report and the published file in, every figure that does not hold any more out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from warehouse.errors import ReportRefused
from warehouse.reports.figures import Figures, read_figures
from warehouse.reports.formats import format_exact
from warehouse.reports.tables import render_json


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
    """Compute every figure of a report again; `path` is its folder, or its report.json or report.html in it.

    ReportRefused when there is no report at the path.
    """
    folder = path if path.is_dir() else path.parent
    file = folder / "report.json"
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        as_of = date.fromisoformat(written["as_of"]) if written["as_of"] else None
        figures = read_figures(published, written["kind"], as_of)
    except (OSError, ValueError, KeyError) as problem:
        raise ReportRefused(f"{path} is not a report of Headwater: {problem}") from problem
    differences = compare_tables(written, json.loads(render_json(figures, written["language"])))
    page = folder / "report.html"
    if page.exists():
        differences += compare_page(page.read_text(encoding="utf-8"), figures)
    return differences


def compare_tables(written: dict[str, object], computed: dict[str, object]) -> list[Difference]:
    """Differences between the tables of two report.json."""
    differences = []
    old, new = written["tables"], computed["tables"]
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    for query in sorted(old.keys() | new.keys()):
        mine = list_cells(old.get(query))
        theirs = list_cells(new.get(query))
        for place in sorted(mine.keys() | theirs.keys()):
            if mine.get(place, "") != theirs.get(place, ""):
                row, column = place
                differences.append(
                    Difference("report.json", query, row, column, mine.get(place, ""), theirs.get(place, ""))
                )
    return differences


def list_cells(table: dict[str, list[object]] | None) -> dict[tuple[int, str], str]:
    """Cells of one table of report.json by row (from 1) and column."""
    if table is None:
        return {}
    cells = {}
    for place, row in enumerate(table["rows"], start=1):
        assert isinstance(row, list)
        for column, value in zip(table["columns"], row, strict=True):
            cells[place, str(column)] = json.dumps(value, ensure_ascii=False)
    return cells


def compare_page(html: str, figures: Figures) -> list[Difference]:
    """Differences between the figures of the HTML page and the tables."""
    reader = FigureReader()
    reader.feed(html)
    differences = []
    for query, row, column, exact in reader.found:
        table = figures.tables.get(query)
        is_there = table is not None and row <= len(table.rows) and column in table.columns
        computed = format_exact(table.rows[row - 1][column]) if table is not None and is_there else ""
        if computed != exact:
            differences.append(Difference("report.html", query, row, column, exact, computed))
    return differences


class FigureReader(HTMLParser):
    """Collects query, row, column and value of every `<data>` of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int, str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a figure."""
        given = dict(attributes)
        if tag == "data" and given.get("data-query"):
            self.found.append(
                (
                    str(given["data-query"]),
                    int(given["data-row"] or 0),
                    str(given["data-column"]),
                    given["value"] or "",
                )
            )
