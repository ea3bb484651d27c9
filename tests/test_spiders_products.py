"""Product pages as shops write them: broken scripts, references, variants without ids, microdata alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import extruct
import pytest
from lxml import html  # type: ignore[import-untyped]

from spiders.errors import BadPayload
from spiders.microdata import read_microdata
from spiders.page import Page
from spiders.parse import parse_saved
from spiders.platform import PageRequest
from spiders.platforms.shop import Shop
from spiders.privacy import Pseudonymiser
from spiders.structured_data import read_structured_data
from warehouse.records import Listing, Post, Rejection

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
URL = "https://shop.example/products/cup?utm=1"
ADDRESS = "https://shop.example/products/cup"


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def read(head: str, url: str = URL) -> list[Any]:
    return list(parse_saved("shop", f"<html><head>{head}</head></html>".encode(), url, NOW, KEY))


def read_item(item: object) -> list[Any]:
    return read(script(json.dumps(item, ensure_ascii=False)))


def product(name: str, price: object = None, **members: object) -> dict[str, object]:
    offers = {} if price is None else {"offers": {"@type": "Offer", "price": price, "priceCurrency": "CNY"}}
    return {"@type": "Product", "name": name, **offers, **members}


GOOD = script(json.dumps(product("手冲咖啡壶", 99, sku="KF-1"), ensure_ascii=False))


@pytest.mark.parametrize(
    "broken",
    [
        '{"@type":"BreadcrumbList","name":"27" 显示器"}',
        '{"@type":"Organization","name":,"url":""}',
        '{"@type":"Organization","name":"x"',
        "[" * 50_000,
    ],
)
def test_a_script_that_cannot_be_read_costs_no_product_of_another(broken: str) -> None:
    for head in (script(broken) + GOOD, GOOD + script(broken)):
        (listing,) = read(head)
        assert (listing.listing_id, listing.price) == ("KF-1", 99)


PLAIN = '{"@type":"Product","name":"手冲咖啡壶 // <!-- 新款 -->, ]","sku":"KF-1"}'


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- {PLAIN} -->",
        f"<!-- Schema of the theme -->\n{PLAIN}",
        f"//<![CDATA[\n{PLAIN}\n//]]>",
        f"/*<![CDATA[*/ {PLAIN} /*]]>*/",
        f"<![CDATA[{PLAIN}]]>",
        f"{PLAIN};",
        f"{PLAIN},\n",
        f"// product\n{PLAIN}",
        f'{{"@type":"Organization"}}{PLAIN}',
        PLAIN.replace('"}', '",}'),
        PLAIN.replace('"', "&quot;"),
    ],
)
def test_json_ld_is_read_in_whatever_it_is_wrapped(text: str) -> None:
    (listing,) = read(script(text))
    assert (listing.title, listing.listing_id) == ("手冲咖啡壶 // , ]", "KF-1")


def test_a_product_that_cannot_be_read_beside_other_things_is_told() -> None:
    broken = '{"@type":"Product","name":"27" 显示器","review":[{"author":"李晓雯"}]}'
    with pytest.raises(BadPayload, match="JSON-LD"):
        read(script(broken))
    (rejection,) = read(script('{"@type":"BreadcrumbList"}') + script(broken))
    assert isinstance(rejection, Rejection) and rejection.reason == "bad_payload"
    assert "李晓雯" not in rejection.model_dump_json()


def test_xhtml_that_names_its_charset_is_read() -> None:
    declared = '<?xml version="1.0" encoding="gb2312"?>'
    body = f"{declared}<html><head>{GOOD}</head></html>".encode("gb18030")
    (listing,) = parse_saved("shop", body, URL, NOW, KEY)
    assert isinstance(listing, Listing) and listing.title == "手冲咖啡壶"


def test_variants_without_an_id_are_one_listing_from_the_lowest_price_to_the_highest() -> None:
    review = {"@type": "Review", "reviewBody": "杯口不烫嘴", "author": "a"}
    red, blue = product("马克杯 红", 49), product("马克杯 蓝", 59, url="?variant=2", review=review)
    listing, post = read_item({"@type": "ProductGroup", "name": "马克杯", "hasVariant": [red, blue]})
    assert isinstance(listing, Listing) and isinstance(post, Post)
    assert (listing.listing_id, listing.title) == (ADDRESS, "马克杯")
    assert listing.price == 49 and listing.price_high == 59
    assert (post.parent_id, post.text) == (ADDRESS, "杯口不烫嘴")


def test_variants_with_ids_are_listings_of_their_own() -> None:
    red, blue = product("马克杯 红", 49, sku="R"), product("马克杯 蓝", 59, sku="B")
    found = read_item({"@type": "ProductGroup", "name": "马克杯", "hasVariant": [red, blue]})
    assert [(one.listing_id, one.price) for one in found] == [(ADDRESS, None), ("R", 49), ("B", 59)]


@pytest.mark.parametrize("group", [{"@id": "#group"}, {"@type": "ProductGroup", "name": "马克杯"}])
def test_a_variant_that_names_its_group_is_an_offer_of_it(group: dict[str, object]) -> None:
    graph: list[object] = [product("马克杯 红", 49, isVariantOf=group)]
    if "@id" in group:
        graph += [product("马克杯 蓝", 59, isVariantOf=group)]
        graph += [{"@type": "ProductGroup", "name": "马克杯", **group}]
    (listing,) = read_item({"@graph": graph})
    assert (listing.title, listing.price) == ("马克杯", 49)


def test_products_of_one_page_are_told_apart_without_ids() -> None:
    lines = [
        {"@type": "ListItem", "item": product("甲", 1)},
        {"@type": "ListItem", "item": product("乙", 2)},
        {"@type": "ListItem", "item": product("丙", 3, **{"@id": f"{ADDRESS}#third"})},
        {"@type": "ListItem", "item": product("丁", 4), "url": "/products/ding?spm=1"},
        {"@type": "ListItem", "item": product("戊", 5, sku="E")},
    ]
    found = read_item({"@type": "ItemList", "itemListElement": lines})
    ids = [one.listing_id for one in found]
    assert len(set(ids)) == 5 and all(name.startswith(f"{ADDRESS}#") for name in ids[:3])
    assert ids[2:] == [f"{ADDRESS}#third", "https://shop.example/products/ding", "E"]
    assert [one.price for one in found] == [1, 2, 3, 4, 5]
    again = read_item({"@type": "ItemList", "itemListElement": lines[1::-1]})
    assert {one.listing_id for one in again} == set(ids[:2])


def test_a_product_that_a_page_describes_twice_is_one() -> None:
    found = read(script(json.dumps([product("马克杯", 49), product("马克杯", 49)])))
    assert {one.listing_id for one in found} == {ADDRESS}


def test_references_within_a_page_are_filled() -> None:
    graph = [
        {
            **product("手冲咖啡壶", sku="KF-1"),
            "@id": "#product",
            "offers": {"@id": "#offer"},
            "brand": {"@id": "#b"},
        },
        {
            "@type": "Offer",
            "@id": "#offer",
            "priceSpecification": {"@id": "#price"},
            "itemOffered": {"@id": "#product"},
        },
        {"@type": "PriceSpecification", "@id": "#price", "price": "77", "priceCurrency": "CNY"},
        {"@type": "WebPage", "mainEntity": {"@type": "Product", "@id": "#product"}},
    ]
    brand = script('{"@type":"Brand","@id":"#b","name":"云朵"}')
    (listing,) = read(script(json.dumps({"@graph": graph}, ensure_ascii=False)) + brand)
    assert (listing.price, listing.currency, listing.brand) == (77, "CNY", "云朵")


@pytest.mark.parametrize("identifier", ["123", {"@type": "PropertyValue", "value": "123"}, [{"value": 123}]])
def test_an_article_is_named_by_its_identifier_however_it_is_written(identifier: object) -> None:
    (post,) = read_item({"@type": "NewsArticle", "headline": ["露营清单"], "identifier": identifier})
    assert isinstance(post, Post) and (post.post_id, post.title) == ("123", "露营清单")


def test_a_sitemap_may_list_its_pages_with_www_before_the_host() -> None:
    body = b"<urlset><url><loc>https://www.shop.example/p/1</loc></url><url><loc>https://x.example/p/1</loc></url></urlset>"
    page = Page("https://shop.example/sitemap.xml", 200, {}, body, NOW, "r", {"kind": "sitemap"})
    asked = [parsed.url for parsed in Shop(KEY).parse(page) if isinstance(parsed, PageRequest)]
    assert asked == ["https://www.shop.example/p/1"]


MICRODATA = """
<div itemscope itemtype="https://schema.org/Product" itemref="rated">
  <h1 itemprop="name">机械键盘 87 键</h1><img itemprop="image" src="/1.jpg" alt="">
  <a itemprop="brand" href="/brands/7">敲敲</a><meta itemprop="sku" content="JP-87">
  <div itemprop="offers" itemscope itemtype="http://schema.org/Offer">
    <span itemprop="price">¥<b>299</b>.00</span><meta itemprop="priceCurrency" content="CNY">
    <link itemprop="availability" href="https://schema.org/InStock">
  </div>
  <div itemprop="review" itemscope itemtype="https://schema.org/Review">
    <span itemprop="author" itemscope itemtype="https://schema.org/Person"><i itemprop="name">李晓雯</i>
    </span>
    <time itemprop="datePublished" datetime="2026-11-20">两天前</time>
    <p itemprop="reviewBody">手感很好<script>var a = 1</script>，<br>声音不大</p>
  </div>
