"""Tables of offers as shops and sellers keep them: what no price is, and what is told of it."""

from __future__ import annotations

from pathlib import Path

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
