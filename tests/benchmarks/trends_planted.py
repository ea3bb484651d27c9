"""Seeds in; scores of the burst test on planted worlds and the machine out, as a JSON file beside this one.

python -m tests.benchmarks.trends_planted
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.benchmarks.machine import describe_machine
from warehouse.planted import evaluate_planted

SEEDS = range(2000, 2032)
"""Seeds that no setting was chosen on."""


def main() -> None:
    """Score both engines and write the figures."""
    start = time.perf_counter()
    scores = evaluate_planted(SEEDS)
    figures = {
        "machine": describe_machine(),
        "seconds": round(time.perf_counter() - start, 1),
        "worlds": len(SEEDS),
        "prototype": {"daily": {"fdp": 0.053, "recall": 0.76, "recall_supported": 0.89},
                      "weekly": {"fdp": 0.035, "recall": 0.81}},
        "scores": scores.to_dict(),
    }  # fmt: skip
    path = Path(__file__).with_name("trends_planted.json")
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
