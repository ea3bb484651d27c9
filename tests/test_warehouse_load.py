"""What a load does with packages: all of each or nothing, the same in any order, nothing dropped unsaid."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.landed_packages import (
    MORNING,
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
from warehouse.records import BoardEntry, CrawlReport, Listing, Record
from warehouse.sql_files import read_sql_file
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


def test_any_order_and_repetition_of_packages_gives_the_same_core(tmp_path: Path) -> None:
    """Late data, equal times with different values, and the same line seen by two runs."""
    packages: list[list[Record]] = [
        [make_post(1, "a", likes=1), make_entry("拼豆手工", "a", rank=9, heat=1.0)],
        [make_post(1, "b", 3, likes=7, title="换了标题"), make_listing(1, "b", price="10")],
        [
            make_post(1, "c", 3, likes=6),
            make_entry("拼豆手工", "c", 1, rank=None, heat=None),
            make_listing(1, "c"),
        ],
        [
            make_post(1, "d", 1, likes=None),
            make_entry("拼豆手工", "d", 1, rank=1, url="https://s.weibo.com/1"),
        ],
    ]
    hashes = set()
    for number, order in enumerate(list(permutations(range(len(packages))))[::3]):
        home, landing = tmp_path / f"home{number}", tmp_path / f"landing{number}"
        with Warehouse.open(home) as warehouse:
            for step in (*order, order[0]):
                run_id = "abcd"[step]
                if not (landing / "douyin" / run_id).exists():
                    land(landing, packages[step], run_id=run_id)
                load_packages(warehouse, landing)
            hashes.add(tuple(hash_core(warehouse.connection).items()))
        shutil.rmtree(home)
    assert len(hashes) == 1


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_equal_times_end_the_same_whichever_comes_first(data: st.DataObject) -> None:
    values = st.fixed_dictionaries(
        {
            "likes": st.none() | st.integers(0, 3),
            "title": st.none() | st.sampled_from(["甲", "乙"]),
            "text": st.sampled_from(["", "春天就该这么穿", "改了"]),
            "hashtags": st.sampled_from([(), ("穿搭",), ("穿搭", "春天")]),
            "published_at": st.sampled_from([None, MORNING - timedelta(days=1)]),
            "published_precision": st.sampled_from(["second", "day"]),
            "hours": st.integers(0, 1),
            "run_id": st.sampled_from(["r1", "r2"]),
        }
    )
    observations = [make_post(1, **data.draw(values)) for _ in range(4)]  # type: ignore[arg-type]
    shuffled = data.draw(st.permutations(observations))
    assert state_after(observations, "posts") == state_after(shuffled, "posts")


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_an_offer_costs_from_the_lowest_to_the_highest_of_its_rows_at_a_moment(data: st.DataObject) -> None:
    values = st.fixed_dictionaries(
        {
            "price": st.sampled_from([None, "39.00", "59.00", "129.00"]),
            "list_price": st.none() | st.just("199.00"),
            "currency": st.sampled_from(["CNY", "USD"]),
            "title": st.sampled_from(["瑜伽垫 61cm", "瑜伽垫 80cm"]),
            "sold_low": st.none() | st.integers(0, 3),
            "hours": st.integers(0, 1),
        }
    )
    offers = []
    for row in data.draw(st.lists(values, min_size=2, max_size=4)):
        basis = None if row["sold_low"] is None else "30d"
        offers.append(make_listing(1, sold_basis=basis, **row))  # type: ignore[arg-type]
    state = state_after(offers, "listings")
    assert state == state_after(data.draw(st.permutations(offers)), "listings")
    names = list(Listing.model_fields)
    price, price_high, currency = (
        state[0][names.index(name)] for name in ("price", "price_high", "currency")
    )
    last = max((offer.captured_at for offer in offers if offer.price is not None), default=None)
    shown = [offer for offer in offers if offer.captured_at == last and offer.currency == currency]
    prices = sorted({offer.price for offer in shown if offer.price is not None})
    assert (price, price_high) == (prices[0] if prices else None, prices[-1] if len(prices) > 1 else None)


def state_after(observations: Sequence[Record], kind: str) -> list[tuple[object, ...]]:
    """The core table of a kind after loading each observation by itself, in memory."""
    import duckdb

    from warehouse.schema import create_tables

    merge = read_sql_file("core", f"merge_{kind}")
    with duckdb.connect() as connection:
        create_tables(connection)
        for load_seq, record in enumerate(observations):
            rows = tabulate_records([record], type(record))
            table = rows.append_column("load_seq", pa.array([load_seq], pa.int64()))
            connection.from_arrow(table).insert_into(f"raw_{kind}")
            connection.execute("set variable load_seq = ?", [load_seq])
            connection.execute(merge)
        return connection.execute(f"from core_{kind}").fetchall()


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
