"""`headwater schedule` in a process of its own, what it starts, and what Prefect tells of its runs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from tests.command_line import MAIN

DEAD_PROXIES = {
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "all_proxy": "socks5://127.0.0.1:9",
}
"""Proxies of an environment that nobody answers at: what is not asked of them works."""


@dataclass(frozen=True)
class Scheduler:
    """One that works, and the port of its page."""

    process: subprocess.Popen[bytes]
    port: int

    def list_processes(self) -> list[psutil.Process]:
        """The scheduler's own, its server's, its runs' and their crawls'."""
        scheduler = psutil.Process(self.process.pid)
        return [scheduler, *scheduler.children(recursive=True)]

    def kill_all(self) -> None:
        """What a power cut does: nobody can tidy up, and nobody is left."""
        found = self.list_processes()
        for one in found:
            one.suspend()
        for one in found:
            one.kill()
        self.process.wait()
        psutil.wait_procs(found, 10)

    def list_runs(self, flow: str = "headwater-source") -> list[str]:
        """States of the flow's runs that began or should have begun, oldest first."""
        query = {"flows": {"name": {"any_": [flow]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 200}
        runs = self.ask("flow_runs/filter", query)
        return [run["state_type"] for run in runs if run["state_type"] != "SCHEDULED"]

    def add_run(self, due: datetime) -> None:
        """A run of the only source that is due at this moment, as Prefect's scheduler had noted it."""
        (deployment,) = self.ask("deployments/filter", {})
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due.isoformat()}}
        self.ask(f"deployments/{deployment['id']}/create_flow_run", {"state": state})

    def ask(self, path: str, body: object) -> Any:
        """What Prefect's server answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], object], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@contextmanager
def start_schedule(
    folder: Path, sources: str, port: int | None = None, environment: Mapping[str, str] = {}
) -> Iterator[Scheduler]:
    """A scheduler of these tables of sources; what is left of it at the end is killed."""
    port = port or find_free_port()
    (folder / "headwater.toml").write_text(f"[schedule]\nport = {port}\n{sources}", encoding="utf-8")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PREFECT_")}
    with (folder / "scheduler.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, "schedule"],
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(Path(__file__).parent.parent), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            # a suite that runs under nohup would hand on that a closed terminal is to be ignored
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
    scheduler = Scheduler(process, port)
    try:
        yield scheduler
    finally:
        with suppress(psutil.NoSuchProcess):
            scheduler.kill_all()