</div>
<div id="rated"><div itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating">
  <span itemprop="ratingValue">4.8</span><span itemprop="reviewCount">56</span></div></div>
"""


def test_a_page_with_microdata_alone_gives_its_product_and_reviews() -> None:
    listing, post = read(f"</head><body>{MICRODATA}</body>")
    assert isinstance(listing, Listing) and isinstance(post, Post)
    assert (listing.listing_id, listing.title, listing.brand) == ("JP-87", "机械键盘 87 键", "敲敲")
    assert listing.price == 299 and (listing.currency, listing.in_stock) == ("CNY", True)
    assert (listing.rating, listing.review_count) == (4.8, 56)
    assert (post.parent_id, post.text) == ("JP-87", "手感很好， 声音不大")
    assert post.author_key and "李晓雯" not in post.model_dump_json()
    assert len(read(f"{GOOD}</head><body>{MICRODATA}</body>")) == 1, (
        "what JSON-LD describes is not told twice"
    )


def as_json_ld(item: Any) -> Any:
    """An item as extruct gives it, in the form of JSON-LD."""
    if isinstance(item, list):
        return [as_json_ld(member) for member in item]
    if not isinstance(item, dict):
        return item
    types = {"@type": item["type"]} if "type" in item else {}
    return types | {name: as_json_ld(value) for name, value in item["properties"].items()}


def test_microdata_is_read_as_the_reference_reader_reads_it() -> None:
    page = MICRODATA.replace('<a itemprop="brand" href="/brands/7">敲敲</a>', "").replace("<br>", "")
    page = page.replace("<b>299</b>", "299")
    root = html.fromstring(f"<html><body>{page}</body></html>")
    found = extruct.extract(root, base_url=URL, syntaxes=["microdata"])["microdata"]
    assert read_microdata(root, URL) == as_json_ld(found)


def test_microdata_that_refers_to_itself_has_an_end() -> None:
    page = (
        '<div id="a" itemscope itemtype="Product" itemref="b"><b itemprop="name">甲</b></div>'
        '<div id="b" itemprop="isRelatedTo" itemscope itemref="a"><i itemprop="name">乙</i></div>'
        '<div id="c"><div itemprop="x" itemscope itemref="c"></div></div>'
    )
    json.dumps(read_microdata(html.fromstring(f"<html><body>{page}</body></html>"), URL))


@pytest.mark.parametrize(
    "make",
    [
        lambda: '<div itemscope><b itemprop="name">a</b>' + '<b itemprop="offers" itemscope>1</b>' * 60_000,
        lambda: script("{" + "/*" * 500_000),
        lambda: script("{" + "<!--" * 300_000),
        lambda: script("{" + ", " * 500_000),
        lambda: script(
            json.dumps(
                [
                    {"@id": f"#{n}", "@type": "Product", "a": [{"@id": f"#{n + k}"} for k in range(9)]}
                    for n in range(9000)
                ]
            )
        ),
    ],
    ids=["items", "comments", "comments of HTML", "commas", "references"],
)
def test_markup_made_to_be_slow_is_read_soon(make: Callable[[], str]) -> None:
    text, began = f"<html><body>{make()}", time.process_time()
    try:
        read_structured_data(text, URL)
    except BadPayload:
        """What cannot be read is refused; how soon is what counts."""
    assert time.process_time() - began < 30.0
