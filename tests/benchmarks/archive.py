"""`python -m tests.benchmarks.archive --boards FILE --json`: an archive imported, its trends, its report."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.machine import describe_machine
from tests.command_line import MAIN

COUNTS = (
    "select (select count(*) from core_board_entries) as titles, (select count(*) from mart_topic) as topics"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=Path, nargs="+", required=True, help="board archives to import")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        files = [str(path.resolve()) for path in arguments.boards]
        steps = {
            "import": measure_step(home, ["import", *files, "--json"]),
            "trends": measure_step(home, ["trends", "--json"]),
            "report": measure_step(home, ["report", "--json"]),
            "import_again": measure_step(home, ["import", *files, "--json"]),
        }
        counts = measure_step(home, ["sql", "--json", COUNTS])["output"]
    result = {
        "machine": describe_machine(),
        "files": [path.name for path in arguments.boards],
        "rows": sum(file["taken"]["board_entries"] for file in steps["import"]["output"]["files"]),
        "rows_changed_by_second_import": steps["import_again"]["output"]["rows_loaded"],
        "counts": counts[0],
        "seconds": {name: step["seconds"] for name, step in steps.items()},
        "total_seconds": round(sum(steps[name]["seconds"] for name in ("import", "trends", "report")), 1),
        "peak_mib": max(step["peak_mib"] for step in steps.values()),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1) if arguments.json else result)


def measure_step(home: Path, arguments: list[str]) -> dict[str, Any]:
    """One command: seconds, largest resident size of all commands so far, what it printed."""
    started = time.perf_counter()
    finished = subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
        "output": json.loads(finished.stdout),
    }


if __name__ == "__main__":
    main()
