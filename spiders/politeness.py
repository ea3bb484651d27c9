"""Requests about to be sent and answers just come in; waits, retries, stops and counts per host out."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from spiders.addresses import AddressGuard, AddressRefused, read_host_port
from spiders.download_errors import RETRIED_ERRORS, name_failure
from spiders.outbox import Outbox, PendingPage

logger = logging.getLogger(__name__)

STOP_STATUSES = {401, 403, 406, 412, 418, 432, 461, 471}
RETRIED_STATUSES = {408, 429, 500, 502, 503, 504, 522, 524}
STOP_PATHS = (
    "login",
    "passport",
    "signin",
    "risk_handler",
    "punish",
    "captcha",
    "verify",
    "psnl_verification",
    "account/unhuman",
    "visitor",
)
"""A redirect to a host or path with one of these as a word of its own is a wall (PLATFORMS 0.1)."""

_WALL = re.compile(
    r"(?<![a-z0-9])(?:account|h5|m|member|mobile|my|sso|u|user|wap|web)?"
    rf"(?:{'|'.join(map(re.escape, STOP_PATHS))})(?:action|form|page)?(?![a-z0-9])"
)
_CONTENT = re.compile(r"/(?:articles?|blogs?|collections?|dp|goods|items?|news|p|posts?|products?)/.*")
"""What follows is a name: /products/passport-holder is no passport page."""

MAX_TRIES = 3
LONGEST_WAIT = 900.0
"""A Retry-After beyond 15 minutes, or beyond the run's deadline, ends the host for this run."""
BREAKER_FAILURES = 10
BREAKER_SECONDS = 60.0
MAX_HEADER_BYTES = 64 * 1024


@dataclass
class HostState:
    """What is known of one host during a run."""

    not_before: float = 0.0
    closed_for: str = ""
    failures: list[float] = field(default_factory=list)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """So many requests may be under way at once."""

    def note_failure(self, now: float) -> bool:
        """Counts a failure; True when the breaker opens: ten within a minute."""
        self.failures = [moment for moment in self.failures if now - moment < BREAKER_SECONDS] + [now]
        return len(self.failures) >= BREAKER_FAILURES


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """A Retry-After header (seconds or a date) -> seconds to wait, 0 for the past; None without one."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), 10**9))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def is_wall(location: str) -> bool:
    """Whether a redirect's target is a login, captcha or risk page."""
    parts = urlsplit(location)
    path = _CONTENT.sub("", parts.path.lower())
    return _WALL.search(f"{(parts.hostname or '').lower()}{path}") is not None


