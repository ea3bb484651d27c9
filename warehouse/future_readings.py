"""The published file in; readings of a clock that was ahead, by the run that made them, out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from warehouse.clock import find_latest
from warehouse.published_file import open_readonly
from warehouse.sql_files import read_sql_file


class FutureReadings(NamedTuple):
    """What one run read at times that are still to come."""

    source: str
    run_id: str
    readings: int


def list_future_readings(published: Path, now: datetime | None = None) -> list[FutureReadings]:
    """Runs with readings of more than a day after now; rows the load rejected are not among them."""
    sql = read_sql_file("read", "future_readings")
    with open_readonly(published) as connection:
        return [
            FutureReadings(*row) for row in connection.execute(sql, {"latest": find_latest(now)}).fetchall()
        ]
