"""`python -m tests.benchmarks.faults --json`: every fault of the sandbox through both fetchers.

One site per fault, so that one fault's stop does not spare the next; one crawl over all of them by the plain
fetcher, and in the browser one over the scripts' faults and three over the others.
Then private addresses in every spelling, as targets, redirects and subresources: listeners on loopback count
who connects.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psutil

from spiders.crawl import run_crawl
from spiders.order import CrawlOrder, Visit
from spiders.sandbox.connection import Fault
from spiders.sandbox.faults import browser
from spiders.sandbox.faults.table import FAULTS
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.private_addresses import SPELLINGS, Canaries, PryingSite
from tests.benchmarks.rebinding import count_rebound_dials

WORLD = World(seed=11, days=18)
PAGE_SECONDS = 4.0
DEADLINE_SECONDS = 200.0
PARTS = 3
"""Crawls that share the faults of answers in the browser: each broken page takes a slot for its deadline."""
Report = dict[str, object]


class TreeWatch:
    """The largest resident size of the processes below this one, sampled ten times a second."""

    def __init__(self) -> None:
        self.peak_mib = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            size = 0
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    size += child.memory_info().rss
            self.peak_mib = max(self.peak_mib, round(size / 1024**2, 1))

    def __enter__(self) -> TreeWatch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()


@contextmanager
def serve_faults(names: Sequence[str]) -> Iterator[list[SandboxSite]]:
    """One site per fault; robots.txt is whole."""
    with ExitStack() as stack:
        yield [stack.enter_context(SandboxSite(WORLD)) for _ in names]


def make_order(folder: Path, source: str, run_id: str, **wishes: object) -> CrawlOrder:
    """An order with short limits."""
    key = folder / "secret.key"
    if not key.exists():
        key.write_text(secrets.token_hex(32))
        key.chmod(0o600)
    plain: dict[str, object] = {
        "source": source,
        "run_id": run_id,
        "landing_root": folder / "landing",
        "secret_key_file": key,
        "page_seconds": PAGE_SECONDS,
        "deadline_seconds": DEADLINE_SECONDS,
        "page_budget": 3,
    }
    return CrawlOrder.model_validate(plain | wishes)


def measure_crawl(order: CrawlOrder) -> Report:
    """One crawl: how it ended, how long it took, how large it was, what it left."""
    begun = time.monotonic()
    with TreeWatch() as watch:
        report = run_crawl(order)
    seconds = time.monotonic() - begun
    left = [child.name() for child in psutil.Process().children(recursive=True)]
    return {
        "outcome": report.outcome,
        "seconds": round(seconds, 1),
        "ended_by_itself": seconds < order.deadline_seconds,
        "peak_mib": watch.peak_mib,
        "processes_left": left,
        "records": report.records_by_kind,
        "pages_lost": report.skips_by_reason,
        "blocks": len(report.blocks),
    }


def crawl_faults(folder: Path, source: str, names: Sequence[str], run_id: str = "faults") -> Report:
    """All faults in one crawl of a source."""
    moment = WORLD.ends - timedelta(hours=1)
    with serve_faults(names) as sites:
        at = int(moment.timestamp())
        visits = tuple(
            Visit(moment=moment, addresses={"base": f"{site.address}/fault/{name}/at/{at}/{source}"})
            for site, name in zip(sites, names, strict=True)
        )
        allowed = tuple(site.host_and_port for site in sites)
        order = make_order(folder, source, run_id, visits=visits, allow_loopback=allowed)
        return {"faults": len(names)} | measure_crawl(order)


def crawl_spellings(folder: Path) -> Report:
    """Every spelling by both fetchers: as target, as redirect, and as subresource of a page."""
    canaries = Canaries()
    urls = tuple(f"http://{spelling}:{canaries.port}/p/1" for spelling in SPELLINGS)
    result: Report = {"spellings": len(SPELLINGS)}
    try:
        targets = make_order(folder, "shop", "targets", targets=urls)
        result["as_targets"] = count_refusals(measure_crawl(targets))
        for source, run_id in (("bilibili", "redirects"), ("kuaishou", "redirects-in-browser")):
            with ExitStack() as stack:
                sites = [stack.enter_context(PryingSite(WORLD)) for _ in urls]
                for site in sites:
                    site.targets = urls
                visits = tuple(
                    Visit(addresses={"base": f"{site.address}/{number}"}) for number, site in enumerate(sites)
                )
                allowed = tuple(site.host_and_port for site in sites)
                order = make_order(folder, source, run_id, visits=visits, allow_loopback=allowed)
                result[f"as_{run_id}".replace("-", "_")] = count_refusals(measure_crawl(order))
        with PryingSite(WORLD) as site:
            site.targets = urls
            visits = (Visit(addresses={"base": f"{site.address}/page"}),)
            order = make_order(
                folder,
                "kuaishou",
                "parts",
                visits=visits,
                allow_loopback=(site.host_and_port,),
                page_seconds=30.0,
            )
            result["as_parts_of_a_page"] = count_refusals(measure_crawl(order))
        result["rebinding_name"] = count_rebound_dials(canaries.port)
    finally:
        canaries.close()
    result["connections_to_private_addresses"] = canaries.connections
    return result


def count_refusals(report: Report) -> Report:
    """What matters of a crawl of private addresses."""
    return {name: report[name] for name in ("seconds", "pages_lost", "processes_left")}


def find_violations(results: dict[str, Report]) -> list[str]:
    """What must not be."""
    found = [
        f"{name}: {wrong}"
        for name in results.keys() - {"private"}
        for wrong, is_so in (
            ("ended at its deadline", not results[name]["ended_by_itself"]),
            ("left processes", results[name]["processes_left"]),
        )
        if is_so
    ]
    if results["private"]["connections_to_private_addresses"]:
        found.append("a private address was dialled")
    return found


def main() -> None:
    """Run and print; exit code 1 on a violation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="add the machine")
    parser.add_argument("--only", choices=("plain", "browser", "browser_scripts", "private"))
    options = parser.parse_args()
    names = sorted(FAULTS)
    assert all(isinstance(FAULTS[name], Fault) for name in names)
    results: dict[str, Report] = {}
    with tempfile.TemporaryDirectory(prefix="headwater-faults-") as name:
        folder = Path(name)
        if options.only in (None, "private"):
            results["private"] = crawl_spellings(folder)
        if options.only in (None, "plain"):
            results["plain"] = crawl_faults(folder, "bilibili", names)
        if options.only in (None, "browser"):
            answers = [name for name in names if name not in browser.FAULTS]
            for part in range(PARTS):
                results[f"browser_{part + 1}"] = crawl_faults(
                    folder, "kuaishou", answers[part::PARTS], f"part-{part}"
                )
        if options.only in (None, "browser_scripts"):
            results["browser_scripts"] = crawl_faults(folder, "kuaishou", sorted(browser.FAULTS), "scripts")
    violations = [] if options.only else find_violations(results)
    whole: dict[str, object] = {**results, "violations": violations}
    report = {"benchmark": "faults", "machine": describe_machine(), "results": whole}
    print(json.dumps(report if options.json else whole, ensure_ascii=False, indent=2))
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
