"""Crawl: an order in, the crawl's report and a landing package out."""

from __future__ import annotations

from flows.progress import track_step
from spiders.crawl import CrawlOrder, run_crawl
from warehouse.records import CrawlReport


def crawl_source(order: CrawlOrder) -> CrawlReport:
    """Crawl one source in a process of its own and land what it gave."""
    with track_step(f"crawl {order.source}") as advance:
        return run_crawl(order, on_progress=advance)
