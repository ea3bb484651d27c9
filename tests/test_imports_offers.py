"""Tables of offers as shops and sellers keep them: what no price is, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.landed import import_to, read_landed, write_csv


def test_a_price_of_zero_is_none_and_told(tmp_path: Path) -> None:
    """Tools write 0 where they read no price; kept, it made the offer one from 0 to 29.9 yuan."""
    sheet = write_csv(
        tmp_path / "淘宝.csv",
        ["商品ID", "商品名称", "价格", "原价"],
        ["6001", "帆布包", "0", "59"],
        ["6002", "托特包", "¥0.00", 0],
        ["6003", "水桶包", "9块9", "0.0"],
    )
    result = import_to(tmp_path / "landing", sheet)
    rows = read_landed(result, "listings")
    assert [row["price"] and str(row["price"]) for row in rows] == [None, None, "9.9000"]
    assert [row["list_price"] and str(row["list_price"]) for row in rows] == ["59.0000", None, None]
    assert "Price of 0, which is none, left empty: 4." in result.messages


def test_rows_that_are_of_one_thing_are_told(tmp_path: Path) -> None:
    """A sheet copied under itself, and the sizes of an offer: rows are counted, things are fewer."""
    offers = write_csv(
        tmp_path / "淘宝.csv",
        ["商品ID", "商品名称", "规格", "价格", "采集日期"],
        ["6001", "帆布包", "大", 29.9, "2026-11-20"],
        ["6001", "帆布包", "小", 19.9, "2026-11-20"],
        ["6001", "帆布包", "小", 18.9, "2026-11-21"],
        ["6002", "托特包", "", 39.9, "2026-11-20"],
    )
    told = "Rows of offers that an earlier row tells of already, as of sizes and colours: 1. "
    assert told in " ".join(import_to(tmp_path / "landing", offers).messages)
    posts = write_csv(
        tmp_path / "小红书.csv",
        ["笔记链接", "标题", "点赞数"],
        *[[f"https://www.xiaohongshu.com/explore/65f0c0ffee00000000000{n:03}", "拼豆", n] for n in (1, 2, 1)],
    )
    messages = import_to(tmp_path / "landing", posts).messages
    assert "Rows of posts that an earlier row tells of already: 1. Each post counts once." in messages


def test_of_things_that_stand_once_nothing_is_told(tmp_path: Path) -> None:
    offers = write_csv(
        tmp_path / "淘宝.csv",
        ["商品ID", "商品名称", "价格"],
        ["6001", "帆布包", 9.9],
        ["6002", "帆布包", 9.9],
    )
    assert "earlier row" not in " ".join(import_to(tmp_path / "landing", offers).messages)


@pytest.mark.parametrize("heading", ["支付件数", "成交商品件数"])
def test_units_sold_of_a_month_are_those_of_thirty_days(tmp_path: Path, heading: str) -> None:
    """生意参谋 and 京东商智 export what was sold in the period that each row names."""
    sheet = write_csv(
        tmp_path / "淘宝生意参谋.csv",
        ["统计日期", "商品ID", "商品名称", heading],
        ["2026-10-22 ~ 2026-11-20", "6001", "帆布包", "1,234"],
    )
    result = import_to(tmp_path / "landing", sheet)
    [offer] = read_landed(result, "listings")
    assert (offer["sold_low"], offer["sold_high"], offer["sold_basis"]) == (1234, 1234, "30d")
    assert f"{heading} covers a month by the periods beside it: taken as units sold in 30 days." in (
        result.messages
    )


@pytest.mark.parametrize(
    ("day", "heading"),
    [("2026-11-14 ~ 2026-11-20", "支付件数"), ("2026-11-20", "成交件数"), ("2026-11-20", "近7天销量")],
)
def test_units_sold_of_another_time_are_told_and_not_kept(tmp_path: Path, day: str, heading: str) -> None:
    sheet = write_csv(
        tmp_path / "淘宝生意参谋.csv",
        ["统计日期", "商品ID", "商品名称", heading],
        [day, "6001", "帆布包", "1,234"],
    )
    result = import_to(tmp_path / "landing", sheet)
    assert [row["sold_low"] for row in read_landed(result, "listings")] == [None]
    [told] = [line for line in result.messages if line.startswith("Units sold of another period")]
    assert told.endswith(f"Export 30 days, or add --map sold_30d={heading} where it covers them.")
    mapped = import_to(tmp_path / "mapped", sheet, mapping={"sold_30d": heading})
    assert [row["sold_low"] for row in read_landed(mapped, "listings")] == [1234]
