"""Tables that people keep themselves: Chinese and English headings, a mapping, posts and product listings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spiders.errors import ImportRefused
from tests.landed import FIXTURES, import_rows, import_to, read_landed, read_rejections, write_csv


def test_posts_under_chinese_headings_in_gb18030(tmp_path: Path) -> None:
    result = import_to(tmp_path, FIXTURES / "plain" / "小红书笔记汇总.csv")
    (row,) = read_landed(result, "posts")
    assert (row["platform"], row["post_id"], row["kind"]) == (
        "xiaohongshu",
        "67d3a1f2000000000903b8c1",
        "note",
    )
    assert (row["likes"], row["comments"], row["collects"], row["shares"]) == (12000, 310, 8734, None)
    assert row["hashtags"] == ["露营", "春日限定"]
    assert row["published_at"] == datetime(2026, 3, 13, 7, 13, tzinfo=UTC)
    assert row["url"] == "https://www.xiaohongshu.com/explore/67d3a1f2000000000903b8c1"
    assert result.rejected == {"no_id": 1}
    assert any("备注" in message for message in result.messages)


def test_columns_with_gaps_come_as_fractions_and_mean_whole_numbers(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "微博样本.csv",
        ["微博ID", "正文", "点赞数", "发布时间"],
        ["4900000000000001.0", "周末去露营", "1234.0", "1714700000.0"],
        ["4900000000000002.0", "天幕收纳教程", "", ""],
    )
    first, second = import_rows(tmp_path / "landing", file)
    assert (first["post_id"], first["likes"]) == ("4900000000000001", 1234)
    assert first["published_at"] == datetime(2024, 5, 3, 1, 33, 20, tzinfo=UTC)
    assert (second["post_id"], second["likes"], second["published_at"]) == ("4900000000000002", None, None)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("抖音投放.csv", "douyin"),
        ("快手5月.csv", "kuaishou"),
        ("知乎好物.csv", "zhihu"),
        ("百度贴吧.csv", "tieba"),
    ],
)
def test_a_file_named_after_its_platform_tells_it(tmp_path: Path, name: str, platform: str) -> None:
    file = write_csv(tmp_path / name, ["id", "正文"], ["1", "便携蛋卷桌开箱"])
    (row,) = import_rows(tmp_path / "landing", file)
    assert row["platform"] == platform


def test_a_file_named_after_two_platforms_tells_none(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "抖音和小红书对比.csv", ["id", "正文"], ["1", "便携蛋卷桌开箱"])
    with pytest.raises(ImportRefused, match="--platform"):
        import_to(tmp_path / "landing", file)


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("['露营', '春日限定']", ["露营", "春日限定"]),
        ('["露营", "春日限定"]', ["露营", "春日限定"]),
        ("露营|春日限定", ["露营", "春日限定"]),
        ("[]", []),
        ("nan", []),
        ("无", []),
        ("#露营[话题]#,#春日限定[话题]#", ["露营", "春日限定"]),
    ],
)
def test_hashtags_however_the_tool_wrote_its_list(tmp_path: Path, cell: str, tags: list[str]) -> None:
    file = write_csv(tmp_path / "小红书.csv", ["笔记ID", "正文", "标签"], ["n1", "周末去山里", cell])
    (row,) = import_rows(tmp_path / "landing", file)
    assert row["hashtags"] == tags


def test_posts_without_a_date_say_when_they_count(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "小红书收藏_2026-03-14.csv",
        ["笔记ID", "标题", "发布时间"],
        ["n1", "拼豆钥匙扣", "2026-03-01 08:00"],
        ["n2", "拼豆底板", ""],
        ["n3", "拼豆熨烫", ""],
    )
    result = import_to(tmp_path, file, platform="xiaohongshu", mapping={"zone": "Asia/Shanghai"})
    (told,) = [message for message in result.messages if "2026-03-14" in message]
    assert told.startswith("Posts without a date: 2;")


def test_listings_under_chinese_headings(tmp_path: Path) -> None:
    result = import_to(tmp_path, FIXTURES / "plain" / "淘宝竞品.csv")
    table, awning = read_landed(result, "listings")
    assert (table["platform"], table["listing_id"]) == ("taobao", "680000000000001")
    assert (table["price"], table["price_high"], table["list_price"]) == (
        Decimal(129),
        Decimal(199),
        Decimal(299),
    )
    assert (table["sold_low"], table["sold_high"], table["sold_basis"]) == (1000, None, "30d")
    assert (table["review_count"], table["category_path"]) == (23000, ["运动户外", "露营", "桌椅"])
    assert (table["shop"], table["brand"]) == ("山野旗舰店", "山野")
    assert table["url"] == "https://item.taobao.com/item.htm?id=680000000000001"
    assert (awning["price"], awning["currency"], awning["sold_low"], awning["sold_basis"]) == (None,) * 4
    assert result.rejected == {"no_title": 1}
    assert any("price" in message for message in result.messages)


def test_a_listing_says_its_currency_in_any_way_and_an_unknown_one_is_no_yuan(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "淘宝选品.csv",
        ["商品ID", "商品名称", "价格", "货币"],
        ["g1", "蛋卷桌", "19.9", "美元"],
        ["g2", "天幕", "199", "RMB"],
        ["g3", "营灯", "59", "￥"],
        ["g4", "地垫", "300", "积分"],
    )
    result = import_to(tmp_path / "landing", file)
    rows = read_landed(result, "listings")
    assert [row["currency"] for row in rows] == ["USD", "CNY", "CNY", None]
    assert [row["price"] for row in rows] == [Decimal("19.9"), Decimal(199), Decimal(59), None]
    assert any("currency" in message for message in result.messages)


def test_units_sold_in_all_count_where_the_month_is_not_shown(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "京东选品.csv",
        ["商品ID", "商品名称", "价格", "总销量", "月销量"],
        ["g1", "蛋卷桌", "129", "1.2万+", "-"],
        ["g2", "天幕", "199", "5000", "300"],
        ["g3", "营灯", "59", "5000", "0"],
    )
    rows = import_rows(tmp_path / "landing", file, "listings")
    assert [(row["sold_low"], row["sold_basis"]) for row in rows] == [
        (12000, "lifetime"),
        (300, "30d"),
        (0, "30d"),
    ]


def test_listings_shaped_like_a_daily_price_panel(tmp_path: Path) -> None:
    file = tmp_path / "taobao_panel.parquet"
    pq.write_table(
        pa.table(
            {
                "update_time": ["2026-11-05"],
                "id": ["A10027"],
                "text": ["天幕遮阳棚防晒加厚"],
                "price": [258.0],
                "sale_count": [205288.0],
                "comment_count": [float("nan")],
                "brand": ["山野"],
            }
        ),
        file,
    )
    (row,) = import_rows(tmp_path / "landing", file, "listings")
    assert (row["platform"], row["title"], row["price"]) == ("taobao", "天幕遮阳棚防晒加厚", Decimal(258))
    assert (row["sold_low"], row["sold_high"], row["sold_basis"], row["review_count"]) == (
        205288,
        205288,
        "lifetime",
        None,
    )
    assert row["captured_at"] == datetime(2026, 11, 4, 16, 0, tzinfo=UTC)


def test_a_mapping_says_which_column_is_what(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", ["编号", "c1", "c2", "c3"], ["a-1", "便携蛋卷桌", "129", "1万+"])
    mapping = {"listing_id": "编号", "title": "c1", "price": "c2", "sold": "c3", "kind": "listings"}
    (row,) = import_rows(tmp_path / "landing", file, "listings", mapping=mapping, platform="京东")
    assert (row["platform"], row["title"], row["price"], row["sold_low"]) == (
        "jd",
        "便携蛋卷桌",
        Decimal(129),
        10000,
    )


def test_another_mapping_of_the_same_file_is_another_package(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", ["id", "c1", "c2"], ["1", "标题甲", "标题乙"])
    base = {"post_id": "id", "kind": "posts"}
    first = import_to(tmp_path / "landing", file, mapping={**base, "text": "c1"}, platform="weibo")
    second = import_to(tmp_path / "landing", file, mapping={**base, "text": "c2"}, platform="weibo")
    assert first.run_id != second.run_id
    assert read_landed(second, "posts")[0]["text"] == "标题乙"


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"title": "没有的列", "kind": "posts"}, "no column 没有的列"),
        ({"titel": "id", "kind": "posts"}, "no field titel"),
        ({"kind": "videos"}, "no record kind videos"),
        ({"zone": "Asia/Beijing"}, "no time zone Asia/Beijing"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    tmp_path: Path, mapping: dict[str, str], sentence: str
) -> None:
    file = write_csv(tmp_path / "x.csv", ["id", "标题", "点赞"], ["1", "甲", "2"])
    with pytest.raises(ImportRefused, match=sentence):
        import_to(tmp_path / "landing", file, mapping=mapping, platform="weibo")


def test_a_file_that_does_not_name_its_platform_is_asked_for_it(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", ["标题", "正文", "点赞数"], ["甲", "乙", "3"])
    with pytest.raises(ImportRefused, match=r"^x\.csv .*--platform"):
        import_to(tmp_path / "landing", file)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("xiaohongshuu", ("xiaohongshuu is no platform known here: did you mean xiaohongshu?",)),
        ("小红书", ()),
        ("handmade_forum", ()),
    ],
)
def test_a_platform_misspelt_is_pointed_out(tmp_path: Path, named: str, told: tuple[str, ...]) -> None:
    file = write_csv(tmp_path / "x.csv", ["id", "标题", "发布时间"], ["1", "拼豆", "2026-11-14 20:00"])
    result = import_to(tmp_path / "landing", file, platform=named, dry_run=True)
    assert result.messages == told


def test_records_of_our_own_exports_come_back(tmp_path: Path) -> None:
    header = ["platform", "post_id", "kind", "title", "text", "published_at", "likes", "captured_at"]
    line = [
        "bilibili",
        "BV1Q541167Qg",
        "video",
        "拼豆城门",
        "",
        "2026-08-01T00:00:00+00:00",
        "6",
        "2026-08-02T00:00:00Z",
    ]
    (row,) = import_rows(tmp_path / "landing", write_csv(tmp_path / "posts.csv", header, line))
    assert (row["kind"], row["title"], row["likes"]) == ("video", "拼豆城门", 6)
    assert row["published_at"] == datetime(2026, 8, 1, tzinfo=UTC)
    assert row["captured_at"] == datetime(2026, 8, 2, tzinfo=UTC)


def test_a_refused_row_is_kept_without_the_column_mapped_to_its_author(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", ["id", "c1", "c7"], ["", "正文甲", "canary-account"])
    mapping = {"post_id": "id", "text": "c1", "author_id": "c7", "kind": "posts"}
    (rejection,) = read_rejections(import_to(tmp_path / "l", file, mapping=mapping, platform="weibo"))
    assert "正文甲" in rejection.payload
    assert "canary" not in rejection.payload


def test_a_rating_with_a_decimal_comma_is_read(tmp_path: Path) -> None:
    headings = ["商品ID", "标题", "价格", "评分"]
    file = write_csv(tmp_path / "京东.csv", headings, ["100012043978", "露营灯", 59, "4,5"])
    (row,) = import_rows(tmp_path / "landing", file, "listings")
    assert row["rating"] == 4.5
