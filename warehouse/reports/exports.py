"""The tables of a report -> the bytes of its CSV, Parquet, XLSX and JSON files, the same bytes for the same tables."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow.parquet as pq
import xlsxwriter

from warehouse.reports.errors import ReportError
from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.formats import format_exact
from warehouse.reports.page import Page
from warehouse.reports.wording import Wording, read_wording

FORMULA_START = re.compile(r"^[\s'\"]*[=+\-@＝＋－＠\t\r]")
MOST_CELL_CHARACTERS = 32767
NUMBER_FORMATS = {
    "share": "0%", "percent": "+0%;-0%", "percent1": "0.0%", "times": "0.0", "number": "#,##0.0", "bp": "0.0",
    "pp": "+0.0;-0.0", "signed": "+0.00;-0.00", "q": "0.0000", "days": "0.0", "weeks": "0", "index": "0",
    "count": "#,##0", "money": "¥#,##0.00", "ratio": "0.00",
}  # fmt: skip


def write_csv(table: Table) -> bytes:
    """CSV with a byte-order mark for spreadsheets; text quoted and guarded, numbers bare."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([make_csv_cell(row[column]) for column in table.columns])
    return text.getvalue().encode("utf-8-sig")


def make_csv_cell(value: Value) -> str | int | float | Decimal:
    """A number as it is; text that a spreadsheet would take for a formula gets a quote before it."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    return guard_formula(format_exact(value))


def guard_formula(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA_START.match(text) else text


def write_parquet(table: Table) -> bytes:
    """Parquet with the query's id and SQL in its metadata."""
    sink = io.BytesIO()
    notes = {"headwater.query": table.query, "headwater.sql": table.sql}
    pq.write_table(table.arrow.replace_schema_metadata(notes), sink, compression="zstd")
    return sink.getvalue()


def write_json(figures: Figures, page: Page) -> bytes:
    """Every figure with its query, parameters and rows; what `headwater verify` reads first."""
    content = {
        "report": {
            "kind": figures.kind,
            "language": page.language,
            "as_of": None if figures.as_of is None else figures.as_of.isoformat(),
            "title": page.title,
            "software": read_version(),
            "empty_sections": list(page.empty_sections),
        },
        "sentences": [
            {
                "query": sentence.query,
                "kicker": sentence.kicker,
                "text": "".join(part if isinstance(part, str) else part.text for part in sentence.text),
            }
            for sentence in page.sentences
        ],
        "queries": {
            query: {
                "sql": table.sql,
                "parameters": {name: make_json_value(value) for name, value in table.parameters.items()},
                "columns": list(table.columns),
                "rows": [[make_json_value(row[column]) for column in table.columns] for row in table.rows],
            }
            for query, table in figures.tables.items()
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def make_json_value(value: Value) -> str | int | float | bool | list[str] | None:
    """The value as JSON has it: days as ISO text, money as a number of two decimals."""
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def write_workbook(figures: Figures, page: Page, path: Path) -> None:
    """One sheet a table, numbers typed, no formula and no link; a first sheet that says what is where.

    Raises ReportError when a sheet cannot hold its rows.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    workbook = xlsxwriter.Workbook(str(path), options)
    created = datetime.combine(figures.as_of or date(1980, 1, 1), time(), UTC).replace(tzinfo=None)
    workbook.set_properties({"title": page.title, "author": "Headwater", "created": created})
    bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wording = Wording(page.language)
    contents = workbook.add_worksheet("contents")
    texts = [page.title, "".join(part if isinstance(part, str) else part.text for part in page.period)]
    texts += [f"{sentence.kicker}: {join(sentence.text)}" for sentence in page.sentences]
    texts += [f"{query}: {len(table.rows)} {wording.say('back', 'rows')}" for query, table in figures.tables.items()]
    texts += [f"{term}: {text}" for term, text in page.definitions]
    for place, text in enumerate(texts):
        check(contents.write_string(place, 0, text[:MOST_CELL_CHARACTERS], bold if place == 0 else None), "contents")
    contents.set_column(0, 0, 110)
    formats = {kind: workbook.add_format({"num_format": shape}) for kind, shape in NUMBER_FORMATS.items()}
    formats["day"] = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for query, table in figures.tables.items():
        sheet = workbook.add_worksheet(query)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            check(sheet.write_string(0, place, column, bold), query)
            sheet.set_column(place, place, 24 if "label" in column or column in ("title", "url") else 14)
            kind = read_wording()["kinds"].get(f"{query}.{column}") or read_wording()["kinds"].get(column, "")
            for line, row in enumerate(table.rows, 1):
                check(write_cell(sheet, line, place, row[column], formats, kind), query)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    workbook.close()


def join(parts: tuple[object, ...]) -> str:
    """Parts of a sentence as one text."""
    return "".join(part if isinstance(part, str) else str(getattr(part, "text", "")) for part in parts)


def write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    place: int,
    value: Value,
    formats: dict[str, object],
    kind: str,
) -> int:
    """One typed cell; xlsxwriter's return code, negative when it did not fit."""
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(sheet.write_boolean(line, place, value))
    if isinstance(value, date):
        return int(sheet.write_datetime(line, place, datetime.combine(value, time()), formats["day"]))
    if isinstance(value, int | float | Decimal):
        return int(sheet.write_number(line, place, value, formats.get(kind)))
    return int(sheet.write_string(line, place, format_exact(value)[:MOST_CELL_CHARACTERS]))


def check(code: int, sheet: str) -> None:
    """Raise ReportError when a cell was not written."""
    if code < 0:
        raise ReportError(f"the sheet {sheet} has more rows or text than a workbook can hold")


def read_version() -> str:
    """Version of Headwater; empty when it runs from a folder that was never installed."""
    try:
        return version("headwater")
    except PackageNotFoundError:
        return ""
