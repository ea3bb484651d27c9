"""An address in; Prefect's server on it while a block runs, and none that a killed command left there."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
from flows.settings import Settings

START_SECONDS = 180.0


def locate_server(settings: Settings) -> str:
    """Address of the scheduler's page; its interface is `/api` below it."""
    host = settings.schedule.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.schedule.port}"


@contextmanager
def run_server(settings: Settings) -> Iterator[str]:
    """Prefect's server on the address of the settings while the block runs; yields that address.

    A server that a killed scheduler left on the port is ended first. CommandError when the port is another's.
    """
    host, port = settings.schedule.host, settings.schedule.port
    address = locate_server(settings)
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
            yield address
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
    """Whether a server answers at the address, asked without any proxy of the environment."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/api/health", timeout=2) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False
