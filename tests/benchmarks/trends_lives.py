"""`python -m tests.benchmarks.trends_lives [--boards FILE]...`: stages and velocities, planted and on boards.

Writes the figures and the machine to trends_lives.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from flows.measures import measure_board_stages
from tests.benchmarks.machine import describe_machine
from warehouse.planted_lives import evaluate_lives, evaluate_velocity

SEEDS = range(2000, 2002)
"""Seeds that no rule was chosen on."""


def main() -> None:
    """Score and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=Path, action="append", default=[], help="archive of hot boards")
    arguments = parser.parse_args()
    start = time.process_time()
    figures = {
        "machine": describe_machine(),
        "commands": [
            "headwater evaluate lifecycle --planted --json",
            "headwater evaluate velocity --planted --json",
            "headwater evaluate lifecycle --boards FILE --json",
        ],
        "lifecycle": evaluate_lives(SEEDS),
        "velocity": evaluate_velocity(SEEDS),
        "boards": {file.stem: measure_board_stages([file]) for file in arguments.boards},
        "processor_seconds": round(time.process_time() - start, 1),
    }
    path = Path(__file__).with_name("trends_lives.json")
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
