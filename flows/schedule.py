"""`headwater schedule`: Prefect's server and page, and the run flow served per source by cron or interval."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flows.exit_codes import CommandError, ExitCode
from flows.listeners import (
    SERVER_COMMAND,
    STOP_SECONDS,
    end_on_signals,
    end_orphan,
    is_taken,
    name_listener,
    note_server,
)
from flows.plan import enabled_sources, make_order
from flows.settings import Settings
from flows.times import parse_interval

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

SHANGHAI = "Asia/Shanghai"
START_SECONDS = 180.0
DEFAULT_INTERVAL = "6h"


@contextmanager
def run_server(settings: Settings) -> Iterator[str]:
    """Prefect's server on the address of the settings while the block runs; yields its API address.

    A server that a killed scheduler left on the port is ended first. CommandError when the port is another's.
    """
    host, port = settings.schedule.host, settings.schedule.port
    address = f"http://{host}:{port}"
    log, record = (settings.home / "prefect" / name for name in ("server.log", "server.pid"))
    end_orphan(record, host, port)
    if is_taken(host, port):
        raise CommandError(
            f"{address} is in use already by {name_listener(port)}; stop it, "
            "or set schedule.port to another one",
            ExitCode.BUSY,
        )
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", *SERVER_COMMAND, "--host", host, "--port", str(port)]
    with end_on_signals():
        with log.open("ab") as output:
            # In a group of its own: Ctrl-C must end what talks to the server before the server.
            server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, process_group=0)
        try:
            note_server(record, server.pid)
            wait_for_server(server, address, log)
            yield f"{address}/api"
        finally:
            server.terminate()
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            record.unlink(missing_ok=True)


def wait_for_server(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return once the server answers; CommandError when it ended or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(address):
        if server.poll() is not None:
            raise CommandError(f"Prefect's server did not start; {log} says why", ExitCode.TEMPORARY)
        if time.monotonic() > deadline:
            raise CommandError(
                f"Prefect's server took longer than {START_SECONDS:.0f} s; see {log}", ExitCode.DEADLINE
            )
        time.sleep(0.5)


def answers(address: str) -> bool:
    """Whether a server answers at the address."""
    try:
        with urllib.request.urlopen(f"{address}/api/health", timeout=2) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def make_schedule(every: str | None, cron: str | None) -> Schedule:
    """Cron fields, else an interval, in Shanghai time; CommandError when the cron line cannot be read."""
    from prefect.schedules import Cron, Interval

    if cron is None:
        return Interval(parse_interval(every or DEFAULT_INTERVAL), timezone=SHANGHAI)
    try:
        return Cron(cron, timezone=SHANGHAI)
    except ValueError as problem:
        raise CommandError(f"{cron!r} is no cron line: {problem}") from problem


def make_deployments(settings: Settings, config: Path | None) -> list[RunnerDeployment]:
    """One deployment per enabled source; a run due while the last of its source works is dropped."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

    from flows.scheduled_run import run_scheduled_source

    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    return [
        cast(
            "RunnerDeployment",
            run_scheduled_source.to_deployment(
                name=name,
                schedules=[make_schedule(settings.sources[name].every, settings.sources[name].cron)],
                concurrency_limit=alone,
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
    from prefect import serve

    serve(*make_deployments(settings, config), limit=2, print_starting_message=False)
