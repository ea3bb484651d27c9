"""Kuaishou's open platform: products of 快分销 behind a signature."""

from __future__ import annotations

import json
import re

from spiders.sandbox.offers import Offer, find_offers
from spiders.sandbox.signatures import (
    SANDBOX_APP,
    SANDBOX_TOKEN,
    SANDBOX_WORD,
    is_current,
    is_same,
    sign_kuaishou,
)
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json

PLATFORM = "kuaishou"
LIST_METHOD = "open.distribution.cps.kwaimoney.selection.item.list"


def refuse(code: int, message: str) -> Answer:
    """The gateway's error body."""
    return answer_json(
        {"result": code, "code": str(code), "error_msg": message, "sub_code": "", "sub_msg": ""}
    )


def write_item(offer: Offer) -> dict[str, object]:
    """One product, prices in fen."""
    product = offer.product
    return {
        "goodsId": int(product.product_id),
        "goodsTitle": product.title,
        "goodsDesc": product.text,
        "goodsPrice": offer.list_price_fen,
        "zkGoodsPrice": offer.price_fen,
        "mallId": int(product.product_id) % 10**6,
        "mallName": product.shop,
        "mallType": 1,
        "goodsImageUrl": "https://p1.a.kwimgs.com/0.jpg",
        "goodsGalleryUrls": [],
        "categoryId": offer.category_id,
        "promotionRate": 100,
        "promotionAmount": offer.price_fen // 10,
        "salesTip": offer.sold_30d,
        "channelIds": [],
    }


def serve_items(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The list of items, paged by the cursor pageIndex."""
    form = request.form()
    if not is_same(form.get("appkey"), SANDBOX_APP):
        return refuse(21, "appkey无效")
    if not is_same(form.get("access_token"), SANDBOX_TOKEN):
        return refuse(24, "access_token无效或已过期")
    if not is_current(form.get("timestamp", ""), request.moment):
        return refuse(23, "时间戳无效")
    if not is_same(form.get("sign"), sign_kuaishou(form, SANDBOX_WORD)):
        return refuse(22, "签名错误")
    if form.get("method") != LIST_METHOD:
        return refuse(20, "方法不存在")
    try:
        asked = json.loads(form.get("param", "{}"))
        start, size = int(asked.get("pageIndex") or 0), int(asked.get("pageSize", 20))
        keyword = str(asked.get("keyword", ""))
    except (ValueError, TypeError, AttributeError):
        return refuse(26, "业务参数错误")
    if not (start >= 0 and 1 <= size <= 200):
        return refuse(26, "pageSize不能超过200")
    offers = find_offers(request, keyword)
    following = str(start + size) if start + size < len(offers) else "no_more"
    rows = [write_item(offer) for offer in offers[start : start + size]]
    return answer_json(
        {
            "code": "1",
            "msg": "success",
            "sub_code": "",
            "sub_msg": "",
            "result": 1,
            "error_msg": "SUCCESS",
            "data": {"pageIndex": following, "itemList": rows},
        }
    )


ROUTES = (
    Route(r"/|/open/distribution/cps/kwaimoney/selection/item/list", serve_items, ("POST",)),
    Route(r"/open/distribution/cps/kwaimoney/selection/item/list", serve_items),
)
