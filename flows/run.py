"""`headwater run`: the one Prefect flow, crawl -> load -> enrich -> trends -> report."""

from __future__ import annotations

import asyncio
from threading import Event

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.crawl import crawl_source
from flows.enrich import enrich_subjects
from flows.load import load_landing
from flows.plan import RunPlan
from flows.report import write_reports
from flows.summary import RunSummary
from flows.trends import build_trends
from spiders.errors import CrawlFailed
from spiders.order import CrawlOrder
from warehouse.records import CrawlReport

PARALLEL_CRAWLS = 2


class NoAnswer(Exception):
    """A crawl ended without an answer of the site, which is worth another try."""


def may_pass(_: object, __: object, state: State[object]) -> bool:
    """Whether a failed crawl is worth another try: a full disk, or a browser that is missing, is not."""
    return isinstance(state.data, NoAnswer | CrawlFailed)


@task(
    name="crawl",
    retries=2,
    retry_condition_fn=may_pass,
    retry_delay_seconds=[30, 300],
    cache_policy=NO_CACHE,
    persist_result=False,
    task_run_name="crawl-{order.source}",
)
async def crawl_task(order: CrawlOrder) -> CrawlReport:
    """Crawl one source; tried again only when the network failed, never when the site said stop."""
    stop = Event()
    try:
        report = await asyncio.to_thread(crawl_source, order, stop)
    finally:
        # a run that is cancelled leaves its thread behind, which would wait until the crawl's deadline
        stop.set()
    if report.outcome == "failed":
        raise NoAnswer("; ".join(report.messages) or "the crawl failed")
    return report


@task(name="load", cache_policy=NO_CACHE, persist_result=False)
async def load_task(plan: RunPlan) -> tuple[int, int, int]:
    """Load what has landed: packages loaded, known already, quarantined."""
    result = await asyncio.to_thread(load_landing, plan)
    return len(result.loaded), len(result.already_loaded), len(result.quarantined)


@task(name="enrich", cache_policy=NO_CACHE, persist_result=False)
async def enrich_task(plan: RunPlan) -> int:
    """Tag what is untagged."""
    return await asyncio.to_thread(enrich_subjects, plan)


@task(name="trends", cache_policy=NO_CACHE, persist_result=False)
async def trends_task(plan: RunPlan) -> str:
    """Build the marts and publish them."""
    return str(await asyncio.to_thread(build_trends, plan))


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
async def report_task(plan: RunPlan) -> str:
    """Write the report; its HTML file."""
    files = await asyncio.to_thread(write_reports, plan)
    return str(files.html)


@flow(name="headwater", persist_result=False)
async def run_plan(plan: RunPlan) -> RunSummary:
    """One whole run; repeated with the same plan it crawls and loads nothing twice.

    Where no source answered there is no report: what failed is loaded and published, so that it can be told.
    """
    crawls, failures = await crawl_sources(plan.orders)
    loaded, known, quarantined = await load_task(plan)
    tagged = await enrich_task(plan)
    await trends_task(plan)
    report = await report_task(plan) if crawls or not failures else None
    return RunSummary(
        run_id=plan.run_id,
        crawls=crawls,
        failures=failures,
        packages_loaded=loaded,
        packages_known=known,
        packages_quarantined=quarantined,
        texts_tagged=tagged,
        report=report,
    )


async def crawl_sources(orders: tuple[CrawlOrder, ...]) -> tuple[list[CrawlReport], dict[str, str]]:
    """Crawl all sources, few at a time: what they gave, and why each of the others gave nothing.

    A source that fails after its retries, without an answer or because its process died, does not stop the
    others.
    """
    turn = asyncio.Semaphore(PARALLEL_CRAWLS)

    async def crawl_in_turn(order: CrawlOrder) -> CrawlReport | BaseException:
        async with turn:
            return (await asyncio.gather(crawl_task(order), return_exceptions=True))[0]

    outcomes = await asyncio.gather(*(crawl_in_turn(order) for order in orders))
    reports: list[CrawlReport] = []
    failures: dict[str, str] = {}
    for order, outcome in zip(orders, outcomes, strict=True):
        if isinstance(outcome, CrawlReport):
            reports.append(outcome)
        elif isinstance(outcome, NoAnswer | CrawlFailed):
            failures[order.source] = str(outcome)
        else:
            raise outcome
    return reports, failures
