"""A page in the browser in; where a redirect or a script leads it, before anybody went there, out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as BrowserPage

NOTHING_READ = "about:blank"
DOCUMENTS = {"patterns": [{"resourceType": "Document"}]}


class NavigationGuard:
    """Lets a page load one document, the one that Scrapy asked for, when its host's pause is over.

    Scrapy counts the pause from when it hands a request over; a browser that starts may use it up before its
    document is asked for, so that the next one would follow at once.

    Where that one leads elsewhere, it is Scrapy that goes there: it asks robots.txt, waits for the host's
    turn, and knows a login page before it is asked for. Frames are not loaded, since no parser reads them.
    Playwright's routes see no redirects; the browser's own protocol does (Fetch.requestPaused,
    chromedevtools.github.io/devtools-protocol/tot/Fetch).
    """

    def __init__(self, find_pause: Callable[[str], float]) -> None:
        """No page is known yet; `find_pause` gives the seconds that are owed to a host."""
        self._find_pause = find_pause
        self._next: dict[str, float] = {}
        self._hops: WeakKeyDictionary[BrowserPage, asyncio.Future[str]] = WeakKeyDictionary()
        self._decisions: set[asyncio.Task[None]] = set()

    async def watch(self, page: BrowserPage) -> None:
        """Holds every document that a new page asks for until it is decided on."""
        session = await page.context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        own = tree["frameTree"]["frame"]["id"]

        def decide(event: dict[str, Any]) -> None:
            task = asyncio.create_task(self._decide(page, session, event, event["frameId"] == own))
            self._decisions.add(task)
            task.add_done_callback(self._decisions.discard)

        session.on("Fetch.requestPaused", decide)
        await session.send("Fetch.enable", DOCUMENTS)

    def await_hop(self, page: BrowserPage) -> asyncio.Future[str]:
        """The address that the document loaded next leads to; it may never come."""
        self._hops[page] = asyncio.get_running_loop().create_future()
        return self._hops[page]

    async def _await_turn(self, host: str) -> None:
        now = time.monotonic()
        turn = max(now, self._next.get(host, now))
        self._next[host] = turn + self._find_pause(host)
        await asyncio.sleep(turn - now)

    async def _decide(
        self, page: BrowserPage, session: CDPSession, event: dict[str, Any], is_own: bool
    ) -> None:
        held = {"requestId": event["requestId"]}
        is_first = page.url == NOTHING_READ and "redirectedRequestId" not in event
        # A page may be gone before its answer.
        with suppress(PlaywrightError):
            if is_own and is_first:
                await self._await_turn(urlsplit(event["request"]["url"]).hostname or "")
                await session.send("Fetch.continueRequest", held)
                return
            await session.send("Fetch.failRequest", {**held, "errorReason": "BlockedByClient"})
        hop = self._hops.get(page)
        if is_own and hop is not None and not hop.done():
            hop.set_result(event["request"]["url"])
