"""One writer at a time, and a plain sentence whenever the disk or the file is not as it should be."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.landed_packages import count_rows, land, make_post
from warehouse.errors import LockHeld, StorageError
from warehouse.load import load_packages
from warehouse.lock import WriterLock
from warehouse.store import SPILL_NAME, Warehouse, wal_of, warn_of_long_wal

HOLD = """
import sys, time
from pathlib import Path
from warehouse.store import Warehouse
warehouse = Warehouse.open(Path(sys.argv[1]))
warehouse.connection.execute("create table if not exists seen (x int)")
print("open", flush=True)
time.sleep(60)
"""

LOAD_AND_DIE = """
import os, sys
from pathlib import Path
from warehouse.load import load_package
from warehouse.packages import find_packages
from warehouse.store import Warehouse
warehouse = Warehouse.open(Path(sys.argv[1]))
warehouse.connection.execute("checkpoint")
for package in find_packages(Path(sys.argv[2])):
    load_package(warehouse, package)
os.kill(os.getpid(), 9)
"""


def start_holder(home: Path) -> subprocess.Popen[str]:
    """A process that has the warehouse open until it is killed."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    return holder


@pytest.mark.process
def test_a_second_writer_is_told_the_pid_of_the_first_and_takes_over_when_it_dies(home: Path) -> None:
    holder = start_holder(home)
    try:
        with pytest.raises(LockHeld, match=f"process {holder.pid} is writing"):
            Warehouse.open(home)
    finally:
        holder.kill()
        holder.wait()
    assert json.loads((home / "warehouse.lock").read_text())["pid"] == holder.pid
    with Warehouse.open(home) as warehouse:
        assert json.loads((home / "warehouse.lock").read_text())["pid"] == os.getpid()
        assert count_rows(warehouse.connection, "seen") == 0
    assert (home / "warehouse.lock").read_text() == ""


def test_a_second_writer_may_wait(home: Path) -> None:
    with Warehouse.open(home):
        begun = time.monotonic()
        with pytest.raises(LockHeld, match=f"process {os.getpid()}"):
            Warehouse.open(home, wait_seconds=0.3)
        assert time.monotonic() - begun >= 0.3
    Warehouse.open(home, wait_seconds=0.3).close()


def test_a_lock_of_another_machine_is_named_as_such(tmp_path: Path) -> None:
    lock = WriterLock.acquire(tmp_path / "lock")
    (tmp_path / "lock").write_text('{"pid": 7, "boot_id": "another"}')
    with pytest.raises(LockHeld, match="process 7 of another machine"):
        WriterLock.acquire(tmp_path / "lock")
    lock.release()


