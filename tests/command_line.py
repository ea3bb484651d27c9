"""Runs the real command line in a process of its own, with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAIN = "import sys; from flows.cli import main; sys.argv[0] = 'headwater'; main()"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command gave back."""

    exit_code: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`headwater` in one folder."""

    folder: Path

    def run(
        self, *arguments: str | Path, seconds: float = 60, environment: Mapping[str, str] = {}
    ) -> Outcome:
        """One command to its end."""
        finished = subprocess.run(
            [sys.executable, "-c", MAIN, *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        return Outcome(finished.returncode, finished.stdout, finished.stderr)
