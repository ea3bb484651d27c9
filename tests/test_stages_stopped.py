"""Commands that are stopped while they tag or build marts: they end soon, hold nothing, and go on later."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CommandLine
from tests.enrich_world import write_world
from tests.landed_packages import land
from tests.loopback_sites import Site, answer_popular, serve
from tests.stopped_command import is_free, start, stop_at
from warehouse.mart_sql import read_descriptions
from warehouse.publish import published_path
from warehouse.published_file import open_readonly

SLOW = """
import sys, time
from pathlib import Path
from flows.settings import prepare_environment
prepare_environment(Path(".headwater"))
from flows import enrich
from nlp import tagging_worker
from warehouse import trends
tag, steps = tagging_worker.annotate_table, trends.list_steps

def tag_slowly(*given):
    print("tagging", flush=True)
    time.sleep(2)
    return tag(*given)

def list_steps(connection, *given):
    yield from steps(connection, *given)
    yield lambda: print("building", flush=True)
    many = "range(1000000) one, range(1000000) other"
    endless = f"create table never as select max(hash(one.range * other.range)) from {many}"
    yield lambda: connection.execute(endless)

if sys.argv[1] == "tagging":
    tagging_worker.annotate_table = tag_slowly
    tagging_worker._PART_ROWS = enrich.BATCH_ROWS = 5
else:
    trends.list_steps = list_steps
sys.argv[:2] = ["headwater"]
from flows.cli import main
main()
"""
"""A command whose tagging takes minutes, or whose last step of the marts takes an hour in one statement."""
STOPPING = {"zh": "正在停止", "en": "stopping; "}


def dump_marts(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every published mart, but for the columns that name the run."""
    with open_readonly(published_path(home)) as connection:
        marts = [name for name in read_descriptions().marts if name.startswith("mart_")]
        return {
            name: connection.execute(
                f"select columns(lambda c: c <> 'run_id') from {name} order by all"  # noqa: S608
            ).fetchall()
            for name in marts
        }


def serve_source(folder: Path) -> Site:
    """A site for the settings file of the folder to name."""
    site = Site(answer_popular)
    (folder / "headwater.toml").write_text(
        f'[crawl]\ndelay_seconds = 1.0\n[sources.bilibili]\naddresses = {{base = "{site.address}"}}\n',
        encoding="utf-8",
    )
    return site


def land_world(folder: Path) -> Path:
    """The home of the folder, where some posts have landed that no command has loaded."""
    land(folder / ".headwater" / "landing", write_world(5))
    return folder / ".headwater"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after `headwater trends` that nobody stopped."""
    folder = tmp_path_factory.mktemp("whole")
    home = land_world(folder)
    done = CommandLine(folder).run("trends", seconds=200)
    assert done.exit_code == 0, done.errors
    return home


@pytest.mark.process
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("stage", "number", "code", "language"),
    [("tagging", signal.SIGTERM, 143, "zh"), ("building", signal.SIGINT, 130, "en")],
)
def test_trends_that_is_stopped_says_so_publishes_nothing_and_makes_the_same_marts_later(
    tmp_path: Path,
    undisturbed: Path,
    stage: str,
    number: signal.Signals,
    code: int,
    language: str,
) -> None:
    home = land_world(tmp_path)
    command = start(
        SLOW, tmp_path, stage, "trends", locale={"zh": "zh_CN.UTF-8"}.get(language, "en_US.UTF-8")
    )
    told = stop_at(command, stage, number)
    assert command.returncode == code, told
    assert STOPPING[language] in told
    assert "Traceback" not in told
    assert is_free(home)
    assert not published_path(home).exists()
    again = CommandLine(tmp_path).run("trends", seconds=200)
    assert again.exit_code == 0, again.errors
    assert dump_marts(home) == dump_marts(undisturbed)


@pytest.mark.process
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("stage", "number", "code"), [("tagging", signal.SIGINT, 130), ("building", signal.SIGTERM, 143)]
)
def test_a_run_that_is_stopped_after_its_crawl_ends_the_stage_and_publishes_nothing(
    tmp_path: Path, stage: str, number: signal.Signals, code: int
) -> None:
    home = land_world(tmp_path)
    with serve(serve_source(tmp_path)):
        command = start(SLOW, tmp_path, stage, "run", "bilibili")
        told = stop_at(command, stage, number)
    assert command.returncode == code, told
    assert STOPPING["en"] in told
    assert "--run-id" in told
    assert "Traceback" not in told
    assert "Crash" not in told
    assert is_free(home)
    assert not published_path(home).exists()
