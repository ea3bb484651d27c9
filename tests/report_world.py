"""The hand-written world of the golden reports as a home with a published file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.reports.figures import SCHEMA_FILE

FIXTURES = Path(__file__).parent / "fixtures" / "reports"


def publish_report_world(home: Path, more: str = "") -> Path:
    """Write the published file of the home, with the rows of `more` SQL added; its path."""
    published = home / "published" / "headwater.duckdb"
    published.parent.mkdir(parents=True)
    with duckdb.connect(str(published)) as connection:
        connection.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        connection.execute((FIXTURES / "world.sql").read_text(encoding="utf-8"))
        connection.execute(more)
    return published
