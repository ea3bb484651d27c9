"""`headwater run` that finds the warehouse taken: one sentence, and its crawl is there for the next run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.loopback_sites import Site, answer_popular, serve
from warehouse.lock import WriterLock
from warehouse.packages import find_packages
from warehouse.store import LOCK_NAME


@pytest.mark.process
@pytest.mark.timeout(300)
def test_a_run_that_finds_the_warehouse_taken_says_in_one_sentence_that_its_crawl_has_landed(
    tmp_path: Path,
) -> None:
    home = tmp_path / ".headwater"
    home.mkdir()
    site = Site(answer_popular)
    (tmp_path / "headwater.toml").write_text(
        f'[crawl]\ndelay_seconds = 1.0\n[sources.bilibili]\naddresses = {{base = "{site.address}"}}\n',
        encoding="utf-8",
    )
    held = WriterLock.acquire(home / LOCK_NAME)
    try:
        with serve(site):
            ran = CommandLine(tmp_path).run(
                "run", "bilibili", seconds=250, environment={"LC_ALL": "zh_CN.UTF-8"}
            )
    finally:
        held.release()
    assert ran.exit_code == 5
    assert [line for line in ran.errors.splitlines() if "用时" not in line] == [
        f"headwater：进程 {os.getpid()} 正在写入 {home} 的仓库；等它结束后再运行。"
        "抓到的内容已经落盘，下次运行会接着处理"
    ]
    assert len(find_packages(home / "landing")) == 1
