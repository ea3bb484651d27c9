"""`python -m tests.benchmarks.parse --json`: every fixture parsed again and again, pages a second."""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime
from pathlib import Path

from spiders.errors import SpiderError
from spiders.parse import parse_saved
from spiders.privacy import Pseudonymiser
from tests.benchmarks.machine import describe_machine, measure_peak_mib

FIXTURES = Path(__file__).parent.parent / "fixtures"
SECONDS = 0.5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = [row for meta in sorted(FIXTURES.glob("*/*/meta.json")) if (row := measure_case(meta)) is not None]
    result = {"machine": describe_machine(), "cases": rows, "peak_mib": measure_peak_mib()}
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return
    for row in rows:
        pages, records = row["pages_per_second"], row["records_per_second"]
        print(f"{row['case']:<40} {pages:>9,.0f} pages/s {records:>10,.0f} records/s")


def measure_case(meta: Path) -> dict[str, object] | None:
    """Speed of one fixture on one core; None where the page is meant to be refused."""
    told = json.loads(meta.read_text(encoding="utf-8"))
    page = next(path for path in meta.parent.iterdir() if path.stem == "page")
    body, platform = page.read_bytes(), meta.parent.parent.name
    pseudonymiser, moment = Pseudonymiser(b"k" * 32), datetime.fromisoformat(told["captured_at"])
    pages = records = 0
    started = time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        try:
            records += sum(1 for _ in parse_saved(platform, body, told.get("url"), moment, pseudonymiser))
        except SpiderError:
            return None
        pages += 1
    seconds = time.perf_counter() - started
    return {
        "case": f"{platform}/{meta.parent.name}",
        "bytes": len(body),
        "pages_per_second": round(pages / seconds, 1),
        "records_per_second": round(records / seconds, 1),
    }


if __name__ == "__main__":
    main()
