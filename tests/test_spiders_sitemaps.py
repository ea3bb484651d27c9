"""Sitemaps: every address that they list is read as it stands, and so many pages as the budget holds."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from spiders.crawl import run_crawl
from spiders.errors import BadPayload
from spiders.platforms.shop import Shop
from spiders.privacy import Pseudonymiser
from spiders.sitemaps import read_sitemap
from tests.loopback_sites import Answer, Site, make_order, read_lines, serve

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
ADDRESSES = [f"https://shop.example/item?id={number}&v=2" for number in range(400)]


def write_sitemap(addresses: list[str], ampersand: str = "&amp;") -> str:
    rows = "".join(f"<url><loc>{address.replace('&', ampersand)}</loc></url>" for address in addresses)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


PLAIN = (DECLARATION + write_sitemap(ADDRESSES)).encode()


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        b"\n \r\n" + PLAIN,
        b"\xef\xbb\xbf\n" + PLAIN,
        (DECLARATION + write_sitemap(ADDRESSES, "&")).encode(),
        (DECLARATION + write_sitemap([f"<![CDATA[{address}]]>" for address in ADDRESSES], "&")).encode(),
        write_sitemap(ADDRESSES, "&#38;").encode(),
        (DECLARATION.replace("UTF-8", "UTF-16") + write_sitemap(ADDRESSES, "&")).encode("utf-16"),
        "\n".join(ADDRESSES).encode(),
        b"\xef\xbb\xbf" + "\r\n".join([*ADDRESSES, ""]).encode(),
        gzip.compress("\n".join(ADDRESSES).encode()),
        gzip.compress(PLAIN),
        gzip.compress(PLAIN[:3000]) + gzip.compress(PLAIN[3000:]) + b"\x00" * 12,
    ],
    ids=["plain", "blank lines", "mark", "bare &", "CDATA", "number", "UTF-16",
         "lines", "lines with a mark", "lines in gzip", "gzip", "gzip in two parts"],
)  # fmt: skip
def test_the_addresses_of_a_sitemap_are_whole_however_it_is_written(body: bytes) -> None:
    assert read_sitemap(body).pages == ADDRESSES


@pytest.mark.parametrize("body", [b"", b"not found", b"https://shop.example/1\nUser-agent: *\n"])
def test_text_that_is_no_list_of_addresses_is_no_sitemap(body: bytes) -> None:
    with pytest.raises(BadPayload):
        read_sitemap(body)


def test_a_list_of_addresses_in_plain_text_is_asked_for_as_a_sitemap(tmp_path: Path, key_file: Path) -> None:
    target = "https://shop.example/sitemap.txt"
    order = make_order(
        tmp_path, key_file, Site(lambda path: (404, {}, b"")), source="shop", targets=(target,)
    )
    platform = Shop(Pseudonymiser(b"k" * 32))
    assert [(request.url, request.kind) for request in platform.requests(order)] == [(target, "sitemap")]


def test_a_picture_whose_prefix_was_never_declared_is_no_page() -> None:
    picture = "<image:image><image:loc>https://shop.example/1.jpg</image:loc></image:image>"
    body = f"<urlset><url><loc>https://shop.example/p/1</loc>{picture}</url></urlset>"
    assert read_sitemap(body.encode()).pages == ["https://shop.example/p/1"]


@pytest.mark.parametrize(
    "body", [gzip.compress(PLAIN)[:-400], gzip.compress(PLAIN) + gzip.compress(PLAIN)[:90]]
)
def test_a_packed_sitemap_that_was_cut_is_not_taken_for_a_short_one(body: bytes) -> None:
    with pytest.raises(BadPayload, match="cut"):
        read_sitemap(body)


def serve_lists(lists: dict[str, list[str]]) -> Site:
    """A shop whose index names the lists; every page that they name is a product."""

    def answer(path: str) -> Answer:
        if path == "/sitemap.xml":
            rows = "".join(f"<sitemap><loc>{site.address}{name}</loc></sitemap>" for name in lists)
            return 200, {}, f"<sitemapindex>{rows}</sitemapindex>".encode()
        if path in lists:
            pages = [f"{site.address}{page}" for page in lists[path]]
            return (200, {}, write_sitemap(pages).encode()) if pages else (404, {}, b"")
        product = f'{{"@type": "Product", "name": "露营灯", "sku": "{path}"}}'
        return 200, {}, f'<script type="application/ld+json">{product}</script>'.encode()

    site = Site(answer)
    return site


def list_products(prefix: str, number: int) -> list[str]:
    return [f"/products/{prefix}-{place}" for place in range(number)]


@pytest.mark.process
def test_products_are_read_before_the_deadline_however_many_a_shop_lists(
    tmp_path: Path, key_file: Path
) -> None:
    names = [f"/sitemap-{number}.xml" for number in range(3)]
    site = serve_lists({name: list_products(name[9], 20_000) for name in names})
    order = make_order(tmp_path, key_file, site, source="shop", total_pages=12, deadline_seconds=60.0)
    with serve(site):
        report = run_crawl(order.model_copy(update={"targets": (site.address,)}))
    asked = ["/sitemap.xml", names[0], *list_products("0", 10)]
    assert sorted(site.pages()) == sorted(asked)
    assert report.records_by_kind == {"listings": 10}
    assert report.skips_by_reason == {"page_budget": 20_000 - 10 + 2}
    assert report.duration_seconds < order.deadline_seconds / 2


@pytest.mark.process
def test_every_sitemap_of_an_index_is_read_while_the_budget_lasts_products_first(
    tmp_path: Path, key_file: Path
) -> None:
    lists = {
        "/post-sitemap.xml": [f"/blog/{place}" for place in range(3)],
        "/gone-sitemap.xml": [],
        "/product-sitemap.xml": list_products("a", 2),
        "/product-sitemap2.xml": list_products("b", 2),
    }
    site = serve_lists(lists)
    order = make_order(tmp_path, key_file, site, source="shop", targets=(site.address,))
    with serve(site):
        report = run_crawl(order)
    asked = [path for path in site.pages() if "sitemap" in path]
    assert asked == [
        "/sitemap.xml",
        "/product-sitemap.xml",
        "/product-sitemap2.xml",
        "/post-sitemap.xml",
        "/gone-sitemap.xml",
    ]
    assert len(site.pages()) == len(asked) + 7
    assert report.skips_by_reason == {"http_404": 1}
    lines = read_lines(order.landing_root / "shop" / "run-1" / "listings.jsonl.zst")
    assert len(lines) == report.records_by_kind["listings"] == 7
