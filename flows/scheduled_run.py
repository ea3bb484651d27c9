"""The flow that the scheduler starts: one source's name in, one whole run of it out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.states import Cancelled

from flows.alerts import tell_after_run
from flows.crawl import land_left_crawls
from flows.plan import make_plan, make_run_id
from flows.run import run_plan
from flows.settings import Settings, read_settings
from flows.source_lock import claim_source

WAIT_SECONDS = 900.0


@flow(name="headwater-source", persist_result=False)
async def run_scheduled_source(source: str, config: str | None = None) -> str | State[str]:
    """One scheduled run of one source; its report's path. CommandError when it gave nothing, once told.

    A run that is due while the last of its source works is cancelled.
    """
    settings = read_settings(Path(config) if config else None)
    with claim_source(settings.landing_root, source) as is_alone:
        if not is_alone:
            return Cancelled(message=f"the last run of {source} still works")
        return await run_source(settings, source)


async def run_source(settings: Settings, source: str) -> str:
    """One run of the source from its crawl to its report, and the channels told.

    The run id is made of the scheduled moment, so a retried run is the same run. Another source's run that
    holds the warehouse is waited for. What stopped crawls of the source had read is landed first.
    """
    due = flow_run.get_scheduled_start_time()
    moment = due if isinstance(due, datetime) else datetime.now(UTC)
    run_id = f"{source}-{make_run_id(moment).rsplit('-', 1)[0]}"
    plan = make_plan(settings, (source,), run_id).model_copy(update={"wait_seconds": WAIT_SECONDS})
    await asyncio.to_thread(land_left_crawls, plan.orders[0])
    summary = await run_plan(plan)
    for line in await asyncio.to_thread(tell_after_run, settings, datetime.now(UTC)):
        print(line)  # noqa: T201 - the scheduler's own terminal
    summary.require_answer()
    return summary.report or ""
