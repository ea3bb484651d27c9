"""`python -m tests.benchmarks.encoder_reproduced SHIPPED TRAINED --json`: the scores of two model cards.

SHIPPED and TRAINED are model folders, the second one written by `headwater train encoder` with the shipped
config. Compared are accuracy and macro F1 of every set of the first table of each card, in points.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from tests.benchmarks.machine import describe_machine

ALLOWED_POINTS = 0.5
_ROW = re.compile(
    r"^\| (?P<set>\w+) \| (?P<rows>[\d,]+) \| \d "
    r"\| (?P<accuracy>[\d.]+)% \| [^|]+ \| (?P<macro_f1>[\d.]+)% \|",
    re.MULTILINE,
)
MEASURES = ("accuracy", "macro_f1")


def read_scores(card: Path) -> dict[str, dict[str, float]]:
    """Rows and scores in percent of the card's first table, by set."""
    text = card.read_text(encoding="utf-8")
    first = text.partition("## Scores")[2].partition("The same with emoji")[0]
    return {
        row["set"]: {
            "rows": float(row["rows"].replace(",", "")),
            **{name: float(row[name]) for name in MEASURES},
        }
        for row in _ROW.finditer(first)
    }


def compare(shipped: Path, trained: Path) -> dict[str, object]:
    """Both cards' scores and how far apart they are."""
    before, after = (read_scores(folder / "MODEL_CARD.md") for folder in (shipped, trained))
    if before.keys() != after.keys() or not before:
        raise SystemExit(f"the cards tell of unlike sets: {sorted(before)} and {sorted(after)}")
    sets = {
        name: {
            "rows": before[name]["rows"],
            **{
                measure: {
                    "shipped": before[name][measure],
                    "trained": after[name][measure],
                    "points": round(after[name][measure] - before[name][measure], 2),
                }
                for measure in MEASURES
            },
        }
        for name in before
    }
    largest = max(abs(after[name][each] - before[name][each]) for name in before for each in MEASURES)
    return {
        "benchmark": "encoder_reproduced",
        "sets": sets,
        "largest_difference_points": round(largest, 2),
        "is_within_half_a_point": largest <= ALLOWED_POINTS,
        "machine": describe_machine(),
    }


def main() -> None:
    """Prints the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shipped", type=Path)
    parser.add_argument("trained", type=Path)
    parser.add_argument("--json", action="store_true")
    choices = parser.parse_args()
    found = compare(choices.shipped, choices.trained)
    if choices.json:
        json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
        print()
        return
    for name, scores in found["sets"].items():  # type: ignore[attr-defined]
        told = ", ".join(
            f"{each} {scores[each]['shipped']} -> {scores[each]['trained']}" for each in MEASURES
        )
        print(f"{name}: {told}")
    print(f"largest difference: {found['largest_difference_points']} points")


if __name__ == "__main__":
    main()
