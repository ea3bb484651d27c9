"""Taobao, JD and Pinduoduo as users saved them: nothing is crawled, walls stop, scripts are read as data."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.javascript_objects import read_assigned_object
from spiders.parse import parse_saved
from spiders.privacy import Pseudonymiser
from spiders.saved_offers import read_prices, read_review_count, read_sold
from warehouse.records import Listing

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
SEARCH = "https://s.taobao.com/search?q=x"


def read(platform: str, body: str, url: str | None = None) -> list[object]:
    return list(parse_saved(platform, body.encode(), url, NOW, KEY))


@pytest.mark.parametrize(
    ("platform", "url", "body"),
    [
        ("taobao", SEARCH, "<html><body>亲，请登录</body></html>"),
        ("taobao", SEARCH, '<script>g_page_config = {"mods":{"itemlist":{"status":"hide"}}};</script>'),
        ("taobao", SEARCH, '{"rgv587_flag":"sm","url":"https://s.taobao.com/_____tmd_____/punish"}'),
        (
            "taobao",
            "https://h5api.m.taobao.com/h5/mtop.taobao.pcdetail.data.get/1.0/",
            '{"ret":["FAIL_SYS_USER_VALIDATE","RGV587_ERROR::SM::哎哟喂,被挤爆啦,请稍后重试!"],"data":{"url":"x"}}',
        ),
        ("jd", "https://cfe.m.jd.com/privatedomain/risk_handler/03101900/?returnurl=x", "<html></html>"),
        ("jd", "https://item.jd.com/1.html", "<title>京东验证</title>"),
        ("jd", "https://club.jd.com/comment/productPageComments.action?productId=1", ""),
        ("pinduoduo", None, '<script>window.rawData={"store":{"initDataObj":{"needLogin":true}}};</script>'),
        ("pinduoduo", None, '{"error_code":54001,"error_msg":"","verify_auth_token":"x"}'),
    ],
)
def test_walls_are_stop_signs(platform: str, url: str | None, body: str) -> None:
    with pytest.raises(Blocked):
        read(platform, body, url)


def test_of_the_kinds_of_an_item_the_cheapest_is_its_price() -> None:
    kinds = [{"skuId": 1, "groupPrice": "39.9"}, {"skuId": 2, "groupPrice": "19.9"}, {"skuId": 3}]
    goods = {"goodsID": 600000000001, "goodsName": "拼豆套装", "skus": kinds, "maxGroupPrice": "39.9"}
    state = json.dumps({"store": {"initDataObj": {"goods": goods}}}, ensure_ascii=False)
    (listing,) = read("pinduoduo", f"<script>window.rawData={state};</script>")
    assert isinstance(listing, Listing)
    assert (listing.price, listing.price_high) == (Decimal("19.9"), Decimal("39.9"))


@pytest.mark.parametrize(
    ("shown", "basis"),
    [("月销 1万+", "30d"), ("近30天售出 500+", "30d"), ("已售 1万+", "unknown"), (300, "unknown")],
)
def test_sales_say_by_themselves_that_they_are_of_a_month(shown: object, basis: str) -> None:
    assert read_sold(shown, "unknown")["sold_basis"] == basis


def test_missing_items_and_other_builds_are_told_from_walls() -> None:
    with pytest.raises(SourceFailed, match="NOT_FOUND"):
        read("taobao", '{"ret":["FAIL_BIZ_ITEM_NOT_FOUND::宝贝不存在"],"data":{}}', "https://x/getdetail")
    with pytest.raises(PageChanged):
        read("jd", "<html><body><div id='app'></div></body></html>", "https://item.jd.com/1.html")
    with pytest.raises(PageChanged):
        read("pinduoduo", '<script>window.rawData={"store":{"initDataObj":{}}};</script>')


def test_prices_of_a_mobile_item_lie_in_a_text_beside_it() -> None:
    inner = json.dumps({"price": {"price": {"priceText": "99"}}, "trade": {"buyEnable": "false"}})
    body = {
        "ret": ["SUCCESS::调用成功"],
        "data": {"item": {"itemId": 7, "title": "茶壶"}, "apiStack": [{"value": inner}]},
    }
    (listing,) = read(
        "taobao", json.dumps(body), "https://h5api.m.taobao.com/h5/mtop.taobao.detail.getdetail/6.0/"
    )
    assert isinstance(listing, Listing)
    assert (listing.price, listing.currency, listing.in_stock) == (Decimal(99), "CNY", False)


def test_prices_sales_and_reviews_keep_what_the_page_shows() -> None:
    assert read_prices("25.80 - 91.80", "199") == {
        "price": Decimal("25.80"),
        "price_high": Decimal("91.80"),
        "list_price": Decimal(199),
        "currency": "CNY",
    }
    assert read_prices("-1.00", "") == {
        "price": None,
        "price_high": None,
        "list_price": None,
        "currency": None,
    }
    assert read_prices("99", "99")["list_price"] is None
    assert read_sold("已拼10万+件", "lifetime") == {
        "sold_low": 100_000,
        "sold_high": None,
        "sold_basis": "lifetime",
    }
    assert read_sold("", "unknown") == {} and read_sold("0", "unknown")["sold_low"] == 0
    assert read_review_count("商品评价 (1万+)") == 10_000 and read_review_count(None) is None


def test_object_literals_of_scripts_are_read_as_they_are_written() -> None:
    script = """<script>var pageConfig = { /* 商品 */ skuid: 1, 'name': 'A\\'s "壶"', url: '//x.cn/a', // 注
      list: [1, 2,], on: true, gone: undefined, nested: {1: "一",}, };</script> other: 2"""
    assert read_assigned_object(script, "pageConfig") == {
        "skuid": 1,
        "name": 'A\'s "壶"',
        "url": "//x.cn/a",
        "list": [1, 2],
        "on": True,
        "gone": None,
        "nested": {"1": "一"},
    }
    assert read_assigned_object("no script", "pageConfig") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=4), st.booleans())
def test_every_json_object_is_an_object_literal_too(value: dict[str, object], is_ascii: bool) -> None:
    source = json.dumps(value, ensure_ascii=is_ascii)
    if "</script" not in source.lower():
        assert read_assigned_object(f"window._itemOnly = ({source});", "_itemOnly") == value
