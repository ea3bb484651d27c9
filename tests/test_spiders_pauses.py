"""Pauses between requests to one host: never shorter than the order says, nor than its Crawl-delay."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager

from spiders.crawl_settings import make_settings
from spiders.order import CrawlOrder
from spiders.outbox import Outbox
from spiders.robots import DONT_THROTTLE, RobotsMiddleware
from tests.crawl_as_live import crawl_as_live
from tests.loopback_sites import Site, make_order, serve

SHOP = "https://shop.example.com/products/"


class Host:
    """A robots middleware and the downloader it slows down, with robots files by origin and no network."""

    def __init__(self, order: CrawlOrder, outbox: Outbox, robots: dict[str, bytes]) -> None:
        crawler = SimpleNamespace(
            settings=Settings(make_settings(order) | {"DOWNLOADER_MIDDLEWARES_BASE": {}}),
            signals=SignalManager(),
            spider=SimpleNamespace(outbox=outbox, platforms=[], order=order),
        )
        crawler.settings.set("DOWNLOADER_MIDDLEWARES", {})

        async def answer(request: Request) -> Response:
            body = robots.get(request.url.removesuffix("/robots.txt"), b"")
            return Response(request.url, body=body)

        self.downloader = Downloader(cast(Crawler, crawler))
        crawler.engine = SimpleNamespace(downloader=self.downloader, download_async=answer)
        self.robots = RobotsMiddleware(cast(Crawler, crawler))

    def ask(self, url: str, **meta: object) -> tuple[Request, Slot]:
        """A request let pass, and the slot that it would wait in."""
        request = Request(url, meta=meta)

        async def pass_robots() -> Slot:
            await self.robots.process_request(request)
            return self.downloader._get_slot(request)[1]

        return request, asyncio.run(pass_robots())

    def collect_idle_slots(self) -> None:
        """What Scrapy does with slots that were idle for a minute."""
        self.downloader.slots.clear()


@pytest.fixture
def order(tmp_path: Path, key_file: Path) -> CrawlOrder:
    return make_order(tmp_path, key_file, source="feeds", delay_seconds=2.0)


def test_no_pause_is_shorter_than_the_order_says(order: CrawlOrder, tmp_path: Path) -> None:
    host = Host(order, Outbox(tmp_path / "outbox.sqlite"), {})
    _, slot = host.ask(f"{SHOP}1")
    assert min(slot.download_delay() for _ in range(200)) >= order.delay_seconds
    assert slot.concurrency == 1


def test_a_crawl_delay_holds_for_every_slot_of_its_host_and_for_no_other(
    order: CrawlOrder, tmp_path: Path
) -> None:
    robots = {
        "https://shop.example.com:443": b"User-agent: *\nCrawl-delay: 30",
        "http://shop.example.com:80": b"User-agent: *\nCrawl-delay: 5",
    }
    host = Host(order, Outbox(tmp_path / "outbox.sqlite"), robots)
    request, slot = host.ask(f"{SHOP}1")
    assert (slot.delay, request.meta[DONT_THROTTLE]) == (30, True)
    host.collect_idle_slots()
    assert host.ask(f"{SHOP}2")[1].delay == 30
    assert host.ask("http://shop.example.com/products/3")[1].delay == 30, "the longer of two stays"

    moved, www = host.ask("https://www.shop.example.com/4", download_slot="shop.example.com")
    assert (www.delay, moved.meta[DONT_THROTTLE]) == (order.delay_seconds, False)
    back, slot = host.ask(f"{SHOP}5", download_slot="www.shop.example.com")
    assert (slot.delay, back.meta[DONT_THROTTLE]) == (30, True), "a redirect waits in the slot of its target"


def test_the_loopback_allowed_is_owed_no_pause(order: CrawlOrder, tmp_path: Path) -> None:
    local = order.model_copy(update={"allow_loopback": ("127.0.0.1:8000",)})
    host = Host(local, Outbox(tmp_path / "outbox.sqlite"), {})
    request, slot = host.ask("http://127.0.0.1:8000/1")
    assert (slot.download_delay(), request.meta[DONT_THROTTLE]) == (0, True)


@pytest.mark.process
def test_a_crawl_delay_is_kept_to_the_last_page(tmp_path: Path, key_file: Path) -> None:
    pages = 5
    feed = b"<rss version='2.0'><channel><title>t</title></channel></rss>"
    site = Site(lambda path: (200, {}, feed), robots=(200, {}, b"User-agent: *\nCrawl-delay: 1\n"))
    targets = tuple(f"{site.address}/feed/{number}" for number in range(pages))
    order = make_order(
        tmp_path, key_file, site, source="feeds", targets=targets, delay_seconds=0.1, visits=({},)
    )
    with serve(site):
        crawl_as_live(order).close()
    moments = [moment for moment, path in site.hits if path != "/robots.txt"]
    assert len(moments) == pages
    assert moments[-1] - moments[0] > 0.8 * (pages - 1)


@pytest.mark.browser
@pytest.mark.process
def test_a_browser_that_starts_shortens_no_pause(tmp_path: Path, key_file: Path) -> None:
    note = '<title>春日露营</title><div id="detail-title">春日露营</div>'.encode()
    site = Site(lambda path: (200, {"Content-Type": "text/html; charset=utf-8"}, note))
    targets = tuple(f"{site.address}/explore/66fad51c000000001b02000{number}" for number in range(3))
    order = make_order(
        tmp_path, key_file, site, source="xiaohongshu", targets=targets, delay_seconds=1.0, page_seconds=20.0
    )
    with serve(site):
        crawl_as_live(order).close()
    moments = [moment for moment, path in site.hits if path != "/robots.txt"]
    assert len(moments) == len(targets)
    # a document travels from the browser to its host, in less time than this
    assert min(after - before for before, after in pairwise(moments)) > 0.9
