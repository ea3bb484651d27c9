"""The server of one run: why it cannot start is told with what to do, and one that is left over is ended."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from flows.exit_codes import ExitCode
from flows.listeners import is_taken
from flows.prefect_server import run_private_server
from tests.command_line import CommandLine
from tests.scheduler import wait_until


@pytest.mark.process
def test_a_database_of_a_newer_prefect_is_told_to_be_moved_away(tmp_path: Path) -> None:
    folder = tmp_path / ".headwater" / "prefect"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "prefect.db")) as database:
        database.executescript(
            "create table alembic_version (version_num text);insert into alembic_version values ('fffffffff')"
        )
    refused = CommandLine(tmp_path).run("run", "bilibili", seconds=100)
    assert refused.exit_code == ExitCode.STORAGE
    assert len(refused.errors.splitlines()) == 1
    assert f"move {folder} away and run again" in refused.errors


KILLED = """
import sys, time
from pathlib import Path
from flows.prefect_server import run_private_server
with run_private_server(Path(sys.argv[1])):
    time.sleep(600)
"""


@pytest.mark.process
@pytest.mark.timeout(300)
def test_the_server_of_a_killed_run_is_ended_by_the_next_run_and_that_of_a_living_one_is_not(
    tmp_path: Path,
) -> None:
    with run_private_server(tmp_path):
        (living,) = (tmp_path / "prefect").glob("run-*.pid")
        killed = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], cwd=Path(__file__).parent.parent)
        try:
            wait_until(lambda: len(list((tmp_path / "prefect").glob("run-*.pid"))) == 2)
            (left,) = {*(tmp_path / "prefect").glob("run-*.pid")} - {living}
            port = int(left.stem.removeprefix("run-"))
            wait_until(lambda: is_taken("127.0.0.1", port))
            (server,) = [one for one in psutil.Process(killed.pid).children() if "prefect" in one.cmdline()]
        finally:
            killed.kill()
            killed.wait()
        with run_private_server(tmp_path):
            assert not server.is_running()
            assert living.exists()
            assert is_taken("127.0.0.1", int(living.stem.removeprefix("run-")))
