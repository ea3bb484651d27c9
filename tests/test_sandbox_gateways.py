"""The sandbox's official gateways: signed requests are answered, others refused in the platform's words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from spiders.moments import SHANGHAI
from spiders.sandbox import signatures
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_TOKEN, SANDBOX_WORD
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.sandbox_fetch import fetch


@pytest.fixture(scope="module")
def site() -> Iterator[SandboxSite]:
    with SandboxSite(World(seed=7)) as site:
        yield site


@pytest.fixture(scope="module")
def keyword(site: SandboxSite) -> str:
    """The topic with the most products."""
    return site.world.plan.supply[1].topic


def now_in_shanghai() -> str:
    """The wall clock that the gateways want."""
    return f"{datetime.now(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def ask_jd(site: SandboxSite, wanted: Mapping[str, object], **changes: str) -> Any:
    """A signed request to JD Union, fields changed after signing."""
    fields = {
        "app_key": SANDBOX_APP,
        "method": "jd.union.open.goods.query",
        "v": "1.0",
        "format": "json",
        "sign_method": "md5",
        "timestamp": now_in_shanghai(),
        "360buy_param_json": json.dumps({"goodsReqDTO": wanted}),
    }
    fields["sign"] = signatures.sign_enclosed(fields, SANDBOX_WORD)
    return fetch(f"{site.address_of('jd')}/routerjson", form=fields | changes).json()


def ask_pinduoduo(site: SandboxSite, wanted: Mapping[str, str], **changes: str) -> Any:
    """A signed request to 多多进宝."""
    stamp = str(int(datetime.now(SHANGHAI).timestamp()))
    fields = {
        "type": "pdd.ddk.goods.search",
        "client_id": SANDBOX_APP,
        "timestamp": stamp,
        "data_type": "JSON",
        **wanted,
    }
    fields["sign"] = signatures.sign_enclosed(fields, SANDBOX_WORD)
    return fetch(f"{site.address_of('pinduoduo')}/api/router", form=fields | changes).json()


def ask_taobao(site: SandboxSite, method: str, wanted: Mapping[str, str], **changes: str) -> Any:
    """A signed request to the TOP gateway."""
    fields = {
        "method": method,
        "app_key": SANDBOX_APP,
        "timestamp": now_in_shanghai(),
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
        **wanted,
    }
    fields["sign"] = signatures.sign_top(fields, SANDBOX_WORD)
    return fetch(f"{site.address_of('taobao')}/router/rest", form=fields | changes).json()


def test_md5_signature_of_a_known_request() -> None:
    """Word, sorted names and values, word; the digest was made by md5sum."""
    fields = {"b": "2", "a": "1", "empty": "", "sign": "ignored"}
    assert signatures.sign_enclosed(fields, "s") == "5EE29085AF57D942F21F1C5BA3C2A90A"


def test_jd_answers_json_in_a_string_under_the_misspelt_key(site: SandboxSite, keyword: str) -> None:
    answer = ask_jd(site, {"keyword": keyword, "pageIndex": 1, "pageSize": 30})
    result = json.loads(answer["jd_union_open_goods_query_responce"]["queryResult"])
    assert result["code"] == 200
    assert len(result["data"]) == 30 <= result["totalCount"]
    first = result["data"][0]
    assert isinstance(first["priceInfo"]["lowestCouponPrice"], float)
    assert first["materialUrl"] == f"item.jd.com/{first['skuId']}.html"


def test_jd_pages_hold_each_product_once(site: SandboxSite) -> None:
    met: list[int] = []
    for page in range(1, 20):
        answer = ask_jd(site, {"pageIndex": page, "pageSize": 30})
        rows = json.loads(answer["jd_union_open_goods_query_responce"]["queryResult"])["data"]
        if not rows:
            break
        met += [row["skuId"] for row in rows]
    assert sorted(met) == sorted(int(product.product_id) for product in site.world.products)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sign": "0" * 32}, "12"),
        ({"app_key": "other"}, "18"),
        ({"timestamp": "2001-01-01 00:00:00"}, "21"),
        ({"360buy_param_json": "{}"}, "12"),
    ],
)
def test_jd_refuses_what_is_not_signed(site: SandboxSite, changes: dict[str, str], code: str) -> None:
    assert ask_jd(site, {"pageIndex": 1}, **changes)["error_response"]["code"] == code


def test_jd_refuses_pages_that_are_too_large(site: SandboxSite) -> None:
    answer = ask_jd(site, {"pageIndex": 1, "pageSize": 31})
    assert json.loads(answer["jd_union_open_goods_query_responce"]["queryResult"])["code"] == 400


def test_jd_item_pages_lead_to_the_risk_handler(site: SandboxSite) -> None:
    answer = fetch(f"{site.address_of('jd')}/100012043978.html")
    assert answer.status == 302
    assert "risk_handler" in answer.headers["location"]


def test_pinduoduo_prices_are_fen_and_the_second_page_needs_the_list_id(
    site: SandboxSite, keyword: str
) -> None:
    first = ask_pinduoduo(site, {"keyword": keyword, "page": "1", "page_size": "10"})["goods_search_response"]
    product = next(
        item for item in site.world.products if int(item.product_id) == first["goods_list"][0]["goods_id"]
    )
    goods = first["goods_list"][0]
    asked = goods["min_group_price"] - goods["coupon_discount"]
    assert asked == int(product.prices_at(site.world.ends)[0] * 100)
    refused = ask_pinduoduo(site, {"keyword": keyword, "page": "2", "page_size": "10"})
    assert refused["error_response"]["error_code"] == 50001
    wanted = {"keyword": keyword, "page": "2", "page_size": "10", "list_id": first["list_id"]}
    second = ask_pinduoduo(site, wanted)["goods_search_response"]
    assert not {row["goods_sign"] for row in second["goods_list"]} & {
        row["goods_sign"] for row in first["goods_list"]
    }


def test_pinduoduo_refuses_a_wrong_signature(site: SandboxSite) -> None:
    error = ask_pinduoduo(site, {"page": "1"}, sign="0" * 32)["error_response"]
    assert (error["error_code"], error["sub_msg"]) == (10001, "sign签名校验失败")


@pytest.mark.parametrize("sign_method", ["md5", "hmac", "hmac-sha256"])
def test_taobao_takes_its_three_signatures(site: SandboxSite, keyword: str, sign_method: str) -> None:
    method = "taobao.tbk.dg.material.optional.upgrade"
    wanted = {"q": keyword, "page_size": "5", "sign_method": sign_method, "sort": "total_sales_des"}
    answer = ask_taobao(site, method, wanted)["tbk_dg_material_optional_upgrade_response"]
    rows = answer["result_list"]["map_data"]
    volumes = [row["item_basic_info"]["volume"] for row in rows]
    assert volumes == sorted(volumes, reverse=True)
    assert all(row["price_promotion_info"]["final_promotion_price"].count(".") == 1 for row in rows)


def test_taobao_former_method_has_its_own_shape(site: SandboxSite, keyword: str) -> None:
    answer = ask_taobao(site, "taobao.tbk.dg.material.optional", {"q": keyword})
    row = answer["tbk_dg_material_optional_response"]["result_list"]["map_data"][0]
    assert {"num_iid", "zk_final_price", "volume", "shop_title"} <= row.keys()


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"sign": ""}, 25), ({"app_key": "x"}, 29), ({"timestamp": "yesterday"}, 31), ({"q": "别的"}, 25)],
)
def test_taobao_refuses_what_is_not_signed(site: SandboxSite, changes: dict[str, str], code: int) -> None:
    answer = ask_taobao(site, "taobao.tbk.dg.material.optional.upgrade", {"q": "包"}, **changes)
    assert answer["error_response"]["code"] == code


def test_douyin_billboard_wants_the_client_token(site: SandboxSite) -> None:
    address = f"{site.address_of('douyin')}/data/extern/billboard/hot_video/"
    assert fetch(address).json()["data"]["error_code"] == 2190008
    credentials = {
        "client_key": SANDBOX_APP,
        "client_secret": SANDBOX_WORD,
        "grant_type": "client_credential",
    }
    granted = fetch(f"{site.address_of('douyin')}/oauth/client_token/", document=credentials).json()["data"]
    rows = fetch(address, headers={"access-token": granted["access_token"]}).json()["data"]["list"]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["share_url"].startswith("https://www.iesdouyin.com/share/video/")
    refused = fetch(f"{site.address_of('douyin')}/oauth/client_token/", document={"client_key": "x"}).json()
    assert refused["data"]["error_code"] == 10003


@pytest.mark.parametrize("sign_method", ["md5", "hmac-sha256"])
def test_douyin_alliance_takes_both_signatures(site: SandboxSite, keyword: str, sign_method: str) -> None:
    fields = {
        "method": "alliance.materialsProductsSearch",
        "app_key": SANDBOX_APP,
        "timestamp": now_in_shanghai(),
        "v": "2",
        "sign_method": sign_method,
        "param_json": json.dumps({"title": keyword, "page": 1, "page_size": 20}, ensure_ascii=False),
    }
    address = f"{site.address_of('douyin')}/alliance/materialsProductsSearch"
    fields["sign"] = signatures.sign_doudian(fields, SANDBOX_WORD)
    answer = fetch(address, form=fields).json()
    assert (answer["code"], len(answer["data"]["products"])) == (10000, 20)
    refused = fetch(address, form=fields | {"sign": "0"}).json()
    assert (refused["code"], refused["data"]) == (40003, None)


@pytest.mark.parametrize("sign_method", ["MD5", "HMAC_SHA256"])
def test_kuaishou_items_page_by_cursor_to_the_end(site: SandboxSite, sign_method: str) -> None:
    met: list[int] = []
    cursor = ""
    while cursor != "no_more":
        fields = {
            "appkey": SANDBOX_APP,
            "access_token": SANDBOX_TOKEN,
            "method": "open.distribution.cps.kwaimoney.selection.item.list",
            "version": "1",
            "signMethod": sign_method,
            "timestamp": str(int(datetime.now(SHANGHAI).timestamp() * 1000)),
            "param": json.dumps({"pageIndex": cursor, "pageSize": 200}),
        }
        fields["sign"] = signatures.sign_kuaishou(fields, SANDBOX_WORD)
        address = f"{site.address_of('kuaishou')}/open/distribution/cps/kwaimoney/selection/item/list"
        assert fetch(address, form=fields | {"sign": "x"}).json()["result"] == 22
        content = fetch(address, form=fields).json()["data"]
        met += [item["goodsId"] for item in content["itemList"]]
        cursor = content["pageIndex"]
    assert sorted(met) == sorted(int(product.product_id) for product in site.world.products)


def test_weibo_open_interface_wants_a_token(site: SandboxSite) -> None:
    address = f"{site.address_of('weibo')}/2/statuses/count.json?ids=1"
    assert fetch(address).json()["error_code"] == 21332
    assert fetch(f"{address}&access_token={SANDBOX_TOKEN}").json() == []


def test_tiktok_research_pages_by_cursor(site: SandboxSite) -> None:
    base = site.address_of("tiktok")
    form = {"client_key": SANDBOX_APP, "client_secret": SANDBOX_WORD, "grant_type": "client_credentials"}
    bearer = {"Authorization": f"Bearer {fetch(f'{base}/v2/oauth/token/', form=form).json()['access_token']}"}
    asked: dict[str, Any] = {
        "query": {"and": []},
        "start_date": "20261019",
        "end_date": "20261117",
        "max_count": 100,
    }
    address = f"{base}/v2/research/video/query/?fields=id,video_description"
    assert fetch(address, document=asked).json()["error"]["code"] == "access_token_invalid"
    met: list[int] = []
    while True:
        content = fetch(address, document=asked, headers=bearer).json()["data"]
        met += [video["id"] for video in content["videos"]]
        if not content["has_more"]:
            break
        asked |= {"cursor": content["cursor"], "search_id": content["search_id"]}
    expected = site.world.posts_between(site.world.begins, site.world.ends, "tiktok")
    assert sorted(met) == sorted(int(post.post_id) for post in expected)
    too_long = asked | {"end_date": "20261231"}
    assert fetch(address, document=too_long, headers=bearer).json()["error"]["code"] == "invalid_params"
