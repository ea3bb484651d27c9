"""`headwater remove`: a run that should not have been loaded leaves no trace in tables, and can come back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard

from flows.erasure import erase, parse_keys
from flows.plan import make_plan
from flows.settings import Settings
from flows.text_groups import group_texts
from tests.command_line import CommandLine
from tests.incremental_world import RARE_TOPICS, Package, hash_marts, make_packages
from tests.landed_packages import land, make_entry, make_listing, make_post, query
from tests.trend_world import TAXONOMY
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation, Record
from warehouse.removals import list_loads, remove_loads
from warehouse.store import Warehouse
from warehouse.trends import build_marts

CORE = ("core_posts", "core_listings", "core_board_entries", "core_annotations", "core_text_groups")
PACKAGES = list(enumerate(make_packages()))


def load_and_build(warehouse: Warehouse, packages: Sequence[tuple[int, Package]]) -> None:
    for place, (records, labels) in packages:
        if not (warehouse.home / "landing" / "douyin" / f"r{place}").exists():
            land(warehouse.home / "landing", records, run_id=f"r{place}", as_parquet=True)
        load_packages(warehouse, warehouse.home / "landing")
        write_annotations(warehouse, tabulate_records(labels, Annotation))
    group_texts(warehouse)
    build_marts(warehouse, "run-1", taxonomy=TAXONOMY, settings=RARE_TOPICS)


def dump_core(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: warehouse.connection.execute(f"select * from {table} order by all").fetchall()  # noqa: S608
        for table in CORE
    }


@pytest.mark.parametrize("removed", [0, 3, 5], ids=["the first", "one that reads others again", "the newest"])
def test_tables_are_those_of_a_home_that_never_had_the_run(removed: int, tmp_path: Path) -> None:
    others = [one for one in PACKAGES if one[0] != removed]
    with Warehouse.open(tmp_path / "never", least_free_bytes=0) as warehouse:
        load_and_build(warehouse, others)
        expected, expected_marts = dump_core(warehouse), hash_marts(warehouse.connection)
    with Warehouse.open(tmp_path / "removed", least_free_bytes=0) as warehouse:
        load_and_build(warehouse, PACKAGES)
        assert hash_marts(warehouse.connection) != expected_marts
        remove_loads(warehouse, list_loads(warehouse.connection, f"douyin/r{removed}"))
        load_and_build(warehouse, others)
        assert dump_core(warehouse) == expected
        found = hash_marts(warehouse.connection)
        assert {name for name in expected_marts if found[name] != expected_marts[name]} == set()


def test_a_run_is_taken_out_with_what_only_it_read_and_of_the_rest_the_earlier_reading_holds(
    home: Path,
) -> None:
    right: list[Record] = [make_post(1), make_listing(1), make_entry("拼豆手工"), make_post(3)]
    wrong: list[Record] = [
        make_post(1, "r2", 9, title="贴错了列的标题", likes=99),
        make_post(2, "r2", 9),
        make_listing(1, "r2", 9, price=1),
        make_listing(2, "r2", 9),
        make_entry("拼豆手工", "r2", 9, rank=1),
        make_entry("空气炸锅食谱", "r2", 9),
    ]
    land(home / "landing", right)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
        expected = dump_core(warehouse)
        land(home / "landing", wrong, run_id="r2")
        load_packages(warehouse, home / "landing")
        assert dump_core(warehouse) != expected
        (folder,) = remove_loads(warehouse, list_loads(warehouse.connection, "r2"))
        assert dump_core(warehouse) == expected
        assert folder == home / "removed" / "douyin" / "r2" and (folder / "report.json").exists()
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        assert load_packages(warehouse, home / "landing").loaded == ()
        shutil.move(folder, home / "landing" / "douyin" / "r2")
        assert load_packages(warehouse, home / "landing").loaded == ("douyin/r2",)
    assert query(home, "select title, likes from core_posts where post_id like '%01'") == [
        ("贴错了列的标题", 99)
    ]


def test_a_removal_that_was_killed_before_the_tables_changed_can_be_made_again(home: Path) -> None:
    land(home / "landing", [make_post(1)])
    land(home / "landing", [make_post(2, "r2")], run_id="r2")
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
    shutil.move(home / "landing" / "douyin" / "r2", home / "r2 aside")
    ledger = home / "loads.jsonl"
    ledger.write_text(ledger.read_text().splitlines(keepends=True)[0])
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        assert remove_loads(warehouse, list_loads(warehouse.connection, "douyin/r2")) == []
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        assert [load.name for load in list_loads(warehouse.connection)] == ["douyin/r1"]


def test_what_is_erased_goes_from_packages_that_were_put_aside_too(home: Path) -> None:
    canary = "只有这一条写过的句子：云朵形状的暖手宝"
    land(home / "landing", [make_post(1)])
    land(home / "landing", [make_post(7, "r2", text=canary), make_post(8, "r2")], run_id="r2")
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
        (folder,) = remove_loads(warehouse, list_loads(warehouse.connection, "r2"))
    erase(make_plan(Settings(home=home), ()), parse_keys([], [f"douyin:{make_post(7).post_id}"]))
    kept = b"".join(zstandard.open(path).read() for path in folder.glob("*.zst"))
    assert make_post(8).post_id.encode() in kept and canary.encode() not in kept


@pytest.mark.process
@pytest.mark.timeout(300)
def test_a_file_that_was_imported_by_mistake_goes_from_what_readers_see(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    for name, line in (("拼豆", "1,拼豆新手第一课,120"), ("别人的", "9,误导入的笔记,7")):
        (tmp_path / f"{name}.csv").write_text(f"笔记id,笔记标题,点赞数\n{line}\n", encoding="utf-8")
        done = headwater.run("import", f"{name}.csv", "--platform", "xiaohongshu")
        assert done.exit_code == 0, done.errors
    loads = json.loads(headwater.run("remove", "--json").output)
    assert [load["readings"] for load in loads] == [1, 1]
    named = f"{loads[0]['source']}/{loads[0]['run_id']}"
    tried = headwater.run("remove", named, "--dry-run")
    assert named in tried.output and "nothing was changed" in tried.output
    done = headwater.run("remove", named, seconds=200)
    assert done.exit_code == 0, done.errors
    assert str(Path("removed") / named) in done.output
    shown = headwater.run("sql", "select title from core_posts", "--json")
    assert json.loads(shown.output) == [{"title": "拼豆新手第一课"}]
    again = headwater.run("remove", named)
    assert (again.exit_code, again.errors.count("no run")) == (2, 1)
