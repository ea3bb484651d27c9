"""Sheets as shops and dashboards export them: units in headings, groups above them, totals, variants."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.erasure import parse_keys
from flows.exit_codes import CommandError
from spiders.errors import ImportRefused
from tests.landed import import_rows, import_to, read_landed, read_rejections

VIDEO = "7412345678901234567"


def write(folder: Path, name: str, *lines: str) -> Path:
    sheet = folder / name
    sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sheet


def test_a_table_with_an_id_of_comments_is_one_of_comments(tmp_path: Path) -> None:
    sheet = write(
        tmp_path, "抖音评论.csv", "评论ID,视频ID,内容,时间,点赞", f"9001,{VIDEO},真好用,2026-05-20 10:00,3"
    )
    [row] = import_rows(tmp_path, sheet)
    assert (row["kind"], row["post_id"], row["parent_id"], row["text"]) == (
        "comment",
        "9001",
        VIDEO,
        "真好用",
    )


def test_units_in_headings_count(tmp_path: Path) -> None:
    sheet = write(tmp_path, "抖音.csv", "视频ID,视频标题,播放量(万),点赞数（万）", f"{VIDEO},露营灯,3.4,1")
    [row] = import_rows(tmp_path / "a", sheet)
    assert (row["views"], row["likes"]) == (34_000, 10_000)
    goods = write(tmp_path, "淘宝.csv", "商品名称,店铺,价格(美元),月销量(件)", "露营灯,山野社,12.99,10")
    [offer] = read_landed(import_to(tmp_path / "b", goods), "listings")
    assert (str(offer["price"]), offer["currency"], offer["sold_low"]) == ("12.9900", "USD", 10)


def test_a_line_of_groups_above_the_headings_is_none(tmp_path: Path) -> None:
    sheet = write(
        tmp_path,
        "淘宝.csv",
        "商品,,价格,,销量",
        "商品ID,商品名称,到手价,原价,月销量",
        "712345678901,露营灯,39.9,59,10",
    )
    [offer] = read_landed(import_to(tmp_path, sheet), "listings")
    assert (offer["listing_id"], offer["title"], str(offer["list_price"])) == (
        "712345678901",
        "露营灯",
        "59.0000",
    )


@pytest.mark.parametrize("total", ["合计", "合计：1条", "平均"])
def test_totals_are_told_wherever_they_stand(tmp_path: Path, total: str) -> None:
    sheet = write(tmp_path, "淘宝.csv", "序号,商品名称,价格,月销量", "1,露营灯,39.9,10", f",{total},39.9,10")
    result = import_to(tmp_path, sheet)
    assert (result.taken, result.skipped) == ({"listings": 1}, {"total_row": 1})


def test_ids_that_a_spreadsheet_saved_as_it_shows_them_are_told(tmp_path: Path) -> None:
    """Excel and WPS write 654321098765 into a CSV as 6.54321E+11, whatever its last digits are."""
    sheet = write(
        tmp_path, "淘宝.csv", "商品ID,商品名称,价格", "6.54321E+11,帆布包,19.9", "6.54321E+11,托特包,29.9",
        "100012345678,水桶包,39.9",
    )  # fmt: skip
    result = import_to(tmp_path, sheet)
    assert (result.taken, result.rejected) == ({"listings": 1}, {"id_lost_digits": 2})


def test_reviews_are_no_sales(tmp_path: Path) -> None:
    """JD shows reviews where other shops show what they sold, and tools write both into one column."""
    sheet = write(
        tmp_path,
        "京东.csv",
        "商品ID,商品名称,价格,销量",
        "100012345678,帆布包,49,2万+条评价",
        "100012345679,托特包,39,已售300+",
    )
    result = import_to(tmp_path, sheet)
    assert [row["sold_low"] for row in read_landed(result, "listings")] == [None, 300]
    assert "Reviews in the place of units sold, left empty: 1." in result.messages


def test_rounded_ids_are_told_beside_empty_cells(tmp_path: Path) -> None:
    rounded = "7412345678901230000"
    sheet = write(
        tmp_path, "抖音.csv", "视频ID,视频标题,播放量", f"{rounded},露营灯,1", f"{rounded},露营椅,1", ",,"
    )
    result = import_to(tmp_path, sheet)
    assert result.taken == {} and result.rejected["id_lost_digits"] >= 2


def test_a_number_of_an_account_is_no_day(tmp_path: Path) -> None:
    sheet = write(
        tmp_path, "微博2012051234.csv", "微博ID,正文,发布时间", "5180000000000001,真香,2026-05-20 10:00"
    )
    [row] = import_rows(tmp_path, sheet)
    assert row["published_at"] is not None and row["captured_at"].year == 2026


def test_variants_of_one_title_are_offers_of_their_own(tmp_path: Path) -> None:
    sheet = write(
        tmp_path,
        "淘宝.csv",
        "商品名称,规格,店铺,价格",
        "露营灯,白色,山野社,39.9",
        "露营灯,黑色大号,山野社,59.9",
    )
    offers = read_landed(import_to(tmp_path, sheet), "listings")
    assert len({offer["listing_id"] for offer in offers}) == 2


def test_nanoseconds_are_read(tmp_path: Path) -> None:
    file = tmp_path / "抖音.parquet"
    moments = pa.array([1_763_500_000_123_456_789], pa.timestamp("ns", "Asia/Shanghai"))
    pq.write_table(pa.table({"视频ID": [VIDEO], "视频标题": ["露营灯"], "发布时间": moments}), file)
    [row] = import_rows(tmp_path, file)
    assert isinstance(row["published_at"], datetime)


def test_names_of_buyers_are_in_no_payload(tmp_path: Path) -> None:
    sheet = write(
        tmp_path,
        "淘宝.csv",
        "商品名称,价格,买家会员名,收货人姓名",
        "露营灯,39.9,tb123_abc,张三丰",
        ",39.9,tb124_abc,李四光",
    )
    result = import_to(tmp_path, sheet)
    told = "".join(str(rejection.payload) for rejection in read_rejections(result))
    assert result.rejected and not any(name in told for name in ("tb12", "张三丰", "李四光"))


def test_a_zone_alone_does_not_hide_what_tool_wrote_a_file(tmp_path: Path) -> None:
    row = {"video_id": "170001", "title": "拼豆", "create_time": 1_763_500_000, "video_play_count": "35"}
    file = write(tmp_path, "bili_contents.jsonl", json.dumps(row, ensure_ascii=False))
    result = import_to(tmp_path / "a", file, mapping={"zone": "Asia/Shanghai"})
    assert result.format_name == "mediacrawler"
    assert [post["views"] for post in read_landed(result, "posts")] == [35]


def test_a_rank_beside_counts_of_posts_and_a_day_makes_no_hot_list(tmp_path: Path) -> None:
    sheet = write(
        tmp_path, "小红书.csv", "排名,标题,日期,热度,阅读量,点赞数,评论数", "1,拼豆,2026-05-20,9,100,5,2"
    )
    assert import_to(tmp_path, sheet).taken == {"posts": 1}


@pytest.mark.parametrize("key", ["https://www.douyin.com/video/1", "抖音直播间:1", "douyin:"])
def test_what_names_no_post_is_not_erased(key: str) -> None:
    with pytest.raises(CommandError):
        parse_keys([], [key])
    assert parse_keys([], ["抖音:7412345678901234502"])[0].key == "douyin:7412345678901234502"


@pytest.mark.parametrize("title", ["汇总：双11必买清单", "总计划书", "Total Beauty"])
def test_a_title_that_begins_like_a_total_is_a_title(tmp_path: Path, title: str) -> None:
    sheet = write(tmp_path, "小红书.csv", "序号,标题,点赞数", f"1,{title},12")
    assert import_to(tmp_path, sheet).taken == {"posts": 1}


def test_a_name_in_a_headings_brackets_is_no_unit(tmp_path: Path) -> None:
    sheet = write(tmp_path, "微博.csv", "微博ID,正文,点赞数(weibo)", "5180000000000001,真香,12")
    [row] = import_rows(tmp_path, sheet)
    assert row["likes"] == 12


def test_a_file_without_items_is_refused_in_words(tmp_path: Path) -> None:
    sheet = write(tmp_path, "a.csv", "标题,点赞数", "真香,12")
    with pytest.raises(ImportRefused, match="no items of a platform"):
        import_to(tmp_path, sheet, format_name="native_items")
