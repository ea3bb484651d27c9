"""A crawl that is stopped before its end: it is told, resumed by its id, or landed by a scheduled run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.crawl import land_left_crawls, recall_order
from flows.exit_codes import ExitCode
from spiders.crawl import run_crawl
from spiders.crawl_lock import hold_crawl
from spiders.errors import CrawlFailed
from spiders.landing import read_report
from spiders.left_crawls import keep_order, list_left_crawls
from spiders.order import CrawlOrder
from spiders.outbox import Outbox, locate_outbox
from tests.command_line import MAIN, CommandLine
from tests.loopback_sites import Site, answer_popular, make_order, read_lines, serve

ROOT = Path(__file__).parent.parent
PAGES = 30
SCHEDULED = """
import asyncio
from pathlib import Path
from flows.settings import prepare_environment
prepare_environment(Path(".headwater"))
from flows.scheduled_run import run_scheduled_source
asyncio.run(run_scheduled_source("bilibili", "headwater.toml"))
"""


def serve_slowly() -> Site:
    """A site of thirty pages, each a fiftieth of a second."""
    return Site(lambda path: answer_popular(path, PAGES), pause=lambda path: 0.02)


def kill_crawl(order: CrawlOrder) -> int:
    """Crawl some pages and kill the process, as a power cut does; the number of pages acknowledged."""
    keep = locate_outbox(order).parent
    keep.mkdir(parents=True)
    keep_order(order)
    process = subprocess.Popen(
        [sys.executable, "-m", "spiders.engine"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(order.model_dump_json().encode())
    process.stdin.close()
    for _ in range(3):
        process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    outbox = Outbox(locate_outbox(order))
    done = outbox.count_states()["done"]
    outbox.close()
    assert 0 < done < PAGES, "the kill fell into the crawl"
    return done


def write_settings(folder: Path, site: Site) -> None:
    (folder / "headwater.toml").write_text(
        f'[sources.bilibili.addresses]\nbase = "{site.address}"\n', encoding="utf-8"
    )


@pytest.mark.process
def test_what_a_killed_crawl_had_read_is_landed_as_partial(tmp_path: Path, key_file: Path) -> None:
    site = serve_slowly()
    order = make_order(tmp_path, key_file, site, page_budget=PAGES, run_id="killed")
    with serve(site):
        done = kill_crawl(order)
    (left,) = list_left_crawls(order.landing_root)
    assert (left.source, left.run_id) == ("bilibili", "killed")
    assert land_left_crawls(order) == [], "a run's own pages are resumed"

    (report,) = land_left_crawls(order.model_copy(update={"run_id": "next"}))
    assert (report.run_id, report.outcome, report.finished_at) == ("killed", "partial", left.stopped_at)
    assert report.messages[0] == "the crawl was stopped before its end; a later run landed what it had read"
    posts = read_lines(order.landing_root / "bilibili" / "killed" / "posts.jsonl.zst")
    assert len(posts) == 5 * done
    assert not locate_outbox(order).parent.exists()
    assert list_left_crawls(order.landing_root) == []


@pytest.mark.process
def test_a_crawl_that_still_works_is_not_taken_for_a_killed_one(tmp_path: Path, key_file: Path) -> None:
    site = Site(lambda path: answer_popular(path, PAGES), pause=lambda path: 0.2)
    order = make_order(tmp_path, key_file, site, run_id="works")
    found: list[object] = []

    def look(done: int, known: int) -> None:
        found.append(list_left_crawls(order.landing_root))
        found.append(land_left_crawls(order.model_copy(update={"run_id": "next"})))

    with serve(site):
        assert run_crawl(order, look).outcome == "complete"
    assert found and not any(found)


def test_one_run_is_crawled_by_one_process_at_a_time(tmp_path: Path) -> None:
    said = "another process crawls the same run"
    with hold_crawl(tmp_path), pytest.raises(CrawlFailed, match=said), hold_crawl(tmp_path):
        pass
    with hold_crawl(tmp_path):
        pass


def test_an_outbox_without_a_page_holds_nothing_and_goes(tmp_path: Path, key_file: Path) -> None:
    order = make_order(tmp_path, key_file, Site(answer_popular), run_id="killed")
    Outbox(locate_outbox(order)).close()
    assert land_left_crawls(order.model_copy(update={"run_id": "next"})) == []
    assert list((order.landing_root / "bilibili").iterdir()) == []


def test_a_run_id_alone_brings_back_what_the_crawl_was_asked_for(tmp_path: Path, key_file: Path) -> None:
    order = make_order(tmp_path, key_file, Site(answer_popular), targets=("https://shop.example.org/花",))
    locate_outbox(order).parent.mkdir(parents=True)
    keep_order(order.model_copy(update={"credentials": {"KEY": "geheim"}}))
    assert recall_order(order.model_copy(update={"targets": ()})) == order
    assert "geheim" not in locate_outbox(order).with_name("order.json").read_text()
    other = order.model_copy(update={"run_id": "another"})
    assert recall_order(other) == other


@pytest.mark.process
def test_status_names_a_killed_crawl_and_the_command_that_goes_on_with_it(
    tmp_path: Path, key_file: Path
) -> None:
    headwater = CommandLine(tmp_path)
    site = serve_slowly()
    write_settings(tmp_path, site)
    order = make_order(
        tmp_path, key_file, site, landing_root=tmp_path / ".headwater" / "landing", page_budget=PAGES
    )
    with serve(site):
        kill_crawl(order)
        (line,) = json.loads(headwater.run("status", "--json").output)["unfinished crawls"]
        assert line.endswith("before its end; headwater crawl bilibili --run-id run-1 goes on with it")
        told = headwater.run("status", environment={"LC_ALL": "zh_CN.UTF-8"}).output
        assert "没有抓完的" in told and "运行 headwater crawl bilibili --run-id run-1 可接着抓" in told
        assert headwater.run("crawl", "bilibili", "--run-id", "run-1").exit_code == ExitCode.OK
    assert json.loads(headwater.run("status", "--json").output)["unfinished crawls"] == []


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_crawl_that_a_signal_ends_tells_how_it_is_resumed(tmp_path: Path, number: int) -> None:
    site = Site(lambda path: answer_popular(path, PAGES), pause=lambda path: 0.5)
    write_settings(tmp_path, site)
    with serve(site):
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, "crawl", "bilibili", "--run-id", "mine"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while len(site.pages()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        errors = process.communicate(timeout=30)[1]
    assert process.returncode == 128 + number
    assert errors == "stopped before its end; headwater crawl bilibili --run-id mine goes on from there\n"


@pytest.mark.process
def test_a_scheduled_run_lands_what_a_killed_one_had_read(tmp_path: Path, key_file: Path) -> None:
    site = serve_slowly()
    write_settings(tmp_path, site)
    landing = tmp_path / ".headwater" / "landing"
    killed = make_order(tmp_path, key_file, site, landing_root=landing, page_budget=PAGES, run_id="killed")
    with serve(site):
        kill_crawl(killed)
        ran = subprocess.run(
            [sys.executable, "-c", SCHEDULED], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    reports = {path.name: read_report(path).outcome for path in (landing / "bilibili").glob("[!.]*")}
    assert reports.pop("killed") == "partial"
    assert list(reports.values()) == ["complete"]
