"""Commands that are stopped while they erase, export, read or ask: a sentence, the code, and nothing torn."""

from __future__ import annotations

import signal
from pathlib import Path

import duckdb
import pytest

from tests.command_line import MAIN, CommandLine
from tests.landed_packages import land, make_post
from tests.scheduler import wait_until
from tests.stopped_command import is_free, start, stop, stop_at
from warehouse.load import load_packages
from warehouse.publish import holds_records, publish, published_path
from warehouse.store import FRESH_NAME, Warehouse, wal_of

CANARY = "只有这一条写过的句子：云朵形状的暖手宝"
STOPS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
ENDLESS = "select max(hash(one.range * other.range)) as most from range(1000000) one, range(1000000) other"
SLOW = f"""
import sys, time
from flows import diagnosis, erasure, removal
from spiders.imports import reader
slow = sys.argv.pop(1)
delete, ask = erasure.delete_erased, diagnosis.list_future_readings

def delete_for_ever(connection, *given):
    delete(connection, *given)
    print("deleting", flush=True)
    connection.execute("{ENDLESS}")

def read_for_ever(*given):
    print("reading", flush=True)
    time.sleep(600)

def ask_for_ever(*given):
    print("asking", flush=True)
    return ask(*given)

if slow == "asking":
    diagnosis.list_future_readings = ask_for_ever
elif slow == "tagging":
    removal.enrich_subjects = lambda plan, stop: (print("tagging", flush=True), stop.pause(600))
elif slow == "deleting":
    erasure.delete_erased = delete_for_ever
else:
    reader._collect = read_for_ever
sys.argv[0] = "headwater"
from flows.cli import main
main()
"""
"""A command whose deletion or reading takes an hour, or that says when it asks."""


def load_world(folder: Path) -> Path:
    """A home with three published posts, one of which is to be erased."""
    home = folder / ".headwater"
    land(home / "landing", [make_post(7, text=CANARY), make_post(1), make_post(2)])
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
        publish(warehouse, least_free_bytes=0)
    return home


@pytest.mark.process
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("number", "code"), STOPS)
def test_an_erasure_that_is_stopped_says_so_and_the_same_command_ends_it(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    home = load_world(tmp_path)
    asked = ("erase", f"douyin:{make_post(7).post_id}")
    command = start(SLOW, tmp_path, "deleting", *asked)
    told = stop_at(command, "deleting", number)
    assert command.returncode == code, told
    assert "the same command goes on and ends it" in told
    assert "Traceback" not in told
    assert is_free(home)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.table("core_posts").count("*").fetchall() == [(3,)], "a transaction is whole or not"
    again = CommandLine(tmp_path).run(*asked, seconds=200)
    assert again.exit_code == 0, again.errors
    for database in (home / "warehouse.duckdb", published_path(home)):
        assert CANARY.encode() not in database.read_bytes()


@pytest.mark.process
@pytest.mark.timeout(200)
def test_a_removal_that_is_stopped_says_how_readers_are_rid_of_it(tmp_path: Path) -> None:
    home = load_world(tmp_path)
    command = start(SLOW, tmp_path, "tagging", "remove", "douyin/r1")
    told = stop_at(command, "tagging", signal.SIGINT)
    assert command.returncode == 130, told
    assert "headwater trends publishes without what was taken out" in told
    assert CommandLine(tmp_path).run("trends", seconds=150).exit_code == 0
    assert not holds_records(published_path(home))


@pytest.mark.process
@pytest.mark.timeout(120)
@pytest.mark.parametrize("shape", ["parquet", "csv"])
@pytest.mark.parametrize(("number", "code"), STOPS)
def test_an_export_that_is_stopped_leaves_whole_files_alone(
    tmp_path: Path, number: signal.Signals, code: int, shape: str
) -> None:
    published = published_path(tmp_path / ".headwater")
    published.parent.mkdir(parents=True)
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            f"create table mart_topic as select '拼豆' as label; create view never as {ENDLESS}"
        )
    folder = tmp_path / "表"
    command = start(MAIN, tmp_path, "export", folder.name, "mart_topic", "never", "--format", shape)
    wait_until(lambda: command.poll() is not None or any(folder.glob(".never*")), 60)
    told = stop(command, number)
    assert command.returncode == code, told
    assert "stopped; the same command goes on from here" in told
    assert "Traceback" not in told and "leaked" not in told
    assert [path.name for path in folder.iterdir()] == [f"mart_topic.{shape}"]


@pytest.mark.process
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("number", "code"), STOPS)
def test_an_import_that_is_stopped_while_it_reads_says_so_and_lands_nothing(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    (tmp_path / "小红书.csv").write_text("笔记id,笔记标题,点赞数\n1,拼豆新手第一课,120\n", encoding="utf-8")
    told = stop_at(command := start(SLOW, tmp_path, "reading", "import", "小红书.csv"), "reading", number)
    assert command.returncode == code, told
    assert told == "stopped; the same command goes on from here\n"
    assert not list(tmp_path.glob(".headwater/landing/*/*/report.json"))


@pytest.mark.process
@pytest.mark.timeout(120)
def test_ctrl_c_in_a_statement_of_a_short_command_is_no_fault_of_the_program(tmp_path: Path) -> None:
    published = published_path(tmp_path / ".headwater")
    published.parent.mkdir(parents=True)
    with duckdb.connect(str(published)) as connection:
        columns = "source varchar, run_id varchar, posts int, listings int, board_entries int"
        connection.execute(f"create table load_ledger ({columns})")
        connection.execute(
            "create table crawl_reports (source varchar, run_id varchar, finished_at timestamp)"
        )
        for table, moment in (
            ("posts", "captured_at"),
            ("listings", "captured_at"),
            ("board_entries", "last_seen_at"),
        ):
            far = f"select 'r1' as run_id, '2126-01-01'::timestamptz as {moment} from ({ENDLESS})"  # noqa: S608
            connection.execute(f"create view core_{table} as {far} where most > 1")
    command = start(SLOW, tmp_path, "asking", "doctor")
    told = stop_at(command, "asking", signal.SIGINT)
    assert command.returncode == 130, told
    assert "Traceback" not in told


def test_what_a_killed_erasure_had_begun_to_write_anew_goes_with_the_next_writer(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    for path in (home / FRESH_NAME, wal_of(home / FRESH_NAME)):
        path.write_bytes(bytes(5000))
    with Warehouse.open(home, least_free_bytes=0):
        assert not list(home.glob(f"{FRESH_NAME}*"))
