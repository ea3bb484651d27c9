"""HTML of Weibo's search and detail pages in; the mblog objects they show out."""

from __future__ import annotations

import re
from typing import Any

from parsel import Selector

from spiders.embedded_state import read_assigned_state
from spiders.page import Json

_BID = re.compile(r"weibo\.com/(?P<author>\d{4,12})/(?P<bid>\w{6,20})")
_AUTHOR = re.compile(r"weibo\.com/(?:u/)?(\d{4,12})")
_SPACES = re.compile(r"[ \t]+")
_COUNT_WORD = re.compile(r"^(?:转发|评论|赞|收藏)\s*(?=\d)")


def read_render_data(text: str) -> Json:
    """State of m.weibo.cn/detail: an array whose first member holds the status; None without one."""
    return read_assigned_state(text, "$render_data")


def list_search_results(text: str) -> list[dict[str, Any]] | None:
    """Cards of s.weibo.com/weibo as mblogs; None when it is no such page."""
    selector = Selector(text, type="html")
    cards = selector.css("div.card-wrap[mid]")
    if not cards and not selector.css(".card-no-result, .m-search, #pl_feedlist_index"):
        return None
    return [_read_card(card) for card in cards if card.css("p.txt")]


def _read_card(card: Selector) -> dict[str, Any]:
    own = card.css("div.content")[:1] or card
    texts = own.xpath("./p[contains(@class,'txt')]") or own.css("p.txt")
    full = next(
        (text for text in texts if "feed_list_content_full" in text.attrib.get("node-type", "")), None
    )
    links = own.xpath("./div[contains(@class,'from')]//a | ./div[contains(@class,'info')]//a/@href/parent::a")
    address = next((found for link in links if (found := _BID.search(link.attrib.get("href", "")))), None)
    sent = own.xpath("./div[contains(@class,'from')]/a")[:1]
    author = _AUTHOR.search(" ".join(own.css("div.info a::attr(href)").getall()))
    acts = card.css("div.card-act ul li")
    shown = [" ".join("".join(act.css("::text").getall()).split()) for act in acts]
    likes = card.css("div.card-act span.woo-like-count::text").get()
    # Four buttons stood there when collecting was one; since then forwarding comes first.
    first = len(shown) - 3
    return {
        "id": card.attrib.get("mid"),
        "bid": address["bid"] if address else None,
        "text": _read_markup(full if full is not None else texts[0]) if texts else None,
        "user": {"id": (address["author"] if address else None) or (author[1] if author else None)},
        "created_at": "".join(sent.css("::text").getall()).strip() or None,
        "reposts_count": _read_count(shown, first),
        "comments_count": _read_count(shown, first + 1),
        "attitudes_count": likes.strip() if likes else _read_count(shown, first + 2),
        "page_info": {"type": "video"} if own.css("video, [action-type=fl_h5_video]") else None,
    }


def _read_markup(paragraph: Selector) -> str:
    markup = str(paragraph.get()).replace("\u200b", "")
    return re.sub(r"<a\b[^<>]{0,500}action-type=.fl_(?:un)?fold.[^<>]{0,500}>.*?</a>", "", markup, flags=re.S)


def _read_count(shown: list[str], place: int) -> str | None:
    return _COUNT_WORD.sub("", shown[place]) if 0 <= place < len(shown) else None
