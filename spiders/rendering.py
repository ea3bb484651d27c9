"""Requests for pages that exist only after JavaScript in; rendered pages out, each within a hard deadline."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import psutil
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as BrowserPage
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from spiders.addresses import AddressGuard
from spiders.egress import EgressProxy
from spiders.navigations import NOTHING_READ, NavigationGuard
from spiders.page_turns import PageTurns

logger = logging.getLogger(__name__)

MAX_RENDERED_CHARACTERS = 8 * 1024 * 1024
SELECTOR_SHARE = 0.4
"""Share of a page's time that may pass before its content shows; then it is read as it is."""
PAGES_PER_CONTEXT = 100
MAX_TOGETHER_BYTES = 1024 * 1024 * 1024
"""Memory of browser and driver, shared pages left out, above which they are started anew at once."""
MAX_BROWSERS = 4
CLOSE_SECONDS = 5.0
WATCH_SECONDS = 0.5
MAX_RENDERER_BYTES = 700 * 1024 * 1024
UNREAD_TYPES = frozenset({"image", "media", "font"})
BROWSER_NAMES = ("chrom", "headless")
DRIVER_NAME = "node"
NO_WINDOWS = "window.open = () => null; window.print = () => {};"
"""A window that a page opens would load before it could be closed."""


class GuardedBrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """scrapy-playwright with pages reused, a deadline no page outlives, and a guarded way out."""

    def __init__(self, crawler: Crawler) -> None:
        """Reads limits from the settings; driver and browser start with the first page that needs them."""
        super().__init__(crawler=crawler)
        settings = crawler.settings
        self._deadline: float = settings.getfloat("HEADWATER_PAGE_SECONDS")
        self._short_link_hosts: list[str] = settings.getlist("HEADWATER_SHORT_LINK_HOSTS")
        self._proxy = EgressProxy(AddressGuard(settings.getlist("HEADWATER_ALLOW_LOOPBACK")))
        self._turns = PageTurns(
            settings.getint("HEADWATER_BROWSER_PAGES"),
            settings.getint("HEADWATER_PAGES_PER_BROWSER"),
            self._renew_browser,
        )
        self._idle: deque[BrowserPage] = deque()
        self._navigations = NavigationGuard(self._find_pause)
        self._rendered = 0
        self._kills = 0
        self._watch: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self.abort_request = _is_unwanted

    async def _maybe_launch_in_thread(self) -> None:
        """Nothing when the engine starts: there is a handler for each scheme, and few runs need both."""

    async def _launch(self) -> None:
        async with self._starting:
            if self._watch is not None:
                return
            port = await self._proxy.start()
            self.config.launch_options["proxy"] = {"server": f"http://127.0.0.1:{port}"}
            await super()._launch()
            self._watch = asyncio.create_task(self._end_hogs())

    async def download_request(self, request: Request) -> Response:
        """Renders a page, or downloads it plainly when it needs no browser.

        A short link is never rendered: a browser would follow it unseen, where Scrapy asks robots.txt again
        and renders the page that it leads to.
        """
        if not request.meta.get("playwright") or urlsplit(request.url).hostname in self._short_link_hosts:
            plain: Response = await HTTP11DownloadHandler.download_request(self, request)
            return plain
        await self._launch()
        async with self._turns.take():
            for _ in range(MAX_BROWSERS):
                kills = self._kills
                try:
                    return await asyncio.wait_for(self._render(request), self._deadline)
                except TimeoutError as error:
                    raise DownloadTimeoutError(f"no page after {self._deadline:.0f} s") from error
                except PlaywrightError as error:
                    # A page that dies because another page's browser was killed has not failed by itself.
                    if self._kills == kills:
                        raise DownloadFailedError(str(error).splitlines()[0]) from error
        raise DownloadFailedError("the browser was started anew too often")

    async def _render(self, request: Request) -> Response:
        page = await self._take_page(request)
        request.meta.update(playwright_page=page, playwright_include_page=True)
        hop = self._navigations.await_hop(page)
        reading: asyncio.Task[Response] = asyncio.create_task(super().download_request(request))
        is_whole = False
        try:
            either: set[asyncio.Future[Any]] = {reading, hop}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if hop.done():
                return Response(request.url, 302, {"Location": hop.result()})
            response = reading.result()
            if not response.url.startswith("http"):
                raise DownloadFailedError(f"the browser ended at {response.url}")
            await page.goto(NOTHING_READ)
            is_whole = True
            return response
        finally:
            hop.cancel()
            await _call_off(reading)
            request.meta.pop("playwright_page", None)
            if is_whole:
                self._idle.append(page)
            else:
                await asyncio.shield(self._discard(page))

    def _find_pause(self, host: str) -> float:
        """Seconds between two requests to a host, as Scrapy keeps them by now."""
        engine = self._crawler.engine
        slot = engine.downloader.slots.get(host) if engine else None
        return slot.delay if slot else 0.0

    async def _take_page(self, request: Request) -> BrowserPage:
        generation, self._rendered = self._rendered // PAGES_PER_CONTEXT, self._rendered + 1
        name = f"run-{generation}"
        request.meta.update(playwright_context=name, playwright_context_kwargs=CONTEXT_OPTIONS)
        while self._idle:
            idle = self._idle.popleft()
            current = self.context_wrappers.get(name)
            if not idle.is_closed() and current is not None and idle.context is current.context:
                return idle
            await self._discard(idle)
        for stale in [known for known in self.context_wrappers if known != name and generation]:
            wrapper = self.context_wrappers[stale]
            if not wrapper.context.pages:
                await wrapper.context.close()
        page: BrowserPage = await self._create_page(request=request, spider=self._crawler.spider)
        await page.add_init_script(NO_WINDOWS)
        await self._navigations.watch(page)
        page.on("popup", lambda popup: asyncio.ensure_future(self._discard(popup)))
        page.on("dialog", lambda dialog: asyncio.ensure_future(_end(dialog.dismiss())))
        page.on("download", lambda download: asyncio.ensure_future(_end(download.cancel())))
        return page

    async def _discard(self, page: BrowserPage) -> None:
        """Closes a page; a page that will not close takes its browser with it."""
        if page.is_closed():
            return
        try:
            await asyncio.wait_for(page.close(run_before_unload=False), CLOSE_SECONDS)
        except (TimeoutError, PlaywrightError):
            logger.warning("a page would not close: the browser is started anew")
            self._kill_browser()

    async def _end_hogs(self) -> None:
        """Kills renderers that take more memory than any page worth reading."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            together = 0
            for child in _find_processes(*BROWSER_NAMES, DRIVER_NAME):
                with suppress(psutil.Error):
                    held = child.memory_info()
                    together += held.rss - held.shared
                    if held.rss > MAX_RENDERER_BYTES and child.name() != DRIVER_NAME:
                        logger.warning("a renderer over its memory is ended")
                        child.kill()
            if together > MAX_TOGETHER_BYTES:
                self._turns.ask_renewal()

    def _kill_browser(self) -> None:
        self._kills += 1
        _kill(*BROWSER_NAMES)

    async def _renew_browser(self) -> None:
        """Ends the browser and its driver, by force where they do not end, and starts the driver anew.

        The browser itself starts with the next page.
        """
        logger.info("browser and driver are started anew after %d pages", self._rendered)
        self._idle.clear()
        browser = getattr(self, "browser", None)
        if browser is not None:
            # Its callback would run when the next browser is there, and forget that one.
            browser.remove_listener("disconnected", self._browser_disconnected_callback)
        try:
            await asyncio.wait_for(self._close(), 2 * CLOSE_SECONDS)
        except (TimeoutError, PlaywrightError):
            _kill(*BROWSER_NAMES, DRIVER_NAME)
        self.context_wrappers.clear()
        if browser is not None:
            del self.browser
        self.browser_provider = self.browser_provider_cls(self.config)
        await self.browser_provider.start()

    async def close(self) -> None:
        """Ends the browser, by force when it does not end by itself."""
        if self._watch is not None:
            self._watch.cancel()
        try:
            await asyncio.wait_for(super().close(), 2 * CLOSE_SECONDS)
        except (TimeoutError, PlaywrightError):
            self._kill_browser()
        await self._proxy.stop()


CONTEXT_OPTIONS: dict[str, Any] = {
    "service_workers": "block",
    "accept_downloads": False,
    "permissions": [],
    "ignore_https_errors": False,
}


def _find_processes(*names: str) -> list[psutil.Process]:
    """Processes below this one in whose name one of those stands."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any(name in child.name() for name in names):
                found.append(child)
    return found


