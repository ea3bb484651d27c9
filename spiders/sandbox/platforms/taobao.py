"""Taobao: the TOP gateway of Alimama, which checks its signature, and pages that lead to the login."""

from __future__ import annotations

import re

from spiders.sandbox.offers import Offer, find_offers, show_floor
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_WORD, is_current, is_same, sign_top
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json, redirect_to

UPGRADED = "taobao.tbk.dg.material.optional.upgrade"
FORMER = "taobao.tbk.dg.material.optional"
SORTS = {"total_sales_des": True, "total_sales_asc": False}


def refuse(code: int, message: str, sub_code: str, sub_message: str) -> Answer:
    """The gateway's error body."""
    error = {"code": code, "msg": message, "sub_code": sub_code, "sub_msg": sub_message, "request_id": "0"}
    return answer_json({"error_response": error})


def write_item(offer: Offer) -> dict[str, object]:
    """One item in the shape of the upgraded method."""
    product = offer.product
    return {
        "item_id": product.product_id,
        "item_basic_info": {
            "title": product.title,
            "short_title": product.title[:12],
            "sub_title": product.text,
            "brand_name": product.brand,
            "pict_url": "https://img.alicdn.com/0.jpg",
            "small_images": {"string": ["https://img.alicdn.com/1.jpg"]},
            "category_id": offer.category_id + 100,
            "category_name": product.topic.tag,
            "level_one_category_id": offer.category_id,
            "level_one_category_name": product.topic.interest.name,
            "seller_id": int(product.product_id) % 10**6,
            "shop_title": product.shop,
            "user_type": int(product.product_id) % 2,
            "volume": offer.sold_30d,
            "annual_vol": show_floor(offer.sold_ever),
        },
        "price_promotion_info": {
            "reserve_price": f"{offer.list_price_fen / 100:.2f}",
            "zk_final_price": offer.price,
            "final_promotion_price": offer.price,
        },
        "publish_info": {"income_rate": "15.0", "click_url": "https://s.click.taobao.com/t?e=0"},
        "scope_info": {},
    }


def write_former_item(offer: Offer) -> dict[str, object]:
    """One item in the shape of the former method."""
    product = offer.product
    return {
        "item_id": product.product_id,
        "num_iid": product.product_id,
        "title": product.title,
        "reserve_price": f"{offer.list_price_fen / 100:.2f}",
        "zk_final_price": offer.price,
        "volume": offer.sold_30d,
        "user_type": int(product.product_id) % 2,
        "provcity": "浙江 杭州",
        "item_url": f"https://item.taobao.com/item.htm?id={product.product_id}",
        "shop_title": product.shop,
        "nick": product.shop,
        "category_id": offer.category_id + 100,
        "category_name": product.topic.tag,
        "level_one_category_name": product.topic.interest.name,
        "commission_rate": "1500",
    }


def serve_gateway(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The gateway with both methods of material search."""
    form = request.form()
    method = form.get("method", "")
    if not is_same(form.get("app_key"), SANDBOX_APP):
        return refuse(29, "Invalid app Key", "isv.appkey-not-exists", "appkey不存在")
    if not is_current(form.get("timestamp", ""), request.moment):
        return refuse(31, "Invalid Timestamp", "isv.timestamp-invalid", "时间戳无效")
    if not is_same(form.get("sign"), sign_top(form, SANDBOX_WORD)):
        return refuse(25, "Invalid signature", "isv.sign-check-failure", "签名错误")
    if method not in (UPGRADED, FORMER):
        return refuse(22, "Invalid method", "isv.method-not-exists", "方法不存在")
    page, size = form.get("page_no", "1"), form.get("page_size", "20")
    if not (page.isdigit() and size.isdigit() and int(page) >= 1 and 1 <= int(size) <= 100):
        return refuse(15, "Remote service error", "isv.invalid-parameter", "page_size应在1到100之间")
    offers = find_offers(request, form.get("q", ""))
    if form.get("sort") in SORTS:
        offers.sort(key=lambda offer: (offer.sold_30d, offer.product.product_id), reverse=SORTS[form["sort"]])
    shown = offers[(int(page) - 1) * int(size) : int(page) * int(size)]
    rows = [write_item(offer) if method == UPGRADED else write_former_item(offer) for offer in shown]
    key = method.removeprefix("taobao.").replace(".", "_") + "_response"
    return answer_json(
        {key: {"total_results": len(offers), "result_list": {"map_data": rows}, "request_id": "0"}}
    )


def serve_wall(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Search and item pages: on to the login."""
    return redirect_to("https://login.taobao.com/member/login.jhtml")


ROUTES = (
    Route(r"/router/rest", serve_gateway, ("GET", "POST")),
    Route(r"/search|/item\.htm", serve_wall),
)
