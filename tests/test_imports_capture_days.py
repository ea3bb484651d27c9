"""Days of capture: a history of prices is one, and what is counted from such a day is good to the day."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.landed import import_rows, import_to, read_landed, write_csv


@pytest.mark.parametrize("heading", ["采集日期", "抓取日期", "爬取日期", "统计日期", "数据日期"])
def test_a_price_history_is_one_reading_a_day(tmp_path: Path, heading: str) -> None:
    file = write_csv(
        tmp_path / "淘宝价格跟踪.csv",
        ["商品ID", "商品名称", "价格", heading],
        ["684512345678", "露营灯", "99", "2026-11-20"],
        ["684512345678", "露营灯", "69", "2026/11/21"],
    )
    result = import_to(tmp_path, file)
    rows = read_landed(result, "listings")
    assert [(row["captured_at"], row["price"]) for row in rows] == [
        (datetime(2026, 11, 19, 16, tzinfo=UTC), Decimal(99)),
        (datetime(2026, 11, 20, 16, tzinfo=UTC), Decimal(69)),
    ]
    told = "Times of capture are days alone: each counts from its midnight in Asia/Shanghai."
    assert told in result.messages


def test_a_day_of_capture_tells_yesterday_but_no_minutes(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "小红书.csv",
        ["id", "正文", "发布时间", "采集日期"],
        ["a", "天幕收纳", "昨天", "2026-11-20"],
        ["b", "拼豆小包", "3分钟前", "2026-11-20"],
        ["c", "钩织小包", "11-18", "2026-11-20"],
    )
    result = import_to(tmp_path, file)
    assert [row["published_at"] for row in read_landed(result, "posts")] == [
        datetime(2026, 11, 18, 16, tzinfo=UTC),
        None,
        datetime(2026, 11, 17, 16, tzinfo=UTC),
    ]
    counted = (
        "Time of publication counted from a moment that 采集时间 does not tell closely enough (昨天, 3分钟前)"
    )
    assert f"{counted}, left empty: 1." in result.messages


def test_a_refused_time_of_capture_is_no_absent_column(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "小红书.csv",
        ["id", "正文", "发布时间", "采集时间"],
        ["a", "天幕收纳", "昨天", "2026-11-20 10:00:00"],
    )
    result = import_to(tmp_path, file)
    assert result.rejected == {"naive_time": 1}
    assert not any("采集时间" in message for message in result.messages)


def test_a_whole_number_is_a_day_of_publication_as_its_text_is(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["笔记ID", "笔记标题", "发布日期"])
    book.active.append(["6740f0a1000000001d03a111", "拼豆小包", 20261120])
    book.active.append(["6740f0a1000000001d03a112", "钩织小包", "20261120"])
    book.save(tmp_path / "小红书.xlsx")
    rows = import_rows(tmp_path, tmp_path / "小红书.xlsx")
    assert [(row["published_at"], row["published_precision"]) for row in rows] == [
        (datetime(2026, 11, 19, 16, tzinfo=UTC), "day")
    ] * 2
