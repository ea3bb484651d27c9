"""A query's SQL and its parameters in, one statement that runs as it stands out."""

from __future__ import annotations

import re
from datetime import date

from warehouse.reports.figures import Table, Value


def bind_sql(table: Table) -> str:
    """The SQL behind a table with its parameters written in: what `headwater sql` and any client can run."""
    return re.sub(
        r"\$(\w+)",
        lambda found: write_literal(table.parameters[found[1]]) if found[1] in table.parameters else found[0],
        table.sql,
    )


def write_literal(value: Value) -> str:
    """A value as DuckDB's SQL writes it."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(write_literal(one) for one in value)}]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return str(value).lower() if isinstance(value, bool) else str(value)
