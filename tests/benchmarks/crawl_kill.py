"""`python -m tests.benchmarks.crawl_kill --times 100 --json`: SIGKILL at random points of crawls.

Bilibili, Douyin and the shop in turn against the sandbox; one kill in four takes the process that lands the
package, the others the crawl process; one run in three is killed twice. After each: every page acknowledged
is in the package as it was and was not asked for again, no record is there twice, and the records are those
of a crawl that nobody disturbed, which are those that the sandbox planted.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from spiders.crawl import run_crawl
from spiders.order import CrawlOrder, Visit
from spiders.outbox import locate_outbox
from spiders.sandbox.site import SandboxSite
from tests.benchmarks.crawl_kill_records import (
    PRODUCTS,
    WORLD,
    Lines,
    check_planted,
    read_acknowledged,
    read_package,
)
from tests.benchmarks.machine import describe_machine

SOURCES = ("bilibili", "douyin", "shop")
VISITS = {"bilibili": 4, "douyin": 20, "shop": 1}


@dataclass
class Tally:
    """What the kills did and what was found."""

    kills: int = 0
    killed_at: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    violations: list[str] = field(default_factory=list)


def make_order(source: str, folder: Path, site: SandboxSite, run_id: str) -> CrawlOrder:
    """An order for some visits of the sandbox at simulated moments, or for some products of the shop."""
    moments = [WORLD.ends - timedelta(hours=3 * number) for number in range(VISITS[source])]
    visits = tuple(
        Visit(moment=moment, addresses={"base": site.address_of(source, moment)}) for moment in moments
    )
    targets = (
        tuple(
            f"{site.address_of(source, moments[0])}/products/{product.slug}"
            for product in WORLD.products_at(moments[0])[:PRODUCTS]
        )
        if source == "shop"
        else ()
    )
    return CrawlOrder(
        source=source,
        run_id=run_id,
        landing_root=folder / "landing",
        secret_key_file=folder / "secret.key",
        visits=visits,
        targets=targets,
        allow_loopback=(site.host_and_port,),
        page_budget=30,
        deadline_seconds=120,
    )


def start(order: CrawlOrder, module: str) -> subprocess.Popen[bytes]:
    """A crawl process, or the process that starts one and lands what it gave."""
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(order.model_dump_json().encode())
    process.stdin.close()
    return process


def kill_crawling(order: CrawlOrder, pages: int, chance: random.Random) -> int:
    """Kills the crawl process after it reported so many pages; how many it had reported in the end."""
    process = start(order, "spiders.engine")
    assert process.stdout is not None
    for _ in range(pages):
        process.stdout.readline()
    time.sleep(chance.uniform(0, 0.03) if pages else chance.uniform(0, 2.5))
    process.send_signal(signal.SIGKILL)
    process.wait()
    with process.stdout:
        return pages + len(process.stdout.read().splitlines())


def kill_landing(order: CrawlOrder, chance: random.Random) -> None:
    """Kills the process that lands the package, a moment after it has begun to."""
    process = start(order, "spiders.crawl")
    folder = order.landing_root / order.source / order.run_id
    while process.poll() is None and not folder.exists():
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.08))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def count_pages(order: CrawlOrder) -> int:
    """Crawls undisturbed; the number of pages."""
    marks: list[int] = []
    report = run_crawl(order, lambda done, known: marks.append(done))
    if report.outcome != "complete" or not marks:
        raise RuntimeError(
            f"the undisturbed crawl of {order.source} ended {report.outcome}: {report.messages}"
        )
    return marks[-1]


def kill_and_resume(
    number: int, folder: Path, site: SandboxSite, whole: Lines, pages: int, tally: Tally
) -> None:
    """One crawl killed once or twice, resumed, and checked."""
    chance = random.Random(f"20261122 {number}")
    source = SOURCES[number % len(SOURCES)]
    order = make_order(source, folder, site, f"run-{number}")
    acknowledged: dict[str, str] = {}
    reported = 0
    for _ in range(2 if number % 3 == 0 else 1):
        if chance.random() < 1 / 4:
            kill_landing(order, chance)
        else:
            left = max(0, pages - len(acknowledged) - 1)
            reported = len(acknowledged) + kill_crawling(order, chance.randint(0, left), chance)
        kept = read_acknowledged(order)
        lost = [url for url in acknowledged if kept and acknowledged[url] != kept.get(url)]
        tally.violations += [
            f"run {number} ({source}): a page acknowledged is lost: {url}" for url in lost[:3]
        ]
        acknowledged = kept or acknowledged
        tally.kills += 1
        place = name_place(order, kept, pages)
        tally.killed_at[place] = tally.killed_at.get(place, 0) + 1
    if len(acknowledged) < reported and not is_complete(order):
        tally.violations.append(f"run {number}: {reported} pages reported, {len(acknowledged)} acknowledged")
    asked_before = {} if is_complete(order) else {url: count(site, url) for url in acknowledged}
    report = run_crawl(order)
    again = [url for url, times in asked_before.items() if count(site, url) != times]
    tally.violations += [
        f"run {number}: an acknowledged page was asked for again: {url}" for url in again[:3]
    ]
    tally.acknowledged += len(acknowledged)
    found = read_package(order)
    if report.outcome != "complete":
        tally.violations.append(f"run {number}: ended {report.outcome} {report.skips_by_reason}")
    for kind in whole.keys() | found.keys():
        if sorted(found.get(kind, [])) != sorted(whole.get(kind, [])):
            tally.violations.append(f"run {number} ({source}): {kind} differ from those undisturbed")
    if locate_outbox(order).parent.exists():
        tally.violations.append(f"run {number}: the outbox is left over")
    shutil.rmtree(order.landing_root / source / order.run_id)


def name_place(order: CrawlOrder, kept: dict[str, str], pages: int) -> str:
    """Where in its life a run was killed."""
    if is_complete(order):
        return "package complete"
    if not kept:
        return "before the first page"
    return "crawling" if len(kept) < pages else "all pages done, not landed"


def is_complete(order: CrawlOrder) -> bool:
    """Whether the run's package is there."""
    return (order.landing_root / order.source / order.run_id / "report.json").exists()


