"""`python -m tests.benchmarks.mentions --millions 5 10 20 50 --json`: marts of synthetic mentions.

Each size is a process of its own: seconds and memory of the first build, then of a further day.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.machine import describe_machine, measure_peak_mib
from warehouse.store import Warehouse
from warehouse.trends import build_marts

MENTIONS_A_POST = 5
DAYS = 180
CHUNK_POSTS = 500_000
SQL = (Path(__file__).parent / "sql" / "mentions.sql").read_text(encoding="utf-8")


def main() -> None:
    """Measure each size in a process of its own and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, nargs="+", default=[5, 10, 20, 50])
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument(
        "--folder", type=Path, help="where the warehouses are made; a temporary one by default"
    )
    parser.add_argument("--one", action="store_true", help="measure one size here")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if arguments.one:
        size = int(arguments.millions[0] * 1e6)
        print(json.dumps(measure(size, arguments.seed, arguments.memory_limit, arguments.folder)))
        return
    options = ["--seed", str(arguments.seed), "--memory-limit", arguments.memory_limit]
    if arguments.folder:
        options += ["--folder", str(arguments.folder)]
    sizes = []
    for millions in arguments.millions:
        command = [
            sys.executable,
            "-m",
            "tests.benchmarks.mentions",
            "--one",
            "--millions",
            str(millions),
            *options,
        ]
        finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        sizes.append(json.loads(finished.stdout))
        print(sizes[-1], file=sys.stderr, flush=True)
    result = {"machine": describe_machine(), "memory_limit": arguments.memory_limit, "sizes": sizes}
    print(json.dumps(result, indent=1) if arguments.json else result)


def measure(mentions: int, seed: int, memory_limit: str, folder: Path | None) -> dict[str, float]:
    """Make so many mentions over 180 days, build the marts, add the next day, build again."""
    posts = mentions // MENTIONS_A_POST
    with (
        tempfile.TemporaryDirectory(prefix="headwater-mentions-", dir=folder) as home,
        Warehouse.open(Path(home), memory_limit=memory_limit) as warehouse,
    ):
        for first in range(0, posts, CHUNK_POSTS):
            write_posts(warehouse, seed, posts, (first, min(first + CHUNK_POSTS, posts)), (0, DAYS))
        made = measure_peak_mib()
        whole = time_build(warehouse)
        write_posts(warehouse, seed, posts, (posts, posts + posts // DAYS), (DAYS, 1))
        day = time_build(warehouse)
        size = warehouse.path.stat().st_size
    return {
        "mentions": mentions,
        "posts": posts,
        "first_build_wall_s": whole[0],
        "first_build_processor_s": whole[1],
        "microseconds_a_mention": round(1e6 * whole[1] / mentions, 2),
        "further_day_wall_s": day[0],
        "further_day_processor_s": day[1],
        "peak_mib_generator": made,
        "peak_mib": measure_peak_mib(),
        "file_mib": round(size / 1024**2),
    }


def write_posts(
    warehouse: Warehouse, seed: int, posts: int, span: tuple[int, int], days: tuple[int, int]
) -> None:
    """Posts with these numbers, from the first day on over so many days, straight into the core tables."""
    values = {
        "seed": seed,
        "posts": posts,
        "first": span[0],
        "past": span[1],
        "first_day": days[0],
        "days": days[1],
    }
    with warehouse.transaction() as connection:
        for statement in connection.extract_statements(SQL):
            used = {name: value for name, value in values.items() if name in statement.named_parameters}
            connection.execute(statement, used)
    warehouse.checkpoint()


def time_build(warehouse: Warehouse) -> tuple[float, float]:
    """Wall and processor seconds of a build."""
    wall, processor = time.perf_counter(), measure_processor_seconds()
    build_marts(warehouse, "benchmark")
    return round(time.perf_counter() - wall, 1), round(measure_processor_seconds() - processor, 1)


def measure_processor_seconds() -> float:
    """Processor seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
