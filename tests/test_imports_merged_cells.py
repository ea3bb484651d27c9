"""Workbooks whose cells are merged over several rows, as people lay out their sheets."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from tests.landed import import_to, read_landed


def save(workbook: Workbook, folder: Path, name: str) -> Path:
    path = folder / name
    workbook.save(path)
    return path


def test_a_cell_merged_over_rows_speaks_for_each_of_them(tmp_path: Path) -> None:
    """Platform and shop are written once, beside all offers that they are of."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (
        ["帆布包竞品表"],
        ["平台", "店铺", "商品ID", "商品名称", "价格"],
        ["淘宝", "米可箱包", 654321098765, "帆布包", 19.9],
        [None, None, 654321098766, "托特包", 29.9],
        ["拼多多", "布艺小铺", 223344556677, "水桶包", 9.9],
        [None, "花花家", 223344556678, "饺子包", 12.5],
        [None] * 5,
        [None, None, 223344556679, "云朵包", 15],
    ):
        sheet.append(line)
    for cells in ("A1:E1", "A3:A4", "B3:B4", "A5:A8", "B6:B8"):
        sheet.merge_cells(cells)
    result = import_to(tmp_path, save(workbook, tmp_path, "竞品.xlsx"))
    assert (result.taken, result.rejected) == ({"listings": 5}, {})
    assert [(row["platform"], row["shop"], row["title"]) for row in read_landed(result, "listings")] == [
        ("taobao", "米可箱包", "帆布包"),
        ("taobao", "米可箱包", "托特包"),
        ("pinduoduo", "布艺小铺", "水桶包"),
        ("pinduoduo", "花花家", "饺子包"),
        ("pinduoduo", "花花家", "云朵包"),
    ]


def test_headings_merged_over_two_lines_stand_above_their_columns(tmp_path: Path) -> None:
    """商品ID and 商品名称 beside groups of columns: 价格 over 到手价 and 原价."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (
        ["商品ID", "商品名称", "价格", None, "店铺"],
        [None, None, "到手价", "原价", None],
        ["654321098765", "帆布包", 19.9, 39.9, "米可箱包"],
    ):
        sheet.append(line)
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        sheet.merge_cells(cells)
    [offer] = read_landed(import_to(tmp_path, save(workbook, tmp_path, "淘宝.xlsx")), "listings")
    assert (offer["listing_id"], offer["title"], offer["shop"]) == ("654321098765", "帆布包", "米可箱包")
    assert (str(offer["price"]), str(offer["list_price"])) == ("19.9000", "39.9000")


def test_an_empty_cell_that_is_not_merged_stays_empty(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (["商品ID", "商品名称", "价格", "店铺"], [1, "帆布包", 9.9, "花花家"], [2, "托特包", 9.9]):
        sheet.append(line)
    rows = read_landed(import_to(tmp_path, save(workbook, tmp_path, "淘宝.xlsx")), "listings")
    assert [row["shop"] for row in rows] == ["花花家", None]
