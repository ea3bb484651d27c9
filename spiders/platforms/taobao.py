"""Taobao and Tmall: search and item pages, and their answers, that a user saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from spiders.embedded_state import read_assigned_state
from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, pick_list, require_list
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.taobao_offers import open_answer, read_auction, read_item, read_review
from spiders.taobao_pages import find_item_state, list_shown_cards


class Taobao(Platform):
    """Pages of taobao.com and tmall.com as users have them; their robots.txt forbids every crawl."""

    name = "taobao"
    title = "Taobao 淘宝, Tmall 天猫"
    homepage = "https://www.taobao.com"
    routes = ("import",)
    page_kinds: ClassVar = {
        "search": PageKind(
            r"s\.taobao\.com/|list\.tmall\.com/|wirelessrecommend",
            r"g_page_config|\"itemsArray\"\s*:|id=\"content_items_wrapper\"|\"rgv587_flag\"",
        ),
        "item": PageKind(
            r"item\.taobao\.com/|detail\.(?:m\.)?tmall\.com/|getdetail|pcdetail",
            r"_DATA_Detail|__ICE_APP_CONTEXT__|g_config\s*=|"
            r"\"(?:sellerType|componentsVO|skuBase)\"\s*:|error/noitem",
        ),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """None: nothing here may be crawled."""
        return iter(())

    def parse_search(self, page: Page) -> Iterator[Parsed]:
        """Listings of a page of results."""
        if "<" not in page.text.lstrip()[:1]:
            items = require_list(page, open_answer(page), "itemsArray")
        else:
            state = read_assigned_state(page.text, "g_page_config")
            shown = list_shown_cards(page.text)
            if state is None and shown:
                yield from self.read_each(page, "listings", shown, read_auction, self)
                return
            if state is None or pick(state, "mods", "itemlist", "status") == "hide":
                raise Blocked("a search page without results: a login or captcha", page.url)
            items = require_list(page, state, "mods", "itemlist", "data", "auctions")
        yield from self.read_each(page, "listings", items, read_auction, self)

    def parse_item(self, page: Page) -> Iterator[Parsed]:
        """The listing of an item's page, and the reviews shown with it."""
        is_page = page.text.lstrip()[:1] == "<"
        state: Json = find_item_state(page.text) if is_page else open_answer(page)
        if pick(state, "item") is None:
            if "error/noitem" in page.text or "您查看的宝贝不存在" in page.text or "noitem" in page.url:
                raise SourceFailed("no item: it was taken down", page.url)
            if "_____tmd_____" in page.text or "login.taobao" in page.text or (is_page and state is None):
                raise Blocked("a page without its item: a login or captcha", page.url)
            raise PageChanged("item", page.url)
        yield from self.read_each(page, "listings", [state], read_item, self)
        item_id = pick(state, "item", "itemId")
        reviews = pick_list(state, "rate", "rateList")
        yield from self.read_each(page, "posts", reviews, read_review, self, item_id)
