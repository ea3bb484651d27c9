"""`headwater run` that is stopped in a crawl: it ends at once, leaves no process behind, and can go on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.command_line import MAIN, CommandLine
from tests.loopback_sites import Site, answer_popular, serve
from tests.scheduler import DEAD_PROXIES, wait_until


def start_run(folder: Path) -> subprocess.Popen[str]:
    """`headwater run bilibili` in a group of its own, as a terminal has it."""
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "run", "bilibili"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        # a suite in the background would hand on that Ctrl-C is to be ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


@pytest.mark.process
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_ends_its_crawl_and_its_server_and_can_go_on(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    stalls = True
    site = Site(answer_popular, pause=lambda path: 600.0 if stalls and "pn=3" in path else 0.0)
    (tmp_path / "headwater.toml").write_text(
        f'[sources.bilibili]\naddresses = {{base = "{site.address}"}}\n', encoding="utf-8"
    )
    with serve(site):
        run = start_run(tmp_path)
        try:
            wait_until(lambda: any("pn=3" in path for path in site.pages()))
            below = psutil.Process(run.pid).children(recursive=True)
            assert sum("prefect" in one.cmdline() for one in below) == 1, "one server answers its flow"
            stopped = time.monotonic()
            os.killpg(run.pid, number)
            _, told = run.communicate(timeout=60)
        finally:
            run.kill()
        assert time.monotonic() - stopped < 30
        assert run.returncode == code
        assert psutil.wait_procs(below, 5)[1] == []
        assert "EventsWorker" not in told
        named = re.search(r"--run-id (\S+)", told)
        assert named is not None, told
        stalls = False
        resume = ("run", "bilibili", "--run-id", named[1])
        resumed = CommandLine(tmp_path).run(*resume, seconds=200, environment=DEAD_PROXIES)
        assert resumed.exit_code == 0, resumed.errors
    assert sum("pn=1" in path for path in site.pages()) == 1, "what was acknowledged is not asked for again"
