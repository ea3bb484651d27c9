"""`python -m tests.benchmarks.crawl_speed --json`: processor time a page against bare Scrapy.

Both crawl the same product pages, and the same popular lists, of a server on loopback, each in a process of
its own, in turn, three times; what a run of one page takes is taken off. The bare spider runs Scrapy's
defaults (robots.txt obeyed, four requests at once), parses with the same platform, yields the same records
as dicts and writes them as JSON lines through FEEDS. Ours does all that a crawl does: guarded addresses,
robots and politeness per page, an outbox with a synced transaction a page, responses as WARC, and landing.
"""

from __future__ import annotations

import argparse
import json
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from spiders.landing import read_report
from spiders.order import CrawlOrder, Visit
from spiders.page import Page
from spiders.platform import PageRequest, find_platform
from spiders.privacy import Pseudonymiser
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.benchmarks.machine import describe_machine

WORLD = World(seed=11, days=18)
MOMENT = WORLD.ends - timedelta(hours=1)
PARTS = ("bilibili", "shop")
REPEATS = 3
TARGET = 1.25


class BareSpider(scrapy.Spider):
    """What a user of Scrapy would write for the same pages and records."""

    name = "bare"

    def __init__(self, source: str, urls: list[str], kind: str, **kwargs: str) -> None:
        """`kind` is that of every page."""
        super().__init__(**kwargs)
        self.urls, self.kind = urls, kind
        self.platform = find_platform(source)(Pseudonymiser(b"a key for the benchmark, 32 bytes"))

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Every page."""
        for url in self.urls:
            yield scrapy.Request(url, callback=self.parse_page)

    def parse_page(self, response: Response) -> Iterator[dict[str, Any]]:
        """Its records, as dicts."""
        headers = {
            name.decode("latin-1"): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        page = Page(response.url, 200, headers, response.body, datetime.now(UTC), "run", {"kind": self.kind})
        for parsed in self.platform.parse(page):
            if not isinstance(parsed, PageRequest):
                yield parsed.model_dump(mode="json")


def crawl_bare(source: str, urls: list[str], kind: str, feed: Path) -> None:
    """Scrapy as it is, with four requests at once as ours has on loopback."""
    process = AsyncCrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
            "DOWNLOAD_DELAY": 0,
            "FEEDS": {str(feed): {"format": "jsonlines", "encoding": "utf8"}},
            "LOG_LEVEL": "INFO",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(BareSpider, source=source, urls=urls, kind=kind)
    process.start()


def list_moments(source: str, number: int) -> list[datetime]:
    """As many moments as it takes to have that many pages of the popular list; one for the shop."""
    if source == "shop":
        return [MOMENT]
    moments: list[datetime] = []
    while sum(count_popular(moment) for moment in moments) < number:
        moments.append(MOMENT - timedelta(hours=3 * len(moments)))
    return moments


def count_popular(moment: datetime) -> int:
    """Pages of the popular list at a moment."""
    return -(-len(WORLD.popular_at(moment)) // 20)


def list_pages(source: str, site: SandboxSite, number: int) -> tuple[list[str], str]:
    """Addresses of pages, and their kind."""
    if source == "shop":
        base = site.address_of(source, MOMENT)
        return [
            f"{base}/products/{product.slug}" for product in WORLD.products_at(MOMENT)[:number]
        ], "product"
    path = "/x/web-interface/popular"
    return [
        f"{site.address_of(source, moment)}{path}?pn={page}&ps=20"
        for moment in list_moments(source, number)
        for page in range(1, count_popular(moment) + 1)
    ], "popular"


def make_order(
    source: str, folder: Path, site: SandboxSite, run_id: str, urls: list[str], number: int
) -> CrawlOrder:
    """An order for the same pages: addresses as the shop's targets, a visit for each popular list."""
    return CrawlOrder(
        source=source,
        run_id=run_id,
        landing_root=folder / "landing",
        secret_key_file=folder / "secret.key",
        visits=tuple(
            Visit(moment=moment, addresses={"base": site.address_of(source, moment)})
            for moment in list_moments(source, number)
        ),
        targets=tuple(urls) if source == "shop" else (),
        allow_loopback=(site.host_and_port,),
        page_budget=1 if source == "shop" or number == 1 else 100,
    )


def run_process(command: list[str], text: str) -> float:
    """Processor seconds of a process, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        input=text.encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_ours(order: CrawlOrder) -> float:
    """Processor seconds of the crawl process and of the landing of its package."""
    return run_process([sys.executable, "-m", "spiders.crawl"], order.model_dump_json())


def run_bare(source: str, urls: list[str], kind: str, feed: Path) -> float:
    """Processor seconds of bare Scrapy."""
    text = json.dumps([source, urls, kind, str(feed)])
    return run_process([sys.executable, "-m", "tests.benchmarks.crawl_speed", "--bare"], text)


def count_ours(order: CrawlOrder) -> tuple[int, int]:
    """Pages and records of the package, repeats within a visit included."""
    report = read_report(order.landing_root / order.source / order.run_id)
    pages = next(file.rows for file in report.files if file.record_kind == "responses")
    return pages, sum(report.records_by_kind.values()) + report.skips_by_reason.get("repeat", 0)


def compare(source: str, number: int, folder: Path) -> dict[str, object]:
    """Both on the same pages in turn; milliseconds a page and their ratio."""
    ours: list[float] = []
    bare: list[float] = []
    with SandboxSite(WORLD) as site:
        urls, kind = list_pages(source, site, number)
        few = urls[:1]
        for turn in range(REPEATS):
            order = make_order(source, folder, site, f"run-{turn}", urls, number)
            start = run_ours(make_order(source, folder, site, f"start-{turn}", few, 1))
            ours.append(run_ours(order) - start)
            feed = folder / f"{source}-{turn}.jsonl"
            start = run_bare(source, few, kind, folder / "start.jsonl")
            bare.append(run_bare(source, urls, kind, feed) - start)
    pages, records = count_ours(order)
    same = len(feed.read_text(encoding="utf-8").splitlines())
    if (pages, records) != (len(urls), same):
        raise RuntimeError(
            f"{source}: {pages} pages and {records} records here, {len(urls)} and {same} there"
        )
    ours_ms, bare_ms = (1000 * statistics.median(values) / (len(urls) - 1) for values in (ours, bare))
    return {
        "pages": pages,
        "records": records,
        "bare_scrapy_cpu_ms_a_page": round(bare_ms, 2),
        "headwater_cpu_ms_a_page": round(ours_ms, 2),
        "ratio": round(ours_ms / bare_ms, 3),
    }


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--json", action="store_true", help="add the machine")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        source, urls, kind, feed = json.loads(sys.stdin.read())
        crawl_bare(source, urls, kind, Path(feed))
        return
    with tempfile.TemporaryDirectory(prefix="headwater-speed-") as name:
        folder = Path(name)
        key = folder / "secret.key"
        key.write_text(secrets.token_hex(32))
        key.chmod(0o600)
        result: dict[str, object] = {part: compare(part, options.pages, folder) for part in PARTS}
    result |= {"target_ratio": TARGET}
    report = {"benchmark": "crawl_speed", "machine": describe_machine(), "results": result}
    print(json.dumps(report if options.json else result, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
