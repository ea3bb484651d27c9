"""What spiders land is what the warehouse loads: the two halves of the landing package, together."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa

from spiders.arrow_schemas import record_schema
from spiders.landing import LandingWriter
from tests.landed_packages import MORNING, make_entry, make_listing, make_post
from warehouse.columns import arrow_schema, describe_columns
from warehouse.load import load_packages
from warehouse.records import RECORD_KINDS, CrawlReport, Rejection
from warehouse.store import Warehouse


def make_report(source: str, run_id: str) -> CrawlReport:
    """The report of a run, before its files are known."""
    return CrawlReport(
        source=source,
        run_id=run_id,
        outcome="complete",
        started_at=MORNING,
        finished_at=MORNING + timedelta(minutes=2),
        duration_seconds=120,
    )


def test_a_crawl_that_was_landed_is_loaded(home: Path) -> None:
    with LandingWriter(home / "landing", "douyin", "r1") as writer:
        for number in range(3):
            writer.add(make_post(number))
        writer.add(make_listing())
        writer.add(make_entry())
        writer.reject(
            Rejection(
                source="douyin", run_id="r1", record_kind="posts", reason="no_title", captured_at=MORNING
            )
        )
        writer.complete(make_report("douyin", "r1"))
    with Warehouse.open(home) as warehouse:
        result = load_packages(warehouse, home / "landing")
    assert result.rows_by_table == {
        "raw_posts": 3,
        "raw_listings": 1,
        "raw_board_entries": 1,
        "rejections": 1,
    }


def test_an_import_that_was_landed_is_loaded(home: Path) -> None:
    schema = record_schema("board_entries")
    rows = [make_entry(f"第{number}名", "import-1").model_dump() for number in range(5)]
    with LandingWriter(home / "landing", "boards", "import-1") as writer:
        writer.add_table("board_entries", pa.Table.from_pylist(rows[:3], schema=schema))
        writer.add_table("board_entries", pa.Table.from_pylist(rows[3:], schema=schema))
        writer.complete(make_report("boards", "import-1"))
    with Warehouse.open(home) as warehouse:
        assert load_packages(warehouse, home / "landing").rows_by_table == {"raw_board_entries": 5}


def test_both_rooms_read_the_same_columns_off_the_contract() -> None:
    for kind, record in RECORD_KINDS.items():
        assert record_schema(kind) == arrow_schema(describe_columns(record))
