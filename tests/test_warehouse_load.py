"""What a load does with packages: all of each or nothing, the same in any order, nothing dropped unsaid."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.landed_packages import (
    count_rows,
    hash_core,
    land,
    land_rejection,
    load_into,
    make_entry,
    make_entry_id,
    make_listing,
    make_post,
    query,
    seal,
    write_lines,
)
from warehouse.columns import tabulate_records
from warehouse.load import FILES_TOGETHER, LoadResult, load_packages
from warehouse.records import BoardEntry, CrawlReport
from warehouse.store import Warehouse

COUNTED = ("raw_posts", "raw_listings", "raw_board_entries", "rejections", "load_ledger", "crawl_reports")


@pytest.mark.parametrize("as_parquet", [False, True])
def test_a_package_becomes_observations_and_newest_states(
    home: Path, tmp_path: Path, as_parquet: bool
) -> None:
    land(
        tmp_path / "landing",
        [
            make_post(1, likes=5),
            make_post(1, hours=2, likes=9, floor_counts=()),
            make_post(2, title=None, text="", hashtags=()),
            make_listing(1, price="88.8"),
            make_entry("拼豆手工", rank=12, heat=10.0),
            make_entry("拼豆手工", hours=1, rank=2, heat=90.0, label="爆"),
            make_entry("拼豆手工", hours=2, rank=7, heat=40.0, label=None),
        ],
        as_parquet=as_parquet,
    )
    result = load_into(home, tmp_path / "landing")
    assert result.loaded == ("douyin/r1",)
    assert result.rows_by_table == {"raw_posts": 3, "raw_listings": 1, "raw_board_entries": 3}
    assert query(home, "select subject_id, likes, observations, floor_counts from core_posts order by 1") == [
        ("douyin:7400000000000000001", 9, 2, []),
        ("douyin:7400000000000000002", 10_002, 1, ["likes"]),
    ]
    assert query(
        home,
        "select entry_id, observations, best_rank, last_rank, max_heat, last_heat, label "
        "from core_board_entries",
    ) == [(make_entry_id("weibo", "hot", "拼豆手工"), 3, 2, 7, 90.0, 40.0, None)]
    assert query(home, "select price::text, currency, subject_id, sold_high from core_listings") == [
        ("88.8000", "CNY", "taobao:680000000001", None)
    ]


def test_the_same_package_again_changes_no_row(home: Path, tmp_path: Path) -> None:
    land(tmp_path / "landing", [make_post(1), make_entry(), make_listing()])
    load_into(home, tmp_path / "landing")
    with Warehouse.open(home) as warehouse:
        before = hash_core(warehouse.connection), [count_rows(warehouse.connection, name) for name in COUNTED]
        result = load_packages(warehouse, tmp_path / "landing")
        assert result == LoadResult((), ("douyin/r1",), (), {})
        assert (
            hash_core(warehouse.connection),
            [count_rows(warehouse.connection, name) for name in COUNTED],
        ) == before


def test_a_text_that_changed_loses_its_annotations_and_a_count_that_changed_does_not(
    home: Path, tmp_path: Path
) -> None:
    land(tmp_path / "landing", [make_post(1), make_post(2)])
    load_into(home, tmp_path / "landing")
    with Warehouse.open(home) as warehouse:
        warehouse.connection.execute(
            "insert into core_annotations "
            "select 'post', subject_id, 'keywords', '1', '穿搭', 1, null, null from core_posts"
        )
    land(
        tmp_path / "landing",
        [make_post(1, hours=1, likes=99), make_post(2, hours=1, text="改了")],
        run_id="r2",
    )
    load_into(home, tmp_path / "landing")
    assert query(home, "select subject_id from core_annotations") == [("douyin:7400000000000000001",)]


def test_parquet_rows_that_break_the_contract_are_kept_with_their_reason(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "boards" / "r1"
    folder.mkdir(parents=True)
    table = tabulate_records([make_entry(f"第{number}名") for number in range(6)], type(make_entry()))
    rows = table.to_pylist()
    rows[1]["title"] = None
    rows[2]["platform"] = "Weibo!"
    rows[3]["heat"] = float("inf")
    rows[4]["rank"] = 0
    rows[5]["captured_at"] = None
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), folder / "board_entries.parquet")
    seal(folder, {"board_entries": 6})
    result = load_into(home, tmp_path / "landing")
    assert result.rows_by_table == {"raw_board_entries": 1, "rejections": 5}
    assert query(home, "select reason, count(*) from rejections group by 1 order by 1") == [
        ("bad_heat", 1),
        ("bad_platform", 1),
        ("bad_rank", 1),
        ("no_captured_at", 1),
        ("no_title", 1),
    ]
    assert query(
        home,
        "select source, run_id, record_kind, payload->>'platform', captured_at::date::text from rejections "
        "where reason = 'bad_platform'",
    ) == [("boards", "r1", "board_entries", "Weibo!", "2026-03-01")]


def test_lines_that_break_the_contract_are_kept_with_their_reason(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "douyin" / "r1"
    folder.mkdir(parents=True)
    good = make_post(1).model_dump_json()
    lines = [
        good,
        good.replace('"likes":10001', '"likes":-1'),
        good.replace('"likes":10001', '"likes":99999999999999999999'),
        good.replace("+00:00", "").replace("Z", ""),
        '{"platform": "douyin"',
        good.replace('"kind":"video"', '"kind":null'),
    ]
    write_lines(folder / "posts.jsonl.zst", lines)
    seal(folder, {"posts": 6})
    assert load_into(home, tmp_path / "landing").rows_by_table == {"raw_posts": 1, "rejections": 5}
    reasons = query(home, "select reason from rejections order by 1")
    assert reasons == [("bad_likes",), ("bad_likes",), ("bad_published_at",), ("bad_row",), ("no_kind",)]
    assert query(home, "select count(*) from rejections where payload not like '{\"platform\":%douyin%'") == [
        (0,)
    ]


def test_rejections_of_the_package_are_loaded_with_it(home: Path, tmp_path: Path) -> None:
    land_rejection(tmp_path / "landing", '{"aweme_id": 1}')
    assert load_into(home, tmp_path / "landing").rows_by_table == {"rejections": 1}
    assert query(home, "select reason, load_seq from rejections") == [("no_title", 1)]
    assert query(home, "select requests_by_status['200'], outcome from crawl_reports") == [(12, "complete")]


def test_a_package_without_a_report_is_none_yet(home: Path, tmp_path: Path) -> None:
    (land(tmp_path / "landing", [make_post(1)]) / "report.json").unlink()
    assert load_into(home, tmp_path / "landing") == LoadResult((), (), (), {})


def test_files_without_a_row_hide_nothing_of_the_file_that_follows(home: Path, tmp_path: Path) -> None:
    lines = 130_000
    folder = tmp_path / "landing" / "import" / "r1"
    folder.mkdir(parents=True)
    entry = tabulate_records([make_entry(hours=1)], BoardEntry)
    many = entry.take(pa.array([0] * lines))
    titles = pa.array([f"热搜 {number}" for number in range(lines)])
    many = many.set_column(many.schema.get_field_index("title"), "title", titles)
    for number in range(FILES_TOGETHER + 1):
        rows = many if number == FILES_TOGETHER else entry.slice(0, 0)
        pq.write_table(rows, folder / f"board_entries-{number:02}.parquet")
    seal(folder, {"board_entries": 0})
    report = CrawlReport.model_validate_json((folder / "report.json").read_bytes())
    last = report.files[-1].model_copy(update={"rows": lines})
    whole = report.model_copy(update={"files": (*report.files[:-1], last)})
    (folder / "report.json").write_text(whole.model_dump_json(), encoding="utf-8")
    land(tmp_path / "before", [make_entry("拼豆手工")])
    load_into(home, tmp_path / "before")
    assert load_into(home, tmp_path / "landing").rows_by_table == {"raw_board_entries": lines}
    assert query(home, "select count(*) from core_board_entries") == [(lines + 1,)]


def test_progress_counts_rows(home: Path, tmp_path: Path) -> None:
    land(tmp_path / "landing", [make_post(1), make_post(2)], run_id="r1")
    land(tmp_path / "landing", [make_post(3)], run_id="r2")
    seen: list[tuple[int, int]] = []
    with Warehouse.open(home) as warehouse:
        load_packages(
            warehouse, tmp_path / "landing", on_progress=lambda done, total: seen.append((done, total))
        )
    assert seen == [(0, 3), (2, 3), (3, 3)]


def test_load_numbers_grow_with_the_ledger_and_not_with_a_clock(home: Path, tmp_path: Path) -> None:
    for number in (3, 1, 2):
        land(tmp_path / "landing", [make_post(number)], run_id=f"r{number}")
        load_into(home, tmp_path / "landing")
    assert query(home, "select run_id, load_seq from load_ledger order by load_seq") == [
        ("r3", 1),
        ("r1", 2),
        ("r2", 3),
    ]
