"""The crawl's memory limit counts what the crawl holds, not what the process that started it once held."""

from __future__ import annotations

import subprocess
import sys

import pytest

LARGE_PARENT = """
import subprocess, sys
block = b"x" * 900_000_000
child = "import resource; from spiders.memory import measure_resident_bytes as own; "
child += "print(own(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"
print(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout)
"""


@pytest.mark.process
def test_a_large_parent_does_not_count() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LARGE_PARENT], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    own, inherited = map(int, told.split())
    assert own < 300_000_000
    assert own < inherited
