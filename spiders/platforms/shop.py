"""Any shop or site that describes products and videos by schema.org; its sitemap leads to the products."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from spiders.captions import extract_hashtags
from spiders.errors import MissingField
from spiders.fields import (
    pick,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_text,
    read_title,
    read_url,
    require_id,
    require_title,
    strip_query,
)
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.schema_offers import read_interactions, read_offers, read_rating
from spiders.sitemaps import read_sitemap
from spiders.structured_data import StructuredData, as_list, name_of, read_structured_data
from warehouse.records import Listing, Post

PRODUCT_PATH = re.compile(r"/(?:products?|items?|goods|p|dp|sku|shangpin|detail)[/_-]", re.IGNORECASE)
PRODUCT_TYPES = ("Product", "IndividualProduct", "ProductModel", "ProductGroup")
PRODUCT_IDS = ("sku", "productID", "gtin", "gtin13", "gtin8", "mpn", "productGroupID")


class Shop(Platform):
    """Product and VideoObject pages of any site; its host names the platform of its records."""

    name = "shop"
    title = "Any shop (schema.org)"
    homepage = "https://schema.org/Product"
    addresses: ClassVar = {"site": ""}
    page_kinds: ClassVar = {
        "sitemap": PageKind(r"sitemap[^/]*\.xml", r"<(?:urlset|sitemapindex)\b"),
        "product": PageKind(r"^https?://", r"application/ld\+json|og:type"),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """Sitemaps of the sites, or the product pages, whose addresses the user gave."""
        for target in order.targets or ([self.address("site", "")] if self.address("site", "") else []):
            if target.endswith((".xml", ".xml.gz")):
                yield PageRequest(target, "sitemap")
            elif order.targets and urlsplit(target).path.strip("/"):
                yield PageRequest(target, "product")
            else:
                yield PageRequest(target.rstrip("/") + "/sitemap.xml", "sitemap")

    def parse_sitemap(self, page: Page) -> Iterator[Parsed]:
        """Requests for the sitemaps and product pages that a sitemap lists, on its own host only."""
        sitemap = read_sitemap(page.body)
        host = urlsplit(page.url).netloc
        pages = [
            url
            for url in (read_url(loc, page.url) for loc in sitemap.pages)
            if url and urlsplit(url).netloc == host
        ]
        likely = [url for url in pages if PRODUCT_PATH.search(urlsplit(url).path)]
        for loc in sitemap.sitemaps:
            url = read_url(loc, page.url)
            if url and urlsplit(url).netloc == host:
                yield PageRequest(url, "sitemap")
        for url in likely or pages:
            yield PageRequest(url, "product")

    def parse_product(self, page: Page) -> Iterator[Parsed]:
        """The listing, its reviews, and the videos of a page; nothing from a page that describes none."""
        data = read_structured_data(page.text, page.url)
        for product in data.of_type(*PRODUCT_TYPES):
            yield from self.read_each(page, "listings", [product], self._read_listing, data)
            reviews = as_list(product.get("review")) + as_list(product.get("reviews"))
            yield from self.read_each(page, "posts", reviews, self._read_review, product, data)
        yield from self.read_each(page, "posts", data.of_type("VideoObject"), self._read_video, data)

    def _read_listing(self, item: Json, page: Page, data: StructuredData) -> Listing:
        offers = read_offers(item, data.properties)
        rating, review_count = read_rating(item)
        return Listing(
            platform=_slug(page, data),
            listing_id=_listing_id(item, page),
            url=_address(item, page, data),
            title=require_title(pick(item, "name") or data.properties.get("og:title")),
            text=read_text(pick(item, "description")),
            shop=read_name(offers.seller) or read_name(data.properties.get("og:site_name")),
            brand=read_name(name_of(pick(item, "brand"))),
            category_path=_read_categories(pick(item, "category")),
            price=offers.price,
            price_high=offers.price_high,
            list_price=offers.list_price,
            currency=offers.currency,
            rating=rating,
            review_count=review_count,
            in_stock=offers.in_stock,
            captured_at=page.captured_at,
            run_id=page.run_id,
        )

    def _read_review(self, item: Json, page: Page, product: Json, data: StructuredData) -> Post:
        listing_id = _listing_id(product, page)
        text = read_text(pick(item, "reviewBody") or pick(item, "description"))
        if not text:
            raise MissingField("a review without text", "")
        author = pick(item, "author")
        author_id = read_id(pick(author, "identifier") or pick(author, "url") or name_of(author))
        key = self.author_key(author_id)
        content = f"{listing_id}\x1f{key}\x1f{pick(item, 'datePublished')}\x1f{text}"
        given = read_id(pick(item, "identifier") or pick(item, "@id"))
        return Post(
            platform=_slug(page, data),
            post_id=given or hashlib.sha256(content.encode()).hexdigest()[:24],
            kind="comment",
            parent_id=listing_id,
            url=_address(product, page, data),
            title=read_title(pick(item, "name") or pick(item, "headline")),
            text=text,
            author_key=key,
            **read_published(pick(item, "datePublished"), page.captured_at),
            captured_at=page.captured_at,
            run_id=page.run_id,
        )

    def _read_video(self, item: Json, page: Page, data: StructuredData) -> Post:
        url = _address(item, page, data)
        given = read_id(pick(item, "identifier")) or url or read_url(pick(item, "contentUrl"), page.url)
        description = read_text(pick(item, "description"))
        words = pick(item, "keywords")
        keywords = words.split(",") if isinstance(words, str) else as_list(words)
        tags = [tag.lstrip("#") for tag in map(read_name, keywords) if tag]
        author = pick(item, "author")
        return Post(
            platform=_slug(page, data),
            post_id=require_id(given),
            kind="video",
            url=url,
            title=require_title(pick(item, "name") or pick(item, "headline")),
            text=description,
            hashtags=tuple(dict.fromkeys([*tags, *extract_hashtags(description)])),
            author_key=self.author_key(
                read_id(pick(author, "identifier") or pick(author, "url") or name_of(author))
            ),
            **read_published(pick(item, "uploadDate") or pick(item, "datePublished"), page.captured_at),
            **read_counts(read_interactions(item)),
            captured_at=page.captured_at,
            run_id=page.run_id,
        )


def _address(item: Json, page: Page, data: StructuredData) -> str | None:
    shown = read_url(pick(item, "url"), page.url) or read_url(data.properties.get("og:url"), page.url)
    url = shown or (page.url if page.url.startswith("http") else None)
    return strip_query(url, "id", "item_id", "sku", "goods_id") if url else None


def _listing_id(item: Json, page: Page) -> str:
    for name in PRODUCT_IDS:
        found = read_id(pick(item, name))
        if found:
            return found
    url = read_url(pick(item, "url"), page.url) or page.url
    return require_id(
        strip_query(urljoin(page.url, url), "id", "item_id", "sku", "goods_id") if url else None
    )


def _slug(page: Page, data: StructuredData) -> str:
    """Slug of the site: its host without www; `shop` where that is an IP address or not known."""
    host = (urlsplit(page.url or data.properties.get("og:url", "")).hostname or "").removeprefix("www.")
    try:
        ip_address(host)
    except ValueError:
        slug = re.sub(r"[^a-z0-9-]+", "-", host.lower()).strip("-")[:64]
        return slug if slug and slug != "localhost" else Shop.name
    return Shop.name


def _read_categories(value: Json) -> tuple[str, ...]:
    names = [read_name(name_of(member)) for member in as_list(value)]
    parts = [part.strip() for name in names if name for part in re.split(r"[>›»]", name)]
    return tuple(part for part in parts if part and not part.startswith("http"))
