"""A disk that is full, or nearly: told as one, before anything is read where that can be known."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.exit_codes import ExitCode
from spiders.outbox import Outbox
from spiders.platform import PageRequest
from tests.command_line import MAIN
from tests.loopback_sites import Site, answer_popular, serve
from warehouse.errors import StorageError

ROOT = Path(__file__).parent.parent
PAGES = 30
Usage = namedtuple("Usage", "total used free")
TRIED = """
import asyncio, sys
from pathlib import Path
from flows.settings import prepare_environment
prepare_environment(Path(sys.argv[1]))
from flows import run
from spiders.order import CrawlOrder
from warehouse.errors import StorageError
tries = []
def crawl_source(order, stop):
    tries.append(order)
    raise StorageError("the disk is full")
run.crawl_source = crawl_source
run.crawl_task = run.crawl_task.with_options(retry_delay_seconds=[0, 0])
try:
    order = CrawlOrder(source="bilibili", run_id="r", landing_root="l", secret_key_file="k")
    asyncio.run(run.crawl_sources((order,)))
except StorageError:
    print(len(tries))
"""


@pytest.fixture
def nearly_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ten MiB are left on the disk of a home where a source is switched on."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1024**4, 1024**4, 10 * 1024**2))
    monkeypatch.chdir(tmp_path)


def refuse(*arguments: str) -> str:
    """What a command that the disk has no room for says."""
    ran = CliRunner().invoke(app, arguments)
    assert isinstance(ran.exception, StorageError), ran.output
    return str(ran.exception)


@pytest.mark.usefixtures("nearly_full")
def test_an_import_is_refused_before_its_file_lands(tmp_path: Path) -> None:
    (tmp_path / "榜单.csv").write_text("platform,board,rank,title\ndouyin,hot,1,拼豆\n", encoding="utf-8")
    told = refuse("import", "榜单.csv")
    assert told == (
        f"only 10 MiB are free under {tmp_path / '.headwater'}, 1,024 MiB are needed; "
        "free some space and run again"
    )
    assert not (tmp_path / ".headwater").exists()


@pytest.mark.usefixtures("nearly_full")
def test_a_crawl_is_refused_before_its_first_request(tmp_path: Path) -> None:
    site = Site(answer_popular)
    (tmp_path / "headwater.toml").write_text(
        f'[sources.bilibili.addresses]\nbase = "{site.address}"\n', encoding="utf-8"
    )
    with serve(site):
        assert "free some space and run again" in refuse("crawl", "bilibili")
    assert site.hits == []


def test_a_page_that_the_disk_does_not_take_is_told_as_a_full_disk(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox._database.execute("pragma max_page_count = 12")
    with pytest.raises(OSError, match="No space left") as caught:
        for number in range(1_000):
            outbox.add_request(0, PageRequest(f"https://shop.example.org/{number}/{'花' * 200}", "product"))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "outbox.sqlite"))


@pytest.mark.process
def test_a_crawl_that_fills_the_disk_ends_at_once_and_is_resumed(tmp_path: Path) -> None:
    site = Site(lambda path: answer_popular(path, PAGES))
    (tmp_path / "headwater.toml").write_text(
        f'[sources.bilibili.addresses]\nbase = "{site.address}"\n', encoding="utf-8"
    )
    command = f'exec "{sys.executable}" -c "{MAIN}" crawl bilibili --run-id mine'

    def crawl(limit: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", f"{limit} {command}"],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=90,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    with serve(site):
        full = crawl("ulimit -f 90;")
        assert full.returncode == ExitCode.STORAGE, full.stderr
        assert "outbox-mine: the file may not grow further (size limit of the system)" in full.stderr
        asked = len(site.pages())
        assert 0 < asked <= 8, "no page is fetched that cannot be kept"
        assert crawl("").returncode == ExitCode.OK


@pytest.mark.process
def test_a_run_does_not_ask_again_where_the_disk_is_full(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", TRIED, tmp_path], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.stdout == "1\n", ran.stderr
