"""One crawl order in; its pages fetched by Scrapy and acknowledged in the outbox, in a process of its own."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from spiders.crawl_lock import ENGINE_LOCK, LOCK_SECONDS, hold_crawl
from spiders.crawl_settings import make_settings
from spiders.download_errors import name_failure
from spiders.errors import BadPayload, Blocked, PageChanged, SourceFailed, UnknownPlatform
from spiders.order import CrawlOrder
from spiders.outbox import Outbox, PendingPage, locate_outbox
from spiders.outbox_database import DISK_FAULT_CODE
from spiders.page import Page
from spiders.platform import Platform, find_platform
from spiders.politeness import PolitenessMiddleware
from spiders.privacy import Pseudonymiser, read_key
from spiders.reading import Reading, read_page
from spiders.sitemap_queue import SITEMAP, SitemapQueue
from spiders.stop_signs import find_stop_sign

logger = logging.getLogger(__name__)

STALLED_PAGES = 3
"""Pages in a row without anything new after which a list counts as endless (THREATS C18)."""


PARENT_SECONDS = 0.5


class CrawlSpider(scrapy.Spider):
    """Fetches what the outbox holds pending, and acknowledges each page with what it gave."""

    name = "headwater"

    def __init__(self, order: CrawlOrder, outbox: Outbox, **kwargs: str) -> None:
        """`outbox` is that of the order's run."""
        super().__init__(**kwargs)
        self.order = order
        self.outbox = outbox
        platform = find_platform(order.source)
        pseudonymiser = Pseudonymiser(read_key(order.secret_key_file))
        self.platforms: list[Platform] = [
            platform(pseudonymiser, order.find_addresses(visit)) for visit in order.visits
        ]
        self.known_keys = outbox.read_record_keys()
        self.open_pages: Counter[int] = Counter()
        self.idle_pages: Counter[tuple[int, str]] = Counter()
        self.sitemaps = SitemapQueue()
        self.budget = order.total_pages
        self.done = self.waiting = 0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Requests for every page not done yet; the first pages of each visit are put on the list before."""
        for platform in self.platforms[:1]:
            for target in platform.list_unknown_targets(self.order):
                self.outbox.refuse_target(target)
        for number, platform in enumerate(self.platforms):
            for first in platform.list_first_pages(self.order):
                self.outbox.add_request(number, first)
        states = self.outbox.count_states()
        self.done = states["done"] + states["lost"]
        self.budget -= self.done
        for request in self.make_requests(self.outbox.list_pending()):
            yield request

    def make_requests(self, found: Iterable[PendingPage]) -> Iterator[scrapy.Request]:
        """The Scrapy requests of pages, sitemaps after the others; none past the run's page budget."""
        pages: list[PendingPage] = []
        for pending in found:
            if pending.request.kind == SITEMAP:
                self.sitemaps.hold(pending)
            else:
                pages.append(pending)
        left = max(self.budget, 0)
        if pages[left:]:
            self.outbox.give_up(pages[left:], "page_budget")
        yield from filter(None, [self.make_request(pending) for pending in pages[:left]])
        yield from self.ask_sitemaps()

    def ask_sitemaps(self) -> Iterator[scrapy.Request]:
        """The request of each host's next sitemap; none once no page of theirs could be read."""
        while self.budget > 0 and (pending := self.sitemaps.take()):
            request = self.make_request(pending)
            if request is not None:
                yield request
        dropped = self.sitemaps.drop() if self.budget <= 0 else []
        if dropped:
            self.outbox.give_up(dropped, "page_budget")

    def make_request(self, pending: PendingPage) -> scrapy.Request | None:
        """The Scrapy request of a pending page; None for an address that cannot be asked for."""
        self.budget -= 1
        self.waiting += 1
        self.open_pages[pending.visit] += 1
        meta: dict[str, Any] = {}
        if pending.request.needs_browser:
            from spiders.rendering import page_methods

            methods = page_methods(pending.request.wait_for, self.order.page_seconds)
            meta = {"playwright": True, "playwright_page_methods": methods}
        try:
            return scrapy.Request(
                pending.request.url,
                callback=self.read_response,
                errback=self.note_failure,
                cb_kwargs={"pending": pending},
                meta=meta,
                priority=-pending.seq,
                dont_filter=True,
            )
        except (ValueError, UnicodeError):
            self.lose(pending, "bad_url")
            return None

    def read_response(self, response: Response, pending: PendingPage) -> Iterator[scrapy.Request]:
        """Reads a page and asks for those it leads to; then the next request to its host may go."""
        try:
            yield from self.read_answer(response, pending)
            yield from self.ask_sitemaps()
        finally:
            self.find_politeness().end_turn(pending)

    def read_answer(self, response: Response, pending: PendingPage) -> Iterator[scrapy.Request]:
        """Parses a page, acknowledges it, and asks for the pages it leads to."""
        page = self.make_page(response, pending)
        if not 200 <= response.status < 300:
            self.lose(pending, f"http_{response.status}")
            return
        try:
            sign = find_stop_sign(page)
            if sign:
                raise Blocked(sign, page.url)
            reading = read_page(self.platforms[pending.visit], page)
        except Blocked as error:
            self.stop_at(error, pending)
            return
        except PageChanged as error:
            self.outbox.note(str(error))
            self.lose(pending, "page_changed")
            return
        except (BadPayload, SourceFailed, UnknownPlatform) as error:
            self.outbox.note(str(error))
            self.lose(pending, "bad_payload" if isinstance(error, BadPayload) else "source_error")
            return
        added = self.outbox.acknowledge(pending, page, self.drop_stalled(pending, reading))
        self.close_page(pending, is_last=not added)
        yield from self.make_requests(added)

    def drop_stalled(self, pending: PendingPage, reading: Reading) -> Reading:
        """The reading without its next pages, when the list has given nothing new three pages in a row."""
        keys, known = set(reading.keys), self.known_keys[pending.visit]
        onward = [request for request in reading.follow if request.kind == pending.request.kind]
        place = (pending.visit, pending.request.kind)
        is_idle = bool(onward or keys) and pending.request.kind != SITEMAP and keys <= known
        self.idle_pages[place] = self.idle_pages[place] + 1 if is_idle else 0
        known |= keys
        if not onward or self.idle_pages[place] < STALLED_PAGES:
            return reading
        self.outbox.note(
            f"pagination_stalled: {STALLED_PAGES} pages with nothing new up to {pending.request.url}"
        )
        return reading._replace(follow=[request for request in reading.follow if request not in onward])

    def make_page(self, response: Response, pending: PendingPage) -> Page:
        """Scrapy's response -> the page that parsers, outbox and WARC know."""
        moment = self.order.visits[pending.visit].moment or datetime.now(UTC)
        headers = {
            name.decode("latin-1"): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        context = {**pending.request.context, "kind": pending.request.kind, "visit": str(pending.visit)}
        return Page(response.url, response.status, headers, response.body, moment, self.order.run_id, context)

    def note_failure(self, failure: Failure) -> Iterator[scrapy.Request]:
        """A page that could not be had: its reason is kept."""
        pending: PendingPage = failure.request.cb_kwargs["pending"]
        reason = name_failure(failure.value)
        if not isinstance(failure.value, IgnoreRequest):
            logger.warning("%s: %s", pending.request.url, failure.value)
        self.lose(pending, reason)
        self.find_politeness().end_turn(pending)
        yield from self.ask_sitemaps()

    def stop_at(self, stop: Blocked, pending: PendingPage) -> None:
        """A stop sign in a page: its host is left alone for the rest of the run."""
        host = urlsplit(stop.url).netloc
        self.outbox.count("block", f"{host}: {stop.sign}")
        logger.warning("%s", stop)
        self.find_politeness().close_host(stop.url)
        self.lose(pending, "blocked")

    def find_politeness(self) -> PolitenessMiddleware:
        """The middleware that lets this crawl's requests go."""
        found = self.crawler.get_downloader_middleware(PolitenessMiddleware)
        assert found is not None  # crawl_settings names it
        return found

    def lose(self, pending: PendingPage, reason: str) -> None:
        """Gives a page up for this run."""
        self.outbox.give_up([pending], reason)
        self.close_page(pending, is_last=True)

    def close_page(self, pending: PendingPage, *, is_last: bool) -> None:
        """Tells the parent process how many pages are done, and how many are known.

        What a visit gave is forgotten after its last page, so that memory does not grow with the visits.
        """
        if pending.request.kind == SITEMAP:
            self.sitemaps.close(pending)
        self.open_pages[pending.visit] -= 1
        if is_last and not self.open_pages[pending.visit]:
            self.known_keys.pop(pending.visit, None)
        self.done, self.waiting = self.done + 1, self.waiting - 1
        sys.stdout.write(f"{self.done} {self.done + self.waiting}\n")
        sys.stdout.flush()


def crawl(order: CrawlOrder, outbox: Outbox) -> None:
    """Runs the order until nothing is pending; what happened is in the outbox."""
    settings = make_settings(order)
    process = AsyncCrawlerProcess(settings)
    for name in ("scrapy", "scrapy-playwright"):
        logging.getLogger(name).setLevel(logging.ERROR)
    process.crawl(CrawlSpider, order=order, outbox=outbox)
    process.start()


def main() -> None:
    """The crawl process: an order as JSON on stdin."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    order = CrawlOrder.model_validate_json(sys.stdin.buffer.read())
    path = locate_outbox(order)
    path.parent.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    with hold_crawl(path.parent, LOCK_SECONDS, name=ENGINE_LOCK):
        outbox = Outbox(path, end_at_disk_fault)
        try:
            crawl(order, outbox)
        finally:
            outbox.close()


def end_at_disk_fault(fault: OSError) -> NoReturn:
    """Ends this process at once, as a kill would: what the disk does not take need not be fetched."""
    logger.error("%s", fault)
    logging.shutdown()
    os._exit(DISK_FAULT_CODE + (fault.errno or 0))


def end_with_parent(parent: int) -> None:
    """Ends this process when the one that started it is gone: nobody would take what it fetches."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
