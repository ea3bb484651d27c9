"""SIGKILL at random points of load and publish loses, doubles and tears nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.process
@pytest.mark.parametrize(("times", "options"), [(20, []), (3, ["--marts"])])
def test_kills_lose_nothing(times: int, options: list[str]) -> None:
    """In a process of its own, which forks the writers before it has threads."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.kill_load",
        "--times",
        str(times),
        "--packages",
        "2",
        *options,
    ]
    root = Path(__file__).parent.parent
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    result = json.loads(ended.stdout)
    assert result["violations"] == [], ended.stderr
    assert result["times"] == times
    assert result["killed_before_the_end"] >= times // 7
    assert result["loads_acknowledged"] > 0
