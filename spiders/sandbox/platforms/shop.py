"""A shop: sitemap index, product pages with schema.org Product, feeds, and a video page."""

from __future__ import annotations

import re

from spiders.sandbox.feeds import Feed, FeedItem
from spiders.sandbox.goods import Product, Review
from spiders.sandbox.identities import make_author_name
from spiders.sandbox.pages import embed_json, render_page
from spiders.sandbox.wire import NOT_FOUND, Answer, Route, SiteRequest, answer_html, answer_xml

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
    total = len(request.world.reviews_of(product, request.moment))
    page = request.number("page", 1)
    return answer_html(
        render_page(
            "shop_product",
            product=product,
            address=address_of(product, request),
            price=low,
            sold=product.sold_at(request.moment),
            total=total,
            next_page=page + 1 if page * REVIEWS_A_PAGE < total else None,
            linked_data=embed_json(write_linked_data(product, request)),
        )
    )


def serve_sitemap_index(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The sitemap index."""
    pages = -(-len(request.world.products_at(request.moment)) // PRODUCTS_A_SITEMAP)
    names = [f"sitemap-products-{number}.xml" for number in range(1, pages + 1)] + ["sitemap-pages.xml"]
    return answer_xml(render_page("sitemap_index", addresses=[f"{request.base}/{name}" for name in names]))


def serve_product_sitemap(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One part of the products."""
    number = int(match.group("number"))
    products = request.world.products_at(request.moment)
    part = products[(number - 1) * PRODUCTS_A_SITEMAP : number * PRODUCTS_A_SITEMAP]
    rows = [(address_of(product, request), product.created_at) for product in part]
    return answer_xml(render_page("sitemap", rows=rows)) if rows else NOT_FOUND


def serve_page_sitemap(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Pages that are no products."""
    rows = [(f"{request.base}{path}", request.world.begins) for path in ("/", "/videos/1")]
    return answer_xml(render_page("sitemap", rows=rows))


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The newest products."""
    products = reversed(request.world.products_at(request.moment)[-40:])
    links = [(address_of(product, request), product.title) for product in products]
    return answer_html(render_page("shop_home", base=request.base, links=links))


def serve_feed(request: SiteRequest, match: re.Match[str]) -> Answer:
    """New products as RSS or Atom."""
    items = tuple(
        FeedItem(
            guid=f"urn:sku:{product.product_id}",
            title=product.title,
            link=address_of(product, request),
            text=product.text,
            moment=product.created_at,
            tags=(product.topic.tag,),
        )
        for product in reversed(request.world.products_at(request.moment)[-20:])
    )
    feed = Feed(
        "云上杂货铺 新品", request.base + request.path, f"{request.base}/", request.moment, items, "每日上新"
    )
    return feed.answer_rss() if match.group("kind") == "feed" else feed.answer_atom()


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
    return answer_html(render_page("shop_video", title=post.title, linked_data=embed_json(described)))


ROUTES = (
    Route(r"/", serve_home),
    Route(r"/sitemap\.xml", serve_sitemap_index),
    Route(r"/sitemap-products-(?P<number>\d+)\.xml", serve_product_sitemap),
    Route(r"/sitemap-pages\.xml", serve_page_sitemap),
    Route(r"/products/(?P<slug>[\w-]+)", serve_product),
    Route(r"/(?P<kind>feed|atom)\.xml", serve_feed),
    Route(r"/videos/(?P<number>\d+)", serve_video),
)
