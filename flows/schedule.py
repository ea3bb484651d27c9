"""`headwater schedule`: the run flow served per source by cron or interval, what was missed made up for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flows.exit_codes import CommandError
from flows.inventory import find_newest_report
from flows.plan import enabled_sources, make_order
from flows.settings import Settings
from flows.source_lock import LATE, claim_source
from flows.times import parse_interval
from spiders.moments import SHANGHAI

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.orchestration import PrefectClient
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

DEFAULT_INTERVAL = "6h"
ANCHOR = datetime(2026, 1, 1, tzinfo=SHANGHAI)
"""Intervals count from this midnight, whenever the scheduler starts: 6h is at 0, 6, 12 and 18 o'clock."""
PARALLEL_RUNS = 2


def make_schedule(every: str | None, cron: str | None) -> Schedule:
    """Cron fields, else an interval, in Shanghai time; CommandError when the cron line cannot be read."""
    from prefect.schedules import Cron, Interval

    if cron is None:
        interval = parse_interval(every or DEFAULT_INTERVAL)
        return Interval(interval, anchor_date=ANCHOR, timezone=str(SHANGHAI))
    try:
        return Cron(cron, timezone=str(SHANGHAI))
    except ValueError as problem:
        raise CommandError(f"{cron!r} is no cron line: {problem}") from problem


def make_deployments(settings: Settings, config: Path | None) -> list[RunnerDeployment]:
    """One deployment per enabled source."""
    from flows.scheduled_run import run_scheduled_source

    return [
        cast(
            "RunnerDeployment",
            run_scheduled_source.to_deployment(
                name=name,
                schedules=[make_schedule(settings.sources[name].every, settings.sources[name].cron)],
                parameters={"source": name, "config": str(config.resolve()) if config else None},
                description=f"crawl {name}, load, enrich, trends, report",
            ),
        )
        for name in enabled_sources(settings)
    ]


def check_sources(settings: Settings) -> None:
    """CommandError when no source is switched on, or one is unknown, lacks its key or has a bad cron line."""
    names = enabled_sources(settings)
    if not names:
        raise CommandError(
            "no source is switched on; name one in headwater.toml, for example:\n"
            '[sources.bilibili]\nevery = "6h"'
        )
    for name in names:
        make_order(settings, name, "check")
        make_schedule(settings.sources[name].every, settings.sources[name].cron)


def serve_schedule(settings: Settings, config: Path | None) -> None:
    """Serve every enabled source until interrupted."""
    deployments = make_deployments(settings, config)
    try:
        asyncio.run(serve_deployments(settings, deployments))
    except KeyboardInterrupt:
        return


async def serve_deployments(settings: Settings, deployments: list[RunnerDeployment]) -> None:
    """Serve these sources; what a killed scheduler left is ended before, what was missed is run."""
    from prefect.client.orchestration import get_client
    from prefect.runner import Runner

    runner = Runner(pause_on_shutdown=True, limit=PARALLEL_RUNS)
    now = datetime.now(UTC)
    async with get_client() as client:
        for deployment in deployments:
            identity = await runner.aadd_deployment(deployment)
            with claim_source(settings.landing_root, deployment.name) as is_idle:
                if is_idle:
                    await end_dead_runs(client, identity)
            await drop_missed_runs(client, identity, now - LATE)
            if is_overdue(settings, deployment.name, now):
                await client.create_flow_run_from_deployment(identity)
    await runner.start()


async def end_dead_runs(client: PrefectClient, deployment: UUID) -> None:
    """Mark runs as crashed that Prefect holds for running although no process works on the source."""
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    at_work = filters.FlowRunFilterState(
        type=filters.FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
    )
    dead = await client.read_flow_runs(
        flow_run_filter=filters.FlowRunFilter(
            deployment_id=filters.FlowRunFilterDeploymentId(any_=[deployment]), state=at_work
        )
    )
    if not dead:
        return
    below = filters.FlowRunFilterParentFlowRunId(any_=[run.id for run in dead])
    dead += await client.read_flow_runs(
        flow_run_filter=filters.FlowRunFilter(parent_flow_run_id=below, state=at_work)
    )
    for run in dead:
        await client.set_flow_run_state(run.id, Crashed(message="the process was killed"), force=True)


async def drop_missed_runs(client: PrefectClient, deployment: UUID, before: datetime) -> None:
    """Cancel runs that were due before that moment, when no scheduler was there to begin them."""
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType
    from prefect.states import Cancelled

    missed = await client.read_flow_runs(
        flow_run_filter=filters.FlowRunFilter(
            deployment_id=filters.FlowRunFilterDeploymentId(any_=[deployment]),
            state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
            expected_start_time=filters.FlowRunFilterExpectedStartTime(before_=before),
        )
    )
    for run in missed:
        message = "due while the scheduler was not running"
        await client.set_flow_run_state(run.id, Cancelled(message=message), force=True)


def is_overdue(settings: Settings, source: str, now: datetime) -> bool:
    """Whether a source was not crawled since its interval last ended; cron keeps to its times.

    A crawl that a clock which was ahead put after now is none. Asked by age alone, a daily source would miss
    a day whenever the computer is switched on a little earlier.
    """
    chosen = settings.sources[source]
    if chosen.cron is not None:
        return False
    interval = parse_interval(chosen.every or DEFAULT_INTERVAL)
    due = ANCHOR + (now - ANCHOR) // interval * interval
    newest = find_newest_report(settings.landing_root / source, now)
    return newest is None or newest[1] < due
