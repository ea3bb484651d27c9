"""Any shop or site that describes products and videos by schema.org; its sitemap leads to the products."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from spiders.errors import BadPayload
from spiders.fields import read_url
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.schema_posts import POST_TYPES, list_answers, list_shown, read_answer, read_posting
from spiders.schema_products import Catalogue, list_products
from spiders.schema_records import read_listing, read_review, read_video
from spiders.sitemaps import read_sitemap
from spiders.structured_data import StructuredData, as_list, read_structured_data

PRODUCT = re.compile(r'"@type"\s*:\s*\[?\s*"(?:[^"]{0,100}[/:])?Product\w*"')
PRODUCT_PATH = re.compile(r"/(?:products?|items?|goods|p|dp|sku|shangpin|detail)[/_-]", re.IGNORECASE)
PRODUCT_LIST = re.compile(r"product|(?<!s)item|goods|sku|shangpin", re.IGNORECASE)
"""Sitemaps of an index that are read first: a shop's blog may fill the budget by itself."""

NEXT_PAGE = re.compile(
    r"<(?:a|link)\b(?=[^>]{0,300}\brel=[\"']?next\b)[^>]{0,300}\bhref=[\"']([^\"'>]{1,2000})", re.I
)


class Shop(Platform):
    """Product and VideoObject pages of any site; its host names the platform of its records."""

    name = "shop"
    title = "Any shop (schema.org)"
    homepage = "https://schema.org/Product"
    needs_targets = True
    addresses: ClassVar = {"site": ""}
    page_kinds: ClassVar = {
        "sitemap": PageKind(r"sitemap[^/]*\.(?:xml|txt)", r"<(?:urlset|sitemapindex)\b"),
        "product": PageKind(r"^https?://", r"application/ld\+json|og:type|\bitemtype="),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """Sitemaps of the sites, or the product pages, whose addresses the user gave."""
        context = {"left": str(order.page_budget)}
        site = self.address("site", "")
        for target in order.targets or ([site] if site else []):
            if target.endswith((".xml", ".xml.gz", ".txt", ".txt.gz")):
                yield PageRequest(target, "sitemap", context)
            elif order.targets and urlsplit(target).path.strip("/"):
                yield PageRequest(target, "product", context)
            else:
                yield PageRequest(target.rstrip("/") + "/sitemap.xml", "sitemap", context)

    def parse_sitemap(self, page: Page) -> Iterator[Parsed]:
        """Requests for the sitemaps and product pages that a sitemap lists, on its own host only."""
        sitemap = read_sitemap(page.body)
        context = {"left": page.context.get("left", "1")}
        lists = _keep_own(sitemap.sitemaps, page)
        for url in sorted(lists, key=lambda url: not PRODUCT_LIST.search(urlsplit(url).path)):
            yield PageRequest(url, "sitemap", context)
        pages = _keep_own(sitemap.pages, page)
        for url in [url for url in pages if PRODUCT_PATH.search(urlsplit(url).path)] or pages:
            yield PageRequest(url, "product", context)

    def parse_product(self, page: Page) -> Iterator[Parsed]:
        """The listing, its reviews page by page, and the videos, else the question or article of a page.

        Nothing from a page that describes none of them.
        """
        data = read_structured_data(page.text, page.url)
        catalogue = list_products(data, page)
        products = catalogue.products
        for product in products:
            yield from self.read_each(page, "listings", [product], read_listing, data, catalogue)
            reviews = as_list(product.get("review")) + as_list(product.get("reviews"))
            yield from self.read_each(
                page, "posts", reviews, read_review, product, data, catalogue, self.author_key
            )
        videos = data.of_type("VideoObject")
        yield from self.read_each(page, "posts", videos, read_video, data, self.author_key)
        if not products and not videos:
            yield from self._read_postings(page, data)
        for script in data.unread if not products else ():
            if PRODUCT.search(script):
                # What it holds cannot be told from names of people, so none of it is kept.
                what, told = "JSON-LD of a product that cannot be read", {"url": page.url}
                yield self.reject(page, "listings", BadPayload.reason, what, told)
        left = int(page.context.get("left", "1")) - 1
        onward = NEXT_PAGE.search(page.text)
        if products and onward and left > 0:
            for url in _keep_own([html.unescape(onward[1])], page):
                yield PageRequest(url, "product", {"left": str(left)})

    def _read_postings(self, page: Page, data: StructuredData) -> Iterator[Parsed]:
        """Questions with their answers, articles and postings; else what OpenGraph alone tells."""
        postings = data.of_type(*POST_TYPES)
        yield from self.read_each(page, "posts", postings, read_posting, data, self)
        for question in postings:
            answers = list_answers(question)
            yield from self.read_each(page, "posts", answers, read_answer, question, data, self)
        for kind, item in [] if postings else list_shown(data):
            if kind == "Product":
                shown = Catalogue([item], frozenset())
                yield from self.read_each(page, "listings", [item], read_listing, data, shown)
            elif kind == "VideoObject":
                yield from self.read_each(page, "posts", [item], read_video, data, self.author_key)
            else:
                yield from self.read_each(page, "posts", [item], read_posting, data, self)


def _keep_own(addresses: list[str], page: Page) -> list[str]:
    """Addresses, made absolute, that are on the page's own host, with `www.` or without."""
    host = urlsplit(page.url).netloc.removeprefix("www.")
    absolute = (read_url(address, page.url) for address in addresses)
    return [url for url in absolute if url and urlsplit(url).netloc.removeprefix("www.") == host]