@pytest.mark.process
def test_another_program_with_the_file_open_is_named(home: Path) -> None:
    Warehouse.open(home).close()
    hold = (
        "import duckdb,sys,time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(home / "warehouse.duckdb")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(LockHeld, match=f"process {other.pid} has warehouse.duckdb open"):
            Warehouse.open(home)
    finally:
        other.kill()
        other.wait()


def test_days_are_shanghai_days_and_temporary_files_stay_at_home(home: Path) -> None:
    with Warehouse.open(home) as warehouse:
        day = "select (timestamptz '2026-03-01 23:00:00+00')::date::text, current_setting('temp_directory')"
        assert warehouse.connection.execute(day).fetchall() == [("2026-03-02", str(home / SPILL_NAME))]


def test_too_little_space_stops_before_anything_is_touched(home: Path) -> None:
    with pytest.raises(StorageError, match="free some space and run again"):
        Warehouse.open(home, least_free_bytes=2**60)
    assert not (home / "warehouse.duckdb").exists()
    Warehouse.open(home).close()


@pytest.mark.parametrize("content", [b"not a database at all, only text. " * 400, b""])
def test_a_file_that_is_no_warehouse_is_said_to_be_damaged(home: Path, content: bytes) -> None:
    (home / "warehouse.duckdb").write_bytes(content)
    with pytest.raises(StorageError, match=r"it is damaged; move warehouse\.duckdb and loads\.jsonl out"):
        Warehouse.open(home)


def test_a_flipped_byte_is_noticed_and_never_read_as_rows(home: Path, tmp_path: Path) -> None:
    land(tmp_path / "landing", [make_post(number) for number in range(2_000)])
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
    path = home / "warehouse.duckdb"
    whole = path.read_bytes()
    for at in (4_096, 12_288, len(whole) // 2):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            with Warehouse.open(home) as warehouse, warehouse.transaction() as connection:
                assert count_rows(connection, "core_posts") == 2_000
        except StorageError as error:
            assert "damaged" in str(error)


def test_a_file_cut_short_is_damaged(home: Path, tmp_path: Path) -> None:
    land(tmp_path / "landing", [make_post(number) for number in range(2_000)])
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
    path = home / "warehouse.duckdb"
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(StorageError, match="damaged"):
        Warehouse.open(home)


@pytest.mark.process
def test_a_lost_write_ahead_log_is_noticed(home: Path, tmp_path: Path) -> None:
    """DuckDB opens such a file without a word, with fewer rows."""
    for number in (1, 2):
        land(tmp_path / "landing", [make_post(number)], run_id=f"r{number}")
    command = [sys.executable, "-c", LOAD_AND_DIE, str(home), str(tmp_path / "landing")]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    ledger = (home / "loads.jsonl").read_text()
    assert [json.loads(line)["run_id"] for line in ledger.splitlines()] == ["r1", "r2"]
    wal = wal_of(home / "warehouse.duckdb")
    whole = wal.read_bytes()
    for left in (whole[: len(whole) * 3 // 4], b""):
        wal.write_bytes(left)
        with pytest.raises(StorageError, match=r"lost \d load.*douyin/r\d.*loads\.jsonl"):
            Warehouse.open(home)
    (home / "loads.jsonl").unlink()
    (home / "warehouse.duckdb").unlink()
    with Warehouse.open(home) as warehouse:
        assert len(load_packages(warehouse, tmp_path / "landing").loaded) == 2


def test_a_load_killed_before_its_line_is_written_is_acknowledged_at_the_next_opening(
    home: Path, tmp_path: Path
) -> None:
    land(tmp_path / "landing", [make_post(1)])
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
    line = (home / "loads.jsonl").read_text()
    for left in ("", line[:20]):
        (home / "loads.jsonl").write_text(left)
        Warehouse.open(home).close()
        assert (home / "loads.jsonl").read_text() == line


def test_a_damaged_copy_of_the_ledger_is_told(home: Path) -> None:
    Warehouse.open(home).close()
    (home / "loads.jsonl").write_bytes(b"\x00\xffnonsense\n")
    with pytest.raises(StorageError, match=r"loads\.jsonl: it is damaged; move it out"):
        Warehouse.open(home)


def test_what_a_killed_writer_spilled_is_removed(home: Path) -> None:
    (home / SPILL_NAME).mkdir()
    (home / SPILL_NAME / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"spilled")
    Warehouse.open(home).close()
    assert list((home / SPILL_NAME).iterdir()) == []


@pytest.mark.parametrize("name", ["tmp", "temp", "草稿"])
def test_a_folder_of_the_users_beside_the_warehouse_is_left_alone(home: Path, name: str) -> None:
    """A home may be a folder that holds other things, and `tmp` is a name that people give."""
    (home / name).mkdir()
    (home / name / "选品.csv").write_text("拼豆", encoding="utf-8")
    Warehouse.open(home).close()
    assert (home / name / "选品.csv").read_text(encoding="utf-8") == "拼豆"


def test_a_long_write_ahead_log_is_told(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with wal_of(home / "warehouse.duckdb").open("wb") as file:
        file.truncate(9 * 1024**2)
    with caplog.at_level(logging.WARNING):
        warn_of_long_wal(home / "warehouse.duckdb")
    assert "9 MiB not yet moved" in caplog.text


def test_a_read_only_folder_is_said_to_be_one(home: Path) -> None:
    """The sentence, since root may write anywhere."""
    from warehouse.faults import explain_fault

    failure = OSError(30, "Read-only file system", str(home / "warehouse.lock"))
    assert str(explain_fault(failure, home)) == (
        f"{home / 'warehouse.lock'}: the disk is read-only; make it writable and run again"
    )
    assert explain_fault(duckdb.BinderException("Binder Error: no such column"), home) is None
