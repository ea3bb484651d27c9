"""What readers may count on: a whole file at a stable path, whatever the writer does."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.landed_packages import MORNING, land, land_rejection, make_entry, make_listing, make_post
from warehouse.errors import StorageError
from warehouse.load import load_packages
from warehouse.publish import list_published, point_to, publish, published_path
from warehouse.store import Warehouse

READ = """
import json, sys, duckdb
from pathlib import Path
path, seen, errors = Path(sys.argv[1]), [], []
print("reading", flush=True)
while not Path(sys.argv[2]).exists():
    try:
        with duckdb.connect(str(path.resolve()), read_only=True) as connection:
            connection.execute("set enable_progress_bar = false")
            number, load = connection.execute("select publish_seq, load_seq from publication").fetchall()[0]
            counted = "select count(*), count(distinct post_id) from core_posts"
            rows = connection.execute(counted).fetchall()[0]
        seen.append([number, load, *rows])
    except Exception as error:
        errors.append(repr(error))
print(json.dumps({"seen": seen, "errors": errors}))
"""


@pytest.fixture
def filled_home(home: Path, tmp_path: Path) -> Path:
    """A home with one package loaded."""
    land(tmp_path / "landing", [make_post(1), make_listing(1), make_entry()])
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
    return home


def open_published(home: Path) -> duckdb.DuckDBPyConnection:
    """A reader's connection."""
    return duckdb.connect(str(published_path(home)), read_only=True)


