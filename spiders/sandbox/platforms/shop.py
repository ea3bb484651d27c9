"""A shop: sitemap index, product pages with schema.org Product, feeds, and a video page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from spiders.sandbox.goods import Product, Review
from spiders.sandbox.identities import make_author_name
from spiders.sandbox.wire import NOT_FOUND, Answer, Route, SiteRequest, answer_html, answer_xml

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
PRODUCTS_A_SITEMAP = 120
REVIEWS_A_PAGE = 10
STOCK = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}


def address_of(product: Product, request: SiteRequest) -> str:
    """Absolute address of a product page."""
    return f"{request.base}/products/{product.slug}"


def write_review(review: Review) -> dict[str, object]:
    """A schema.org Review."""
    return {
        "@type": "Review",
        "@id": f"#review-{review.review_id}",
        "reviewBody": review.text,
        "datePublished": review.published_at.isoformat(),
        "author": {"@type": "Person", "name": make_author_name(review.author_id)},
        "reviewRating": {"@type": "Rating", "ratingValue": review.rating, "bestRating": 5, "worstRating": 1},
    }


def write_offers(product: Product, request: SiteRequest) -> dict[str, object]:
    """An Offer, or an AggregateOffer of the variants."""
    available = STOCK[product.is_in_stock(request.moment)]
    offers: list[dict[str, object]] = [
        {
            "@type": "Offer",
            "sku": variant.sku,
            "name": variant.name,
            "price": str(variant.price),
            "priceCurrency": "CNY",
            "availability": available,
            "url": f"{address_of(product, request)}?sku={variant.sku}",
            "seller": {"@type": "Organization", "name": product.shop},
        }
        for variant in product.variants_at(request.moment)
    ]
    if len(offers) == 1:
        return offers[0]
    low, high = product.prices_at(request.moment)
    return {
        "@type": "AggregateOffer",
        "lowPrice": str(low),
        "highPrice": str(high),
        "priceCurrency": "CNY",
        "offerCount": len(offers),
        "availability": available,
        "offers": offers,
    }


def write_product(product: Product, request: SiteRequest) -> dict[str, object]:
    """A schema.org Product with the newest reviews of the page asked for."""
    reviews = request.world.reviews_of(product, request.moment)
    page = request.number("page", 1)
    shown = list(reversed(reviews))[(page - 1) * REVIEWS_A_PAGE : page * REVIEWS_A_PAGE]
    count = product.earlier_reviews + len(reviews)
    described: dict[str, object] = {
        "@type": "Product",
        "@id": f"{address_of(product, request)}#product",
        "name": product.title,
        "description": product.text,
        "sku": product.product_id,
        "brand": {"@type": "Brand", "name": product.brand},
        "category": f"{product.topic.interest.name} > {product.topic.tag}",
        "url": address_of(product, request),
        "image": [f"{request.base}/images/{product.product_id}.jpg"],
        "offers": write_offers(product, request),
    }
    if shown:
        described["review"] = [write_review(review) for review in shown]
    if count:
        rating = (product.earlier_reviews * 4.6 + sum(review.rating for review in reviews)) / count
        described["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": f"{rating:.1f}",
            "reviewCount": count,
            "bestRating": "5",
        }
    return described


def find_product(request: SiteRequest, slug: str) -> Product | None:
    """The product of a slug, None before it is on offer."""
    return next(
        (product for product in request.world.products_at(request.moment) if product.slug == slug), None
    )


def write_linked_data(product: Product, request: SiteRequest) -> object:
    """Two pages in three have one Product object, the third a @graph with a breadcrumb."""
    described = write_product(product, request)
    if int(product.product_id) % 3:
        return {"@context": "https://schema.org"} | described
    names = (product.topic.interest.name, product.topic.tag)
    crumbs = [
        {"@type": "ListItem", "position": place, "name": name} for place, name in enumerate(names, start=1)
    ]
    return {
        "@context": "https://schema.org",
        "@graph": [{"@type": "BreadcrumbList", "itemListElement": crumbs}, described],
    }


def serve_product(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One product page."""
    product = find_product(request, match.group("slug"))
    if product is None:
        return NOT_FOUND
    low, _ = product.prices_at(request.moment)
    script = json.dumps(write_linked_data(product, request), ensure_ascii=False).replace("</", "<\\/")
    title = escape(product.title)
    total = len(request.world.reviews_of(product, request.moment))
    page = request.number("page", 1)
    more = f'<a rel="next" href="?page={page + 1}">更多评价</a>' if page * REVIEWS_A_PAGE < total else ""
    return answer_html(
        f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title} - 云上杂货铺</title>
