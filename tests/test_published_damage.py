"""A published file that is damaged, days that were not read, disks that end a report: told, nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from flows.commands.answers import Shape, render_rows
from flows.exit_codes import ExitCode
from tests.command_line import MAIN, CommandLine
from tests.landed_packages import MORNING, land, make_post
from warehouse.load import load_packages
from warehouse.publish import publish, published_path
from warehouse.query import QueryResult, run_query
from warehouse.store import Warehouse
from warehouse.trends import build_marts

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.process
READERS = (
    ("sql", "select 1"),
    ("report",),
    ("export", "out"),
    ("status",),
    ("alerts", "--dry-run"),
)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published home below the folder."""
    home = tmp_path / ".headwater"
    land(home / "landing", [make_post(number) for number in range(1, 40)])
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
        build_marts(warehouse, "run-1")
        publish(warehouse, least_free_bytes=0)
    return published_path(home)


def test_a_damaged_published_file_is_made_anew_and_not_the_warehouse(published: Path, tmp_path: Path) -> None:
    whole = published.resolve()
    whole.write_bytes(whole.read_bytes()[:20_000])
    for command in READERS:
        told = CommandLine(tmp_path).run(*command)
        assert told.exit_code == ExitCode.STORAGE, (command, told)
        assert "headwater trends" in told.errors and "move warehouse.duckdb" not in told.errors, command
        assert "Traceback" not in told.errors


def test_marts_are_built_of_no_day_before_the_first_or_after_today(published: Path, tmp_path: Path) -> None:
    first = (MORNING - timedelta(days=400)).date()
    before = published.resolve()
    for day, words in ((first, "the first day with data is"), ("2999-01-01", "still to come")):
        told = CommandLine(tmp_path).run("trends", "--as-of", str(day))
        assert (told.exit_code, words in told.errors) == (ExitCode.USAGE, True), told
    told = CommandLine(tmp_path).run("report", "--as-of", "2999-01-01")
    assert (told.exit_code, "still to come" in told.errors) == (ExitCode.USAGE, True), told
    assert published.resolve() == before


def test_a_bound_of_memory_is_no_fault_of_the_disk(published: Path, tmp_path: Path) -> None:
    bound = {"HEADWATER_WAREHOUSE__MEMORY_LIMIT": "12MB"}
    told = CommandLine(tmp_path).run("trends", environment=bound)
    assert (told.exit_code, "memory ran out" in told.errors) == (ExitCode.DEADLINE, True), told


def test_a_report_that_could_not_be_written_leaves_nothing(published: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAIN, "report"]
    limited = f"ulimit -f 8; exec {' '.join(map(repr, command))}"
    told = subprocess.run(
        ["bash", "-c", limited],
        cwd=tmp_path,
        # a module's bytecode must not be cut at the limit
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == ExitCode.STORAGE, told
    assert list((tmp_path / ".headwater" / "reports").iterdir()) == []


def test_json_holds_every_column_and_nothing_that_is_no_json(published: Path) -> None:
    sql = "select 1 as a, 2 as a, 1 / 0.0 as b, 'nan'::double as c, ['nan'::double, 0.5] as d"
    rendered = render_rows(run_query(published, sql), Shape.JSON)
    assert json.loads(rendered, parse_constant=pytest.fail) == [
        {"a": 1, "a_1": 2, "b": None, "c": None, "d": ["nan", 0.5]}
    ]


def test_a_query_of_no_rows_is_an_empty_list() -> None:
    assert render_rows(QueryResult(("a",), ("INTEGER",), (), False), Shape.JSON) == "[]\n"
