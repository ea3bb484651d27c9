"""A Headwater home in; seconds and memory of building its marts out, as a JSON file beside this one.

python -m tests.benchmarks.trends_marts HOME
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from nlp.taxonomy import read_taxonomy_table
from tests.benchmarks.machine import describe_machine, measure_peak_mib
from warehouse.store import Warehouse
from warehouse.trends import build_marts


def main(home: Path) -> None:
    """Build the marts of the home once and write the figures."""
    with Warehouse.open(home) as warehouse:
        start = time.perf_counter()
        result = build_marts(warehouse, "benchmark", taxonomy=read_taxonomy_table())
        seconds = time.perf_counter() - start
        ((observations, titles, posts, labels),) = warehouse.connection.execute(
            "select (select count(*) from raw_board_entries), (select count(*) from core_board_entries), "
            "(select count(*) from core_posts), (select count(*) from core_annotations)"
        ).fetchall()
    figures = {
        "machine": describe_machine(),
        "size": {"observations": observations, "titles": titles, "posts": posts, "annotations": labels},
        "seconds": round(seconds, 1),
        "peak_mib": measure_peak_mib(),
        "rows_by_table": result.rows_by_table,
    }
    path = Path(__file__).with_name("trends_marts.json")
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
