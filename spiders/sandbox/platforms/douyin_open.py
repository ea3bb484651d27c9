"""Douyin's open platform: a client token, the daily billboard, and products of 精选联盟."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from spiders.moments import SHANGHAI
from spiders.sandbox.offers import Offer, find_offers
from spiders.sandbox.platforms.douyin import write_caption
from spiders.sandbox.signatures import (
    SANDBOX_APP,
    SANDBOX_TOKEN,
    SANDBOX_WORD,
    is_current,
    is_same,
    sign_doudian,
)
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json

PLATFORM = "douyin"
SEARCH = "alliance.materialsProductsSearch"


def wrap(content: dict[str, object], request: SiteRequest, code: int = 0, text: str = "") -> Answer:
    """The open platform's envelope, errors included."""
    extra = {
        "error_code": code,
        "description": text,
        "sub_error_code": 0,
        "sub_description": "",
        "logid": "0",
        "now": int(request.moment.timestamp() * 1000),
    }
    return answer_json({"data": {"error_code": code, "description": text} | content, "extra": extra})


def serve_token(request: SiteRequest, match: re.Match[str]) -> Answer:
    """A client token for the sandbox's app."""
    form = request.form() | {name: str(value) for name, value in request.document().items()}
    known = is_same(form.get("client_key"), SANDBOX_APP) and is_same(form.get("client_secret"), SANDBOX_WORD)
    if not known:
        return wrap({}, request, 10003, "client_key或者client_secret错误")
    return wrap({"access_token": SANDBOX_TOKEN, "expires_in": 7200}, request)


def serve_billboard(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The fifty hottest videos of the day before."""
    if not is_same(request.headers.get("access-token"), SANDBOX_TOKEN):
        return wrap({}, request, 2190008, "access_token过期，请刷新或重新授权")
    today = request.moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    posts = request.world.posts_between(today - timedelta(days=1), today, "douyin")
    ranked = sorted(posts, key=lambda post: (-post.final_views, post.serial))[:50]
    rows = []
    for place, post in enumerate(ranked, start=1):
        counts = post.counts_at(request.moment)
        rows.append(
            {
                "rank": place,
                "title": write_caption(post)[0],
                "author": post.author_name,
                "digg_count": counts["likes"],
                "comment_count": counts["comments"],
                "play_count": counts["views"],
                "hot_value": counts["views"] / 10,
                "hot_words": ",".join(post.hashtags),
                "item_cover": "https://p3.douyinpic.com/cover.jpeg",
                "share_url": f"https://www.iesdouyin.com/share/video/{post.post_id}/?region=CN",
            }
        )
    return wrap({"list": rows}, request)


def write_product(offer: Offer) -> dict[str, object]:
    """One product of 精选联盟, prices in fen."""
    product = offer.product
    return {
        "product_id": int(product.product_id),
        "title": product.title,
        "price": offer.list_price_fen,
        "coupon_price": offer.price_fen,
        "cos_ratio": 1000,
        "cos_fee": offer.price_fen // 10,
        "first_cid": offer.category_id,
        "second_cid": offer.category_id + 100,
        "third_cid": 0,
        "in_stock": product.is_in_stock(product.created_at),
        "sales": offer.sold_ever,
        "cover": "https://p3-item.ecombdimg.com/0.jpeg",
        "detail_url": f"https://haohuo.jinritemai.com/views/product/item2?id={product.product_id}",
        "shop_id": int(product.product_id) % 10**6,
        "shop_name": product.shop,
        "sharable": True,
    }


def answer_alliance(
    code: int, message: str, sub_code: str, content: dict[str, object] | None = None
) -> Answer:
    """The shop gateway's envelope."""
    return answer_json(
        {"code": code, "msg": message, "sub_code": sub_code, "sub_msg": "", "data": content, "log_id": "0"}
    )


def serve_alliance(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Product search of the shop gateway."""
    form = request.form()
    if not form.get("param_json") and request.body.startswith(b"{"):
        form["param_json"] = request.body.decode("utf-8", "replace")
    if not is_same(form.get("app_key"), SANDBOX_APP):
        return answer_alliance(40002, "app_key错误", "isv.app-key-error")
    if not is_current(form.get("timestamp", ""), request.moment):
        return answer_alliance(40002, "时间戳过期", "isv.timestamp-expired")
    if not is_same(form.get("sign"), sign_doudian(form, SANDBOX_WORD)):
        return answer_alliance(40003, "签名校验失败", "isv.signature-invalid")
    if form.get("method") != SEARCH:
        return answer_alliance(40005, "方法不存在", "isv.method-not-exists")
    try:
        asked = json.loads(form.get("param_json", "{}"))
        page, size = int(asked.get("page", 1)), int(asked.get("page_size", 20))
        keyword = str(asked.get("title", ""))
    except (ValueError, TypeError, AttributeError):
        return answer_alliance(50002, "业务参数错误", "isv.parameter-invalid")
    if not (page >= 1 and 1 <= size <= 20):
        return answer_alliance(50002, "page_size不能超过20", "isv.parameter-invalid")
    offers = find_offers(request, keyword)
    rows = [write_product(offer) for offer in offers[(page - 1) * size : page * size]]
    return answer_alliance(10000, "success", "", {"total": len(offers), "products": rows})


ROUTES = (
    Route(r"/oauth/client_token/", serve_token, ("POST",)),
    Route(r"/data/extern/billboard/hot_video/", serve_billboard),
    Route(r"/alliance/materialsProductsSearch", serve_alliance, ("GET", "POST")),
)
