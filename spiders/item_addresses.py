"""Addresses of posts and offers in; the platform, kind and id of what they lead to out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from spiders.bilibili_ids import find_bvid
from spiders.platform_names import find_platform
from warehouse.records import PostKind

UNKNOWN_SITE = "web"
_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SLUG_BREAK = re.compile(r"[^a-z0-9-]+")


class Item(NamedTuple):
    """A post that an address leads to."""

    platform: str
    kind: PostKind
    post_id: str
    url: str
    parent_id: str | None = None


ADDRESS_TEMPLATES: Mapping[tuple[str, str], str] = {
    ("bilibili", "video"): "https://www.bilibili.com/video/{}",
    ("douyin", "video"): "https://www.douyin.com/video/{}",
    ("douyin", "note"): "https://www.douyin.com/note/{}",
    ("kuaishou", "video"): "https://www.kuaishou.com/short-video/{}",
    ("xiaohongshu", "note"): "https://www.xiaohongshu.com/explore/{}",
    ("xiaohongshu", "video"): "https://www.xiaohongshu.com/explore/{}",
    ("weibo", "note"): "https://m.weibo.cn/status/{}",
    ("weibo", "video"): "https://m.weibo.cn/status/{}",
    ("tieba", "note"): "https://tieba.baidu.com/p/{}",
    ("tiktok", "video"): "https://www.tiktok.com/@/video/{}",
}
"""Platform and kind -> address of a post by its id, where it needs neither token nor account.

