"""The flow that the scheduler starts: one source's name in, one whole run of it out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.states import Cancelled

from flows.alerts import tell_after_run
from flows.crawl import land_left_crawls
from flows.inventory import peek_report
from flows.plan import make_plan, make_run_id
from flows.run import run_plan
from flows.settings import Settings, read_settings
from flows.source_lock import LATE, claim_source
from spiders.landing import REPORT_NAME
from warehouse.clock import find_latest

WAIT_SECONDS = 900.0


@flow(name="headwater-source", persist_result=False)
async def run_scheduled_source(source: str, config: str | None = None) -> str | State[str]:
    """One scheduled run of one source; its report's path. CommandError when it gave nothing, once told.

    A run that is due while the last of its source works is cancelled. So is one that the computer slept
    through and that another has made up for: Prefect begins all of them when it is awake.
    """
    settings = read_settings(Path(config) if config else None)
    due = flow_run.get_scheduled_start_time()
    moment = due if isinstance(due, datetime) else datetime.now(UTC)
    run_id = f"{source}-{make_run_id(moment).rsplit('-', 1)[0]}"
    with claim_source(settings.landing_root, source) as is_alone:
        if not is_alone:
            return Cancelled(message=f"the last run of {source} still works")
        if was_made_up_for(settings.landing_root / source, moment, run_id, datetime.now(UTC)):
            return Cancelled(message=f"{source} was crawled since this run was due")
        return await run_source(settings, source, run_id)


def was_made_up_for(folder: Path, due: datetime, run_id: str, now: datetime) -> bool:
    """Whether a run is late, and a crawl that is none of its own gave something of the source since."""
    if due >= now - LATE:
        return False
    for path in folder.glob(f"*/{REPORT_NAME}"):
        report = peek_report(path)
        with suppress(KeyError, ValueError):
            started_at = datetime.fromisoformat(str(report["started_at"]))
            # one of a clock that was ahead made up for nothing, nor did one that was turned away
            is_crawl = report["run_id"] != run_id and report["outcome"] in ("complete", "partial")
            if is_crawl and started_at.tzinfo and due <= started_at <= find_latest(now):
                return True
    return False


async def run_source(settings: Settings, source: str, run_id: str) -> str:
    """One run of the source from its crawl to its report, and the channels told.

    The run id is made of the scheduled moment, so a retried run is the same run. Another source's run that
    holds the warehouse is waited for. What stopped crawls of the source had read is landed first.
    """
    plan = make_plan(settings, (source,), run_id).model_copy(update={"wait_seconds": WAIT_SECONDS})
    await asyncio.to_thread(land_left_crawls, plan.orders[0])
    summary = await run_plan(plan)
    for line in await asyncio.to_thread(tell_after_run, settings, datetime.now(UTC)):
        print(line)  # noqa: T201 - the scheduler's own terminal
    summary.require_answer()
    return summary.report or ""
