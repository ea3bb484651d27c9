"""JD: item and search pages, offers and reviews that a user saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from spiders.errors import Blocked, PageChanged
from spiders.fields import pick, read_name, require_list
from spiders.jd_offers import (
    find_offer,
    list_answer_offer,
    list_search_offers,
    list_ware,
    read_offer,
    read_review,
)
from spiders.nested import find_items
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform


class Jd(Platform):
    """Pages of jd.com as users have them; without a login it shows robots a risk page."""

    name = "jd"
    title = "JD 京东"
    homepage = "https://www.jd.com"
    routes = ("import",)
    page_kinds: ClassVar = {
        "reviews": PageKind(
            r"productPageComments|getLegoWareDetailComment|getCommentListPage",
            r'"(?:productCommentSummary|hotCommentTagStatistics|commentInfoList)"\s*:',
        ),
        "ware": PageKind(r"pc_detailpage_wareBusiness", r'"wareInfoReadMap"\s*:'),
        "offers": PageKind(r"pctradesoa_diviner|pc_search_searchWare", r'"(?:wareList|isSelfSku)"\s*:'),
        "search": PageKind(r"search\.jd\.com/", r"gl-item"),
        "item": PageKind(r"item\.(?:m\.)?jd\.com/|risk_handler", r"pageConfig\s*=|_itemOnly"),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """None: nothing here answers without a login."""
        return iter(())

    def parse_item(self, page: Page) -> Iterator[Parsed]:
        """The listing of an item's page."""
        if "risk_handler" in page.url:
            raise Blocked("risk page", page.url)
        offer = find_offer(page.text)
        if offer is None:
            raise PageChanged("pageConfig.product or _itemOnly.item", page.url)
        yield from self.read_each(page, "listings", [offer], read_offer, self)

    def parse_search(self, page: Page) -> Iterator[Parsed]:
        """Listings of a page of results."""
        offers = list(list_search_offers(page.text))
        if not offers:
            raise PageChanged("li.gl-item[data-sku]", page.url)
        yield from self.read_each(page, "listings", offers, read_offer, self)

    def parse_ware(self, page: Page) -> Iterator[Parsed]:
        """The listing of an item's answer."""
        answer = page.json()
        if str(pick(answer, "code")) == "605":
            raise Blocked("code 605", page.url)
        if not isinstance(pick(answer, "wareInfoReadMap"), dict):
            raise PageChanged("wareInfoReadMap", page.url)
        yield from self.read_each(page, "listings", [list_ware(answer)], read_offer, self)

    def parse_offers(self, page: Page) -> Iterator[Parsed]:
        """Listings of an answer of the search, or of recommendations."""
        answer = page.json()
        if str(pick(answer, "code")) == "605":
            raise Blocked("code 605", page.url)
        items = find_items(answer, "wareList")
        if items is None:
            items = require_list(page, answer, "data")
        offers = [list_answer_offer(item) for item in items]
        yield from self.read_each(page, "listings", offers, read_offer, self)

    def parse_reviews(self, page: Page) -> Iterator[Parsed]:
        """Reviews of an item."""
        answer = page.json()
        items = find_items(answer, "comments", "commentInfoList")
        if items is None:
            raise PageChanged("comments", page.url)
        asked = parse_qs(urlsplit(page.url).query)
        known = pick(answer, "productCommentSummary", "skuId") or pick(
            answer, "productCommentSummary", "SkuId"
        )
        listing_id = asked.get("productId", asked.get("sku", [None]))[0] or read_name(known)
        yield from self.read_each(page, "posts", items, read_review, self, listing_id)
