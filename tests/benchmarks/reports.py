"""A Headwater home in; seconds, size and verification of its reports out.

python -m tests.benchmarks.reports HOME [--json]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

from tests.benchmarks.machine import describe_machine, measure_peak_mib
from warehouse.publish import published_path
from warehouse.query import run_query
from warehouse.reports.figures import read_tables
from warehouse.reports.report import ReportKind, write_report
from warehouse.reports.verify import verify_report

Result = TypeVar("Result")
COUNTS = (
    "select (select count(*) from core_board_entries) as titles, (select count(*) from core_posts) as posts, "
    "(select count(*) from core_listings) as listings, (select count(*) from mart_topic) as topics"
)


def main(home: Path) -> dict[str, object]:
    """Write the weekly, the daily and the brief on the first riser, in both languages, and verify each."""
    published = published_path(home)
    counted = run_query(published, COUNTS)
    rising = read_tables(published, "weekly", ("rising",), None).tables["rising"].rows
    kinds: list[tuple[ReportKind, str | None]] = [("weekly", None), ("daily", None)]
    kinds += [("topic", str(rising[0]["topic_id"]))] if rising else []
    return {
        "machine": describe_machine(),
        "size": dict(zip(counted.columns, counted.rows[0], strict=True)),
        "rising": len(rising),
        "reports": [
            measure_report(published, kind, language, subject)
            for kind, subject in kinds
            for language in ("zh", "en")
        ],
        "peak_mib": measure_peak_mib(),
    }


def measure_report(
    published: Path, kind: ReportKind, language: Literal["zh", "en"], subject: str | None
) -> dict[str, object]:
    """One report in all its formats."""
    with tempfile.TemporaryDirectory() as folder:
        files, write_seconds, write_cpu = clock(
            lambda: write_report(published, Path(folder) / "r", kind=kind, language=language, subject=subject)
        )
        differences, verify_seconds, _ = clock(lambda: verify_report(files.folder, published))
        return {
            "kind": kind,
            "language": language,
            "seconds": write_seconds,
            "cpu_seconds": write_cpu,
            "html_bytes": files.html.stat().st_size,
            "empty_sections": list(files.empty_sections),
            "verify_seconds": verify_seconds,
            "differences": len(differences),
        }


def clock(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """What the work gives, and the seconds it took by the clock and of the processor."""
    start, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, round(time.perf_counter() - start, 2), round(time.process_time() - cpu, 2)


if __name__ == "__main__":
    figures = json.dumps(main(Path(sys.argv[1])), indent=2, ensure_ascii=False)
    Path(__file__).with_name("reports.json").write_text(figures + "\n", encoding="utf-8")
    print(figures)
