"""robots.txt of a host in; allowed, disallowed or unavailable out: closed where the file cannot be had."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal, NamedTuple, Self

from protego import Protego
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from spiders.addresses import read_host_port
from spiders.download_errors import DOWNLOAD_ERRORS
from spiders.official import OfficialSource
from spiders.outbox import Outbox, PendingPage

logger = logging.getLogger(__name__)

MAX_ROBOTS_BYTES = 500 * 1024
"""RFC 9309: at least 500 KiB must be read; no host needs more."""

AGENT_TOKEN = "Headwater"
DONT_THROTTLE = "autothrottle_dont_adjust_delay"
"""Scrapy's own mark of requests that leave a host's pause as it is."""

LONGEST_CRAWL_DELAY = 60.0

Decision = Literal["allowed", "disallowed", "unavailable", "own_key"]
"""`own_key`: disallowed for crawlers, but a documented endpoint that is asked with the user's own key."""


class Rules(NamedTuple):
    """What a host's robots.txt says; `parser` None = there is none (4xx), so everything is allowed."""

    is_available: bool
    parser: Protego | None = None

    def decide(self, url: str) -> Decision:
        """Decision on one address."""
        if not self.is_available:
            return "unavailable"
        if self.parser is None or self.parser.can_fetch(url, AGENT_TOKEN):
            return "allowed"
        return "disallowed"

    @property
    def crawl_delay(self) -> float:
        """Seconds asked for between requests, at most a minute; 0 when none are."""
        delay = self.parser.crawl_delay(AGENT_TOKEN) if self.parser else None
        return min(float(delay), LONGEST_CRAWL_DELAY) if delay else 0.0


def read_rules(status: int, body: bytes) -> Rules:
    """An answer to /robots.txt -> rules: 2xx are read, 4xx but 429 mean none, all else is unavailable."""
    if 200 <= status < 300:
        text = (
            body[:MAX_ROBOTS_BYTES].replace(b"\x00", b"").decode("utf-8-sig", "replace").replace("\r", "\n")
        )
        return Rules(True, Protego.parse(text))
    return Rules(400 <= status < 500 and status != 429)


class RobotsMiddleware:
    """Asks each host's robots.txt once a run before its first page; every decision is logged and counted."""

    def __init__(self, crawler: Crawler) -> None:
        """`crawler` downloads the file."""
        self._crawler = crawler
        self._outbox: Outbox = crawler.spider.outbox  # type: ignore[union-attr]
        self._spider = crawler.spider
        self._rules: dict[str, Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making a middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Lets a request pass, or drops it with the decision as reason."""
        # A redirect keeps the slot of the host that it came from, and would not share the pause of its own.
        request.meta.pop("download_slot", None)
        if request.meta.get("is_robots"):
            return
        host, port = read_host_port(request.url)
        scheme = request.url.split(":", 1)[0]
        rules = await self._find_rules(f"{scheme}://{host}:{port}", request)
        decision = rules.decide(request.url)
        # Closed stays closed where the file cannot be had: a gateway in trouble is left alone.
        if decision == "disallowed" and self._has_own_key(request):
            decision = "own_key"
        logger.info("robots %s: %s", decision, request.url)
        self._outbox.count("robots", decision)
        if decision not in {"allowed", "own_key"}:
            raise IgnoreRequest(f"robots_{decision}")
        request.meta[DONT_THROTTLE] = self._has_own_pause(request)

    def _has_own_key(self, request: Request) -> bool:
        """Whether a request is a documented call of an official interface, with every key it needs."""
        pending: PendingPage | None = request.cb_kwargs.get("pending")
        if pending is None:
            return False
        source = self._spider.platforms[pending.visit]  # type: ignore[union-attr]
        keys = self._spider.order.credentials  # type: ignore[union-attr]
        if not isinstance(source, OfficialSource) or not all(keys.get(name) for name in source.credentials):
            return False
        return source.is_documented(request.url)

    async def _find_rules(self, origin: str, request: Request) -> Rules:
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules:
                self._rules[origin] = await self._fetch_rules(origin, request)
                self._slow_down(request, self._rules[origin])
        return self._rules[origin]

    async def _fetch_rules(self, origin: str, page: Request) -> Rules:
        request = Request(
            f"{origin}/robots.txt",
            priority=1000,
            meta={"is_robots": True, DONT_THROTTLE: self._has_own_pause(page)},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        engine = self._crawler.engine
        if engine is None:
            return Rules(False)
        try:
            response: Response = await engine.download_async(request)
        except DOWNLOAD_ERRORS as error:
            logger.warning("robots.txt of %s is unavailable: %s", origin, error)
            return Rules(False)
        return read_rules(response.status, response.body)

    def _has_own_pause(self, request: Request) -> bool:
        """Whether a host's pause was set, for the loopback allowed or by a Crawl-delay: it stays as it is."""
        downloader = self._find_downloader()
        return "delay" in downloader.per_slot_settings.get(downloader.get_slot_key(request), {})

    def _slow_down(self, request: Request, rules: Rules) -> None:
        """Sets a host's pause to its Crawl-delay, in its slot and in those that Scrapy makes for it later."""
        downloader = self._find_downloader()
        key = downloader.get_slot_key(request)
        known = downloader.per_slot_settings.get(key, {})
        if rules.crawl_delay > known.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")):
            downloader.per_slot_settings[key] = {**known, "delay": rules.crawl_delay}
            if key in downloader.slots:
                downloader.slots[key].delay = rules.crawl_delay

    def _find_downloader(self) -> Downloader:
        engine = self._crawler.engine
        assert engine is not None  # a middleware is asked by the engine's own downloader
        return engine.downloader
