"""`python -m tests.benchmarks.browser_soak --json`: 1,600 rendered pages, their pace and memory.

The home page of the sandbox's Kuaishou at as many moments in one crawl, in a real Chromium. The proportional
set size of each process is sampled once a second, by kind: our crawl process, Playwright's driver, the
browser, its renderers. Growth is a slope with an interval, over the browsers of the second half.
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
from typing import NamedTuple

import numpy as np
import psutil
from scipy import stats

from spiders.crawl import run_crawl
from spiders.crawl_settings import PAGES_PER_BROWSER
from spiders.order import CrawlOrder, Visit
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.benchmarks.machine import describe_machine

WORLD = World(seed=11, days=18)
SAMPLE_SECONDS = 1.0
QUARTERS = 4


KINDS = ("crawl", "driver", "browser", "renderer", "other")


class MemorySample(NamedTuple):
    """Pages done, and the proportional set size of each kind of process, in MiB."""

    done: int
    sizes: dict[str, float]


class MemorySamples:
    """Samples of all processes below this one; the sandbox is this process itself, never among them."""

    def __init__(self) -> None:
        self.done = 0
        self.samples: list[MemorySample] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def note_progress(self, done: int, known: int) -> None:
        """What run_crawl reports."""
        self.done = done

    def _watch(self) -> None:
        while not self._stopped.wait(SAMPLE_SECONDS):
            sizes = dict.fromkeys(KINDS, 0.0)
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error, OSError):
                    sizes[name_kind(child.cmdline())] += read_own_bytes(child.pid) / 1024**2
            self.samples.append(MemorySample(self.done, sizes))

    def __enter__(self) -> MemorySamples:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()


def name_kind(command: list[str]) -> str:
    """A process's command line -> crawl, driver (Playwright's Node), browser, renderer, or other."""
    if "spiders.engine" in command:
        return "crawl"
    if "run-driver" in command:
        return "driver"
    if any(argument.startswith("--type=") for argument in command):
        return "renderer" if "--type=renderer" in command else "other"
    return "browser" if any("headless" in part or "chrom" in part for part in command[:1]) else "other"


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
            deadline_seconds=3600,
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
        "pages_per_browser": PAGES_PER_BROWSER,
        "peak_mib": round(max(sum(sample.sizes.values()) for sample in samples.samples), 1),
        "mean_mib_of_each_browser": mean_by_browser(samples.samples, pages),
        "growth_of_the_second_half": {
            kind: measure_growth(samples.samples, pages, kind) for kind in ("all", *KINDS)
        },
        "processes_left": left,
        "load_of_the_machine": round(os.getloadavg()[0], 1),
    }


def mean_by_browser(samples: list[MemorySample], pages: int) -> list[dict[str, float]]:
    """Mean sizes by kind while each browser in turn served its pages."""
    means = []
    for begin in range(0, pages, PAGES_PER_BROWSER):
        during = [sample.sizes for sample in samples if begin <= sample.done < begin + PAGES_PER_BROWSER]
        shown = {kind: round(statistics.mean(sizes[kind] for sizes in during), 1) for kind in KINDS}
        means.append({"all": round(sum(shown.values()), 1), **shown})
    return means


def measure_growth(samples: list[MemorySample], pages: int, kind: str) -> dict[str, object]:
    """Slope of the second half, in MiB per 100 pages, with its 95 % interval.

    Memory rises and falls with each browser, so samples are averaged in quarters of a browser's life, and the
    slope is that of a line through those means with a level of its own for each quarter (ordinary least
    squares with dummies). No growth is shown when the interval reaches zero or below.
    """
    quarter = PAGES_PER_BROWSER // QUARTERS
    cells: dict[int, list[float]] = {}
    for done, sizes in samples:
        if pages / 2 <= done < pages:
            size = sum(sizes.values()) if kind == "all" else sizes[kind]
            cells.setdefault(done // quarter, []).append(size)
    number = np.array(sorted(cells))
    sizes_mean = np.array([statistics.mean(cells[cell]) for cell in number])
    design = np.column_stack(
        [number * quarter / 100.0, *((number % QUARTERS == part).astype(float) for part in range(QUARTERS))]
    )
    fitted, *_ = np.linalg.lstsq(design, sizes_mean)
    freedom = len(number) - design.shape[1]
    if freedom < 1:
        return {"mib_per_100_pages": None, "why": "fewer than two browsers served the second half"}
    spread = float(np.sum((sizes_mean - design @ fitted) ** 2)) / freedom
    error = float(np.sqrt(spread * np.linalg.inv(design.T @ design)[0, 0]))
    reach = float(stats.t.ppf(0.975, freedom)) * error
    low, high = float(fitted[0]) - reach, float(fitted[0]) + reach
    return {
        "mib_per_100_pages": round(float(fitted[0]), 2),
        "interval_95": [round(low, 2), round(high, 2)],
        "is_growth_shown": low > 0,
    }


def main() -> None:
    """Soak and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[1600], help="one crawl for each")
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
