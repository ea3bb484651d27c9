"""The whole product, once: real Scrapy, Chromium, Prefect, DuckDB and transformer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.commands.demonstrate import DEMO_SEED
from flows.demo import make_demo_world
from flows.exit_codes import ExitCode
from tests.command_line import MAIN, CommandLine
from tests.test_docs import ROOT, read_blocks

DAYS = 30


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandLine, dict[str, object]]:
    headwater = CommandLine(tmp_path_factory.mktemp("demo"))
    outcome = headwater.run("demo", "--days", str(DAYS), "--json", seconds=300)
    assert outcome.exit_code == ExitCode.OK, outcome.errors
    return headwater, json.loads(outcome.output)


def read_rows(headwater: CommandLine, statement: str) -> list[dict[str, object]]:
    outcome = headwater.run("sql", "--json", statement, environment={"HEADWATER_HOME": ".headwater/demo"})
    assert outcome.exit_code == ExitCode.OK, outcome.errors
    rows: list[dict[str, object]] = json.loads(outcome.output)
    return rows


@pytest.mark.browser
@pytest.mark.timeout(300)
class TestDemo:
    def test_every_source_ends_complete(self, demo: tuple[CommandLine, dict[str, object]]) -> None:
        crawls = demo[1]["crawls"]
        assert isinstance(crawls, list)
        assert {crawl["source"]: crawl["outcome"] for crawl in crawls} == {
            "bilibili": "complete",
            "douyin": "complete",
            "kuaishou": "complete",
            "shop": "complete",
        }
        assert all(crawl["rejections_by_reason"] == {} for crawl in crawls)

    def test_the_planted_trends_are_signals_and_named_in_the_report(
        self, demo: tuple[CommandLine, dict[str, object]]
    ) -> None:
        headwater, summary = demo
        report = (headwater.folder / str(summary["report"])).read_text(encoding="utf-8")
        rising = [
            trend.topic
            for trend in make_demo_world(DAYS, DEMO_SEED).planted
            if trend.kind in {"step", "ramp", "born"}
        ]
        assert len(rising) >= 4
        missed = [topic for topic in rising if topic not in report]
        assert missed == []

    def test_few_topics_are_called_that_were_not_planted(
        self, demo: tuple[CommandLine, dict[str, object]]
    ) -> None:
        rows = read_rows(
            demo[0],
            "select count(*) filter (where level in ('signal', 'alert')) as signals, count(*) as tested "
            "from mart_topic_burst where grain = 'w' and platform = 'all' "
            "and day = (select max(day) from mart_topic_burst where grain = 'w')",
        )
        assert 0 < int(str(rows[0]["signals"])) < 0.2 * int(str(rows[0]["tested"]))

    def test_posts_of_every_kind_of_source_are_there(
        self, demo: tuple[CommandLine, dict[str, object]]
    ) -> None:
        counts = read_rows(
            demo[0],
            "select (select count(*) from core_posts) as posts, "
            "(select count(*) from core_listings) as listings, "
            "(select count(*) from core_board_entries where platform = 'kuaishou') as ranks, "
            "(select count(*) from core_annotations where tagger = 'sentiment') as sentiments",
        )[0]
        assert int(str(counts["posts"])) > 5_000
        assert int(str(counts["listings"])) > 200
        assert int(str(counts["ranks"])) > 100
        assert counts["sentiments"] == counts["posts"]

    def test_its_report_can_be_verified(self, demo: tuple[CommandLine, dict[str, object]]) -> None:
        headwater, summary = demo
        folder = Path(str(summary["report"])).parent
        outcome = headwater.run("verify", folder, environment={"HEADWATER_HOME": ".headwater/demo"})
        assert outcome.exit_code == ExitCode.OK, outcome.output
        names = {path.name for path in (headwater.folder / folder).iterdir()}
        assert {"report.html", "report.md", "report.xlsx", "report.json"} <= names

    def test_repeating_the_run_changes_no_table(self, demo: tuple[CommandLine, dict[str, object]]) -> None:
        headwater, _ = demo
        again = headwater.run("import", environment={"HEADWATER_HOME": ".headwater/demo"})
        assert again.exit_code == ExitCode.USAGE
        loaded = read_rows(headwater, "select count(*)::int as posts from core_posts")
        assert headwater.run("enrich", environment={"HEADWATER_HOME": ".headwater/demo"}).output == (
            "texts tagged: 0\n"
        )
        assert read_rows(headwater, "select count(*)::int as posts from core_posts") == loaded

    def test_the_tutorial_runs_as_it_is_written(self, demo: tuple[CommandLine, dict[str, object]]) -> None:
        headwater, _ = demo
        first, *blocks = read_blocks("tutorial.md", "sh")
        assert first.startswith("headwater demo\n")
        program = write_program(headwater.folder / "bin")
        script = "\n".join([first.removeprefix("headwater demo\n"), *blocks])
        finished = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=headwater.folder,
            env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert finished.returncode == ExitCode.OK, finished.stderr
        for said in (
            "头皮防晒", "/demo/reports/topic-", "every figure holds", "car scent: ",
            "alerts that hold: ", "taken: 2 posts", "marts/mart_topic.parquet",
        ):  # fmt: skip
            assert said in finished.stdout, finished.stdout


def write_program(folder: Path) -> Path:
    """`headwater` as a program of its own, for a shell."""
    folder.mkdir()
    program = folder / "headwater"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{MAIN}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program
