"""`headwater schedule`: settings that cannot work start no server, and an early end leaves none."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from flows.exit_codes import ExitCode
from flows.listeners import end_orphan, is_taken
from tests.command_line import MAIN, CommandLine


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no source is switched on"),
        ('[sources.bili]\nevery = "6h"\n', "the platform 'bili' is not known"),
        ('[sources.bilibili]\ncron = "99 99 * * *"\n', "'99 99 * * *' is no cron line"),
        (
            '[schedule]\nhost = "::zz"\n[sources.bilibili]\nevery = "6h"\n',
            "schedule.host '::zz' is no address",
        ),
        ('[sources.jd_union]\nevery = "6h"\n', "HEADWATER_JD_UNION_APP_KEY"),
    ],
)
def test_a_schedule_that_cannot_work_is_refused_at_once(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "headwater.toml").write_text(text, encoding="utf-8")
    outcome = CommandLine(tmp_path).run("schedule")
    assert outcome.exit_code == ExitCode.USAGE
    assert words in outcome.errors
    assert "shows the runs" not in outcome.output
    assert not (tmp_path / ".headwater" / "prefect" / "server.log").exists()


def wait_until(holds: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@contextmanager
def start_schedule(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process, int]]:
    """`headwater schedule` that has just begun to start its server, the server, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "headwater.toml").write_text(
        f'[schedule]\nport = {port}\n[sources.bilibili]\nevery = "6h"\n', encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    scheduler = subprocess.Popen(
        [sys.executable, "-c", MAIN, "schedule"],
        cwd=folder,
        env=environment,
        # a suite that runs under nohup would hand on that a closed terminal is to be ignored
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    found: list[psutil.Process] = []

    def has_begun() -> bool:
        assert scheduler.poll() is None
        found[:] = [one for one in psutil.Process(scheduler.pid).children() if "prefect" in one.cmdline()]
        return bool(found) and (folder / ".headwater" / "prefect" / "server.pid").exists()

    try:
        wait_until(has_begun)
        yield scheduler, found[0], port
    finally:
        scheduler.kill()
        scheduler.wait()
        for server in found:
            with suppress(psutil.NoSuchProcess):
                server.kill()


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_scheduler_that_is_ended_while_it_starts_takes_its_server_along(
    tmp_path: Path, number: signal.Signals
) -> None:
    with start_schedule(tmp_path) as (scheduler, server, _):
        scheduler.send_signal(number)
        assert scheduler.wait(60) == 128 + number
        assert not server.is_running()


@pytest.mark.process
def test_the_server_of_a_killed_scheduler_is_ended_by_the_next_start_and_no_other(tmp_path: Path) -> None:
    record = tmp_path / ".headwater" / "prefect" / "server.pid"
    with start_schedule(tmp_path) as (scheduler, _, port):
        assert not end_orphan(record, "127.0.0.1", port), "its scheduler lives"
        scheduler.kill()
        scheduler.wait()
        wait_until(lambda: is_taken("127.0.0.1", port))
        assert not end_orphan(record, "127.0.0.1", port + 1)
        assert is_taken("127.0.0.1", port)
        assert end_orphan(record, "127.0.0.1", port)
        assert not is_taken("127.0.0.1", port)
