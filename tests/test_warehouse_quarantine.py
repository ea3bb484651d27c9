"""A package that breaks the contract: it is quarantined with its reason, and the next one is loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.landed_packages import MORNING, land, load_into, make_post, query, seal, write_lines


def corrupt_byte(folder: Path) -> None:
    path = folder / "posts.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def add_column(folder: Path) -> None:
    table = pq.read_table(folder / "posts.parquet").append_column("mood", pa.array(["好"]))
    reseal(folder, table)


def drop_title(folder: Path) -> None:
    reseal(folder, pq.read_table(folder / "posts.parquet").drop_columns(["captured_at"]))


def make_naive(folder: Path) -> None:
    table = pq.read_table(folder / "posts.parquet")
    naive = pa.array([MORNING.replace(tzinfo=None)], pa.timestamp("us"))
    reseal(folder, table.set_column(table.schema.get_field_index("captured_at"), "captured_at", naive))


def make_text_of_likes(folder: Path) -> None:
    table = pq.read_table(folder / "posts.parquet")
    reseal(folder, table.set_column(table.schema.get_field_index("likes"), "likes", pa.array(["1.2万"])))


def write_nonsense(folder: Path) -> None:
    (folder / "report.json").unlink()
    (folder / "posts.parquet").write_bytes(b"PAR1 nothing PAR1")
    seal(folder, {"posts": 1})


def promise_more(folder: Path) -> None:
    (folder / "report.json").unlink()
    seal(folder, {"posts": 2})


def remove_file(folder: Path) -> None:
    (folder / "posts.parquet").unlink()


def break_report(folder: Path) -> None:
    (folder / "report.json").write_text('{"source": "douyin"}')


def name_outside(folder: Path) -> None:
    report = folder / "report.json"
    report.write_text(report.read_text().replace('"posts.parquet"', '"../../secret.key"'))


def reseal(folder: Path, table: pa.Table) -> None:
    (folder / "report.json").unlink()
    pq.write_table(table, folder / "posts.parquet")
    seal(folder, {"posts": table.num_rows})


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (corrupt_byte, "file_changed"),
        (add_column, "unknown_column"),
        (drop_title, "missing_column"),
        (make_naive, "wrong_type"),
        (make_text_of_likes, "wrong_type"),
        (write_nonsense, "unreadable_file"),
        (promise_more, "row_count"),
        (remove_file, "missing_file"),
        (break_report, "bad_report"),
        (name_outside, "bad_file_name"),
    ],
)
def test_a_package_that_breaks_the_contract_is_quarantined_and_the_next_goes_on(
    home: Path, tmp_path: Path, fault: object, reason: str
) -> None:
    assert callable(fault)
    fault(land(tmp_path / "landing", [make_post(1)], source="a-broken", as_parquet=True))
    land(tmp_path / "landing", [make_post(2)], source="b-whole")
    for _ in range(2):
        result = load_into(home, tmp_path / "landing")
        assert result.quarantined == ("a-broken/r1",)
    assert query(home, "select source, run_id, reason from quarantine") == [("a-broken", "r1", reason)]
    assert query(home, "select source from load_ledger") == [("b-whole",)]
    assert query(home, "select post_id from raw_posts") == [("7400000000000000002",)]


def test_an_unknown_field_in_lines_quarantines_the_package(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "douyin" / "r1"
    folder.mkdir(parents=True)
    write_lines(folder / "posts.jsonl.zst", [make_post(1).model_dump_json()[:-1] + ',"nickname":"小美"}'])
    seal(folder, {"posts": 1})
    assert load_into(home, tmp_path / "landing").quarantined == ("douyin/r1",)
    assert query(home, "select reason, detail from quarantine") == [
        ("unknown_column", "posts.jsonl.zst: nickname")
    ]


def test_a_repaired_package_leaves_quarantine(home: Path, tmp_path: Path) -> None:
    folder = land(tmp_path / "landing", [make_post(1)], as_parquet=True)
    whole = (folder / "posts.parquet").read_bytes()
    corrupt_byte(folder)
    load_into(home, tmp_path / "landing")
    (folder / "posts.parquet").write_bytes(whole)
    assert load_into(home, tmp_path / "landing").loaded == ("douyin/r1",)
    assert query(home, "from quarantine") == []


def test_a_loaded_package_that_changed_is_not_loaded_again(home: Path, tmp_path: Path) -> None:
    folder = land(tmp_path / "landing", [make_post(1)])
    load_into(home, tmp_path / "landing")
    shutil.rmtree(folder)
    land(tmp_path / "landing", [make_post(1), make_post(2)])
    assert load_into(home, tmp_path / "landing").quarantined == ("douyin/r1",)
    assert query(home, "select reason from quarantine") == [("package_changed",)]
    assert query(home, "select count(*) from raw_posts") == [(1,)]


def test_a_package_of_an_older_contract_takes_the_defaults_of_what_it_lacks(
    home: Path, tmp_path: Path
) -> None:
    folder = land(tmp_path / "landing", [make_post(1)], as_parquet=True)
    reseal(folder, pq.read_table(folder / "posts.parquet").drop_columns(["danmaku", "floor_counts", "text"]))
    load_into(home, tmp_path / "landing")
    assert query(home, "select danmaku, floor_counts, text from core_posts") == [(None, [], "")]