<link rel="canonical" href="{address_of(product, request)}">
<meta property="og:type" content="product"><meta property="og:title" content="{title}">
<meta property="product:price:amount" content="{low}"><meta property="product:price:currency" content="CNY">
<script type="application/ld+json">{script}</script></head>
<body><h1>{title}</h1><p class="price">¥{low}</p><s>¥{product.list_price}</s><p class="sold">已售{product.sold_at(request.moment)}件</p>
<p>{escape(product.text)}</p><p class="reviews">{total} 条近期评价 {more}</p></body></html>"""
    )


def serve_sitemap_index(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The sitemap index."""
    pages = -(-len(request.world.products_at(request.moment)) // PRODUCTS_A_SITEMAP)
    names = [f"sitemap-products-{number}.xml" for number in range(1, pages + 1)] + ["sitemap-pages.xml"]
    rows = "".join(f"<sitemap><loc>{request.base}/{name}</loc></sitemap>" for name in names)
    return answer_xml(
        f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="{SITEMAP}">{rows}</sitemapindex>'
    )


def write_url_set(rows: list[tuple[str, datetime]]) -> Answer:
    """A sitemap of addresses and their last changes."""
    listed = "".join(
        f"<url><loc>{escape(url)}</loc><lastmod>{seen:%Y-%m-%d}</lastmod></url>" for url, seen in rows
    )
    return answer_xml(f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{SITEMAP}">{listed}</urlset>')


def serve_product_sitemap(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One part of the products."""
    number = int(match.group("number"))
    products = request.world.products_at(request.moment)
    part = products[(number - 1) * PRODUCTS_A_SITEMAP : number * PRODUCTS_A_SITEMAP]
    return (
        write_url_set([(address_of(product, request), product.created_at) for product in part])
        if part
        else NOT_FOUND
    )


def serve_page_sitemap(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Pages that are no products."""
    return write_url_set(
        [(f"{request.base}/", request.world.begins), (f"{request.base}/videos/1", request.world.begins)]
    )


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The newest products."""
    links = "".join(
        f'<li><a href="{address_of(product, request)}">{escape(product.title)}</a>'
        for product in reversed(request.world.products_at(request.moment)[-40:])
    )
    return answer_html(
        f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>云上杂货铺</title>
<link rel="alternate" type="application/rss+xml" href="{request.base}/feed.xml">
<link rel="alternate" type="application/atom+xml" href="{request.base}/atom.xml"></head>
<body><ul>{links}</ul></body></html>"""
    )


def serve_rss(request: SiteRequest, match: re.Match[str]) -> Answer:
    """New products as RSS 2.0."""
    items = "".join(
        f"<item><title>{escape(product.title)}</title><link>{address_of(product, request)}</link>"
        f'<guid isPermaLink="false">{product.product_id}</guid><description>{escape(product.text)}</description>'
        f"<category>{escape(product.topic.tag)}</category><pubDate>{format_datetime(product.created_at.astimezone(UTC))}</pubDate></item>"
        for product in reversed(request.world.products_at(request.moment)[-20:])
    )
    return answer_xml(
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>云上杂货铺 新品</title>'
        f"<link>{request.base}/</link><description>每日上新</description>{items}</channel></rss>",
        "application/rss+xml; charset=utf-8",
    )


def serve_atom(request: SiteRequest, match: re.Match[str]) -> Answer:
    """New products as Atom."""
    entries = "".join(
        f'<entry><id>urn:sku:{product.product_id}</id><title>{escape(product.title)}</title><link href="{address_of(product, request)}"/>'
        f"<updated>{product.created_at.isoformat()}</updated><summary>{escape(product.text)}</summary></entry>"
        for product in reversed(request.world.products_at(request.moment)[-20:])
    )
    return answer_xml(
        f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{request.base}/</id>'
        f"<title>云上杂货铺 新品</title><updated>{request.moment.isoformat()}</updated>{entries}</feed>",
        "application/atom+xml; charset=utf-8",
    )


def serve_video(request: SiteRequest, match: re.Match[str]) -> Answer:
    """A page with a schema.org VideoObject."""
    posts = request.world.popular_at(request.moment)
    number = int(match.group("number"))
    if not 1 <= number <= len(posts):
        return NOT_FOUND
    post = posts[number - 1]
    counts = post.counts_at(request.moment)
    kinds = (("WatchAction", "views"), ("LikeAction", "likes"), ("CommentAction", "comments"))
    described = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": post.title,
        "description": post.text,
        "thumbnailUrl": [f"{request.base}/images/video-{number}.jpg"],
        "uploadDate": post.published_at.isoformat(),
        "duration": "PT1M33S",
        "embedUrl": f"{request.base}/embed/{number}",
        "keywords": ",".join(post.hashtags),
        "author": {"@type": "Person", "name": post.author_name},
        "interactionStatistic": [
            {
                "@type": "InteractionCounter",
                "interactionType": {"@type": kind},
                "userInteractionCount": counts[name],
            }
            for kind, name in kinds
        ],
    }
    script = json.dumps(described, ensure_ascii=False).replace("</", "<\\/")
    return answer_html(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(post.title)}</title>'
        f'<script type="application/ld+json">{script}</script></head><body><h1>{escape(post.title)}</h1></body></html>'
    )


ROUTES = (
    Route(r"/", serve_home),
    Route(r"/sitemap\.xml", serve_sitemap_index),
    Route(r"/sitemap-products-(?P<number>\d+)\.xml", serve_product_sitemap),
    Route(r"/sitemap-pages\.xml", serve_page_sitemap),
    Route(r"/products/(?P<slug>[\w-]+)", serve_product),
    Route(r"/feed\.xml", serve_rss),
    Route(r"/atom\.xml", serve_atom),
    Route(r"/videos/(?P<number>\d+)", serve_video),
)
