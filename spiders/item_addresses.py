"""Addresses that feeds and aggregators link to in; the platform, kind and id of what they lead to out."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from spiders.imports.identifiers import clean_address, find_platform
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


_PATTERNS: tuple[tuple[re.Pattern[str], str, PostKind, str], ...] = (
    (re.compile(r"(?:bilibili\.com/video|//b23\.tv)/(BV[0-9A-Za-z]{10})"), "bilibili", "video", "https://www.bilibili.com/video/{}"),
    (re.compile(r"douyin\.com/(?:share/)?video/(\d{15,20})"), "douyin", "video", "https://www.douyin.com/video/{}"),
    (re.compile(r"douyin\.com/(?:share/)?note/(\d{15,20})"), "douyin", "note", "https://www.douyin.com/note/{}"),
    (re.compile(r"kuaishou\.com/(?:short-video|u/\w+)/(3x\w+)"), "kuaishou", "video", "https://www.kuaishou.com/short-video/{}"),
    (re.compile(r"xiaohongshu\.com/(?:explore|discovery/item)/([0-9a-f]{24})"), "xiaohongshu", "note", "https://www.xiaohongshu.com/explore/{}"),
    (re.compile(r"zhihu\.com/question/(\d+)(?!\d|/answer)"), "zhihu", "question", "https://www.zhihu.com/question/{}"),
    (re.compile(r"zhuanlan\.zhihu\.com/p/(\d+)"), "zhihu", "article", "https://zhuanlan.zhihu.com/p/{}"),
    (re.compile(r"zhihu\.com/zvideo/(\d+)"), "zhihu", "video", "https://www.zhihu.com/zvideo/{}"),
    (re.compile(r"zhihu\.com/pin/(\d+)"), "zhihu", "note", "https://www.zhihu.com/pin/{}"),
    (re.compile(r"daily\.zhihu\.com/(?:story|api/\d/news)/(\d+)"), "zhihu", "article", "https://daily.zhihu.com/story/{}"),
    (re.compile(r"tiktok\.com/@[^/]*/video/(\d{15,20})"), "tiktok", "video", "https://www.tiktok.com/@/video/{}"),
)  # fmt: skip
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
        return Item("weibo", "note", decode_bid(weibo[1]), f"https://m.weibo.cn/status/{weibo[1]}")
    for pattern, platform, kind, url in _PATTERNS:
        found = pattern.search(address)
        if found:
            return Item(platform, kind, found[1], url.format(found[1]))
    return None


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


def keep_address(address: object) -> str | None:
    """An address as records keep it: no tokens, no accounts, at most 2,083 characters."""
    clean = clean_address(address)
    return clean if clean and len(clean) <= 2_083 else None
