"""Packages in any order, repeated, with equal times: the same core tables."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.landed_packages import MORNING, hash_core, land, make_entry, make_listing, make_post
from warehouse.clock import find_latest
from warehouse.columns import tabulate_records
from warehouse.load import load_packages
from warehouse.merge import merge_load
from warehouse.records import Listing, Record
from warehouse.schema import create_tables
from warehouse.store import Warehouse
from warehouse.tables import BoardLine


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
    with duckdb.connect() as connection:
        create_tables(connection)
        for load_seq, record in enumerate(observations):
            rows = tabulate_records([record], type(record))
            table = rows.append_column("load_seq", pa.array([load_seq], pa.int64()))
            connection.from_arrow(table).insert_into(f"raw_{kind}")
            merge_load(connection, load_seq, [kind], find_latest())
        return connection.execute(f"from core_{kind}").fetchall()


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_a_line_is_linked_as_the_newest_reading_that_shows_a_link_says(data: st.DataObject) -> None:
    values = st.fixed_dictionaries(
        {
            "rank": st.none() | st.integers(1, 2),
            "label": st.sampled_from([None, "热"]),
            "subject_id": st.sampled_from([None, "BV1", "BV2"]),
            "category": st.sampled_from([None, "美食"]),
            "is_ad": st.sampled_from([None, True, False]),
            "url": st.sampled_from([None, "https://www.bilibili.com/1", "https://www.bilibili.com/2"]),
            "hours": st.integers(0, 2),
            "run_id": st.sampled_from(["r1", "r2"]),
        }
    )
    lines = [make_entry(**data.draw(values)) for _ in range(4)]  # type: ignore[arg-type]
    state = state_after(lines, "board_entries")
    assert state == state_after(data.draw(st.permutations(lines)), "board_entries")
    last = max((line.captured_at for line in lines if line.subject_id), default=None)
    shown: set[str | None] = {
        line.subject_id for line in lines if line.captured_at == last and line.subject_id
    }
    assert state[0][list(BoardLine.model_fields).index("subject_id")] in (shown or {None})
