"""Headings that exports of dashboards and hot lists have, without a mapping."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

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
