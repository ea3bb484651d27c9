"""An address in; Prefect's server on it while a block runs, and none that a killed command left there."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flows.exit_codes import CommandError, ExitCode
from flows.listeners import (
    SERVER_COMMAND,
    STOP_SECONDS,
    check_host,
    end_on_signals,
    end_orphan,
    is_taken,
    name_listener,
    note_server,
)
from flows.settings import Settings

START_SECONDS = 180.0
LOOPBACK = "127.0.0.1"
FEWER_SERVICES = {
    f"PREFECT_SERVER_{name}_ENABLED": "false"
    for name in ("UI", "SERVICES_SCHEDULER", "SERVICES_LATE_RUNS", "SERVICES_TRIGGERS", "SERVICES_FOREMAN")
}
"""What the server of one run does without: it has no page and begins nothing by itself."""


def locate_server(settings: Settings) -> str:
    """Address of the scheduler's page, its interface at `/api`; CommandError for a host that is none."""
    host = settings.schedule.host
    check_host(host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.schedule.port}"


@contextmanager
def run_server(settings: Settings) -> Iterator[str]:
    """Prefect's server on the address of the settings while the block runs; yields that address.

    A server that a killed scheduler left on the port is ended first. CommandError when the port is another's.
    """
    host, port = settings.schedule.host, settings.schedule.port
    address, record = locate_server(settings), settings.home / "prefect" / "server.pid"
    end_orphan(record, host, port)
    if is_taken(host, port):
        raise CommandError(
            f"{address} is in use already by {name_listener(port)}; stop it, "
            "or set schedule.port to another one",
            ExitCode.BUSY,
        )
    with keep_server(host, port, record) as server:
        wait_for_server(server, address, settings.home)
        yield address


@contextmanager
def run_private_server(home: Path) -> Iterator[str]:
    """Prefect's server of one run on a free port of this machine; yields its interface's address.

    Servers that killed runs left are ended first.
    """
    for record in (home / "prefect").glob("run-*.pid"):
        port = int(record.stem.removeprefix("run-"))
        if end_orphan(record, LOOPBACK, port) or not is_taken(LOOPBACK, port):
            record.unlink(missing_ok=True)
    port = find_free_port()
    address, record = f"http://{LOOPBACK}:{port}", home / "prefect" / f"run-{port}.pid"
    with keep_server(LOOPBACK, port, record, FEWER_SERVICES) as server:
        wait_for_server(server, address, home)
        yield f"{address}/api"


def find_free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def keep_server(
    host: str, port: int, record: Path, environment: Mapping[str, str] = {}
) -> Iterator[subprocess.Popen[bytes]]:
    """A server's process while the block runs, however that ends; it is noted in `record` meanwhile."""
    record.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", *SERVER_COMMAND, "--host", host, "--port", str(port)]
    with end_on_signals():
        with locate_log(record.parent).open("ab") as output:
            # In a group of its own: Ctrl-C must end what talks to the server before the server. `env` adds to
            # what the process inherits.
            server = subprocess.Popen(
                ["env", *(f"{name}={value}" for name, value in environment.items()), *command],
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        try:
            note_server(record, server.pid)
            yield server
        finally:
            server.terminate()
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            record.unlink(missing_ok=True)


def locate_log(folder: Path) -> Path:
    """Where the servers of Prefect's folder write what happens."""
    return folder / "server.log"


def wait_for_server(server: subprocess.Popen[bytes], address: str, home: Path) -> None:
    """Return once the server answers; CommandError when it ended or takes too long."""
    folder = home / "prefect"
    log = locate_log(folder)
    deadline = time.monotonic() + START_SECONDS
    while not answers(address):
        if server.poll() is not None:
            raise CommandError(
                f"Prefect's server did not start, and {log} says why; if it is its database, "
                f"move {folder} away and run again: it holds nothing but the list of past runs",
                ExitCode.STORAGE,
            )
        if time.monotonic() > deadline:
            raise CommandError(
                f"Prefect's server took longer than {START_SECONDS:.0f} s; see {log}", ExitCode.DEADLINE
            )
        time.sleep(0.2)


def answers(address: str) -> bool:
    """Whether a server answers at the address, asked without any proxy of the environment."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/api/health", timeout=2) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False
