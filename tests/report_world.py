"""The hand-written world of the golden reports as a home with a published file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.mart_sql import read_sql
from warehouse.reports.figures import KEPT_FUNCTIONS, SCHEMA_FILE

FIXTURES = Path(__file__).parent / "fixtures" / "reports"


def publish_report_world(home: Path, more: str = "") -> Path:
    """Write the published file of the home, with the rows of `more` SQL added; its path."""
    published = home / "published" / "headwater.duckdb"
    published.parent.mkdir(parents=True)
    with duckdb.connect(str(published)) as connection:
        connection.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        connection.execute((FIXTURES / "world.sql").read_text(encoding="utf-8"))
        connection.execute(more)
        for file in KEPT_FUNCTIONS.values():
            connection.execute(read_sql(file))
    return published
