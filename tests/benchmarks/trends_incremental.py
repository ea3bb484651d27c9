"""`python -m tests.benchmarks.trends_incremental --boards FILE... --json`: history, one more day, all again.

The last day of the board archives is held back, the rest goes with the files of `--also` from landing to
finished marts, then the day follows. The marts after the day must be those of a build from nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.enrich import start_workers, tag_pending
from nlp.pipeline import build_taggers
from nlp.tagger import TaggerSettings
from nlp.taxonomy import read_taxonomy_table
from spiders.imports.reader import import_file
from spiders.privacy import Pseudonymiser
from tests.benchmarks.machine import describe_machine, measure_peak_mib
from tests.incremental_world import hash_marts
from warehouse.enrich import list_pending
from warehouse.load import load_packages
from warehouse.publish import publish
from warehouse.store import Warehouse
from warehouse.trends import build_marts

DASHBOARD_QUERIES = {
    "rising": "select * from v_weekly_trend where week = (select max(week) from mart_weekly_facts) "
    "order by q_value nulls last, topic_id limit 20",
    "one_topic": "select day, n_docs, n_authors from mart_topic_day "
    "where platform = 'all' and topic_id = 'interest:05' order by day desc limit 120",
    "documents": "select title, url from mart_topic_doc where topic_id = 'interest:05' "
    "order by day desc, subject_id limit 20",
    "opportunity": "select * from mart_topic_opportunity order by gap desc nulls last limit 50",
    "coverage": "select platform, day, n_docs, coverage from mart_exposure_day "
    "where day > (select max(day) from mart_exposure_day) - 7",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=Path, nargs="+", required=True, help="board archives to import")
    parser.add_argument(
        "--also", type=Path, nargs="*", default=[], help="files of any known format, part of the history"
    )
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    measured = measure(arguments.boards, arguments.also, arguments.memory_limit)
    result = measured | {"machine": describe_machine()}
    print(json.dumps(result, ensure_ascii=False, indent=1) if arguments.json else result)


def measure(archives: Sequence[Path], others: Sequence[Path], memory_limit: str) -> dict[str, object]:
    """Wall and processor seconds of each step, sizes, and whether the day's marts are a whole build's."""
    steps: dict[str, dict[str, float]] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        wall, processor = time.perf_counter(), measure_processor_seconds()
        yield
        steps[name] = {
            "wall_s": round(time.perf_counter() - wall, 2),
            "processor_s": round(measure_processor_seconds() - processor, 2),
        }

    settings = TaggerSettings(threads=2)
    taggers = build_taggers(settings)
    taxonomy = read_taxonomy_table()
    with tempfile.TemporaryDirectory(prefix="headwater-day-") as folder:
        home = Path(folder) / "home"
        history, last_day = split_last_day(archives, Path(folder))
        for part, files in enumerate(([*history, *others], last_day)):
            for file in files:
                import_file(
                    file,
                    Path(folder) / f"landing-{part}",
                    Pseudonymiser(b"benchmark" * 4),
                    now=datetime(2026, 11, 25, tzinfo=UTC),
                )
        rows = []
        peaks: list[float] = []
        for part, name in enumerate(("history", "day")):
            with Warehouse.open(home, memory_limit=memory_limit) as warehouse:
                with timed(f"{name}_load"):
                    loaded = load_packages(warehouse, Path(folder) / f"landing-{part}")
                rows.append(
                    sum(number for name, number in loaded.rows_by_table.items() if name.startswith("raw_"))
                )
                with timed(f"{name}_tag"):
                    pending = list_pending(warehouse, taggers)
                    with start_workers(settings, pending.count) as workers:
                        sum(tag_pending(warehouse, taggers, pending, workers))
                        peaks += [measure_peak_mib(worker.process_id) for worker in workers]
                with timed(f"{name}_marts"):
                    build_marts(warehouse, "benchmark", taxonomy=taxonomy)
        with Warehouse.open(home, memory_limit=memory_limit) as warehouse:
            with timed("publish"):
                published = publish(warehouse)
            by_day = hash_marts(warehouse.connection)
            warehouse.connection.execute("delete from work_state")
            with timed("marts_from_nothing"):
                build_marts(warehouse, "benchmark", taxonomy=taxonomy)
            differing = sorted(
                name for name, value in hash_marts(warehouse.connection).items() if by_day[name] != value
            )
        queries = {name: time_query(published, sql) for name, sql in DASHBOARD_QUERIES.items()}
    return {
        "observations": {"history": rows[0], "day": rows[1]},
        "steps": steps,
        "marts_that_differ_from_a_build_from_nothing": differing,
        "dashboard_query_ms": queries,
        "peak_mib": measure_peak_mib(),
        "peak_mib_of_workers": peaks,
    }


def split_last_day(archives: Sequence[Path], folder: Path) -> tuple[list[Path], list[Path]]:
    """Each archive as two files: up to a day before the newest observation of all, and that day."""
    newest = max(
        pc.max(pq.read_table(path, columns=["captured_at"])["captured_at"]).as_py() for path in archives
    )
    parts: tuple[list[Path], list[Path]] = ([], [])
    for path in archives:
        rows = pq.read_table(path)
        is_old = pc.less(rows["captured_at"], pa.scalar(newest - timedelta(days=1), rows["captured_at"].type))
        for kept, files, mask in zip(("old", "new"), parts, (is_old, pc.invert(is_old)), strict=True):
            chosen = rows.filter(mask)
            if chosen.num_rows:
                (folder / kept).mkdir(exist_ok=True)
                files.append(folder / kept / path.name)
                pq.write_table(chosen, files[-1])
    return parts


def time_query(published: Path, sql: str, times: int = 9) -> dict[str, float]:
    """Milliseconds in an open connection as a dashboard holds one: median and slowest of the later ones."""

    with duckdb.connect(str(published), read_only=True, config={"threads": 2}) as connection:
        taken = []
        for _ in range(times + 1):
            begun = time.perf_counter()
            connection.execute(sql).fetchall()
            taken.append(1000 * (time.perf_counter() - begun))
    later = sorted(taken[1:])
    return {
        "first": round(taken[0], 1),
        "median": round(later[times // 2], 1),
        "slowest": round(later[-1], 1),
    }


def measure_processor_seconds() -> float:
    """Processor seconds of this process and of those it began that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    main()
