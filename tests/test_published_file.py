"""The published file is read in one way: any number of readers of a process, one time zone, no other door."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from flows.exit_codes import CommandError
from flows.load import load_landing
from flows.plan import make_plan
from flows.published import require_published
from flows.settings import Settings
from flows.trends import build_trends, check_day
from flows.wording import CommandWording
from tests.landed_packages import MORNING, land, make_entry, make_listing, make_post
from warehouse.dashboard.published import PublishedReader
from warehouse.errors import NOTHING_PUBLISHED, ReportRefused, WarehouseError
from warehouse.export import export_tables
from warehouse.load import load_packages
from warehouse.publish import holds_records, publish, published_path
from warehouse.published_file import attach_readonly, open_readonly
from warehouse.put_aside import read_put_aside
from warehouse.query import run_query
from warehouse.replication import replicate_published
from warehouse.reports.figures import read_tables
from warehouse.revisits import list_due_posts
from warehouse.store import Warehouse
from warehouse.texts import read_newest_day, read_texts_between
from warehouse.trends import build_marts
from warehouse.watch.preview import preview_watch_list
from warehouse.watch.syntax import parse_watch_list

NOW = datetime(2026, 3, 2, tzinfo=UTC)
READERS: dict[str, Callable[[Path], object]] = {
    "reports": lambda published: read_tables(published, "daily", ("overview",), None),
    "publish": holds_records,
    "texts": lambda published: read_texts_between(published, date(2026, 2, 1), date(2026, 4, 1)),
    "newest day": read_newest_day,
    "revisits": lambda published: list_due_posts(published, "douyin", NOW, 5),
    "put aside": read_put_aside,
    "replication": replicate_published,
    "watch list": lambda published: preview_watch_list(published, parse_watch_list("拼豆\n"), 7),
    "export": lambda published: list(
        export_tables(published, published.parent / "out", ["core_posts"], "csv")
    ),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of a small warehouse."""
    folder = tmp_path_factory.mktemp("readers")
    land(folder / "landing", [*map(make_post, range(9)), make_listing(1), make_entry()])
    with Warehouse.open(folder / "home") as warehouse:
        load_packages(warehouse, folder / "landing")
        build_marts(warehouse, "r1", as_of=date(2026, 3, 1))
        return publish(warehouse)


@pytest.fixture
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the time zone of the machine, as far as this process sees it."""

    def set_to(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_reads_while_the_dashboard_of_the_same_process_does(
    published: Path, reader: str
) -> None:
    dashboard = PublishedReader(published)
    with dashboard.read() as reading:
        READERS[reader](published)
        assert reading.connection.execute("select count(*) from core_posts").fetchall() == [(9,)]
    dashboard.close()


def test_an_export_is_the_same_file_in_every_time_zone(
    published: Path, tmp_path: Path, set_zone: Callable[[str], None]
) -> None:
    exported = set()
    for zone in ("UTC", "America/New_York", "Asia/Shanghai"):
        set_zone(zone)
        (written,) = export_tables(published, tmp_path / zone, ["core_posts"], "csv")
        exported.add(written.path.read_bytes())
    (only,) = exported
    assert f"{MORNING:%Y-%m-%d} 09:00:00+08".encode() in only


@pytest.mark.parametrize("opened", [open_readonly, attach_readonly])
def test_nothing_can_be_written_to_the_file(
    published: Path, opened: Callable[[Path], AbstractContextManager[duckdb.DuckDBPyConnection]]
) -> None:
    with opened(published) as connection, pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("delete from core_posts")


def test_a_reader_opens_no_other_file_and_changes_no_setting(published: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("key\n52b1c4de\n")
    with open_readonly(published) as connection:
        for statement in (f"from read_csv('{secret}')", f"attach '{secret}'", "set TimeZone = 'UTC'"):
            with pytest.raises(duckdb.Error, match=r"disabled|locked"):
                connection.execute(statement)


def test_every_reader_says_the_same_where_nothing_is_published(home: Path) -> None:
    for read in (
        require_published,
        lambda home: run_query(published_path(home), "select 1"),
        lambda home: read_tables(published_path(home), "daily", ("overview",), None),
        lambda home: PublishedReader(published_path(home)).read().__enter__(),
    ):
        with pytest.raises((CommandError, WarehouseError)) as refused:
            read(home)
        assert str(refused.value) == NOTHING_PUBLISHED
    assert CommandWording("zh").translate(NOTHING_PUBLISHED).startswith("还没有发布任何数据；先运行")


def test_a_report_and_a_build_know_one_first_day_of_a_warehouse_of_offers(home: Path) -> None:
    land(home / "landing", [make_listing(1)])
    before = date(2026, 2, 27)
    plan = make_plan(Settings(home=home), ())
    load_landing(plan)
    told = "nothing was read up to 2026-02-27; the first day with data is 2026-03-01"
    with pytest.raises(CommandError, match=told):
        check_day(plan.model_copy(update={"as_of": before}))
    with pytest.raises(ReportRefused, match=told):
        read_tables(build_trends(plan), "daily", ("overview",), before)
