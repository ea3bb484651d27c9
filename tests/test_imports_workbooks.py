"""Workbooks as people keep them: hidden sheets, numbers merged over rows, formulas that nobody calculated."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from spiders.errors import ImportRefused
from tests.landed import import_to, read_landed

HEADINGS = ["商品ID", "商品名称", "价格", "月销量"]
BAG = ["654321098765", "帆布包", 19.9, 120]


def save(workbook: Workbook, folder: Path, name: str = "淘宝竞品.xlsx") -> Path:
    path = folder / name
    workbook.save(path)
    return path


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out_and_named(tmp_path: Path, state: str) -> None:
    """A sheet of last year's prices that somebody hid instead of deleting it is no offer of today."""
    workbook = Workbook()
    for line in (HEADINGS, BAG):
        workbook.worksheets[0].append(line)
    old = workbook.create_sheet("旧价格")
    for line in (HEADINGS, ["654321098700", "旧款帆布包", 5.0, 3]):
        old.append(line)
    old.sheet_state = state
    result = import_to(tmp_path, save(workbook, tmp_path))
    assert [row["title"] for row in read_landed(result, "listings")] == ["帆布包"]
    assert "Hidden sheets, left out: 旧价格. To import them, show them and save the file." in result.messages


def test_a_workbook_whose_only_rows_are_hidden_says_so(tmp_path: Path) -> None:
    workbook = Workbook()
    old = workbook.create_sheet("旧价格")
    for line in (HEADINGS, BAG):
        old.append(line)
    old.sheet_state = "hidden"
    with pytest.raises(ImportRefused, match="hidden sheets"):
        import_to(tmp_path, save(workbook, tmp_path))


def test_a_number_of_sales_merged_over_rows_counts_once_and_a_price_for_each(tmp_path: Path) -> None:
    """总销量 of five colours is one number of the product; its price is what each colour costs."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (
        ["店铺", "商品ID", "商品名称", "价格", "总销量", "评价数"],
        ["米可箱包", "6001", "帆布包 米白", 19.9, 500, 80],
        [None, "6002", "帆布包 墨绿"],
        [None, "6003", "帆布包 驼色"],
        [None, "6004", "托特包", 29.9, 40, 7],
    ):
        sheet.append(line)
    for cells in ("A2:A5", "D2:D4", "E2:E4", "F2:F4"):
        sheet.merge_cells(cells)
    result = import_to(tmp_path, save(workbook, tmp_path))
    rows = read_landed(result, "listings")
    assert [row["sold_low"] for row in rows] == [500, None, None, 40]
    assert [row["review_count"] for row in rows] == [80, None, None, 7]
    assert [str(row["price"]) for row in rows] == ["19.9000"] * 3 + ["29.9000"]
    assert {row["shop"] for row in rows} == {"米可箱包"}
    told = "Numbers in cells merged over several rows count once, in the first of those rows: 总销量, 评价数."
    assert told in result.messages


def test_a_merged_count_that_a_mapping_names_counts_once_too(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (
        ["商品ID", "商品名称", "价格", "卖了"],
        ["6001", "米白", 9.9, 50],
        ["6002", "墨绿", 9.9],
    ):
        sheet.append(line)
    sheet.merge_cells("D2:D3")
    result = import_to(tmp_path, save(workbook, tmp_path), mapping={"sold": "卖了"})
    assert [row["sold_low"] for row in read_landed(result, "listings")] == [50, None]


def test_formulas_without_a_value_are_told(tmp_path: Path) -> None:
    """Written by a program and never opened: openpyxl keeps the formula and no value."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (HEADINGS, ["6001", "帆布包", 19.9, "=60+60"], ["6002", "托特包", "=10*2.99", 7]):
        sheet.append(line)
    result = import_to(tmp_path, save(workbook, tmp_path))
    rows = read_landed(result, "listings")
    assert [(row["price"] is None, row["sold_low"]) for row in rows] == [(False, None), (True, 7)]
    [told] = [line for line in result.messages if line.startswith("Formulas")]
    assert told.startswith("Formulas without a value in the sheet Sheet, left empty: 2, the first in D2.")


def test_the_zero_that_a_program_writes_for_a_formula_is_no_number(tmp_path: Path) -> None:
    """XlsxWriter writes 0 for what a formula gives and asks the spreadsheet to calculate at opening."""
    path = tmp_path / "淘宝竞品.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for row, line in enumerate([HEADINGS, ["6001", "米白", 19.9, "=60+60"], ["6002", "墨绿", 29.9, 0]]):
            sheet.write_row(row, 0, line)
        sheet.write_formula(3, 3, "=1+2", None, 3)
        sheet.write_row(3, 0, ["6003", "水桶包", 9.9])
    result = import_to(tmp_path, path)
    assert [row["sold_low"] for row in read_landed(result, "listings")] == [None, 0, 3]
    assert [line for line in result.messages if "left empty: 1, the first in D2." in line]


def test_what_a_failed_formula_shows_is_no_value(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in (["商品ID", "商品名称", "价格", "店铺"], ["6001", "帆布包", "#DIV/0!", "#N/A"]):
        sheet.append(line)
    [offer] = read_landed(import_to(tmp_path, save(workbook, tmp_path)), "listings")
    assert (offer["price"], offer["shop"]) == (None, None)


def test_texts_that_formulas_give_are_values(tmp_path: Path) -> None:
    path = tmp_path / "淘宝竞品.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for row, line in enumerate([[*HEADINGS, "店铺"], BAG]):
            sheet.write_row(row, 0, line)
        sheet.write_formula(1, 4, '="花"&"花家"', None, "花花家")
    result = import_to(tmp_path, path)
    assert [row["shop"] for row in read_landed(result, "listings")] == ["花花家"]
    assert not [line for line in result.messages if line.startswith("Formulas")]