def _kill(*names: str) -> None:
    for child in _find_processes(*names):
        with suppress(psutil.Error):
            child.kill()


def _is_unwanted(request: BrowserRequest) -> bool:
    """Whether a page's request is for what no parser reads."""
    return request.resource_type in UNREAD_TYPES


async def _call_off(reading: asyncio.Task[Response]) -> None:
    """Ends the reading of a page that is not wanted any more; what it met by then is of no interest."""
    reading.cancel()
    await asyncio.wait({reading})
    if not reading.cancelled():
        reading.exception()


async def _end(closing: Awaitable[None]) -> None:
    """Dismisses a dialog or cancels a download of a page that may be gone already."""
    with suppress(PlaywrightError):
        await closing


def page_methods(wait_for: str, page_seconds: float) -> list[PageMethod]:
    """What is done with a page between its load and its reading: wait for its content, measure it."""
    methods = [PageMethod(_check_size)]
    if wait_for:
        methods.insert(0, PageMethod(_wait_for_content, wait_for, SELECTOR_SHARE * page_seconds * 1000))
    return methods


async def _wait_for_content(page: BrowserPage, selector: str, milliseconds: float) -> None:
    with suppress(PlaywrightTimeout):
        await page.wait_for_selector(selector, timeout=milliseconds, state="attached")


async def _check_size(page: BrowserPage) -> None:
    size = await page.evaluate("document.documentElement ? document.documentElement.outerHTML.length : 0")
    if size > MAX_RENDERED_CHARACTERS:
        raise DownloadFailedError(f"a rendered page of {size} characters")
