"""Crawl: an order, or an earlier run's responses, in; the crawl's report and a landing package out."""

from __future__ import annotations

from itertools import count
from threading import Event

from flows.exit_codes import CommandError
from flows.progress import track_step
from flows.secret import ensure_secret_key, read_secret_key
from flows.settings import Settings
from spiders import left_crawls
from spiders.crawl import run_crawl
from spiders.landing import REPORT_NAME, read_report
from spiders.order import CrawlOrder
from spiders.packaging import replay
from spiders.privacy import Pseudonymiser
from warehouse.disk_faults import check_free_space
from warehouse.records import LONGEST_RUN_ID, CrawlReport


def crawl_source(order: CrawlOrder, stop: Event | None = None) -> CrawlReport:
    """Crawl one source in a process of its own and land what it gave.

    Each call asks a site anew that gave nothing before under this run id. StorageError before the first
    request where the disk has too little space left. Once `stop` is set the crawl is ended, so that the same
    run can go on from there.
    """
    check_free_space(order.landing_root)
    order = order.model_copy(update={"run_id": name_try(order)})
    with track_step(f"crawl {order.source}") as advance:
        return run_crawl(order, on_progress=advance, stop=stop)


def name_try(order: CrawlOrder) -> str:
    """The order's run id while no try under it failed, then ID-try2, ID-try3 ...

    A package is never written anew, so the failed one stays, and the next try needs a package of its own.
    """
    for number in count(1):
        suffix = f"-try{number}" if number > 1 else ""
        run_id = order.run_id[: LONGEST_RUN_ID - len(suffix)] + suffix
        package = order.landing_root / order.source / run_id
        if not (package / REPORT_NAME).exists() or read_report(package).outcome != "failed":
            break
    return run_id


def recall_order(order: CrawlOrder) -> CrawlOrder:
    """The order as its stopped run had it, so that a run id alone resumes it; unchanged without one."""
    return left_crawls.recall_order(order.model_copy(update={"run_id": name_try(order)})).model_copy(
        update={"run_id": order.run_id}
    )


def land_left_crawls(order: CrawlOrder) -> list[CrawlReport]:
    """Land what stopped crawls of the order's source had read, but for the run that the order resumes."""
    return left_crawls.land_left_crawls(order.model_copy(update={"run_id": name_try(order)}))


def replay_run(settings: Settings, source: str, run_id: str, new_run_id: str) -> CrawlReport:
    """Parse the responses of an earlier run again with today's parsers, into a package of its own.

    CommandError when there is no complete package of that run.
    """
    package = settings.landing_root / source / run_id
    if not (package / REPORT_NAME).exists():
        raise CommandError(f"no complete run {run_id!r} of {source} has landed; headwater status lists them")
    key = read_secret_key(ensure_secret_key(settings.home))
    with track_step(f"replay {source}"):
        return replay(package, settings.landing_root, new_run_id, Pseudonymiser(key))
