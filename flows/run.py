"""`headwater run`: the one Prefect flow, crawl -> load -> enrich -> trends -> report."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.crawl import crawl_source
from flows.enrich import enrich_subjects
from flows.load import load_landing
from flows.plan import RunPlan
from flows.report import write_reports
from flows.stopping import StopRequest
from flows.summary import RunSummary
from flows.trends import build_trends
from spiders.errors import CrawlFailed
from spiders.order import CrawlOrder
from warehouse.records import CrawlReport

PARALLEL_CRAWLS = 2

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class NoAnswer(CrawlFailed):
    """A crawl ended without an answer of the site, which is worth another try."""


def may_pass(_: object, __: object, state: State[object]) -> bool:
    """Whether a failed crawl is worth another try: a full disk, or a browser that is missing, is not."""
    return isinstance(state.data, CrawlFailed)


async def run_in_thread(
    stop: StopRequest,
    stage: Callable[Arguments, Result],
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Result:
    """A stage's result; where the run is cancelled, the stage is stopped and waited for first.

    A thread outlives what waits for it: left behind, it would write and publish in a run that is no more.
    """
    loop = asyncio.get_running_loop()
    at_work = loop.run_in_executor(None, partial(copy_context().run, stage, *arguments, **named))
    try:
        return await asyncio.shield(at_work)
    except asyncio.CancelledError:
        stop.request()
        while not at_work.done():
            # Ctrl-C once more makes no stage end sooner
            with suppress(asyncio.CancelledError):
                await asyncio.wait({at_work})
        logger.info("what was stopped ended with %r", at_work.exception())
        raise


@task(
    name="crawl",
    retries=2,
    retry_condition_fn=may_pass,
    retry_delay_seconds=[30, 300],
    cache_policy=NO_CACHE,
    persist_result=False,
    task_run_name="crawl-{order.source}",
)
async def crawl_task(order: CrawlOrder, stop: StopRequest) -> CrawlReport:
    """Crawl one source; tried again only when the network failed, never when the site said stop."""
    report = await run_in_thread(stop, crawl_source, order, stop.event)
    if report.outcome == "failed":
        raise NoAnswer("; ".join(report.messages) or "the crawl failed")
    return report


@task(name="load", cache_policy=NO_CACHE, persist_result=False)
async def load_task(plan: RunPlan, stop: StopRequest) -> tuple[int, int, int]:
    """Load what has landed: packages loaded, known already, quarantined."""
    result = await run_in_thread(stop, load_landing, plan, stop)
    return len(result.loaded), len(result.already_loaded), len(result.quarantined)


@task(name="enrich", cache_policy=NO_CACHE, persist_result=False)
async def enrich_task(plan: RunPlan, stop: StopRequest) -> int:
    """Tag what is untagged."""
    return await run_in_thread(stop, enrich_subjects, plan, stop)


@task(name="trends", cache_policy=NO_CACHE, persist_result=False)
async def trends_task(plan: RunPlan, stop: StopRequest) -> str:
    """Build the marts and publish them."""
    return str(await run_in_thread(stop, build_trends, plan, stop))


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
async def report_task(plan: RunPlan, stop: StopRequest) -> str:
    """Write the report; its HTML file."""
    files = await run_in_thread(stop, write_reports, plan, stop)
    return str(files.html)


@flow(name="headwater", persist_result=False)
async def run_plan(plan: RunPlan, stop: StopRequest | None = None) -> RunSummary:
    """One whole run; repeated with the same plan it crawls and loads nothing twice.

    Where no source answered there is no report: what failed is loaded and published, so that it can be told.
    Cancelled, it asks `stop` for the end of the stage at work, and ends after it.
    """
    stop = stop or StopRequest()
    crawls, failures = await crawl_sources(plan.orders, stop)
    loaded, known, quarantined = await load_task(plan, stop)
    tagged = await enrich_task(plan, stop)
    await trends_task(plan, stop)
    report = await report_task(plan, stop) if crawls or not failures else None
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


async def crawl_sources(
    orders: tuple[CrawlOrder, ...], stop: StopRequest | None = None
) -> tuple[list[CrawlReport], dict[str, str]]:
    """Crawl all sources, few at a time: what they gave, and why each of the others gave nothing.

    A source that fails after its retries, without an answer or because its process died, does not stop the
    others.
    """
    stop = stop or StopRequest()
    turn = asyncio.Semaphore(PARALLEL_CRAWLS)

    async def crawl_in_turn(order: CrawlOrder) -> CrawlReport | BaseException:
        async with turn:
            return (await asyncio.gather(crawl_task(order, stop), return_exceptions=True))[0]

    outcomes = await asyncio.gather(*(crawl_in_turn(order) for order in orders))
    reports: list[CrawlReport] = []
    failures: dict[str, str] = {}
    for order, outcome in zip(orders, outcomes, strict=True):
        if isinstance(outcome, CrawlReport):
            reports.append(outcome)
        elif isinstance(outcome, CrawlFailed):
            failures[order.source] = str(outcome)
        else:
            raise outcome
    return reports, failures
