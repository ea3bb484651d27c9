"""Files as people leave them: titles above headings, quotes left open, half lines, lists after lists."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH

from tests.landed import import_rows, import_to, read_landed, read_rejections


def test_a_quotation_mark_left_open_takes_no_row_in_silence(tmp_path: Path) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text('id,正文,点赞\n1,"两行\n一格",3\n2,"天幕收纳教程,4\n3,露营灯测评,5\n', encoding="utf-8")
    result = import_to(tmp_path / "landing", file)
    assert [row["text"] for row in read_landed(result, "posts")] == ["两行\n一格"]
    assert result.rejected == {"unclosed_quote": 1}
    assert "line 4" in read_rejections(result)[0].detail
    assert any("never closed" in message for message in result.messages)


@pytest.mark.parametrize(
    "above",
    [
        "\n\n",
        "sep=,\n",
        "五月笔记汇总,,\n",
        "五月笔记汇总,,\n,,\n",
        "五月笔记汇总（导出于 5 月 5 日）\n",
        "五月笔记汇总\n导出时间：2026-05-05\n\n",
        "店铺：花西子,导出时间：2026-05-05,\n",
    ],
    ids=["blank lines", "separator", "title", "title and blank line", "title alone", "two titles", "pairs"],
)
def test_what_stands_above_the_headings_is_no_heading(tmp_path: Path, above: str) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text(above + "id,正文,点赞\n1,天幕收纳教程,3\n", encoding="utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert (row["post_id"], row["text"], row["likes"]) == ("1", "天幕收纳教程", 3)


def test_a_title_above_columns_parted_by_tabs(tmp_path: Path) -> None:
    file = tmp_path / "小红书.txt"
    file.write_text("五月笔记汇总\nid\t正文\t点赞\n1\t好看,好用\t3\n", encoding="utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert (row["text"], row["likes"]) == ("好看,好用", 3)


def test_a_first_row_of_values_is_no_title(tmp_path: Path) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text("编号,正文,点赞\n,,\n标题,内容,\n天幕,露营灯,3\n", encoding="utf-8")
    rows = import_rows(tmp_path / "landing", file, mapping={"post_id": "编号"})
    assert [row["text"] for row in rows] == ["内容", "露营灯"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["一" * 300, "hello camp", "天幕📷"], ids=["一", "Latin", "emoji"])
def test_utf_16_without_a_byte_order_mark(tmp_path: Path, encoding: str, text: str) -> None:
    file = tmp_path / "小红书.txt"
    file.write_bytes(f"id\t正文\t点赞\n1\t{text}\t1.2万\n".encode(encoding))
    (row,) = import_rows(tmp_path / "landing", file)
    assert (row["text"], row["likes"]) == (text, 12_000)
    file = tmp_path / "小红书.jsonl"
    file.write_bytes("".join(json.dumps({"id": at, "正文": text}) + "\n" for at in range(2)).encode(encoding))
    assert [row["text"] for row in import_rows(tmp_path / "landing", file)] == [text] * 2


def test_a_day_counted_from_1900_is_a_date_in_a_column_of_dates_alone(tmp_path: Path) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text(
        "id,正文,发布时间,点赞,采集时间\n1,天幕,45678,45678,45700\n2,灯,45678.5,3,45700\n3,杯,1234,3,45700\n",
        encoding="utf-8",
    )
    result = import_to(tmp_path / "landing", file)
    rows = read_landed(result, "posts")
    assert [(row["published_at"], row["published_precision"]) for row in rows] == [
        (datetime(2025, 1, 20, 16, tzinfo=UTC), "day"),
        (datetime(2025, 1, 21, 4, tzinfo=UTC), "second"),
        (None, None),
    ]
    assert rows[0]["likes"] == 45_678
    assert {row["captured_at"] for row in rows} == {datetime(2025, 2, 11, 16, tzinfo=UTC)}
    assert "Unreadable time of publication, left empty: 1." in result.messages


def test_an_hour_counted_from_1900_wants_a_zone_as_any_hour_of_capture_does(tmp_path: Path) -> None:
    file = tmp_path / "boards.csv"
    file.write_text(
        "captured_at,platform,board,rank,title,heat\n45678.5,douyin,hot,1,拼豆,45678\n", encoding="utf-8"
    )
    assert import_to(tmp_path / "a", file).rejected == {"naive_time": 1}
    (row,) = import_rows(tmp_path / "b", file, "board_entries", mapping={"zone": "Asia/Shanghai"})
    assert (row["captured_at"], row["heat"]) == (datetime(2025, 1, 21, 4, tzinfo=UTC), 45_678)


def test_days_of_a_workbook_are_days_and_some_count_from_1904(tmp_path: Path) -> None:
    for name, epoch, serial in (("一", WINDOWS_EPOCH, 45_678), ("二", CALENDAR_MAC_1904, 44_216)):
        workbook = Workbook()
        workbook.epoch = epoch
        assert workbook.active is not None
        workbook.active.append(["id", "正文", "发布时间", "采集时间"])
        workbook.active.append(["a", "天幕收纳教程", serial, datetime(2026, 5, 3)])
        workbook.save(tmp_path / f"小红书{name}.xlsx")
        (row,) = import_rows(tmp_path / "landing", tmp_path / f"小红书{name}.xlsx")
        assert row["published_at"] == datetime(2025, 1, 20, 16, tzinfo=UTC)
        assert row["captured_at"] == datetime(2026, 5, 2, 16, tzinfo=UTC)


RELATIVE = "id,正文,发布时间\na,天幕,昨天 12:30\nb,灯,3分钟前\nc,杯,12-31\nd,碗,2周前\ne,锅,2025-11-26\n"


def test_yesterday_is_not_known_from_when_a_file_was_written(tmp_path: Path) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text(RELATIVE, encoding="utf-8")
    os.utime(file, times=(datetime(2026, 1, 5, tzinfo=UTC).timestamp(),) * 2)
    result = import_to(tmp_path / "landing", file)
    assert [row["published_at"] for row in read_landed(result, "posts")] == [
        None,
        None,
        datetime(2025, 12, 30, 16, tzinfo=UTC),
        None,
        datetime(2025, 11, 25, 16, tzinfo=UTC),
    ]
    counted = "Time of publication counted from a moment that no column 采集时间 gives (昨天, 3分钟前)"
    assert f"{counted}, left empty: 2." in result.messages
    assert "Time of publication too coarse for a day (2周前), left empty: 1." in result.messages
    assert any(
        line.startswith("Days without a year are the last ones before 2026-01-05") for line in result.messages
    )


def test_a_day_in_the_files_name_tells_yesterday_but_no_minutes(tmp_path: Path) -> None:
    file = tmp_path / "小红书_2026-01-03.csv"
    file.write_text(RELATIVE, encoding="utf-8")
    published = [row["published_at"] for row in import_rows(tmp_path / "landing", file)]
    assert published[:3] == [
        datetime(2026, 1, 2, 4, 30, tzinfo=UTC),
        None,
        datetime(2025, 12, 30, 16, tzinfo=UTC),
    ]


def test_a_row_with_its_own_moment_tells_minutes_too(tmp_path: Path) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text("id,正文,发布时间,采集时间\na,天幕,3分钟前,2026-01-03T10:00:00+08:00\n", encoding="utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert row["published_at"] == datetime(2026, 1, 3, 1, 57, tzinfo=UTC)


@pytest.mark.parametrize("between", ["\n", "", ",\n", "\n\n"])
@pytest.mark.parametrize("indent", [None, 2], ids=["one line each", "over several lines"])
def test_objects_of_json_one_after_another_are_all_read(
    tmp_path: Path, between: str, indent: int | None
) -> None:
    rows = [json.dumps({"id": str(at), "正文": "天幕收纳教程"}, indent=indent) for at in range(3)]
    file = tmp_path / "小红书.json"
    file.write_text(between.join(rows) + between, encoding="utf-8")
    result = import_to(tmp_path / "landing", file)
    assert (result.taken, result.rejected) == ({"posts": 3}, {})


def test_an_object_cut_short_behind_others_is_told(tmp_path: Path) -> None:
    file = tmp_path / "小红书.json"
    file.write_text('{\n"id": "1",\n"正文": "天幕"\n}{\n"id": "2",\n"正', encoding="utf-8")
    result = import_to(tmp_path / "landing", file)
    assert (result.taken, result.rejected) == ({"posts": 1}, {"torn_json": 1})


def test_a_table_parted_by_bars(tmp_path: Path) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text("id|正文|点赞\n1|好看,好用|3\n", encoding="utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert (row["text"], row["likes"]) == ("好看,好用", 3)


def test_of_two_columns_of_one_heading_the_first_counts(tmp_path: Path) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text("id,正文,点赞,点赞\n1,天幕收纳教程,3,\n", encoding="utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert row["likes"] == 3


def test_a_workbook_with_a_title_above_its_headings_and_days_in_its_cells(tmp_path: Path) -> None:
    workbook = Workbook()
    assert workbook.active is not None
    days: list[list[str | datetime]] = [
        ["五月笔记汇总"],
        [],
        ["id", "正文", "发布时间"],
        ["a", "天幕收纳教程", datetime(2026, 5, 3)],
        ["b", "露营灯测评", datetime(2026, 5, 3, 9, 30)],
    ]
    for line in days:
        workbook.active.append(line)
    workbook.create_sheet("说明").append(["只有一句说明"])
    workbook.save(tmp_path / "小红书.xlsx")
    result = import_to(tmp_path / "landing", tmp_path / "小红书.xlsx")
    rows = read_landed(result, "posts")
    assert [row["published_precision"] for row in rows] == ["day", "second"]
    assert rows[0]["published_at"] == datetime(2026, 5, 2, 16, tzinfo=UTC)
    assert result.skipped == {}


@pytest.mark.parametrize("place", [0, 1, 3])
def test_half_a_line_of_json_costs_one_line_wherever_it_is(tmp_path: Path, place: int) -> None:
    lines = [json.dumps({"id": str(at), "正文": "天幕收纳教程", "点赞": at}) for at in range(4)]
    lines.insert(place, '{"id": "9", "正文": "露营')
    file = tmp_path / "小红书.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = import_to(tmp_path / "landing", file)
    assert [row["post_id"] for row in read_landed(result, "posts")] == ["0", "1", "2", "3"]
    assert result.rejected == {"bad_json": 1}


def test_lists_of_json_one_after_another_are_all_read(tmp_path: Path) -> None:
    days = [[{"id": f"{day}-{at}", "正文": "天幕收纳教程"} for at in range(2)] for day in range(3)]
    file = tmp_path / "小红书.json"
    file.write_text("\n".join(map(json.dumps, days)), encoding="utf-8")
    assert len(import_rows(tmp_path / "landing", file)) == 6


def test_text_behind_a_list_of_json_is_told(tmp_path: Path) -> None:
    file = tmp_path / "小红书.json"
    file.write_text('[{"id": "1", "正文": "天幕"}] 完', encoding="utf-8")
    result = import_to(tmp_path / "landing", file)
    assert (result.taken, result.rejected) == ({"posts": 1}, {"torn_json": 1})


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["2,天幕,7", '2,"天幕, 4x4",7'])
def test_the_last_line_may_end_with_a_line_break_or_without_one(tmp_path: Path, end: str, last: str) -> None:
    sheet = tmp_path / "小红书笔记.csv"
    lines = ["笔记ID,标题,点赞数", "1,露营灯,12", last]
    sheet.write_bytes(((end or "\n").join(lines) + end).encode())
    rows = import_rows(tmp_path, sheet)
    assert [(row["post_id"], row["likes"]) for row in rows] == [("1", 12), ("2", 7)]


def test_a_quotation_mark_left_open_at_the_end_of_a_file_without_a_line_break(tmp_path: Path) -> None:
    sheet = tmp_path / "小红书笔记.csv"
    sheet.write_text('笔记ID,标题,点赞数\n1,露营灯,12\n2,"天幕,7', encoding="utf-8")
    result = import_to(tmp_path / "a", sheet)
    assert (result.taken, result.rejected) == ({"posts": 1}, {"unclosed_quote": 1})
    [rejection] = read_rejections(result)
    assert "opened at line 3" in (rejection.detail or "")


@pytest.mark.parametrize("total", ["合计", "总计：", "Total"])
def test_a_row_that_adds_up_the_others_is_none(tmp_path: Path, total: str) -> None:
    sheet = tmp_path / "小红书笔记.csv"
    rows = ["笔记ID,标题,点赞数", "66fad51c0000000000000001,露营灯真香,12", f"{total},,12"]
    sheet.write_text("\n".join(rows), encoding="utf-8")
    result = import_to(tmp_path / "a", sheet)
    assert (result.taken, result.skipped, result.rejected) == ({"posts": 1}, {"total_row": 1}, {})
    goods = tmp_path / "淘宝商品.csv"
    rows = ["商品名称,店铺,价格,月销量", "露营灯,山野社,39.9,10", f"{total},,39.9,10"]
    goods.write_text("\n".join(rows), encoding="utf-8")
    result = import_to(tmp_path / "b", goods)
    assert (result.taken, result.skipped, result.rejected) == ({"listings": 1}, {"total_row": 1}, {})


def test_a_title_that_begins_like_a_total_is_one(tmp_path: Path) -> None:
    sheet = tmp_path / "小红书笔记.csv"
    sheet.write_text("标题,点赞数\n合计花了三千块的露营装备,12\n", encoding="utf-8")
    assert import_to(tmp_path / "a", sheet).taken == {"posts": 1}
