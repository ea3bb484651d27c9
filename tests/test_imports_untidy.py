"""Files as people leave them: titles above headings, quotes left open, half lines, lists after lists."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

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
    ["\n\n", "sep=,\n", "五月笔记汇总,,\n", "五月笔记汇总,,\n,,\n"],
    ids=["blank lines", "separator", "title", "title and blank line"],
)
def test_what_stands_above_the_headings_is_no_heading(tmp_path: Path, above: str) -> None:
    file = tmp_path / "小红书.csv"
    file.write_text(above + "id,正文,点赞\n1,天幕收纳教程,3\n", encoding="utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert (row["post_id"], row["text"], row["likes"]) == ("1", "天幕收纳教程", 3)


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