Zhihu's stand below with their patterns: two sites of it have articles.
"""

_PATTERNS: tuple[tuple[re.Pattern[str], str, PostKind], ...] = (
    (re.compile(r"(?:bilibili\.com/video|//b23\.tv)/(BV[0-9A-Za-z]{10})"), "bilibili", "video"),
    (re.compile(r"douyin\.com/(?:share/)?video/(\d{15,20})"), "douyin", "video"),
    (re.compile(r"douyin\.com/(?:share/)?note/(\d{15,20})"), "douyin", "note"),
    # the video that stands open above a profile, a search or the front page
    (re.compile(r"douyin\.com/[^#]*[?&]modal_id=(\d{15,20})"), "douyin", "video"),
    (re.compile(r"kuaishou\.com/(?:short-video|u/\w+)/(3x\w+)"), "kuaishou", "video"),
    (
        re.compile(
            r"(?:xiaohongshu|rednote)\.com/(?:explore|discovery/item|search_result|user/profile/[0-9a-f]{24})/([0-9a-f]{24})"
        ),
        "xiaohongshu",
        "note",
    ),
    (re.compile(r"tieba\.baidu\.com/p/(\d{6,15})(?!\d)"), "tieba", "note"),
    (re.compile(r"tiktok\.com/@[^/]*/video/(\d{15,20})"), "tiktok", "video"),
)
_ZHIHU_PATTERNS: tuple[tuple[re.Pattern[str], PostKind, str], ...] = (
    (re.compile(r"zhihu\.com/question/(\d+)(?!\d|/answer)"), "question", "https://www.zhihu.com/question/{}"),
    (re.compile(r"zhuanlan\.zhihu\.com/p/(\d+)"), "article", "https://zhuanlan.zhihu.com/p/{}"),
    (re.compile(r"zhihu\.com/zvideo/(\d+)"), "video", "https://www.zhihu.com/zvideo/{}"),
    (re.compile(r"zhihu\.com/pin/(\d+)"), "note", "https://www.zhihu.com/pin/{}"),
    (re.compile(r"daily\.zhihu\.com/(?:story|api/\d/news)/(\d+)"), "article", "https://daily.zhihu.com/story/{}"),
)  # fmt: skip
_BILIBILI_NUMBER = re.compile(r"(?:bilibili\.com/video|//b23\.tv)/av(\d{1,15})(?!\w)", re.IGNORECASE)
_OFFER_PATTERNS = (
    re.compile(r"(?:taobao\.com|tmall\.com|tmall\.hk)/[^#]*[?&]id=(\d{5,20})(?!\d)"),
    re.compile(r"(?:yangkeduo|pinduoduo)\.com/[^#]*[?&]goods_id=(\d{5,20})(?!\d)"),
    re.compile(r"jd\.(?:com|hk)/(?:product/)?(\d{5,20})\.html"),
    re.compile(r"(?:jinritemai|haohuo\.snssdk)\.com/[^#]*[?&](?:id|product_id|goods_id)=(\d{5,20})(?!\d)"),
    re.compile(r"kwaixiaodian\.com/[^#]*[?&](?:id|itemId)=(\d{5,20})(?!\d)"),
    re.compile(r"xiaohongshu\.com/goods-detail/([0-9a-f]{24})"),
    re.compile(r"1688\.com/offer/(\d{5,20})\.html"),
    re.compile(r"goofish\.com/[^#]*[?&](?:id|itemId)=(\d{5,20})(?!\d)"),
    re.compile(r"(?:dewu|poizon)\.com/[^#]*[?&]spuId=(\d{3,20})(?!\d)"),
    re.compile(r"vip\.com/(?:detail|product)-\d+-(\d{5,20})\.html"),
    re.compile(r"suning\.com/(?:product/)?\d+/(\d{5,20})\.html"),
)
"""Addresses of offers with the ids that the shops give them."""
_ZHIHU_ANSWER = re.compile(r"zhihu\.com/question/(\d+)/answer/(\d+)")
_WEIBO = re.compile(r"(?:weibo\.com/\d{5,12}|m\.weibo\.cn/(?:status|detail))/([0-9A-Za-z]{6,20})(?:[/?#]|$)")


def identify_item(address: str) -> Item | None:
    """The post that an address leads to; None when it leads to no post of a known platform."""
    answer = _ZHIHU_ANSWER.search(address)
    if answer:
        question, number = answer.groups()
        url = f"https://www.zhihu.com/question/{question}/answer/{number}"
        return Item("zhihu", "answer", number, url, question)
    weibo = _WEIBO.search(address)
    if weibo:
        return Item("weibo", "note", decode_bid(weibo[1]), make_address("weibo", "note", weibo[1]))
    numbered = _BILIBILI_NUMBER.search(address)
    if numbered and (bvid := find_bvid(f"av{numbered[1]}")):
        return Item("bilibili", "video", bvid, make_address("bilibili", "video", bvid))
    for pattern, platform, kind in _PATTERNS:
        found = pattern.search(address)
        if found:
            return Item(platform, kind, found[1], make_address(platform, kind, found[1]))
    for pattern, kind, template in _ZHIHU_PATTERNS:
        found = pattern.search(address)
        if found:
            return Item("zhihu", kind, found[1], template.format(found[1]))
    return None


def identify_offer(address: str) -> str | None:
    """The id of the offer that an address leads to; None when it leads to none of a known shop."""
    found = (pattern.search(address) for pattern in _OFFER_PATTERNS)
    return next((offer[1] for offer in found if offer), None)


def make_address(platform: str, kind: str, post_id: str) -> str:
    """A post's address by its id; KeyError where ADDRESS_TEMPLATES has none."""
    return ADDRESS_TEMPLATES[platform, kind].format(post_id)


def decode_bid(bid: str) -> str:
    """Weibo's short name of a status -> its number: base 62, 4 letters for 7 digits; digits stay."""
    if bid.isdigit():
        return bid
    number = ""
    while bid:
        bid, group = bid[:-4], bid[-4:]
        value = 0
        for letter in group:
            value = value * 62 + _BASE62.index(letter)
        number = f"{value:07d}{number}"
    return number.lstrip("0")


def name_site(address: str) -> str:
    """Slug of the platform or else the host of an address; `web` when it has none."""
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return UNKNOWN_SITE
    slug = _SLUG_BREAK.sub("-", host).strip("-")[:64]
    return find_platform(address) or slug or UNKNOWN_SITE
