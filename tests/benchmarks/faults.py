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
import socket
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
from spiders.sandbox.wire import Answer, answer_html, redirect_to
from spiders.sandbox.world import World
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.rebinding import count_rebound_dials

WORLD = World(seed=11, days=18)
PAGE_SECONDS = 4.0
DEADLINE_SECONDS = 200.0
PARTS = 3
"""Crawls that share the faults of answers in the browser: each broken page takes a slot for its deadline."""
SPELLINGS = (
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1"),
    *("0177.1", "017700000001", "127.0.0.1.", "0x7F.0x0.0x0.0x1", "127.000.000.001", "127.0.0.0x1"),
    *("127.255.255.254", "127.0.0.2", "127.127", "0", "0.0.0.0", "0x0", "0.0", "0.0.0.0.", "[::1]", "[::]"),
    *("[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0001]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::FFFF:127.0.0.2]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *(
        "[2002:7f00:1::]",
        "[::ffff:10.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
    ),
    *("localhost", "LOCALHOST", "LocalHost", "localhost.", "a.localhost", "a.b.LOCALHOST", "ⓛocalhost"),
    *("１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "%31%32%37.0.0.1", "127.0.0.%31"),
    *("10.0.0.1", "10.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "0xac.16.1", "192.168.1.1"),
    *("192.168.257", "3232235777", "0xc0a80101", "0300.0250.1.1", "169.254.169.254", "2852039166"),
    *("0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1", "198.18.0.1", "192.0.0.1"),
    *(
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "user@127.0.0.1",
        "user:word@127.0.0.1",
        "a.example@127.1",
    ),
)
Report = dict[str, object]


class Canaries:
    """Listeners on every loopback address of both families; whoever connects is counted."""

    def __init__(self) -> None:
        self.connections = 0
        first = socket.create_server(("0.0.0.0", 0))
        self.port: int = first.getsockname()[1]
        self._sockets = [first]
        with suppress(OSError):
            second = socket.socket(socket.AF_INET6)
            second.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            second.bind(("::", self.port))
            second.listen()
            self._sockets.append(second)
        for listener in self._sockets:
            threading.Thread(target=self._count, args=(listener,), daemon=True).start()

    def _count(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                connection.close()

    def close(self) -> None:
        """Stops listening."""
        for listener in self._sockets:
            listener.close()


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


class PryingSite(SandboxSite):
    """A site that redirects to the private addresses, or shows a page that asks for all of them."""

    targets: tuple[str, ...] = ()

    def answer(self, method: str, target: str, headers: object, body: bytes) -> Answer:
        """A redirect by number, the page of subresources, or no rules for robots."""
        if target == "/robots.txt":
            return Answer(self.robots, 200, "text/plain")
        place = target.split("/")[1]
        if place.isdigit():
            return redirect_to(self.targets[int(place)].encode().decode("latin-1"))
        return answer_html(write_prying_page(self.targets))


def write_prying_page(targets: Sequence[str]) -> str:
    """A page that asks for every address in five ways."""
    ways = "".join(
        f'<img src="{url}i"><iframe src="{url}f"></iframe><script src="{url}s"></script>'
        f'<link rel="prefetch" href="{url}p"><link rel="stylesheet" href="{url}c">'
        for url in targets
    )
    script = (
        f"for (const url of {json.dumps(list(targets))}) {{"
        "try { fetch(url, {mode: 'no-cors'}).catch(() => 0) } catch (e) {}"
        "try { new WebSocket(url.replace('http', 'ws')) } catch (e) {}"
        "try { navigator.sendBeacon(url, 'x') } catch (e) {}"
        "try { new EventSource(url) } catch (e) {} }"
        "try { const c = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:9'}]});"
        "c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)) } catch (e) {}"
    )
    body = f"<p class=rank-name>可见</p>{ways}<script>{script}</script>"
    return f"<html><head><title>页</title></head><body>{body}</body></html>"


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
