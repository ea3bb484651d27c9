"""`python -m tests.benchmarks.browser_soak --json`: 500 rendered pages, their pace and memory.

The home page of the sandbox's Kuaishou at 500 moments in one crawl, in a real Chromium. The proportional set
size of the crawl process and all below it is sampled twice a second; the growth is the slope of a line
through the samples of the second half.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil

from spiders.crawl import run_crawl
from spiders.order import CrawlOrder, Visit
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.benchmarks.machine import describe_machine

WORLD = World(seed=11, days=18)
SAMPLE_SECONDS = 0.5


class MemorySamples:
    """Sizes of all processes below this process, in MiB, with the number of pages done by then."""

    def __init__(self) -> None:
        self.done = 0
        self.sizes: list[tuple[int, float]] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def note_progress(self, done: int, known: int) -> None:
        """What run_crawl reports."""
        self.done = done

    def _watch(self) -> None:
        while not self._stopped.wait(SAMPLE_SECONDS):
            size = 0
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error, OSError):
                    size += read_own_bytes(child.pid)
            self.sizes.append((self.done, size / 1024**2))

    def __enter__(self) -> MemorySamples:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()


def read_own_bytes(pid: int) -> int:
    """Proportional set size: pages that processes of a browser share are counted once."""
    with Path(f"/proc/{pid}/smaps_rollup").open(encoding="ascii") as lines:
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def soak(pages: int, folder: Path) -> dict[str, object]:
    """One crawl of so many pages."""
    key = folder / "secret.key"
    key.write_text(secrets.token_hex(32))
    key.chmod(0o600)
    moments = [WORLD.ends - timedelta(minutes=15 * number) for number in range(pages)]
    with SandboxSite(WORLD) as site, MemorySamples() as samples:
        order = CrawlOrder(
            source="kuaishou",
            run_id=f"soak-{pages}",
            landing_root=folder / "landing",
            secret_key_file=key,
            visits=tuple(
                Visit(moment=moment, addresses={"base": site.address_of("kuaishou", moment)})
                for moment in moments
            ),
            allow_loopback=(site.host_and_port,),
            deadline_seconds=600,
        )
        begun = time.monotonic()
        report = run_crawl(order, samples.note_progress)
        seconds = time.monotonic() - begun
    left = [child.name() for child in psutil.Process().children(recursive=True)]
    return {
        "pages": pages,
        "outcome": report.outcome,
        "records": report.records_by_kind,
        "pages_lost": report.skips_by_reason,
        "seconds": round(seconds, 1),
        "pages_per_second": round(pages / seconds, 2),
        "peak_mib": round(max(size for _, size in samples.sizes), 1),
        **measure_growth(samples.sizes, pages),
        "processes_left": left,
        "load_of_the_machine": round(os.getloadavg()[0], 1),
    }


def measure_growth(sizes: list[tuple[int, float]], pages: int) -> dict[str, float]:
    """Slope of the second half, and the mean of each fifth of the pages."""
    half = [(done, size) for done, size in sizes if pages / 2 <= done < pages]
    slope = statistics.linear_regression(*zip(*half, strict=True)).slope
    fifths = [
        statistics.mean([size for done, size in sizes if low <= done < low + pages / 5] or [0.0])
        for low in (pages * part / 5 for part in range(5))
    ]
    return {
        "growth_mib_per_100_pages": round(100 * slope, 2),
        **{f"mean_mib_of_fifth_{number}": round(size, 1) for number, size in enumerate(fifths, 1)},
    }


def main() -> None:
    """Soak and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[500, 1200], help="one crawl for each")
    parser.add_argument("--json", action="store_true", help="add the machine")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headwater-soak-") as name:
        result = {f"pages_{number}": soak(number, Path(name)) for number in options.pages}
    report = {"benchmark": "browser_soak", "machine": describe_machine(), "results": result}
    print(json.dumps(report if options.json else result, ensure_ascii=False, indent=2))
    whole = all(
        soaked["outcome"] == "complete" and not soaked["processes_left"] for soaked in result.values()
    )
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
