"""Rows without an id of their own: a post or offer in two exports is one, whatever its link carries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.imports.reader import list_importable
from tests.landed import import_rows, import_to, read_landed, write_csv

NOTE = "65a1b2c3d4e5f60718293a4b"


def test_links_with_other_tokens_are_one_post_that_keeps_its_link(tmp_path: Path) -> None:
    found = []
    for number, token in enumerate(("AB1", "CD2")):
        sheet = tmp_path / f"{number}.csv"
        sheet.write_text(
            f"笔记链接,标题,点赞数\nhttps://www.xiaohongshu.com/explore/{NOTE}?xsec_token={token},拼豆,{number}\n",
            encoding="utf-8",
        )
        [row] = import_rows(tmp_path / str(number), sheet)
        found.append((row["post_id"], row["url"]))
    assert found == [(NOTE, f"https://www.xiaohongshu.com/explore/{NOTE}")] * 2


@pytest.mark.parametrize(
    ("links", "ids"),
    [
        (
            (
                "https://item.taobao.com/item.htm?spm=a.1&id=712345678901",
                "https://item.taobao.com/item.htm?id=712345678901",
            ),
            {"712345678901"},
        ),
        (
            ("https://item.jd.com/100012043978.html?pps=1", "https://item.jd.com/100012043978.html"),
            {"100012043978"},
        ),
    ],
)
def test_links_of_one_offer_are_one_offer(tmp_path: Path, links: tuple[str, str], ids: set[str]) -> None:
    found = set()
    for number, link in enumerate(links):
        sheet = tmp_path / f"{number}.csv"
        sheet.write_text(f"商品名称,链接,价格\n露营灯,{link},39.9\n", encoding="utf-8")
        found |= {
            row["listing_id"] for row in read_landed(import_to(tmp_path / str(number), sheet), "listings")
        }
    assert found == ids


def test_two_offers_under_the_shops_link_are_two_and_an_empty_link_is_no_fault(tmp_path: Path) -> None:
    sheet = tmp_path / "淘宝.csv"
    shop = "https://shop123.taobao.com/"
    sheet.write_text(
        f"商品名称,店铺,链接,价格\n露营灯,山野社,{shop},39.9\n天幕,山野社,{shop},199\n地垫,山野社,,59\n",
        encoding="utf-8",
    )
    result = import_to(tmp_path, sheet)
    assert (result.taken, result.rejected) == ({"listings": 3}, {})
    assert len({row["listing_id"] for row in read_landed(result, "listings")}) == 3


def test_each_row_is_of_the_platform_that_its_link_names(tmp_path: Path) -> None:
    sheet = tmp_path / "混合.csv"
    sheet.write_text(
        f"标题,点赞数,链接\n拼豆,1,https://www.xiaohongshu.com/explore/{NOTE}\n"
        "露营,2,https://www.douyin.com/video/7301234567890123456\n",
        encoding="utf-8",
    )
    rows = import_rows(tmp_path, sheet)
    assert [(row["platform"], row["kind"]) for row in rows] == [("xiaohongshu", "note"), ("douyin", "video")]


def test_the_platform_that_a_user_names_fills_empty_cells_alone(tmp_path: Path) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text("平台,标题,点赞数\nRED,一,1\n某某论坛,二,2\n,三,3\n", encoding="utf-8")
    result = import_to(tmp_path, sheet, platform="douyin")
    assert [row["platform"] for row in read_landed(result, "posts")] == ["xiaohongshu", "douyin"]
    assert result.rejected == {"bad_platform": 1}


def test_ids_that_excel_rounded_are_lost_and_round_ones_among_others_are_not(tmp_path: Path) -> None:
    sheet = tmp_path / "抖音.csv"
    head, rounded = "视频ID,视频标题,播放量\n", "7301234567890120000,一,1\n7301234567890130000,二,1\n"
    sheet.write_text(head + rounded, encoding="utf-8")
    assert import_to(tmp_path / "a", sheet).rejected == {"id_lost_digits": 2}
    sheet.write_text(head + rounded + "7301234567890123456,三,1\n", encoding="utf-8")
    assert import_to(tmp_path / "b", sheet).taken == {"posts": 3}


def test_the_zone_that_a_user_names_is_that_of_publication_too(tmp_path: Path) -> None:
    sheet = tmp_path / "tiktok.csv"
    sheet.write_text(
        "标题,发布时间,采集时间\n拼豆,2026-05-20 12:00:00,2026-05-21 12:00:00\n", encoding="utf-8"
    )
    [row] = import_rows(tmp_path, sheet, platform="tiktok", mapping={"zone": "UTC"})
    assert row["published_at"] == datetime(2026, 5, 20, 12, tzinfo=UTC)
    assert row["captured_at"] == datetime(2026, 5, 21, 12, tzinfo=UTC)


def test_a_table_of_counts_alone_has_no_ids(tmp_path: Path) -> None:
    sheet = tmp_path / "抖音.csv"
    sheet.write_text("播放量,点赞数\n5,3\n", encoding="utf-8")
    result = import_to(tmp_path, sheet, mapping={"kind": "posts"})
    assert (result.taken, result.rejected) == ({}, {"no_id": 1})


def test_a_period_in_the_name_ends_on_its_last_day(tmp_path: Path) -> None:
    sheet = tmp_path / "小红书_20260501-20260520.csv"
    sheet.write_text(f"笔记ID,标题,发布时间\n{NOTE},拼豆,2026-05-10 10:00\n", encoding="utf-8")
    [row] = import_rows(tmp_path, sheet)
    assert row["published_at"] == datetime(2026, 5, 10, 2, tzinfo=UTC)
    assert row["captured_at"] > row["published_at"]


def test_a_folder_is_read_without_what_is_hidden_in_it(tmp_path: Path) -> None:
    for name in (".headwater/landing/posts.parquet", "~$报表.xlsx", "._x.csv", "旧表.xls", "a.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert sorted(file.name for file in list_importable(tmp_path)) == ["a.csv", "旧表.xls"]


@pytest.mark.parametrize(
    ("file", "link", "platform", "post_id", "url"),
    [
        (
            "a",
            f"https://www.xiaohongshu.com/user/profile/5f00000000000000010001aa/{NOTE}?xsec_token=AB1",
            "xiaohongshu",
            NOTE,
            f"https://www.xiaohongshu.com/explore/{NOTE}",
        ),
        (
            "b",
            f"https://www.xiaohongshu.com/search_result/{NOTE}?xsec_token=AB1&xsec_source=",
            "xiaohongshu",
            NOTE,
            f"https://www.xiaohongshu.com/explore/{NOTE}",
        ),
        (
            "c",
            "https://www.douyin.com/user/MS4wLjABAAAAxyz?from_tab_name=main&modal_id=7440123456789012501",
            "douyin",
            "7440123456789012501",
            "https://www.douyin.com/video/7440123456789012501",
        ),
        (
            "d",
            "https://www.douyin.com/search/%E9%A6%99?modal_id=7440123456789012502&type=general",
            "douyin",
            "7440123456789012502",
            "https://www.douyin.com/video/7440123456789012502",
        ),
        (
            "e",
            "//www.bilibili.com/video/av170001?spm_id_from=333",
            "bilibili",
            "BV17x411w7KC",
            "https://www.bilibili.com/video/BV17x411w7KC",
        ),
    ],
)
def test_a_link_of_any_usual_form_bears_the_id(
    tmp_path: Path, file: str, link: str, platform: str, post_id: str, url: str
) -> None:
    sheet = write_csv(tmp_path / f"{file}.csv", ["标题", "标题链接", "点赞数"], ["拼豆", link, "3"])
    result = import_to(tmp_path, sheet)
    [row] = read_landed(result, "posts")
    assert (row["platform"], row["post_id"], row["url"]) == (platform, post_id, url)
    assert not any("left aside" in message for message in result.messages)


@pytest.mark.parametrize(
    ("link", "platform", "listing_id"),
    [
        ("https://item.m.jd.com/product/100012345678.html?sku=1", "jd", "100012345678"),
        (
            "https://haohuo.jinritemai.com/ecommerce/trade/detail/index.html?id=3456789012345678901&origin_type=604",
            "douyin",
            "3456789012345678901",
        ),
        ("https://detail.tmall.com/item.htm?abbucket=5&id=684512345678&skuId=5", "taobao", "684512345678"),
    ],
)
def test_an_offers_link_of_any_usual_form_bears_the_id(
    tmp_path: Path, link: str, platform: str, listing_id: str
) -> None:
    sheet = write_csv(tmp_path / "a.csv", ["标题", "标题链接", "价格"], ["露营灯", link, "39.9"])
    [row] = import_rows(tmp_path, sheet, "listings")
    assert (row["platform"], row["listing_id"]) == (platform, listing_id)


def test_a_link_that_is_not_kept_makes_one_id_whatever_its_token(tmp_path: Path) -> None:
    profile = "https://www.xiaohongshu.com/user/profile/5f00000000000000010001aa?xsec_token={}"
    found = {
        import_rows(
            tmp_path / token,
            write_csv(
                tmp_path / f"{token}.csv", ["标题", "链接", "点赞数"], ["拼豆", profile.format(token), "3"]
            ),
        )[0]["post_id"]
        for token in ("AB1", "CD2")
    }
    assert len(found) == 1
