"""schema.org Products, Reviews and VideoObjects of a page in; listings and posts out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

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
from spiders.page import Json, Page
from spiders.schema_offers import read_interactions, read_offers, read_rating
from spiders.schema_products import QUERY_IDS, Catalogue
from spiders.shown_offers import Sold, find_sold, find_struck_price
from spiders.structured_data import StructuredData, as_list, name_of, value_of
from warehouse.records import Listing, Post

AuthorKey = Callable[[str | None, str], str | None]
UNNAMED_SITE = "shop"
"""Platform of records from a site whose host is an IP address or not known."""


def read_listing(item: Json, page: Page, data: StructuredData, catalogue: Catalogue) -> Listing:
    """A Product of a page -> its listing; errors as the values it is made of."""
    offers = read_offers(item, data.properties)
    rating, review_count = read_rating(item)
    struck = find_struck_price(page.text, offers.price, offers.currency) if catalogue.is_single else None
    sold = find_sold(page.text) if catalogue.is_single else Sold()
    return Listing(
        platform=find_site_slug(page, data),
        listing_id=catalogue.identify(item, page),
        url=find_item_address(item, page, data),
        title=require_title(name_of(pick(item, "name")) or data.properties.get("og:title")),
        text=read_text(pick(item, "description")),
        shop=read_name(offers.seller) or read_name(data.properties.get("og:site_name")),
        brand=read_name(name_of(pick(item, "brand"))),
        category_path=_read_categories(pick(item, "category")),
        price=offers.price,
        price_high=offers.price_high,
        list_price=offers.list_price or struck,
        currency=offers.currency,
        **sold,
        rating=rating,
        review_count=review_count,
        in_stock=offers.in_stock,
        captured_at=page.captured_at,
        run_id=page.run_id,
    )


def read_review(
    item: Json, page: Page, product: Json, data: StructuredData, catalogue: Catalogue, author_key: AuthorKey
) -> Post:
    """A Review of a Product -> a comment under its listing; MissingField when it has no text."""
    listing_id, site = catalogue.identify(product, page), find_site_slug(page, data)
    key = author_key(find_author(item), site)
    text = read_text(pick(item, "reviewBody") or pick(item, "description"))
    if not text:
        raise MissingField("a review without text", "")
    content = f"{listing_id}\x1f{key}\x1f{pick(item, 'datePublished')}\x1f{text}"
    given = read_id(value_of(pick(item, "identifier")) or pick(item, "@id"))
    return Post(
        platform=site,
        post_id=f"{listing_id}{given}"
        if given and given.startswith("#")
        else given or hashlib.sha256(content.encode()).hexdigest()[:24],
        kind="comment",
        parent_id=listing_id,
        url=find_item_address(product, page, data),
        title=read_title(pick(item, "name") or pick(item, "headline")),
        text=text,
        author_key=key,
        **read_published(pick(item, "datePublished"), page.captured_at),
        captured_at=page.captured_at,
        run_id=page.run_id,
    )


def read_video(item: Json, page: Page, data: StructuredData, author_key: AuthorKey) -> Post:
    """A VideoObject of a page -> a post."""
    url = find_item_address(item, page, data)
    given = read_id(value_of(pick(item, "identifier"))) or url or read_url(pick(item, "contentUrl"), page.url)
    description = read_text(pick(item, "description"))
    site = find_site_slug(page, data)
    return Post(
        platform=site,
        post_id=require_id(given),
        kind="video",
        url=url,
        title=require_title(pick(item, "name") or pick(item, "headline")),
        text=description,
        hashtags=read_hashtags(item, description),
        author_key=author_key(find_author(item), site),
        **read_published(pick(item, "uploadDate") or pick(item, "datePublished"), page.captured_at),
        **read_counts(read_interactions(item)),
        captured_at=page.captured_at,
        run_id=page.run_id,
    )


def find_author(item: Json) -> str | None:
    """What tells the author: an identifier, an address, or only a name."""
    author = (as_list(pick(item, "author")) or [None])[0]
    return read_id(pick(author, "identifier") or pick(author, "url") or name_of(author))


def find_item_address(item: Json, page: Page, data: StructuredData) -> str | None:
    """Address of an item: its own, the page's canonical one, or the page's, without trackers."""
    shown = read_url(pick(item, "url"), page.url) or read_url(data.properties.get("og:url"), page.url)
    url = shown or (page.url if page.url.startswith("http") else None)
    return strip_query(url, *QUERY_IDS) if url else None


def find_site_slug(page: Page, data: StructuredData) -> str:
    """Slug of the site: its host without www; `shop` where that is an IP address or not known."""
    host = (urlsplit(page.url or data.properties.get("og:url", "")).hostname or "").removeprefix("www.")
    try:
        ip_address(host)
    except ValueError:
        slug = re.sub(r"[^a-z0-9-]+", "-", host.lower()).strip("-")[:64]
        return slug if slug and slug != "localhost" else UNNAMED_SITE
    return UNNAMED_SITE


def _read_categories(value: Json) -> tuple[str, ...]:
    names = [read_name(name_of(member)) for member in as_list(value)]
    parts = [part.strip() for name in names if name for part in re.split(r"[>›»]", name)]
    return tuple(part for part in parts if part and not part.startswith("http"))


def read_hashtags(item: Json, text: str) -> tuple[str, ...]:
    """Keywords of an item, by comma or as a list, then the hashtags of its text."""
    words = pick(item, "keywords")
    keywords = words.split(",") if isinstance(words, str) else as_list(words)
    tags = [tag.lstrip("#") for tag in map(read_name, keywords) if tag]
    return tuple(dict.fromkeys([*tags, *extract_hashtags(text)]))
