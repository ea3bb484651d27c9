"""Rows of a panel or of a statement in, the same CSV of them out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from warehouse.reports.tables import guard_cell


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """All rows as CSV whose texts cannot become formulas; nested values as JSON."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(guard_cell, columns))
    for row in rows:
        writer.writerow(
            guard_cell(json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else cell)
            for cell in row
        )
    return "\ufeff" + out.getvalue()
