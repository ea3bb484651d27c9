"""Pinduoduo: the 多多进宝 gateway, which checks its signature, and goods pages that lead to the login."""

from __future__ import annotations

import re
from urllib.parse import quote

from spiders.sandbox.identities import hash_number
from spiders.sandbox.offers import Offer, find_offers, show_floor
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_WORD, is_current, is_same, sign_enclosed
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json, redirect_to


def refuse(code: int, message: str, detail: str) -> Answer:
    """The gateway's error body."""
    error = {"error_msg": message, "sub_msg": detail, "sub_code": None, "error_code": code, "request_id": "0"}
    return answer_json({"error_response": error})


def write_goods(offer: Offer) -> dict[str, object]:
    """One product, prices in fen; a coupon on every fourth."""
    product = offer.product
    has_coupon = int(product.product_id) % 4 == 0
    discount = 500 if has_coupon and offer.price_fen > 2000 else 0
    return {
        "goods_sign": f"c9{hash_number('goods sign', product.product_id):020d}",
        "goods_id": int(product.product_id),
        "goods_name": product.title,
        "goods_desc": product.text,
        "goods_thumbnail_url": "https://img.pddpic.com/0.jpeg",
        "min_group_price": offer.price_fen + discount,
        "min_normal_price": offer.list_price_fen,
        "coupon_discount": discount,
        "coupon_min_order_amount": offer.price_fen if discount else 0,
        "has_coupon": discount > 0,
        "promotion_rate": 100,
        "sales_tip": show_floor(offer.sold_ever),
        "mall_id": hash_number("mall", product.shop) % 10**9,
        "mall_name": product.shop,
        "merchant_type": 3,
        "brand_name": product.brand,
        "category_id": offer.category_id,
        "category_name": product.topic.interest.name,
        "opt_id": offer.category_id,
        "opt_name": product.topic.interest.name,
        "desc_txt": "高",
        "lgst_txt": "高",
        "serv_txt": "高",
    }


def serve_gateway(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The gateway with search and recommendations."""
    form = request.form() | {name: str(value) for name, value in request.document().items()}
    if not is_same(form.get("client_id"), SANDBOX_APP):
        return refuse(10001, "公共参数错误:client_id", "client_id不存在")
    if not is_current(form.get("timestamp", ""), request.moment):
        return refuse(10001, "公共参数错误:timestamp", "时间戳已过期")
    if not is_same(form.get("sign"), sign_enclosed(form, SANDBOX_WORD)):
        return refuse(10001, "公共参数错误:sign", "sign签名校验失败")
    page, size = form.get("page", "1"), form.get("page_size", "100")
    if not (page.isdigit() and size.isdigit() and int(page) >= 1 and 10 <= int(size) <= 100):
        return refuse(50001, "业务服务错误", "page_size应在10到100之间")
    window = slice((int(page) - 1) * int(size), int(page) * int(size))
    kind = form.get("type")
    if kind == "pdd.ddk.goods.search":
        if int(page) > 1 and not form.get("list_id"):
            return refuse(50001, "业务服务错误", "翻页需要list_id")
        offers = find_offers(request, form.get("keyword", ""))
        rows = [write_goods(offer) for offer in offers[window]]
        listed = {"list_id": "sandbox-list", "search_id": "0", "total_count": len(offers), "request_id": "0"}
        return answer_json({"goods_search_response": {"goods_list": rows} | listed})
    if kind == "pdd.ddk.goods.recommend.get":
        offers = sorted(
            find_offers(request, ""), key=lambda offer: (-offer.sold_30d, offer.product.product_id)
        )
        rows = [write_goods(offer) for offer in offers[window]]
        return answer_json(
            {"goods_basic_detail_response": {"list": rows, "list_id": "0", "total": len(offers)}}
        )
    return refuse(10000, "参数错误", "type不存在")


def serve_goods(request: SiteRequest, match: re.Match[str]) -> Answer:
    """A goods page without cookies: on to the login."""
    return redirect_to(f"{request.base}/login.html?from={quote(request.path)}")


ROUTES = (
    Route(r"/api/router", serve_gateway, ("POST",)),
    Route(r"/goods\d?\.html", serve_goods),
)
