"""The small world of the reports in; a home with a published file of today's real tables, full of it, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tests.landed_packages import land, make_entry, make_listing, make_post
from warehouse.load import load_packages
from warehouse.publish import publish
from warehouse.reports.figures import SCHEMA_FILE, TABLE_NAMES
from warehouse.store import Warehouse
from warehouse.trends import build_marts

LAST_DAY = date(2026, 11, 15)
NEWEST = datetime(2026, 11, 15, 14, 30, tzinfo=UTC)
FIXTURES = Path(__file__).parent / "fixtures"
TOPIC = "tag:拼豆"
HOMES = {
    "v_weekly_trend": ("mart_weekly_facts", "mart_topic_stage"),
    "v_scorecard": ("mart_scorecard",),
    "v_opportunity_score": (),
}
"""Views of the reports' world -> the tables behind them."""
LANDED = ("core_posts", "core_listings", "crawl_reports")
"""Tables that real packages fill here."""

Rows = Sequence[dict[str, Any]]
Change = Callable[[duckdb.DuckDBPyConnection], object]


def publish_dashboard_world(home: Path, change: Change | None = None) -> Path:
    """Land, load and build for real, put the small world into the marts, `change` them, publish."""
    posts = [
        make_post(
            number,
            platform="bilibili",
            title=f"拼豆日记第{number}天",
            hashtags=("多巴胺穿搭", "拼豆"),
            url=f"https://www.bilibili.com/video/BV{number}",
            captured_at=NEWEST,
            published_at=NEWEST - timedelta(days=number),
        )
        for number in range(3)
    ]
    records = [*posts, make_listing(captured_at=NEWEST), make_entry(captured_at=NEWEST)]
    land(home / "landing", records, source="bilibili", run_id="r1")
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
        build_marts(warehouse, "world", as_of=LAST_DAY)
        fill_marts(warehouse.connection)
        if change is not None:
            change(warehouse.connection)
        return publish(warehouse, least_free_bytes=0)


def fill_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty every mart, then put in the reports' world and what the dashboard shows beyond it."""
    for name in list_names(connection):
        if name.startswith("mart_"):
            connection.execute(f'delete from "{name}"')  # noqa: S608 - a name from the catalogue
    with duckdb.connect(":memory:") as world:
        world.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        world.execute((FIXTURES / "reports" / "world.sql").read_text(encoding="utf-8"))
        for name in list_names(world):
            table = world.table(name).to_arrow_table()
            for target in HOMES.get(name, (name,)):
                if target not in LANDED:
                    add_rows(connection, target, table)
    connection.execute((FIXTURES / "dashboard" / "world.sql").read_text(encoding="utf-8"))


def list_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables and views that last."""
    found = [str(name) for (name,) in connection.execute(TABLE_NAMES).fetchall()]
    temporary = {
        str(name)
        for (name,) in connection.execute("select table_name from duckdb_tables() where temporary").fetchall()
    }
    return sorted(set(found) - temporary)


def add_rows(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Add rows by the names of their columns, the others null; a mart that is not built yet is made."""
    if name not in list_names(connection):
        connection.from_arrow(table).create(name)
        return
    if name == "mart_topic_stage":
        table = table.append_column("platform", pa.array(["all"] * len(table), pa.string()))
    wanted = connection.table(name).limit(0).to_arrow_table().schema
    columns = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in wanted
    ]
    connection.from_arrow(pa.table(columns, schema=wanted)).insert_into(name)
