"""`python -m tests.benchmarks.load --boards FILE --json`: an archive imported, loaded twice, published."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from spiders.imports.reader import import_file
from spiders.privacy import Pseudonymiser
from tests.benchmarks.machine import describe_machine, measure_peak_mib
from tests.landed_packages import hash_core, land, make_post
from warehouse.load import load_packages
from warehouse.publish import publish
from warehouse.query import run_query
from warehouse.store import Warehouse

Result = TypeVar("Result")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=Path, required=True, help="board archive to import")
    parser.add_argument("--lines", type=int, default=50_000, help="posts to load from JSON lines")
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure_load(arguments.boards, arguments.lines, arguments.memory_limit)
    print(json.dumps(result | {"machine": describe_machine()} if arguments.json else result, indent=2))


def measure_load(boards: Path, lines: int, memory_limit: str) -> dict[str, object]:
    """Seconds of each step, rows, and whether loading again changed anything."""
    seconds: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Result]) -> Result:
        begun = time.monotonic()
        result = work()
        seconds[step] = round(time.monotonic() - begun, 2)
        return result

    with tempfile.TemporaryDirectory(prefix="headwater-load-") as folder:
        home, landing = Path(folder) / "home", Path(folder) / "landing"
        now = datetime(2026, 11, 22, tzinfo=UTC)
        timed("import", lambda: import_file(boards, landing, Pseudonymiser(b"benchmark" * 4), now=now))
        land(Path(folder) / "lines", [make_post(number) for number in range(lines)])
        with Warehouse.open(home, memory_limit=memory_limit) as warehouse:
            loaded = timed("load_boards", lambda: load_packages(warehouse, landing))
            before = hash_core(warehouse.connection)
            again = timed("load_boards_again", lambda: load_packages(warehouse, landing))
            unchanged = before == hash_core(warehouse.connection) and not again.loaded
            timed("load_lines", lambda: load_packages(warehouse, Path(folder) / "lines"))
            published = timed("publish", lambda: publish(warehouse))
            sizes = {"warehouse": warehouse.path.stat().st_size, "published": published.stat().st_size}
        timed("first_query", lambda: run_query(published, "select count(*) from core_board_entries"))
    return {
        "rows": loaded.rows_by_table | {"json_lines": lines},
        "seconds": seconds,
        "rows_per_second": {
            "boards": round(loaded.rows_by_table["raw_board_entries"] / seconds["load_boards"]),
            "json_lines": round(lines / seconds["load_lines"]),
        },
        "second_load_changed_nothing": unchanged,
        "mib": {name: round(size / 1024**2, 1) for name, size in sizes.items()},
        "peak_mib": measure_peak_mib(),
    }


if __name__ == "__main__":
    main()
