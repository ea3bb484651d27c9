"""A home in, its dashboard out: as a visitor without a socket, or the real `headwater serve` in a process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from flows.dashboard.application import build_application
from flows.dashboard.guard import Gate, list_hosts
from flows.dashboard.site import Site
from tests.command_line import MAIN
from tests.dashboard_world import NEWEST

ADDRESS = "http://127.0.0.1:8420"
ADDRESSES = (
    "/", "/topic?id=tag:拼豆", "/posts?id=tag:拼豆", "/search?q=拼豆", "/opportunity", "/brands",
    "/platforms", "/scorecard", "/sources", "/breakout", "/words", "/sql",
)  # fmt: skip


def visit(home: Path, gate: Gate | None = None, *, host: str = "127.0.0.1", hours: float = 1) -> TestClient:
    """A browser at `host`, so many hours after the newest observation."""
    site = Site(home, gate or Gate(), clock=lambda: NEWEST + timedelta(hours=hours))
    return TestClient(
        build_application(site, list_hosts("127.0.0.1")), ADDRESS, client=(host, 4711), follow_redirects=False
    )


@contextmanager
def serve(home: Path, *options: str, environment: Mapping[str, str] = {}) -> Iterator[str]:
    """The address of a running dashboard; the process is stopped at the end and must end well."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", "--port", "0", *options],
        cwd=home,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parent.parent),
            "HEADWATER_HOME": str(home),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://[^/]+", line)
        assert found, line + process.stderr.read()
        yield found[0]
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors, errors