def count(site: SandboxSite, url: str) -> int:
    """How often the site was asked for an address."""
    return site.count_requests(url.removeprefix(site.address))


def run_kills(times: int) -> dict[str, object]:
    """So many crawls, two at a time; counts and violations."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="headwater-kill-") as name:
        folder = Path(name)
        key = folder / "secret.key"
        key.write_text(secrets.token_hex(32))
        key.chmod(0o600)
        wholes: dict[str, Lines] = {}
        pages: dict[str, int] = {}
        with SandboxSite(WORLD) as site:
            for source in SOURCES:
                order = make_order(source, folder, site, "undisturbed")
                pages[source] = count_pages(order)
                wholes[source] = read_package(order)
                tally.violations += check_planted(source, wholes[source], order)

        def run(number: int) -> None:
            source = SOURCES[number % len(SOURCES)]
            with SandboxSite(WORLD) as own:
                place = tempfile.mkdtemp(dir=folder)
                shutil.copy(key, Path(place) / "secret.key")
                kill_and_resume(number, Path(place), own, wholes[source], pages[source], tally)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, range(times)))
    return {
        "runs": times,
        "kills": tally.kills,
        "killed_while": dict(sorted(tally.killed_at.items())),
        "pages_acknowledged_before_kills": tally.acknowledged,
        "pages_a_run": pages,
        "records_a_run": {source: sum(map(len, whole.values())) for source, whole in wholes.items()},
        "violations": tally.violations,
    }


def main() -> None:
    """Run and print; exit code 1 on a violation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="add the machine")
    options = parser.parse_args()
    begun = time.monotonic()
    result = run_kills(options.times) | {"seconds": round(time.monotonic() - begun)}
    report = {"benchmark": "crawl_kill", "machine": describe_machine(), "results": result}
    print(json.dumps(report if options.json else result, ensure_ascii=False, indent=2))
    sys.exit(1 if result["violations"] else 0)


if __name__ == "__main__":
    main()
