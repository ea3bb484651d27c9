"""A crawl order in, the Scrapy settings it runs under out (THREATS 6)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from spiders.browser import find_browser, launch_options
from spiders.official import SIGNED_SETTINGS, OfficialSource
from spiders.order import CrawlOrder
from spiders.platform import find_platform

MAX_BODY = 16 * 1024 * 1024
BROWSER_PAGES = 2
PAGES_PER_BROWSER = 200
"""Pages after which browser and driver are started anew. Playwright's driver, a Node process, grew from 70 to
195 MiB over 300 pages, whatever contexts were closed, before its collector ran (benchmarks/browser_soak)."""
LOOPBACK_CONCURRENCY = 4
LEAST_BACKOFF = 0.1


def make_settings(order: CrawlOrder) -> dict[str, Any]:
    """Settings of one crawl; those of the browser only where the platform needs one."""
    settings: dict[str, Any] = {
        "HEADWATER_ALLOW_LOOPBACK": list(order.allow_loopback),
        "HEADWATER_PAGE_SECONDS": order.page_seconds,
        "HEADWATER_BACKOFF": max(order.delay_seconds, LEAST_BACKOFF),
        "USER_AGENT": order.user_agent,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TWISTED_DNS_RESOLVER": "spiders.resolver.GuardedResolver",
        "DOWNLOADER_MIDDLEWARES": {
            "spiders.politeness.AddressMiddleware": 50,
            "spiders.robots.RobotsMiddleware": 100,
            "spiders.politeness.PolitenessMiddleware": 650,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        },
        "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.referer.RefererMiddleware": None},
        "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
        "EXTENSIONS": {
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "spiders.memory.ResidentMemory": 0,
        },
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        "URLLENGTH_LIMIT": 2083,
        "DOWNLOAD_MAXSIZE": MAX_BODY,
        "DOWNLOAD_WARNSIZE": MAX_BODY // 4,
        "DOWNLOAD_TIMEOUT": min(order.page_seconds, order.deadline_seconds),
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "CONCURRENT_ITEMS": 4,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": order.delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": order.delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": 60.0,
        "DOWNLOAD_SLOTS": _loopback_slots(order),
        "CLOSESPIDER_TIMEOUT": order.deadline_seconds,
        "CLOSESPIDER_PAGECOUNT": 3 * order.total_pages,
        "MEMUSAGE_LIMIT_MB": 800,
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 15.0,
        "LOG_LEVEL": "INFO",
        "LOG_INSTALL_ROOT_HANDLER": False,
        "STATS_DUMP": False,
    }
    if find_platform(order.source).needs_browser:
        settings.update(_browser_settings(order))
    if issubclass(find_platform(order.source), OfficialSource):
        settings.update(SIGNED_SETTINGS)
    return settings


def _loopback_slots(order: CrawlOrder) -> dict[str, dict[str, Any]]:
    """No pause towards the hosts that are this machine itself."""
    hosts = {urlsplit(f"//{pair}").hostname or "" for pair in order.allow_loopback}
    return {host: {"delay": 0, "concurrency": LOOPBACK_CONCURRENCY} for host in sorted(hosts)}


def _browser_settings(order: CrawlOrder) -> dict[str, Any]:
    handler = "spiders.rendering.GuardedBrowserHandler"
    browser = find_browser(order.browser_path)
    return {
        "DOWNLOAD_HANDLERS": {
            "http": handler,
            "https": handler,
            "file": None,
            "data": None,
            "ftp": None,
            "s3": None,
        },
        "HEADWATER_SHORT_LINK_HOSTS": list(find_platform(order.source).short_link_hosts),
        "HEADWATER_BROWSER_PAGES": BROWSER_PAGES,
        "HEADWATER_PAGES_PER_BROWSER": PAGES_PER_BROWSER,
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch_options(browser, order.page_seconds),
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": BROWSER_PAGES,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": order.page_seconds * 1000,
    }
