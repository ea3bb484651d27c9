"""Headings that exports of dashboards and hot lists have, without a mapping."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from spiders.imports.headings_page import DOCS, PAGES, Language, render_headings
from tests.landed import import_rows, import_to, read_landed


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "抖音视频.csv",
            "视频ID;视频标题;发布时间;点赞量;播放量;话题\n"
            "7300000000000000001;露营灯测评;2026/11/19 8:30;1.2万;123,456;#露营#露营灯\n",
            {
                "kind": "video",
                "url": "https://www.douyin.com/video/7300000000000000001",
                "title": "露营灯测评",
                "likes": 12_000,
                "views": 123_456,
                "hashtags": ["露营", "露营灯"],
            },
        ),
        (
            "小红书.csv",
            "笔记ID,笔记标题,笔记内容,博主昵称,点赞次数,收藏次数\n66fad51c0000000000000001,早C晚A,真香,阿毛,12,3\n",
            {"kind": "note", "title": "早C晚A", "text": "真香", "likes": 12, "collects": 3},
        ),
        (
            "作品.csv",
            "平台,作品ID,作品标题,视频链接,观看数\nB站,BV1GJ411x7h7,拼豆,https://www.bilibili.com/video/BV1GJ411x7h7,9\n",
            {"platform": "bilibili", "kind": "video", "title": "拼豆", "views": 9},
        ),
        (
            "B站.csv",
            "稿件名称,BV号,投稿时间,播放量,弹幕数\n拼豆入门,BV1GJ411x7h7,2026/11/20 18:00,1.2万,45\n",
            {
                "post_id": "BV1GJ411x7h7",
                "title": "拼豆入门",
                "published_at": datetime(2026, 11, 20, 10, tzinfo=UTC),
                "danmaku": 45,
            },
        ),
        (
            "小红书笔记列表明细表.csv",
            "最多导出排序后前1000条笔记\n笔记标题,首次发布时间,体裁,观看量,点赞\n"
            "拼豆钥匙扣教程,2026年11月20日20时13分10秒,视频,2345,210\n",
            {
                "kind": "video",
                "published_at": datetime(2026, 11, 20, 12, 13, 10, tzinfo=UTC),
                "published_precision": "second",
                "views": 2345,
            },
        ),
        (
            "抖音作品.csv",
            "作品名称,发布时间,体裁,播放量\n拼豆图纸合集,2026-11-21 09:00:00,图文,1.3万\n",
            {"kind": "note", "title": "拼豆图纸合集", "views": 13_000},
        ),
        (
            "飞瓜_抖音.csv",
            "视频内容,视频链接,播主,发布时间,点赞数\n"
            "#拼豆 新手教程,https://www.douyin.com/video/7412345678901234567,小李,2026/11/20 18:00,12.3w\n",
            {"post_id": "7412345678901234567", "text": "#拼豆 新手教程", "likes": 123_000},
        ),
        (
            "知乎.csv",
            "问题标题,回答内容,赞同数,回答时间,回答链接\n"
            "拼豆值得买吗,很解压,1024,2026-11-19 12:00,https://www.zhihu.com/question/123/answer/456\n",
            {"kind": "answer", "title": "拼豆值得买吗", "text": "很解压", "likes": 1024},
        ),
        (
            "贴吧.csv",
            "帖子标题,回复数,发帖时间,帖子链接\n拼豆求助,12,2026-11-18 10:00,https://tieba.baidu.com/p/9100000001\n",
            {
                "post_id": "9100000001",
                "comments": 12,
                "published_at": datetime(2026, 11, 18, 2, tzinfo=UTC),
            },
        ),
        (
            "运营日报.csv",
            "平台,标题,播放量\n视频号,拼豆教程,1.2万\n",
            {"platform": "weixin_channels", "title": "拼豆教程", "views": 12_000},
        ),
        (
            "京东.csv",
            "商品编号,商品名称,评价内容,评价时间\n100012345678,帆布包,质量不错,2026-11-20 10:00\n",
            {"kind": "comment", "parent_id": "100012345678", "text": "质量不错", "title": None},
        ),
    ],
)
def test_posts_by_the_headings_of_their_platforms_own_exports(
    tmp_path: Path, name: str, text: str, expected: dict[str, object]
) -> None:
    sheet = tmp_path / name
    sheet.write_text(text, encoding="utf-8")
    [row] = import_rows(tmp_path, sheet)
    assert {field: row[field] for field in expected} == expected
    assert "阿毛" not in str(row)


def test_offers_by_what_shops_call_their_prices_and_sales(tmp_path: Path) -> None:
    sheet = tmp_path / "拼多多商品.csv"
    sheet.write_text(
        "商品ID,商品标题,拼单价,已拼\n745213698741258964,露营灯,39.9,1.2万件\n", encoding="utf-8"
    )
    result = import_to(tmp_path, sheet)
    [offer] = read_landed(result, "listings")
    assert (str(offer["price"]), offer["sold_low"]) == ("39.9000", 12_000)


def test_a_hot_list_without_a_moment_was_read_on_the_day_in_its_name(tmp_path: Path) -> None:
    sheet = tmp_path / "微博热榜2026-11-19.csv"
    sheet.write_text("排名,标题,热度\n1,露营灯火了,123万\n2,天幕新品,98.5万\n", encoding="utf-8")
    result = import_to(tmp_path, sheet, platform="weibo")
    lines = read_landed(result, "board_entries")
    assert [(line["rank"], line["title"], line["heat"]) for line in lines] == [
        (1, "露营灯火了", 1_230_000.0),
        (2, "天幕新品", 985_000.0),
    ]
    assert {line["captured_at"] for line in lines} == {datetime(2026, 11, 18, 16, tzinfo=UTC)}
    assert "the day in the file's name is taken" in " ".join(result.messages)


def test_a_rank_beside_counts_of_posts_makes_no_hot_list(tmp_path: Path) -> None:
    sheet = tmp_path / "小红书笔记.csv"
    sheet.write_text("排名,标题,正文,点赞数,热度\n1,露营灯,真香,12,5\n", encoding="utf-8")
    assert import_to(tmp_path, sheet).taken == {"posts": 1}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "淘宝生意参谋.csv",
            ("统计日期,商品ID,商品名称,商品访客数,商品浏览量,支付金额,支付件数",
             '2026-11-14 ~ 2026-11-20,611111111111,真皮单肩包,"12,345","45,678","98,765.40","1,234"'),
        ),
        (
            "京东商智.csv",
            ("时间,SKU,商品名称,品牌,浏览量,成交商品件数,成交金额",
             '2026-11-20,"\t611111111111",真皮单肩包,某某,"12,300",345,"68,655.00"'),
        ),
    ],
)  # fmt: skip
def test_a_shops_figures_of_its_own_products_are_offers(
    tmp_path: Path, name: str, lines: tuple[str, ...]
) -> None:
    """No price and no sales of a known time stand in them; what they cover ends on a day."""
    sheet = tmp_path / name
    sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    [offer] = read_landed(import_to(tmp_path, sheet), "listings")
    assert (offer["listing_id"], offer["title"]) == ("611111111111", "真皮单肩包")
    assert (offer["price"], offer["sold_low"]) == (None, None)
    assert offer["captured_at"] == datetime(2026, 11, 19, 16, tzinfo=UTC)


def test_a_mapped_id_tells_what_a_table_holds(tmp_path: Path) -> None:
    sheet = tmp_path / "导出.csv"
    sheet.write_text("货号,品名\nA-001,帆布包\n", encoding="utf-8")
    choices = {"platform": "taobao", "mapping": {"listing_id": "货号"}}
    [offer] = read_landed(import_to(tmp_path, sheet, **choices), "listings")
    assert (offer["listing_id"], offer["title"]) == ("A-001", "帆布包")


def test_a_table_that_tells_nothing_is_answered_with_what_to_say(tmp_path: Path) -> None:
    sheet = tmp_path / "订单.csv"
    sheet.write_text("订单编号,宝贝标题\n1,帆布包\n", encoding="utf-8")
    told = import_to(tmp_path / "a", sheet, platform="taobao", mapping={"title": "宝贝标题"})
    assert (told.taken, told.skipped) == ({}, {"table_without_records": 1})
    assert any("--map kind=listings" in message for message in told.messages)
    said = import_to(tmp_path / "b", sheet, platform="taobao", mapping={"kind": "listings"})
    assert said.taken == {"listings": 1}


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_of_headings_are_current(language: Language) -> None:
    page = (DOCS / PAGES[language]).read_text(encoding="utf-8")
    assert page == render_headings(language), "write them anew: python -m spiders.imports.headings_page"


@pytest.mark.parametrize(
    ("name", "text", "kind", "expected"),
    [
        (
            "千瓜数据_笔记.csv",
            "笔记ID,笔记标题,达人名称,笔记话题,点赞数\n65f0c0ffee0000000000001a,早八妆,小美,#早八妆#通勤妆,1023\n",
            "posts",
            {"platform": "xiaohongshu", "hashtags": ["早八妆", "通勤妆"], "likes": 1023},
        ),
        (
            "微博-八爪鱼.csv",
            "博主昵称,微博内容,微博链接,点赞数\n阿毛,露营灯太好用了,https://weibo.com/1234567890/Q3abcdEFG?refer_flag=1,12\n",
            "posts",
            {"post_id": "5207541183254608", "text": "露营灯太好用了", "likes": 12},
        ),
        (
            "店侦探_竞店宝贝.csv",
            "宝贝ID,宝贝标题,促销价,月销量,总评价,商品分类,商品品牌\n6001234567890,帆布包,29.90,1200,8899,箱包>女包,米可\n",
            "listings",
            {"platform": "taobao", "review_count": 8899, "category_path": ["箱包", "女包"], "brand": "米可"},
        ),
        (
            "抖音电商罗盘.csv",
            "商品信息,商品ID,成交件数\n山野露营灯,3612345678901234567,310\n",
            "listings",
            {"platform": "douyin", "title": "山野露营灯", "listing_id": "3612345678901234567"},
        ),
        (
            "灰豚数据-抖音商品.csv",
            "商品标题,商品ID,店铺,直播价,日常价,30天销量\n酵素果冻,36123456789,轻盈旗舰店,59.9,99,10w+\n",
            "listings",
            {"price": Decimal("59.9"), "list_price": Decimal("99"), "sold_low": 100_000, "sold_basis": "30d"},
        ),
        (
            "八爪鱼-淘宝.csv",
            "商品名称,商品链接,价格,当前时间\n"
            "帆布包,https://item.taobao.com/item.htm?id=612345678901,¥19.9,2026-11-20 10:00:01+08:00\n",
            "listings",
            {"captured_at": datetime(2026, 11, 20, 2, 0, 1, tzinfo=UTC), "price": Decimal("19.9")},
        ),
        (
            "1688选品.csv",
            "标题,链接,价格,公司名称\n露营灯,https://detail.1688.com/offer/612345678901.html,12.5,义乌山野户外\n",
            "listings",
            {"shop": "义乌山野户外", "listing_id": "612345678901"},
        ),
    ],
)  # fmt: skip
def test_exports_of_the_tools_that_sellers_use(
    tmp_path: Path, name: str, text: str, kind: str, expected: dict[str, object]
) -> None:
    sheet = tmp_path / name
    sheet.write_text(text, encoding="utf-8")
    [row] = read_landed(import_to(tmp_path / "landing", sheet), kind)
    assert {field: row[field] for field in expected} == expected
    assert kind == "listings" or row["author_key"] is not None or "达人名称" not in text