class AddressMiddleware:
    """Drops requests to addresses that are never dialled, before anything else is asked about them."""

    def __init__(self, crawler: Crawler) -> None:
        """What was dropped is noted in the run's outbox."""
        self._outbox: Outbox = crawler.spider.outbox  # type: ignore[union-attr]
        self._guard = AddressGuard(crawler.settings.getlist("HEADWATER_ALLOW_LOOPBACK"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making a middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Lets public addresses and the allowed loopback pass."""
        try:
            self._guard.check_url(request.url)
        except AddressRefused as error:
            logger.warning("refused: %s", error)
            self._outbox.note(f"not fetched: {error}")
            raise IgnoreRequest("private_address") from error


class PolitenessMiddleware:
    """Obeys Retry-After, tries three times with growing pauses, closes hosts at stop signs and in storms.

    A page has its host's turn from here until its answer is read (`end_turn`), so that no request waits in
    Scrapy's slots, where nobody looks again, while an answer before it says to stop or to wait.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Counts go to the run's outbox; as many requests are under way as Scrapy's slots would let out."""
        self._outbox: Outbox = crawler.spider.outbox  # type: ignore[union-attr]
        self._backoff: float = crawler.settings.getfloat("HEADWATER_BACKOFF")
        self._slots: dict[str, dict[str, int]] = crawler.settings.getdict("DOWNLOAD_SLOTS")
        self._at_once: int = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._ends = time.monotonic() + (crawler.settings.getfloat("CLOSESPIDER_TIMEOUT") or math.inf)
        self._hosts: dict[str, HostState] = {}
        self._turns: dict[int, asyncio.Semaphore] = {}
        self._jitter = random.Random(0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making a middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Waits for its host's turn and as long as the host asked for; drops requests to closed hosts."""
        state = self._state(request.url)
        pending: PendingPage | None = request.cb_kwargs.get("pending")
        if pending is not None:
            await state.turns.acquire()
            self._turns[pending.seq] = state.turns
        while not state.closed_for and (pause := state.not_before - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        if state.closed_for:
            raise IgnoreRequest(state.closed_for)

    def end_turn(self, pending: PendingPage) -> None:
        """Lets the next request to a page's host go: the page's answer is read, or there will be none."""
        turns = self._turns.pop(pending.seq, None)
        if turns is not None:
            turns.release()

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Passes an answer on, retries it, or ends its host."""
        self._outbox.count("status", str(response.status))
        state = self._state(request.url)
        if (
            sum(len(name) + sum(map(len, values)) for name, values in response.headers.items())
            > MAX_HEADER_BYTES
        ):
            raise IgnoreRequest("headers_too_large")
        if request.meta.get("is_robots"):
            return response
        if response.status in STOP_STATUSES:
            self._close(state, request, "blocked", f"HTTP {response.status}")
        if _is_sent_to_wall(request, response):
            self.close_host(response.url)
            self._close(state, request, "blocked", "redirect to a login or captcha page")
        if 300 <= response.status < 400:
            self._pass_turn(request)
        if "partial" in response.flags:
            return self._retry(request, state, "truncated", None)
        if response.status in RETRIED_STATUSES:
            asked = read_retry_after(_header(response, "Retry-After"), datetime.now(UTC))
            return self._retry(request, state, f"http_{response.status}", asked)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Retries what a later try may not meet."""
        if isinstance(exception, IgnoreRequest):
            return None
        self._outbox.count("status", "error")
        if not isinstance(exception, RETRIED_ERRORS) or request.meta.get("is_robots"):
            return None
        return self._retry(request, self._state(request.url), name_failure(exception), None)

    def _retry(self, request: Request, state: HostState, reason: str, asked: float | None) -> Request:
        tries = int(request.meta.get("tries", 1))
        if state.note_failure(time.monotonic()):
            self._close(state, request, "circuit_open", f"{BREAKER_FAILURES} failures in a minute")
        # past the run's deadline too: a run that is begun again would ask before the time
        if asked is not None and asked > min(LONGEST_WAIT, self._ends - time.monotonic()):
            self._close(state, request, "blocked", f"asked to wait {asked:.0f} s")
        if tries >= _count_tries(request, reason):
            if reason in {"http_429", "http_503"}:
                self._close(state, request, "blocked", f"HTTP {reason[5:]} after {tries} tries")
            raise IgnoreRequest(reason)
        pause = asked if asked is not None else self._backoff * 2 ** (tries - 1) * (1 + self._jitter.random())
        state.not_before = max(state.not_before, time.monotonic() + pause)
        logger.info("%s at %s: again in %.1f s", reason, request.url, pause)
        again = request.replace(dont_filter=True)
        again.meta["tries"] = tries + 1
        self._pass_turn(request)
        return again

    def _pass_turn(self, request: Request) -> None:
        """Ends the turn of a request that another one follows: that one waits for a turn of its own."""
        pending: PendingPage | None = request.cb_kwargs.get("pending")
        if pending is not None:
            self.end_turn(pending)

    def _close(self, state: HostState, request: Request, reason: str, sign: str) -> None:
        state.closed_for = reason
        host, port = read_host_port(request.url)
        self._outbox.count("block", f"{host}:{port}: {sign}")
        logger.warning("stop: %s at %s", sign, request.url)
        raise IgnoreRequest(reason)

    def close_host(self, url: str) -> None:
        """Ends a host for this run: its page carried a stop sign."""
        self._state(url).closed_for = "blocked"

    def _state(self, url: str) -> HostState:
        host, port = read_host_port(url)
        key = f"{host}:{port}"
        if key not in self._hosts:
            at_once = self._slots.get(host, {}).get("concurrency", self._at_once)
            self._hosts[key] = HostState(turns=asyncio.Semaphore(at_once))
        return self._hosts[key]


def _is_sent_to_wall(request: Request, response: Response) -> bool:
    """Whether an answer leads to a login or captcha page; a browser goes there, and only its end is seen."""
    location = response.headers.get("Location")
    if 300 <= response.status < 400 and location:
        return is_wall(urljoin(response.url, location.decode("latin-1")))
    return is_wall(response.url) and not is_wall(request.url)


def _count_tries(request: Request, reason: str) -> int:
    """Three, but a rendered page is tried once more at most, and not at all when it used up its time."""
    if request.meta.get("playwright"):
        return 1 if reason == "timeout" else 2
    return MAX_TRIES


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return None if value is None else value.decode("latin-1")
