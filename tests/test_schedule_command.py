"""`headwater schedule`: settings that cannot work start no server, and an early end leaves none."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from flows.exit_codes import ExitCode
from flows.listeners import end_orphan, is_taken
from tests.command_line import CommandLine
from tests.scheduler import Scheduler, start_schedule, wait_until


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


@contextmanager
def start_with_server(folder: Path) -> Iterator[tuple[Scheduler, psutil.Process]]:
    """A scheduler that has just begun to start its server, and the server."""
    found: list[psutil.Process] = []

    def has_begun() -> bool:
        children = psutil.Process(scheduler.process.pid).children()
        found[:] = [one for one in children if "prefect" in one.cmdline()]
        return bool(found) and (folder / ".headwater" / "prefect" / "server.pid").exists()

    with start_schedule(folder, '[sources.bilibili]\nevery = "6h"\n') as scheduler:
        try:
            wait_until(has_begun)
            yield scheduler, found[0]
        finally:
            for server in found:
                with suppress(psutil.NoSuchProcess):
                    server.kill()


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_scheduler_that_is_ended_while_it_starts_takes_its_server_along(
    tmp_path: Path, number: signal.Signals
) -> None:
    with start_with_server(tmp_path) as (scheduler, server):
        scheduler.process.send_signal(number)
        assert scheduler.process.wait(60) == 128 + number
        assert not server.is_running()


@pytest.mark.process
def test_the_server_of_a_killed_scheduler_is_ended_by_the_next_start_and_no_other(tmp_path: Path) -> None:
    record = tmp_path / ".headwater" / "prefect" / "server.pid"
    with start_with_server(tmp_path) as (scheduler, _):
        port = scheduler.port
        assert not end_orphan(record, "127.0.0.1", port), "its scheduler lives"
        scheduler.process.kill()
        scheduler.process.wait()
        wait_until(lambda: is_taken("127.0.0.1", port))
        assert not end_orphan(record, "127.0.0.1", port + 1)
        assert is_taken("127.0.0.1", port)
        assert end_orphan(record, "127.0.0.1", port)
        assert not is_taken("127.0.0.1", port)
