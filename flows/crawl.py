"""Crawl: an order, or an earlier run's responses, in; the crawl's report and a landing package out."""

from __future__ import annotations

from flows.exit_codes import CommandError
from flows.progress import track_step
from flows.secret import ensure_secret_key, read_secret_key
from flows.settings import Settings
from spiders.crawl import run_crawl
from spiders.order import CrawlOrder
from spiders.packaging import replay
from spiders.privacy import Pseudonymiser
from warehouse.records import CrawlReport


def crawl_source(order: CrawlOrder) -> CrawlReport:
    """Crawl one source in a process of its own and land what it gave."""
    with track_step(f"crawl {order.source}") as advance:
        return run_crawl(order, on_progress=advance)


def replay_run(settings: Settings, source: str, run_id: str, new_run_id: str) -> CrawlReport:
    """Parse the responses of an earlier run again with today's parsers, into a package of its own.

    CommandError when there is no complete package of that run.
    """
    package = settings.landing_root / source / run_id
    if not (package / "report.json").exists():
        raise CommandError(f"no complete run {run_id!r} of {source} has landed; headwater status lists them")
    key = read_secret_key(ensure_secret_key(settings.home))
    with track_step(f"replay {source}"):
        return replay(package, settings.landing_root, new_run_id, Pseudonymiser(key))
