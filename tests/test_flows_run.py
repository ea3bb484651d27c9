"""Crawls of one run: a source that gives nothing stops no other, is asked again, and is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from flows.crawl import crawl_source
from flows.exit_codes import ExitCode
from spiders.landing import read_report
from spiders.order import WITH_CREDENTIALS, CrawlOrder
from tests.loopback_sites import Site, answer_popular, make_order, serve
from tests.receivers import receive_posts

ROOT = Path(__file__).parent.parent
CRAWL = """
import asyncio, json, sys
from pathlib import Path
from flows.settings import prepare_environment
prepare_environment(Path(sys.argv[1]))
from flows import run
from spiders.order import CrawlOrder
run.crawl_task = run.crawl_task.with_options(retries=0)
orders = tuple(CrawlOrder.model_validate_json(line) for line in sys.stdin)
reports, failures = asyncio.run(run.crawl_sources(orders))
print(json.dumps([[report.source for report in reports], failures]))
"""
"""Without the minutes between a crawl and its next try."""
ALONE = """
import asyncio, sys
from pathlib import Path
from flows.settings import prepare_environment
prepare_environment(Path(".headwater"))
from flows import run
from flows.cli import main
from flows.scheduled_run import run_scheduled_source
run.crawl_task = run.crawl_task.with_options(retries=0)
if sys.argv[1] == "scheduled":
    asyncio.run(run_scheduled_source("bilibili", "headwater.toml"))
main()
"""
"""A run of one source, as the scheduler starts it or by the command."""
RETRIED = """
import asyncio, json, sys
from pathlib import Path
from flows.settings import prepare_environment
prepare_environment(Path(sys.argv[1]))
from flows import run
from spiders.order import CrawlOrder
run.crawl_task = run.crawl_task.with_options(retry_delay_seconds=[0, 0])
order = CrawlOrder.model_validate_json(sys.stdin.read())
reports, failures = asyncio.run(run.crawl_sources((order,)))
print(json.dumps([report.outcome for report in reports]))
"""
"""All its tries, without the minutes between them."""


def crawl(home: Path, *orders: CrawlOrder) -> tuple[list[str], dict[str, str]]:
    """Sources of the reports and failures."""
    lines = "\n".join(order.model_dump_json(context=WITH_CREDENTIALS) for order in orders)
    ran = subprocess.run(
        [sys.executable, "-c", CRAWL, home], input=lines, capture_output=True, text=True, check=True
    )
    sources, failures = json.loads(ran.stdout.splitlines()[-1])
    return sources, failures


def kill_reader(site: Site) -> None:
    """Kill the process below this one that is connected to the site."""
    port = site.server.server_port
    for process in psutil.Process().children(recursive=True):
        if any(each.raddr and each.raddr.port == port for each in process.net_connections("tcp")):
            process.kill()


@pytest.mark.process
def test_a_source_whose_process_dies_stops_no_other_and_is_told(tmp_path: Path, key_file: Path) -> None:
    well = Site(answer_popular)
    deadly = Site(lambda path: kill_reader(deadly))
    orders = [
        make_order(tmp_path / name, key_file, site) for name, site in (("dies", deadly), ("lives", well))
    ]
    with serve(well, deadly):
        sources, failures = crawl(tmp_path, *orders)
    assert sources == ["bilibili"]
    assert failures["bilibili"].startswith("the crawl of bilibili ended with code -9: ")


@pytest.mark.process
@pytest.mark.parametrize("arguments", [["scheduled"], ["run", "bilibili"]])
def test_a_source_that_fails_alone_is_published_and_told_before_the_run_fails(
    tmp_path: Path, arguments: list[str]
) -> None:
    down = Site(lambda path: None)
    with serve(down), receive_posts() as inbox:
        (tmp_path / "headwater.toml").write_text(
            f'[sources.bilibili.addresses]\nbase = "{down.address}"\n'
            f'[alerts]\nrules = ["source"]\n[alerts.channels]\nteam = "json://127.0.0.1:{inbox.port}/hook"\n',
            encoding="utf-8",
        )
        ran = subprocess.run(
            [sys.executable, "-c", ALONE, *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert "来源异常：B站" in inbox.text, ran.stderr
    assert "no source answered: bilibili: " in ran.stderr
    assert ran.returncode == (ExitCode.TEMPORARY if arguments[0] == "run" else 1)
    assert not (tmp_path / ".headwater" / "reports").exists(), "there is nothing to report"


@pytest.mark.process
@pytest.mark.timeout(300)
def test_every_try_asks_a_site_anew_that_gave_nothing_and_no_package_is_written_twice(
    tmp_path: Path, key_file: Path
) -> None:
    site = Site(lambda path: answer_popular(path, 1) if count_crawls(site) > 2 else None)
    order = make_order(tmp_path, key_file, site)
    with serve(site):
        ran = subprocess.run(
            [sys.executable, "-c", RETRIED, tmp_path], input=order.model_dump_json(context=WITH_CREDENTIALS),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert json.loads(ran.stdout.splitlines()[-1]) == ["complete"]
        assert crawl_source(order).outcome == "complete", "a run that is done is read back"
    assert count_crawls(site) == 3
    landed = {
        path.parent.name: read_report(path.parent).outcome for path in tmp_path.rglob("*/*/report.json")
    }
    assert landed == {"run-1": "failed", "run-1-try2": "failed", "run-1-try3": "complete"}


def count_crawls(site: Site) -> int:
    """Crawls that began: each reads robots.txt once."""
    return sum(path == "/robots.txt" for _, path in site.hits)


def test_a_long_run_id_leaves_room_for_the_number_of_the_try(tmp_path: Path, key_file: Path) -> None:
    site = Site(lambda path: None)
    with serve(site):
        order = make_order(tmp_path, key_file, site, run_id="r" * 128)
        assert crawl_source(order).run_id == order.run_id
        assert crawl_source(order).run_id == "r" * 123 + "-try2"
