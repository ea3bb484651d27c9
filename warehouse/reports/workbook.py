"""The tables and the page of a report in, one XLSX file of typed cells out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.errors import ReportRefused
from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.page import Page, join_parts
from warehouse.reports.wording import HOME_CURRENCY, find_currency, read_wording

MOST_CELL_CHARACTERS = 32_767
FIXED_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Time stamp inside the file when the report has no day: the same input must give the same bytes."""

NUMBER_FORMATS = {
    "share": "0%", "percent": "+0%;-0%", "percent1": "0.0%", "times": "0.0", "number": "#,##0.0", "bp": "0.0",
    "pp": "+0.0;-0.0", "signed": "+0.00;-0.00", "q": "0.0000", "days": "0.0", "weeks": "0", "index": "0",
    "count": "#,##0", HOME_CURRENCY: "¥#,##0.00", "ratio": "0.00", "day": "yyyy-mm-dd",
}  # fmt: skip
"""How a spreadsheet shows each kind of figure; the cell keeps the number in full."""

WIDE_COLUMNS = ("title", "url", "top_attrs", "version")


def write_workbook(figures: Figures, page: Page, path: Path) -> None:
    """A sheet of contents, then one a query; never a formula or link. ReportRefused when one does not fit."""
    moment = FIXED_MOMENT
    if figures.as_of is not None:
        moment = datetime(figures.as_of.year, figures.as_of.month, figures.as_of.day, tzinfo=UTC)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), {**options, "in_memory": True})
    book.set_properties({"title": page.title, "author": "Headwater", "created": moment.replace(tzinfo=None)})
    styles = {kind: book.add_format({"num_format": shape}) for kind, shape in NUMBER_FORMATS.items()}
    styles |= {
        code: book.add_format({"num_format": f'"{code}" #,##0.00'}) for code in list_currencies(figures)
    }
    styles["head"] = book.add_format({"bold": True, "bottom": 1})
    write_contents(book.add_worksheet("contents"), page, styles)
    for query, table in figures.tables.items():
        write_sheet(book.add_worksheet(query[:31]), table, styles)
    book.close()


def write_contents(sheet: Worksheet, page: Page, styles: dict[str, Format]) -> None:
    """The sentences, what each sheet holds, and the definitions."""
    lines = [(page.title, join_parts(page.period)), ("", join_parts(page.scope))]
    lines += [(sentence.kicker, join_parts(sentence.text)) for sentence in page.sentences]
    lines += [("", "")]
    titles = {section.name: f"{section.title} · " for section in page.sections}
    lines += [
        (query, titles.get(query, "") + sql.splitlines()[0].removeprefix("-- "))
        for query, sql, _, _ in page.queries
    ]
    lines += [("", ""), *page.definitions]
    for row, (left, right) in enumerate(lines):
        check_written(write_cell(sheet, row, 0, left, styles["head"] if row == 0 else None), "contents")
        check_written(write_cell(sheet, row, 1, right, None), "contents")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 120)


def write_sheet(sheet: Worksheet, table: Table, styles: dict[str, Format]) -> None:
    """One table: names of the columns, then typed cells in the format of their kind."""
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(table.columns):
        kind = find_kind(table.query, name)
        check_written(sheet.write_string(0, column, name, styles["head"]), table.query)
        for row, values in enumerate(table.rows, start=1):
            style = styles.get(find_currency(table, row - 1) if kind == "money" else kind)
            shape = styles["day"] if isinstance(values[name], date) else style
            check_written(write_cell(sheet, row, column, values[name], shape), table.query)
        is_wide = name in WIDE_COLUMNS or "label" in name
        sheet.set_column(column, column, 32 if is_wide else max(11, len(name) + 2))
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def list_currencies(figures: Figures) -> list[str]:
    """Currencies of the report's prices but the yuan, sorted."""
    found = {find_currency(table, row) for table in figures.tables.values() for row in range(len(table.rows))}
    return sorted(found - {HOME_CURRENCY})


def find_kind(query: str, column: str) -> str:
    """Kind of figure of a column; empty when it has none."""
    kinds = read_wording()["kinds"]
    return str(kinds.get(f"{query}.{column}") or kinds.get(column, ""))


def write_cell(sheet: Worksheet, row: int, column: int, value: Value, style: Format | None) -> int:
    """Write one typed cell; the library's return code."""
    if value is None:
        return int(sheet.write_blank(row, column, None) or 0)
    if isinstance(value, bool):
        return int(sheet.write_boolean(row, column, value))
    if isinstance(value, int | float | Decimal):
        return int(sheet.write_number(row, column, float(value), style))
    if isinstance(value, date):
        return int(sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style))
    text = " ".join(value) if isinstance(value, list) else value
    return int(sheet.write_string(row, column, text[:MOST_CELL_CHARACTERS], style if column == 0 else None))


def check_written(code: int, query: str) -> None:
    """Raise when the library refused a cell instead of dropping it in silence."""
    if code < 0:
        raise ReportRefused(f"a cell of the sheet {query} could not be written (code {code})")
