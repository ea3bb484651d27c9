"""A wish to stop: a long statement ends and is rolled back, nobody waits for a lock, no package is blamed."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pytest

from flows.load import load_landing, open_warehouse
from flows.plan import RunPlan
from flows.stopping import StopRequest
from tests.landed_packages import land, make_post
from warehouse.errors import Stopped
from warehouse.raw import RawWriter
from warehouse.store import Warehouse

ENDLESS = """
insert into load_ledger by name
select max(hash(one.range * other.range))::varchar as source from range(1000000) one, range(1000000) other
"""


def ask_soon(stop: StopRequest) -> None:
    threading.Timer(0.5, stop.request).start()


def test_a_statement_of_hours_ends_at_once_and_the_file_opens_cleanly_again(tmp_path: Path) -> None:
    told: list[str] = []
    stop = StopRequest(lambda: told.append("stopping"))
    plan = RunPlan(run_id="r1", home=tmp_path)
    began = time.monotonic()
    with (
        pytest.raises(Stopped),
        open_warehouse(plan, stop) as warehouse,
        warehouse.transaction() as connection,
    ):
        connection.execute("delete from quarantine")
        ask_soon(stop)
        connection.execute(ENDLESS)
    assert time.monotonic() - began < 30
    stop.request()
    assert told == ["stopping"], "asked twice, told once"
    with Warehouse.open(tmp_path) as warehouse:
        assert warehouse.connection.execute("select count(*) from load_ledger").fetchall() == [(0,)]


def test_who_waits_for_the_lock_waits_no_longer(tmp_path: Path) -> None:
    stop = StopRequest()
    began = time.monotonic()
    with Warehouse.open(tmp_path), pytest.raises(Stopped):
        ask_soon(stop)
        load_landing(RunPlan(run_id="r1", home=tmp_path, wait_seconds=900), stop)
    assert time.monotonic() - began < 30


def test_a_package_whose_load_was_interrupted_is_not_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path / "landing", [make_post(1, title="拼豆新手第一次做，求不踩雷")])
    plan = RunPlan(run_id="r1", home=tmp_path)

    def interrupt(*_: object) -> int:
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    with monkeypatch.context() as patched, pytest.raises(Stopped):
        patched.setattr(RawWriter, "add_files", interrupt)
        load_landing(plan)
    assert load_landing(plan).loaded == ("douyin/r1",)
    with Warehouse.open(tmp_path) as warehouse:
        assert warehouse.connection.execute("select count(*) from quarantine").fetchall() == [(0,)]
