"""The tables and the page of a report in, one XLSX file of typed cells in the report's language out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.errors import ReportRefused
from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.page import Page, join_parts
from warehouse.reports.wording import HOME_CURRENCY, Wording, find_currency, read_wording
from warehouse.shipped_yaml import read_shipped_yaml

WORDS_FILE = Path(__file__).parent / "workbook.yaml"

A4 = 9
"""The size of paper, as spreadsheets number them."""
CONTENTS_WIDTH = 116
"""Width of the sheet of contents, in characters."""
LINE_HEIGHT = 15.0
"""Of a line of a spreadsheet's font, in points."""
MOST_CELL_CHARACTERS = 32_767
FIXED_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Time stamp inside the file when the report has no day: the same input must give the same bytes."""

NUMBER_FORMATS = {
    "share": "0%", "percent": "+0%;-0%", "percent1": "0.0%", "times": "0.0", "number": "#,##0.0", "bp": "0.0",
    "pp": "+0.0;-0.0", "signed": "+0.00;-0.00", "q": '[<0.001]"<0.001";0.000',
    "days": "0.0", "weeks": "0", "index": "0", "count": "#,##0",
    HOME_CURRENCY: "¥#,##0.00", "ratio": "0.00", "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}  # fmt: skip
"""How a spreadsheet shows each kind of figure; the cell keeps the number in full."""

LEAST_WIDTHS = {"moment": 18, "day": 12, "money": 14}
"""Width, in characters, from which a spreadsheet shows a cell of the kind and not ####."""
WIDE_COLUMNS = ("title", "url", "top_attrs", "top_words", "terms", "criterion", "sources", "version")
NAMED_BY = {"topic_id": "label", "subject_id": "label", "category_id": "category"}
"""Columns that are hidden where another one names the row."""


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
    styles["paragraph"] = book.add_format({"text_wrap": True, "valign": "top"})
    styles["name"] = book.add_format({"valign": "top"})
    words = Wording(page.language, read_workbook_words())
    write_contents(book.add_worksheet(words.say("words", "contents")), page, words, styles)
    for query, table in figures.tables.items():
        write_sheet(book.add_worksheet(name_sheet(query, page.language)), table, page.language, styles)
    write_columns(book.add_worksheet(words.say("words", "columns")), figures, words, styles)
    book.close()


@cache
def read_workbook_words() -> dict[str, Any]:
    """workbook.yaml: `sheets` and `columns`, what each is called."""
    words: dict[str, Any] = read_shipped_yaml(WORDS_FILE)
    return words


def name_sheet(query: str, language: str) -> str:
    """Name of a query's sheet."""
    return Wording(language, read_workbook_words()).say("sheets", query)


def name_column(query: str, column: str, language: str) -> str:
    """Heading of a column of a query's sheet."""
    words = Wording(language, read_workbook_words())
    own = f"{query}.{column}"
    return words.say("columns", own if own in words.words["columns"] else column)


def lay_out_sheet(table: Table, language: str) -> Iterator[list[Value]]:
    """Rows of a query's sheet: headings first, then values; what is no figure in the reader's words."""
    yield [name_column(table.query, name, language) for name in table.columns]
    wording = Wording(language)
    for row in table.rows:
        yield [
            wording.write(table.query, name, row[name])
            if isinstance(row[name], str | bool | list)
            else row[name]
            for name in table.columns
        ]


def is_hidden(column: str, table: Table, language: str) -> bool:
    """Whether a column says in the other language, or as an identifier, what one beside it says."""
    if column.endswith("_en"):
        return language != "en"
    is_told_in_english = language == "en" and f"{column}_en" in table.columns
    return is_told_in_english or NAMED_BY.get(column) in table.columns


def write_contents(sheet: Worksheet, page: Page, words: Wording, styles: dict[str, Format]) -> None:
    """The sentences, what each sheet holds, and the definitions."""
    lines = [(page.title, join_parts(page.period)), ("", join_parts(page.scope))]
    lines += [(sentence.kicker, join_parts(sentence.text)) for sentence in page.sentences]
    lines += [("", "")]
    leads = {section.name: section.lead for section in page.sections}
    lines += [
        (
            words.say("sheets", query),
            f"{leads.get(query, '')} {words.tell('words', 'query', query=query)}".strip(),
        )
        for query, *_ in page.queries
    ]
    lines += [("", ""), *page.definitions]
    for row, (left, right) in enumerate(lines):
        check_written(write_cell(sheet, row, 0, left, styles["name" if row else "head"]), "contents")
        check_written(write_cell(sheet, row, 1, right, styles["paragraph"]), "contents")
        # not every program makes room for what is wrapped
        sheet.set_row(row, LINE_HEIGHT * max(1, ceil(measure_width(right) / CONTENTS_WIDTH)))
    fit_on_paper(sheet)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, CONTENTS_WIDTH + 4)


def write_sheet(sheet: Worksheet, table: Table, language: str, styles: dict[str, Format]) -> None:
    """One table: headings, then typed cells in the format of their kind."""
    sheet.freeze_panes(1, 0)
    heads, *rows = lay_out_sheet(table, language)
    for column, (name, head) in enumerate(zip(table.columns, heads, strict=True)):
        kind = find_kind(table.query, name)
        width = 32 if name in WIDE_COLUMNS or "label" in name else max(9, measure_width(str(head)) + 3)
        width = max(width, LEAST_WIDTHS.get(kind, 0))
        check_written(sheet.write_string(0, column, str(head), styles["head"]), table.query)
        for row, values in enumerate(rows, start=1):
            style = styles.get(find_currency(table, row - 1) if kind == "money" else kind)
            if isinstance(values[column], date):
                shape = "moment" if isinstance(values[column], datetime) else "day"
                style, width = styles[shape], max(width, LEAST_WIDTHS[shape])
            check_written(write_cell(sheet, row, column, values[column], style), table.query)
        sheet.set_column(column, column, width, None, {"hidden": is_hidden(name, table, language)})
    fit_on_paper(sheet)
    sheet.repeat_rows(0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def write_columns(sheet: Worksheet, figures: Figures, words: Wording, styles: dict[str, Format]) -> None:
    """What each heading is called in the SQL of its query and in the files of `tables/`."""
    lines = [tuple(words.say("words", name) for name in ("sheet", "column", "sql_name"))]
    lines += [
        (words.say("sheets", query), name_column(query, column, words.language), f"{query}.{column}")
        for query, table in figures.tables.items()
        for column in table.columns
    ]
    sheet.freeze_panes(1, 0)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            check_written(
                write_cell(sheet, row, column, text, None if row else styles["head"]), "columns and SQL"
            )
    sheet.set_column(0, 2, 30)
    fit_on_paper(sheet)
    sheet.repeat_rows(0)


def fit_on_paper(sheet: Worksheet) -> None:
    """A sheet is printed on A4, as wide as the paper: else its columns go to pages of their own."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def measure_width(text: str) -> int:
    """Width in columns of a spreadsheet's font: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


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
    if value is None or value == "":
        return int(sheet.write_blank(row, column, None) or 0)
    if isinstance(value, int | float | Decimal):
        return int(sheet.write_number(row, column, float(value), style))
    if isinstance(value, date):
        return int(sheet.write_datetime(row, column, value, style))
    return int(sheet.write_string(row, column, str(value)[:MOST_CELL_CHARACTERS], style))


def check_written(code: int, query: str) -> None:
    """Raise when the library refused a cell instead of dropping it in silence."""
    if code < 0:
        raise ReportRefused(f"a cell of the sheet {query} could not be written (code {code})")
