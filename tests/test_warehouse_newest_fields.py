"""What is known of a post or an offer: each field as the newest reading shows it that shows it at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.landed_packages import land, load_into, make_entry, make_listing, make_post, query
from warehouse.records import Record
from warehouse.store import Warehouse

WEEKLY = {
    "text": "", "hashtags": (), "author_key": None, "published_at": None, "published_precision": None,
    "floor_counts": (),
}  # fmt: skip
"""What a weekly sheet of links, titles and likes does not show."""


def state_in_every_order(root: Path, records: Sequence[Record], asked: str) -> list[tuple[object, ...]]:
    """What a query tells after loading each record as a package of its own; the same in every order."""
    found = []
    for number, order in enumerate(permutations(records)):
        home, landing = root / f"home{number}", root / f"landing{number}"
        for record in order:
            land(landing, [record], run_id=record.run_id)  # type: ignore[attr-defined]
            load_into(home, landing)
        found.append(query(home, asked))
    assert all(rows == found[0] for rows in found)
    return found[0]


def test_a_sheet_of_fewer_columns_empties_nothing(tmp_path: Path) -> None:
    crawled = make_post(
        1, "crawl", text="三步学会 #拼豆", hashtags=("拼豆",), collects=88, likes=10, floor_counts=()
    )
    weekly = make_post(1, "weekly", 24, **{**WEEKLY, "likes": 15_000, "floor_counts": ("likes",)})
    rows = state_in_every_order(
        tmp_path,
        [crawled, weekly],
        "select title, text, hashtags, author_key is null, published_at = first_captured_at "
        "- interval 1 day, published_precision, collects, likes, floor_counts, run_id, observations "
        "from core_posts",
    )
    assert rows == [
        (
            "第1个多巴胺穿搭",
            "三步学会 #拼豆",
            ["拼豆"],
            False,
            True,
            "second",
            88,
            15_000,
            ["likes"],
            "weekly",
            2,
        )
    ]


def test_a_count_of_nought_is_shown_and_stays_exact(tmp_path: Path) -> None:
    first = make_post(1, "a", likes=100_000, floor_counts=("likes",), comments=7)
    second = make_post(1, "b", 1, likes=0, floor_counts=(), comments=None)
    third = make_post(1, "c", 2, likes=None, floor_counts=())
    rows = state_in_every_order(
        tmp_path, [first, second, third], "select likes, comments, floor_counts, observations from core_posts"
    )
    assert rows == [(0, 7, [], 3)]


def test_a_title_stays_with_the_text_it_was_shown_with(tmp_path: Path) -> None:
    whole = make_post(1, "a", title="拼豆小包教程｜零基础", text="三步学会")
    cut = make_post(1, "b", 1, **{**WEEKLY, "title": "拼豆小包教程…"})
    renamed = make_post(1, "c", 2, title=None, text="三步学会（更新）")
    asked = "select title, text from core_posts"
    assert state_in_every_order(tmp_path / "1", [whole, cut], asked) == [("拼豆小包教程｜零基础", "三步学会")]
    assert state_in_every_order(tmp_path / "2", [whole, cut, renamed], asked) == [
        ("拼豆小包教程｜零基础", "三步学会（更新）")
    ]
    assert state_in_every_order(tmp_path / "3", [cut, renamed], asked) == [
        ("拼豆小包教程…", "三步学会（更新）")
    ]


def test_labels_of_a_text_outlive_a_sheet_that_does_not_show_it(home: Path, tmp_path: Path) -> None:
    land(tmp_path / "landing", [make_post(1), make_listing(1, text="三层加厚")])
    load_into(home, tmp_path / "landing")
    with Warehouse.open(home) as warehouse:
        warehouse.connection.execute(
            "insert into core_annotations "
            "select 'post', subject_id, 'keywords', '1', '穿搭', 1, null, null from core_posts union all "
            "select 'listing', subject_id, 'keywords', '1', '开衫', 1, null, null from core_listings"
        )
    land(tmp_path / "landing", [make_post(1, "r2", 1, **WEEKLY), make_listing(1, "r2", 1)], run_id="r2")
    load_into(home, tmp_path / "landing")
    assert query(home, "select count(*) from core_annotations") == [(2,)]


def test_a_price_sheet_empties_nothing_of_the_offer(tmp_path: Path) -> None:
    full = make_listing(
        1,
        "a",
        shop="山野社",
        brand="牧高笛",
        list_price="199",
        price="129.9",
        review_count=20,
        text="三层加厚",
    )
    price = make_listing(
        1, "b", 24, category_path=(), price="99", sold_low=None, sold_basis=None, in_stock=True
    )
    rows = state_in_every_order(
        tmp_path,
        [full, price],
        "select shop, brand, category_path, price::int, list_price::int, currency, sold_low, sold_basis, "
        "review_count, text, in_stock from core_listings",
    )
    assert rows == [
        ("山野社", "牧高笛", ["女装", "毛针织衫"], 99, 199, "CNY", 100_000, "30d", 20, "三层加厚", True)
    ]


def test_a_struck_out_price_of_another_currency_is_none_of_the_price(tmp_path: Path) -> None:
    yuan = make_listing(1, "a", price="129", list_price="199")
    dollar = make_listing(1, "b", 1, price="20", currency="USD")
    asked = "select price::int, list_price::int, currency from core_listings"
    assert state_in_every_order(tmp_path / "1", [yuan, dollar], asked) == [(20, None, "USD")]
    again = make_listing(1, "c", 2, price="119")
    assert state_in_every_order(tmp_path / "2", [yuan, dollar, again], asked) == [(119, 199, "CNY")]


@pytest.mark.parametrize("moment", [0, 24])
def test_a_size_without_a_price_hides_the_prices_of_the_others(
    home: Path, tmp_path: Path, moment: float
) -> None:
    sizes = [
        make_listing(1, hours=moment, title=f"拼豆 {colours} 色", price=price, currency=price and "CNY")
        for colours, price in ((24, "29.90"), (48, None), (221, "1019.90"))
    ]
    land(tmp_path / "landing", [make_listing(1, "r0", price="25")], run_id="r0")
    land(tmp_path / "landing", sizes)
    load_into(home, tmp_path / "landing")
    rows = query(home, "select price::varchar, price_high::varchar, currency from core_listings")
    assert rows == [("29.9000", "1019.9000", "CNY")]


def test_an_archive_of_titles_takes_no_link_from_a_board(tmp_path: Path) -> None:
    first: dict[str, Any] = {
        "platform": "bilibili",
        "board": "popular",
        "subject_id": "BV1xx411c7m1",
        "category": "美食",
    }
    crawled = make_entry(
        "空气炸锅食谱", "a", rank=2, url="https://www.bilibili.com/video/BV1xx411c7m1", **first
    )
    moved = make_entry("空气炸锅食谱", "b", 2, rank=4, **{**first, "subject_id": "BV1xx411c7m2"})
    archive = make_entry(
        "空气炸锅食谱", "c", 5, platform="bilibili", board="popular", rank=9, heat=None, label=None
    )
    asked = "select subject_id, url, category, last_rank, last_heat, label, run_id from core_board_entries"
    assert state_in_every_order(tmp_path, [crawled, moved, archive], asked) == [
        ("BV1xx411c7m2", "https://www.bilibili.com/video/BV1xx411c7m1", "美食", 9, None, None, "c")
    ]
