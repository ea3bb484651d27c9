"""Crawls of one run: a source that gives nothing stops no other, and is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from spiders.order import WITH_CREDENTIALS, CrawlOrder
from tests.loopback_sites import Site, answer_popular, make_order, serve

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
