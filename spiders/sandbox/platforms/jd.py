"""JD: the Union gateway, which checks its signature, and item pages that lead to the risk handler."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from spiders.sandbox.identities import hash_number
from spiders.sandbox.offers import Offer, find_offers
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_WORD, is_current, is_same, sign_enclosed
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json, redirect_to

METHODS = ("jd.union.open.goods.query", "jd.union.open.goods.jingfen.query")


def refuse(code: str, text: str) -> Answer:
    """The gateway's error body."""
    return answer_json({"error_response": {"code": code, "zh_desc": text, "en_desc": text}})


def write_goods(offer: Offer) -> dict[str, object]:
    """One product as the Union describes it, prices in yuan."""
    product, yuan = offer.product, offer.price_fen / 100
    code, name = offer.category_id, product.topic.interest.name
    return {
        "skuId": int(product.product_id),
        "skuName": product.title,
        "spuid": int(product.product_id),
        "brandCode": str(hash_number("brand", product.brand) % 10**6),
        "brandName": product.brand,
        "materialUrl": f"item.jd.com/{product.product_id}.html",
        "owner": "p",
        "comments": product.earlier_reviews,
        "goodCommentsShare": 96.0,
        "inOrderCount30Days": offer.sold_30d,
        "inOrderComm30Days": round(offer.sold_30d * yuan * 0.1, 2),
        "isHot": int(offer.sold_30d > 100),
        "categoryInfo": {
            "cid1": code,
            "cid1Name": name,
            "cid2": code + 100,
            "cid2Name": name,
            "cid3": code + 200,
            "cid3Name": product.topic.tag,
        },
        "commissionInfo": {"commission": round(yuan * 0.1, 2), "commissionShare": 10.0},
        "couponInfo": {"couponList": []},
        "imageInfo": {"imageList": [{"url": "https://img14.360buyimg.com/n1/jfs/t1/0.jpg"}]},
        "priceInfo": {
            "price": offer.list_price_fen / 100,
            "lowestPrice": yuan,
            "lowestPriceType": 1,
            "lowestCouponPrice": yuan,
        },
        "shopInfo": {
            "shopId": hash_number("shop", product.shop) % 10**8,
            "shopName": product.shop,
            "shopLevel": 4.9,
        },
    }


def serve_gateway(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The Union gateway; a good answer is JSON inside a string, under the key that is spelled so."""
    form = request.form()
    method = form.get("method", "")
    if not is_same(form.get("app_key"), SANDBOX_APP):
        return refuse("18", "无效的app_key")
    if not is_current(form.get("timestamp", ""), request.moment):
        return refuse("21", "无效的时间戳")
    if not is_same(form.get("sign"), sign_enclosed(form, SANDBOX_WORD)):
        return refuse("12", "无效签名")
    if method not in METHODS:
        return refuse("19", "不存在的方法名")
    try:
        asked = json.loads(form.get("360buy_param_json", ""))[
            "goodsReqDTO" if method == METHODS[0] else "goodsReq"
        ]
        page, size = int(asked.get("pageIndex", 1)), int(asked.get("pageSize", 20))
        keyword = str(asked.get("keyword", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return wrap(method, {"code": 400, "message": "参数错误", "requestId": "0"})
    if not (page >= 1 and 1 <= size <= 30):
        return wrap(method, {"code": 400, "message": "pageSize不能超过30", "requestId": "0"})
    offers = find_offers(request, keyword)
    rows = [write_goods(offer) for offer in offers[(page - 1) * size : page * size]]
    return wrap(
        method, {"code": 200, "message": "success", "requestId": "0", "totalCount": len(offers), "data": rows}
    )


def wrap(method: str, result: dict[str, object]) -> Answer:
    """The gateway's envelope, misspelt as on the platform."""
    key = method.replace(".", "_") + "_responce"
    return answer_json({key: {"code": "0", "queryResult": json.dumps(result, ensure_ascii=False)}})


def serve_item(request: SiteRequest, match: re.Match[str]) -> Answer:
    """An item page without cookies: on to the risk handler."""
    item = quote(f"https://item.jd.com{request.path}", safe="")
    return redirect_to(f"https://cfe.m.jd.com/privatedomain/risk_handler/03101900/?returnurl={item}&evtype=2")


ROUTES = (
    Route(r"/routerjson", serve_gateway, ("GET", "POST")),
    Route(r"/\d+\.html", serve_item),
)
