"""Shops: what the schema.org items of a page say that is not as the vocabulary has it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from spiders.page import Page
from spiders.parse import parse_saved
from spiders.platform import PageRequest
from spiders.platforms.shop import Shop
from spiders.privacy import Pseudonymiser
from spiders.schema_offers import read_interactions, read_rating
from warehouse.records import Listing, Post

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
URL = "https://shop.example/products/lamp"


def read(item: dict[str, object], url: str = URL) -> list[object]:
    """Records of a page that holds one schema.org item."""
    item = {"@context": "https://schema.org", **item}
    script = f'<script type="application/ld+json">{json.dumps(item, ensure_ascii=False)}</script>'
    return list(parse_saved("shop", f"<html><head>{script}</head></html>".encode(), url, NOW, KEY))


@pytest.mark.parametrize(
    ("rating", "read_as"),
    [
        ({"ratingValue": "0", "bestRating": "0", "reviewCount": "0"}, (None, 0)),
        ({"ratingValue": 0, "bestRating": 0.0, "reviewCount": 0}, (0.0, 0)),
        ({"ratingValue": "4.5", "bestRating": "-5", "reviewCount": 3}, (None, 3)),
        ({"ratingValue": "4", "bestRating": "inf", "reviewCount": 3}, (None, 3)),
        ({"ratingValue": 10**400, "reviewCount": 3}, (None, 3)),
        ({"ratingValue": "9.2", "bestRating": "10", "ratingCount": "1.2万"}, (4.6, 12_000)),
    ],
)
def test_a_rating_out_of_nothing_is_no_rating(
    rating: dict[str, object], read_as: tuple[float | None, int]
) -> None:
    assert read_rating({"aggregateRating": rating}) == read_as


def test_a_product_before_its_first_review_lands() -> None:
    (lamp,) = read(
        {
            "@type": "Product",
            "name": "露营灯 充电款",
            "offers": {"@type": "Offer", "price": "89.00", "priceCurrency": "CNY"},
            "aggregateRating": {"ratingValue": "0", "bestRating": "0", "reviewCount": "0"},
        }
    )
    assert isinstance(lamp, Listing)
    assert (lamp.title, lamp.rating, lamp.review_count) == ("露营灯 充电款", None, 0)


@pytest.mark.parametrize(
    ("shown", "counts"),
    [
        (1200, {"views": "1200"}),
        ("1200", {"views": "1200"}),
        ("UserPlays:1200", {"views": "1200"}),
        ("https://schema.org/UserPageVisits:1200", {"views": "1200"}),
        ("UserComments:12", {"comments": "12"}),
        (["UserLikes:7", "UserComments:12"], {"likes": "7", "comments": "12"}),
        ("UserTweets:3", {}),
        (None, {}),
    ],
)
def test_the_old_interaction_count_says_what_it_counts(shown: object, counts: dict[str, str]) -> None:
    assert read_interactions({"interactionCount": shown}) == counts


def test_comments_on_a_video_are_not_its_plays() -> None:
    (video,) = read(
        {
            "@type": "VideoObject",
            "name": "一分钟学会拼豆",
            "uploadDate": "2026-11-20T10:00:00+08:00",
            "interactionCount": "UserComments:12",
        }
    )
    assert isinstance(video, Post)
    assert (video.views, video.comments) == (None, 12)


def test_a_name_is_an_author_of_its_own_shop_and_who_is_not_named_is_none() -> None:
    def read_authors(name: str) -> list[str | None]:
        review = {"@type": "Review", "author": {"@type": "Person", "name": name}, "reviewBody": "灯光很柔和"}
        lamp: dict[str, object] = {"@type": "Product", "name": "露营灯", "sku": "L1", "review": [review]}
        shops = ("https://a.example/products/lamp", "https://b.example/products/lamp")
        return [one.author_key for url in shops for one in read(lamp, url) if isinstance(one, Post)]

    here, there = read_authors("admin")
    assert here and there and here != there
    assert read_authors("匿名用户") == read_authors("Anonymous") == [None, None]


def test_the_address_of_the_next_page_is_read_as_a_browser_reads_it() -> None:
    body = (
        '<link rel="next" href="/products/lamp?page=2&amp;sort=new"><script type="application/ld+json">'
        '{"@type": "Product", "name": "露营灯", "sku": "88"}</script>'
    )
    page = Page(URL, 200, {}, body.encode(), NOW, "r", {"kind": "product", "left": "3"})
    asked = [parsed.url for parsed in Shop(KEY).parse(page) if isinstance(parsed, PageRequest)]
    assert asked == [f"{URL}?page=2&sort=new"]
