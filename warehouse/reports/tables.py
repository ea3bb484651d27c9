"""The tables of a report in, CSV, Parquet, JSON and XLSX files of the same numbers out."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from warehouse.errors import ReportRefused
from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.formats import format_exact

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MOST_CELL_CHARACTERS = 32_767
FIXED_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Time stamp inside XLSX files when the report has no day: the same input must give the same bytes."""


def write_tables(figures: Figures, folder: Path) -> None:
    """`tables/<query>.csv` and `.parquet` for every query."""
    folder.mkdir()
    for query, table in figures.tables.items():
        (folder / f"{query}.csv").write_text(render_csv(table), encoding="utf-8-sig", newline="")
        pq.write_table(storable(table.arrow), folder / f"{query}.parquet", compression="zstd")


def storable(table: pa.Table) -> pa.Table:
    """The table with types that every Parquet reader knows."""
    fields = [
        pa.field(field.name, pa.string()) if pa.types.is_null(field.type) else field for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def render_csv(table: Table) -> str:
    """CSV whose text cells cannot become formulas; numbers in full."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([guard_cell(row[column]) for column in table.columns])
    return out.getvalue()


def guard_cell(value: Value) -> str:
    """Text of a cell; a text that a spreadsheet would run gets a leading apostrophe."""
    exact = format_exact(value)
    is_text = isinstance(value, str | list)
    return f"'{exact}" if is_text and exact.startswith(FORMULA_STARTS) else exact


def render_json(figures: Figures, language: str) -> str:
    """All tables with their SQL and parameters; decimals as text, so that they stay exact."""
    tables = {
        query: {
            "sql": table.sql,
            "parameters": {name: to_json(value) for name, value in table.parameters.items()},
            "columns": list(table.columns),
            "rows": [[to_json(row[column]) for column in table.columns] for row in table.rows],
        }
        for query, table in figures.tables.items()
    }
    report = {
        "kind": figures.kind,
        "language": language,
        "as_of": figures.as_of.isoformat() if figures.as_of else None,
        "tables": tables,
    }
    return json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_json(value: Value) -> object:
    """A value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def write_workbook(figures: Figures, path: Path) -> None:
    """One sheet a query with typed cells, never formulas or links; ReportRefused when a cell is refused."""
    moment = FIXED_MOMENT
    if figures.as_of is not None:
        moment = datetime(figures.as_of.year, figures.as_of.month, figures.as_of.day, tzinfo=UTC)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), {**options, "in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": "Headwater", "created": moment.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "bottom": 1})
    for query, table in figures.tables.items():
        sheet = book.add_worksheet(query[:31])
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(table.columns):
            check_written(sheet.write_string(0, column, name, bold), query)
            for place, row in enumerate(table.rows, start=1):
                check_written(write_cell(sheet, place, column, row[name]), query)
        sheet.set_column(0, max(0, len(table.columns) - 1), 16)
    book.close()


def write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value) -> int:
    """Write one typed cell; the library's return code."""
    if value is None:
        return int(sheet.write_blank(row, column, None) or 0)
    if isinstance(value, bool):
        return int(sheet.write_boolean(row, column, value))
    if isinstance(value, int | float | Decimal):
        return int(sheet.write_number(row, column, float(value)))
    if isinstance(value, date):
        return int(sheet.write_datetime(row, column, datetime(value.year, value.month, value.day)))
    text = " ".join(value) if isinstance(value, list) else value
    return int(sheet.write_string(row, column, text[:MOST_CELL_CHARACTERS]))


def check_written(code: int, query: str) -> None:
    """Raise when the library refused a cell instead of dropping it in silence."""
    if code < 0:
        raise ReportRefused(f"a cell of the sheet {query} could not be written (code {code})")