def test_readers_get_core_marts_views_and_comments_but_no_observations(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse:
        warehouse.connection.execute("create table mart_topic (topic_id varchar not null, n_docs bigint)")
        warehouse.connection.execute("comment on table mart_topic is 'one topic'")
        warehouse.connection.execute("comment on column mart_topic.n_docs is 'Documents, 条数''s total.'")
        warehouse.connection.execute("insert into mart_topic values ('tag:穿搭', 3)")
        warehouse.connection.execute("create view v_topic as select topic_id from mart_topic")
        assert publish(warehouse) == published_path(filled_home)
        connected = warehouse.connection.execute(
            "select database_name from duckdb_databases() where not internal"
        ).fetchall()
        assert connected == [("warehouse",)]
    with open_published(filled_home) as reader:
        tables = {row[0] for row in reader.execute("select table_name from duckdb_tables()").fetchall()}
        assert {"core_posts", "core_listings", "core_board_entries", "mart_topic", "load_ledger"} <= tables
        assert not {name for name in tables if name.startswith("raw_")}
        assert reader.execute("from v_topic").fetchall() == [("tag:穿搭",)]
        comments = dict(
            reader.execute(
                "select table_name || '.' || column_name, comment from duckdb_columns() where not internal"
            ).fetchall()
        )
        assert comments["mart_topic.n_docs"] == "Documents, 条数's total."
        assert comments["core_posts.likes"] == "Likes; None = not shown."
        assert reader.execute(
            "select comment from duckdb_tables() where table_name = 'mart_topic'"
        ).fetchall() == [("one topic",)]
        assert reader.execute(
            "select publish_seq, load_seq, newest_captured_at from publication"
        ).fetchall() == [(1, 1, MORNING)]


def test_payloads_of_rejections_stay_at_home(home: Path, tmp_path: Path) -> None:
    land_rejection(tmp_path / "landing", '{"nickname": "小美"}')
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        publish(warehouse)
    with open_published(home) as reader:
        assert reader.execute("select reason, payload from rejections").fetchall() == [("no_title", "")]
    assert "小美".encode() not in published_path(home).read_bytes()


def test_the_last_three_files_are_kept_and_the_stable_path_leads_to_the_newest(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse:
        for _ in range(5):
            publish(warehouse)
    folder = filled_home / "published"
    assert sorted(path.name for path in folder.iterdir()) == [
        "headwater-3.duckdb",
        "headwater-4.duckdb",
        "headwater-5.duckdb",
        "headwater.duckdb",
    ]
    assert (folder / "headwater.duckdb").readlink().name == "headwater-5.duckdb"


def test_clients_of_duckdb_1_can_read_the_file(filled_home: Path) -> None:
    """The format's number in the file's header is 64 for DuckDB 1.0; 2.x alone writes a higher one."""
    with Warehouse.open(filled_home) as warehouse:
        header = publish(warehouse).read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_what_a_killed_publication_left_is_removed_by_the_next(filled_home: Path) -> None:
    folder = filled_home / "published"
    folder.mkdir()
    (folder / ".headwater-9.duckdb.unfinished").write_bytes(b"half")
    (folder / ".headwater-9.duckdb.unfinished.wal").write_bytes(b"half")
    with Warehouse.open(filled_home) as warehouse:
        publish(warehouse)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_where_links_are_impossible_a_copy_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    (tmp_path / "headwater-1.duckdb").write_bytes(b"one")
    point_to(tmp_path / "headwater.duckdb", tmp_path / "headwater-1.duckdb")
    assert (tmp_path / "headwater.duckdb").read_bytes() == b"one"
    assert not (tmp_path / "headwater.duckdb").is_symlink()


@pytest.mark.process
def test_another_process_always_opens_a_whole_file_while_loads_and_publications_run(
    filled_home: Path, tmp_path: Path
) -> None:
    with Warehouse.open(filled_home) as warehouse:
        publish(warehouse)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READ, str(published_path(filled_home)), str(stop)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    reader.stdout.readline()
    try:
        with Warehouse.open(filled_home) as warehouse:
            for number in range(2, 22):
                land(tmp_path / "landing", [make_post(number, f"r{number}")], run_id=f"r{number}")
                load_packages(warehouse, tmp_path / "landing")
                publish(warehouse)
    finally:
        stop.touch()
        answer = json.loads(reader.communicate(timeout=30)[0])
    assert answer["errors"] == []
    assert len(answer["seen"]) > 10
    assert answer["seen"] == sorted(answer["seen"])
    assert all(load == rows == distinct for _, load, rows, distinct in answer["seen"])


LIMITED = """
import resource, sys
from pathlib import Path
from warehouse.errors import StorageError
from warehouse.load import load_packages
from warehouse.publish import publish
from warehouse.store import Warehouse
home, landing, step, limit = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
with Warehouse.open(home) as warehouse:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        load_packages(warehouse, landing) if step == "load" else publish(warehouse)
    except StorageError as error:
        print(error)
"""


@pytest.mark.process
@pytest.mark.parametrize("step", ["load", "publish"])
def test_when_the_disk_takes_no_more_it_is_said_and_what_was_published_stays(
    filled_home: Path, tmp_path: Path, step: str
) -> None:
    """A limit on file size stands in for a full disk, which needs rights that a test has not."""
    with Warehouse.open(filled_home) as warehouse:
        publish(warehouse)
        texts = [hashlib.sha512(str(number).encode()).hexdigest() * 3 for number in range(8_000)]
        records = [make_post(number, "r2", text=text) for number, text in enumerate(texts)]
        land(tmp_path / "landing", records, run_id="r2", as_parquet=True)
        if step == "publish":
            load_packages(warehouse, tmp_path / "landing")
    command = [sys.executable, "-c", LIMITED, str(filled_home), str(tmp_path / "landing"), step, "1500000"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "may not grow further" in said.stdout, said.stderr
    assert said.returncode == 0
    with open_published(filled_home) as reader:
        assert reader.execute("select count(*) from core_posts").fetchall() == [(1,)]
    with Warehouse.open(filled_home) as warehouse:
        again = load_packages(warehouse, tmp_path / "landing")
        assert again.loaded == (("douyin/r2",) if step == "load" else ())
        publish(warehouse)
    with open_published(filled_home) as reader:
        assert reader.execute("select count(*) from core_posts").fetchall() == [(8_000,)]


def test_too_little_space_stops_a_publication_before_it_begins(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse, pytest.raises(StorageError, match="free some space"):
        publish(warehouse, least_free_bytes=2**60)
    assert list_published(filled_home / "published") == []
