"""A home in, the real `headwater serve` in a process of its own out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.command_line import MAIN


@contextmanager
def serve(home: Path, *options: str, environment: Mapping[str, str] = {}) -> Iterator[str]:
    """The address of a running dashboard; the process is stopped at the end and must end well."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", "--port", "0", *options],
        cwd=home,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parent.parent),
            "HEADWATER_HOME": str(home),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://[^/]+", line)
        assert found, line + process.stderr.read()
        yield found[0]
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors, errors
