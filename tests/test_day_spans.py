"""Days that are counted together, and rows that are appended of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from tests.trend_world import LAST_DAY
from warehouse.append import append_rows
from warehouse.day_spans import plan_spans


def test_a_span_holds_whole_days_and_at_most_its_rows_unless_one_day_has_more() -> None:
    days = [LAST_DAY + timedelta(days=place) for place in range(6)]
    spans = plan_spans(zip(days, [3, 4, 3, 99, 1, 10], strict=True), 10)
    assert spans == [(days[0], days[2]), (days[3], days[3]), (days[4], days[4]), (days[5], days[5])]
    assert plan_spans([], 10) == []


def test_rows_appended_after_none_are_counted_and_found(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "rows.duckdb") as connection:
        connection.execute("create table counted (day date)")
        connection.execute("begin")
        for rows in (0, 800_000):
            connection.execute(
                "create or replace temp table span as "
                "select date '2026-01-01' + (range // 5000)::int as day from range(?) order by day",
                [rows],
            )
            append_rows(connection, "counted", "span")
        connection.execute("commit")
        assert connection.execute(
            "select count(*), count(*) filter (where day >= '2026-01-01'), max(day) from counted"
        ).fetchall() == [(800_000, 800_000, date(2026, 6, 9))]
