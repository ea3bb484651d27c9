"""`python -m tests.benchmarks.load_peer --boards FILE --json`: the same rows by Headwater and by dlt.

Both start from the same Arrow rows of one board archive and end in a DuckDB file on the same disk. dlt
takes its Arrow path (`pipeline.run` over tables, append). Headwater does more: a landing package with
hashes, the contract's checks, raw rows, merged core rows and a ledger line. `dlt_merge` is dlt's way to one
row per title: write disposition merge on platform, board and title. Processor seconds are compared, since
they hold on a machine that others use too; runs alternate and the median counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.machine import describe_machine, measure_peak_mib
from warehouse.columns import arrow_schema, describe_columns
from warehouse.records import BoardEntry

BATCH_ROWS = 100_000

Load = Callable[[list[pa.Table], Path], tuple[int, dict[str, str]]]
"""Batches and an empty folder -> rows that arrived, versions of what loaded them."""


def main() -> None:
    """Measure both, several times in turn, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=Path, required=True, help="board archive (Parquet)")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--peer-python", default=sys.executable, help="Python that has dlt and its DuckDB")
    parser.add_argument("--only", choices=tuple(LOADERS), help="load once by one of them, here")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measure(LOADERS[arguments.only], arguments.boards)))
        return
    runs: dict[str, list[dict[str, object]]] = {name: [] for name in LOADERS}
    for _ in range(arguments.times):
        for name, found in runs.items():
            python = sys.executable if name == "headwater" else arguments.peer_python
            command = [
                python,
                "-m",
                "tests.benchmarks.load_peer",
                "--boards",
                str(arguments.boards),
                "--only",
                name,
            ]
            finished = subprocess.run(command, check=True, capture_output=True, text=True)
            found.append(json.loads(finished.stdout.splitlines()[-1]))
    middle = {
        name: {
            key: statistics.median(float(str(run[key])) for run in found)
            for key in ("processor_s", "wall_s", "peak_mib")
        }
        for name, found in runs.items()
    }
    result = {
        "machine": describe_machine(),
        "rows": runs["headwater"][0]["rows"],
        "median": middle,
        "over_headwater": {
            name: {
                key: round(middle[name][key] / middle["headwater"][key], 2)
                for key in ("processor_s", "wall_s")
            }
            for name in ("dlt", "dlt_merge")
        },
        "runs": runs,
    }
    print(json.dumps(result, indent=1) if arguments.json else result)


def measure(load: Load, boards: Path) -> dict[str, object]:
    """Processor and wall seconds of one load into a fresh folder, and the rows that arrived."""
    with tempfile.TemporaryDirectory(prefix="headwater-peer-") as folder:
        batches = list(read_batches(boards))
        wall, before = time.perf_counter(), count_processor_seconds()
        rows, versions = load(batches, Path(folder))
        return {
            "rows": rows,
            "wall_s": round(time.perf_counter() - wall, 2),
            "processor_s": round(count_processor_seconds() - before, 2),
            "peak_mib": measure_peak_mib(),
            "versions": versions,
        }


def read_batches(boards: Path) -> Iterator[pa.Table]:
    """Rows of the archive in the contract's columns, a hundred thousand at a time."""
    schema = arrow_schema(describe_columns(BoardEntry))
    for batch in pq.ParquetFile(boards).iter_batches(BATCH_ROWS):
        rows = pa.Table.from_batches([batch])
        columns = {
            field.name: rows[field.name].cast(field.type)
            if field.name in rows.schema.names
            else pa.nulls(rows.num_rows, field.type)
            for field in schema
        }
        columns["run_id"] = pa.array(["peer"] * rows.num_rows, pa.string())
        yield pa.table(columns, schema=schema)


def load_by_headwater(batches: list[pa.Table], folder: Path) -> tuple[int, dict[str, str]]:
    """Landing package, then raw and core tables."""
    from spiders.landing import LandingWriter
    from warehouse.load import load_packages
    from warehouse.records import CrawlReport
    from warehouse.store import Warehouse

    now = datetime.now(UTC)
    with LandingWriter(folder / "landing", "boards", "peer") as package:
        for batch in batches:
            package.add_table("board_entries", batch)
        package.complete(
            CrawlReport(
                source="boards",
                run_id="peer",
                started_at=now,
                finished_at=now,
                outcome="complete",
                duration_seconds=0,
            )
        )
    with Warehouse.open(folder / "home") as warehouse:
        loaded = load_packages(warehouse, folder / "landing")
    return loaded.rows_by_table["raw_board_entries"], {"duckdb": duckdb.__version__}


def load_by_dlt(
    batches: list[pa.Table], folder: Path, options: dict[str, Any] | None = None
) -> tuple[int, dict[str, str]]:
    """dlt's Arrow path, telemetry off and nothing read from the user's own configuration."""
    os.environ |= {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "ERROR",
        "DLT_PROJECT_DIR": str(folder),
        "DLT_DATA_DIR": str(folder / "dlt"),
    }
    import dlt

    path = folder / "peer.duckdb"
    pipeline = dlt.pipeline(
        "peer",
        destination=dlt.destinations.duckdb(str(path)),
        dataset_name="raw",
        pipelines_dir=str(folder / "pipes"),
    )
    pipeline.run(iter(batches), table_name="board_entries", **(options or {"write_disposition": "append"}))
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute("select count(*) from raw.board_entries").fetchall()[0][0]
    return int(rows), {"duckdb": duckdb.__version__, "dlt": version("dlt")}


def merge_by_dlt(batches: list[pa.Table], folder: Path) -> tuple[int, dict[str, str]]:
    """dlt's Arrow path into one row per title."""
    return load_by_dlt(
        batches, folder, {"write_disposition": "merge", "primary_key": ["platform", "board", "title"]}
    )


def count_processor_seconds() -> float:
    """Processor seconds of this process and of the children it waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


LOADERS: dict[str, Load] = {"headwater": load_by_headwater, "dlt": load_by_dlt, "dlt_merge": merge_by_dlt}

if __name__ == "__main__":
    main()
