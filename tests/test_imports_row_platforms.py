"""Files that hold several platforms: each row is of the one that its link or its sheet names."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from openpyxl import Workbook

from spiders.errors import ImportRefused
from tests.landed import import_rows, import_to, read_landed, write_csv

OFFER = "https://item.taobao.com/item.htm?id=684512345678"
NOTE = "https://www.xiaohongshu.com/explore/{:024x}"
VIDEO = "https://www.douyin.com/video/{}"


def write_sheets(path: Path, *sheets: tuple[str, list[str], list[object]]) -> Path:
    """A workbook of sheets with a name, headings and one row."""
    book = Workbook()
    del book["Sheet"]
    for name, headings, cells in sheets:
        sheet = book.create_sheet(name)
        sheet.append(headings)
        sheet.append(cells)
    book.save(path)
    return path


def test_sheets_of_several_platforms_are_each_of_their_own(tmp_path: Path) -> None:
    file = write_sheets(
        tmp_path / "竞品汇总.xlsx",
        ("小红书", ["笔记标题", "笔记链接", "点赞数"], ["拼豆小包", NOTE.format(0x6740), 12]),
        ("抖音", ["视频标题", "作品ID", "点赞数"], ["香氛测评", "7440123456789012345", 3]),
        ("淘宝", ["商品名称", "商品链接", "价格"], ["露营灯", OFFER, 39.9]),
    )
    result = import_to(tmp_path, file)
    posts = read_landed(result, "posts")
    assert [(row["platform"], row["kind"], row["url"]) for row in posts] == [
        ("xiaohongshu", "note", NOTE.format(0x6740)),
        ("douyin", "video", VIDEO.format("7440123456789012345")),
    ]
    assert [row["platform"] for row in read_landed(result, "listings")] == ["taobao"]
    told = "Rows of several platforms, as their links or sheets tell: douyin 1, taobao 1, xiaohongshu 1."
    assert told in result.messages


def test_offers_of_a_price_list_are_of_the_shop_that_their_link_names(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "价格监测.csv",
        ["商品名称", "商品链接", "价格"],
        ["露营灯", OFFER, "39.9"],
        ["露营灯 京东自营", "https://item.jd.com/100012345678.html", "45"],
        ["露营灯 线下", "", "50"],
    )
    rows = import_rows(tmp_path, file, "listings")
    assert [(row["platform"], row["listing_id"][:12]) for row in rows] == [
        ("taobao", "684512345678"),
        ("jd", "100012345678"),
        ("taobao", rows[2]["listing_id"][:12]),
    ]


def test_a_few_rows_of_another_platform_at_the_end_are_none_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "内容.csv"
    lines = [f"笔记{at},{NOTE.format(at)},{at}" for at in range(20_000)]
    lines += [f"视频{at},{VIDEO.format(7440123456789012000 + at)},{at}" for at in range(10)]
    file.write_text("\n".join(["标题,链接,点赞数", *lines]), encoding="utf-8")
    result = import_to(tmp_path, file)
    rows = read_landed(result, "posts")
    assert Counter((row["platform"], row["kind"]) for row in rows) == {
        ("xiaohongshu", "note"): 20_000,
        ("douyin", "video"): 10,
    }
    assert rows[-1]["url"] == VIDEO.format("7440123456789012009")
    assert (
        "Rows of several platforms, as their links or sheets tell: douyin 10, xiaohongshu 20,000."
        in result.messages
    )


def test_an_empty_cell_of_the_platform_is_filled_by_the_link(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "a.csv",
        ["平台", "标题", "链接", "点赞数"],
        ["小红书", "拼豆", "", "1"],
        ["", "香氛", VIDEO.format("7440123456789012345"), "2"],
    )
    rows = import_rows(tmp_path, file)
    assert [(row["platform"], row["kind"]) for row in rows] == [("xiaohongshu", "note"), ("douyin", "video")]


def test_posts_named_by_a_column_of_platforms_are_of_that_platforms_kind(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "a.csv",
        ["平台", "id", "标题", "点赞数"],
        ["抖音", "7440123456789012345", "香氛", "2"],
        ["小红书", "6740f0a1000000001d03a111", "拼豆", "1"],
    )
    assert [row["kind"] for row in import_rows(tmp_path, file)] == ["video", "note"]


def test_an_offer_of_tmall_is_one_of_taobao_whatever_names_it(tmp_path: Path) -> None:
    link = "https://detail.tmall.com/item.htm?id=684512345678"
    by_link = write_csv(tmp_path / "a.csv", ["商品名称", "商品链接", "价格"], ["露营灯", link, "39.9"])
    by_column = write_csv(
        tmp_path / "b.csv", ["平台", "商品ID", "商品名称", "价格"], ["天猫", "684512345678", "露营灯", "39.9"]
    )
    by_name = write_csv(
        tmp_path / "天猫价格表.csv", ["商品ID", "商品名称", "价格"], ["684512345678", "露营灯", "39.9"]
    )
    by_user = write_csv(
        tmp_path / "c.csv", ["商品ID", "商品名称", "价格"], ["684512345678", "露营灯", "39.9"]
    )
    found = [import_rows(tmp_path / file.stem, file, "listings")[0] for file in (by_link, by_column, by_name)]
    found += [
        import_rows(tmp_path / name, by_user, "listings", platform=name)[0]
        for name in ("天猫", "tmall", "Tmall")
    ]
    assert {(row["platform"], row["listing_id"]) for row in found} == {("taobao", "684512345678")}


def test_a_mapping_is_of_the_sheets_that_have_its_columns(tmp_path: Path) -> None:
    file = write_sheets(
        tmp_path / "竞品.xlsx",
        ("小红书", ["笔记标题", "笔记链接", "收藏数", "热度值"], ["拼豆小包", NOTE.format(0x6740), 3, 12]),
        ("淘宝", ["商品名称", "商品链接", "价格", "门店"], ["露营灯", OFFER, 39.9, "山野社"]),
    )
    result = import_to(tmp_path, file, mapping={"likes": "热度值", "shop": "门店"})
    assert [row["likes"] for row in read_landed(result, "posts")] == [12]
    assert [row["shop"] for row in read_landed(result, "listings")] == ["山野社"]
    with pytest.raises(ImportRefused, match="has no column 销售店"):
        import_to(tmp_path, file, mapping={"likes": "热度值", "shop": "销售店"})
    with pytest.raises(ImportRefused, match="holds posts, which have no field shop"):
        import_to(tmp_path, file, mapping={"shop": "热度值"})


def test_what_is_left_empty_is_counted_by_rows(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "淘宝.csv",
        ["商品ID", "商品名称", "价格"],
        *([str(684512345670 + at), f"露营灯{at}", "面议"] for at in range(5)),
    )
    messages = import_to(tmp_path, file).messages
    assert "Unreadable price, left empty: 5." in messages


@pytest.mark.parametrize(
    ("link", "platform", "offer"),
    [
        ("https://detail.1688.com/offer/612345678901.html", "1688", "612345678901"),
        ("https://mobile.yangkeduo.com/goods2.html?goods_id=223344556677", "pinduoduo", "223344556677"),
        ("https://www.goofish.com/item?spm=a2170&id=712345678901", "xianyu", "712345678901"),
        ("https://detail.tmall.hk/hk/item.htm?id=612345678901", "taobao", "612345678901"),
        ("https://haohuo.jinritemai.com/views/product/item2?id=361234567890", "douyin", "361234567890"),
        ("https://app.kwaixiaodian.com/merchant/shop/detail?itemId=22334455667", "kuaishou", "22334455667"),
        ("https://m.dewu.com/router/product/ProductDetail?spuId=1234567", "dewu", "1234567"),
        ("https://detail.vip.com/detail-1710612345-6919123456789012345.html", "vip", "6919123456789012345"),
        (f"https://www.xiaohongshu.com/goods-detail/{0xab:024x}", "xiaohongshu", f"{0xab:024x}"),
        ("https://product.suning.com/0070067092/12345678901.html", "suning", "12345678901"),
        ("https://npcitem.jd.hk/100012345678.html", "jd", "100012345678"),
    ],
)  # fmt: skip
def test_a_link_of_a_shop_names_its_platform_and_offer(
    tmp_path: Path, link: str, platform: str, offer: str
) -> None:
    sheet = write_csv(tmp_path / "竞品.csv", ["商品名称", "商品链接", "价格"], ["帆布包", link, 19.9])
    [row] = read_landed(import_to(tmp_path / "landing", sheet), "listings")
    assert (row["platform"], row["listing_id"]) == (platform, offer)


@pytest.mark.parametrize(
    "link", ["https://m.tb.cn/h.gXyZ", "https://xhslink.com/a/bcd", "https://3.cn/2a-bc"]
)
def test_a_short_link_names_its_platform_too(tmp_path: Path, link: str) -> None:
    sheet = write_csv(tmp_path / "竞品.csv", ["商品名称", "商品链接", "价格"], ["帆布包", link, 19.9])
    [row] = read_landed(import_to(tmp_path / "landing", sheet), "listings")
    assert row["platform"] in {"taobao", "xiaohongshu", "jd"}


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("1688选品.csv", "1688"),
        ("pdd_竞品.csv", "pinduoduo"),
        ("taobao竞品.csv", "taobao"),
        ("redmi手机.csv", None),
        ("VIP客户选品.csv", None),
        ("1688元礼包.csv", None),
    ],
)
def test_a_files_name_tells_a_platform_that_stands_in_it_by_itself(
    tmp_path: Path, name: str, platform: str | None
) -> None:
    sheet = write_csv(tmp_path / name, ["商品ID", "商品名称", "价格"], ["6001", "帆布包", 19.9])
    if platform is not None:
        [row] = read_landed(import_to(tmp_path / "landing", sheet), "listings")
        assert row["platform"] == platform
        return
    with pytest.raises(ImportRefused, match=r"known are 1688, .* of your own"):
        import_to(tmp_path / "landing", sheet)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("阿里巴巴", "1688"),
        ("天猫国际", "taobao"),
        ("抖音小店", "douyin"),
        ("京东自营", "jd"),
        ("闲鱼", "xianyu"),
    ],
)
def test_a_column_of_platforms_is_read_as_people_write_them(tmp_path: Path, name: str, platform: str) -> None:
    sheet = write_csv(
        tmp_path / "竞品.csv", ["平台", "商品ID", "商品名称", "价格"], [name, "6001", "帆布包", 19.9]
    )
    [row] = read_landed(import_to(tmp_path / "landing", sheet), "listings")
    assert row["platform"] == platform
