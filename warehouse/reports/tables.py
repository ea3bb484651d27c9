"""The tables of a report in, CSV, Parquet and JSON files of the same numbers out."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.formats import format_exact
from warehouse.reports.page import Page, join_parts

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


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
    return f"'{exact}" if is_text and exact.lstrip(" '\"").startswith(FORMULA_STARTS) else exact


def render_json(figures: Figures, page: Page) -> str:
    """The sentences, and all tables with SQL and parameters; decimals as text, so that they stay exact."""
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
        "language": page.language,
        "as_of": figures.as_of.isoformat() if figures.as_of else None,
        "subject": figures.subject,
        "title": page.title,
        "empty_sections": list(page.empty_sections),
        "sentences": [
            {"query": sentence.query, "kicker": sentence.kicker, "text": join_parts(sentence.text)}
            for sentence in page.sentences
        ],
        "tables": tables,
    }
    return json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_json(value: Value) -> object:
    """A value as JSON has it."""
    if isinstance(value, date):
        return format_exact(value)
    return str(value) if isinstance(value, Decimal) else value
