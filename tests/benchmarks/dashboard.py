"""`python -m tests.benchmarks.dashboard --home HOME --json`: a real dashboard's pages, while editions pass.

HOME is any home with a published file. A copy of it is served by `headwater serve` in a process of its own;
another process publishes the same marts again and again while all readers ask at once.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.benchmarks.machine import describe_machine
from tests.dashboard_site import serve
from warehouse.dashboard import overviews, topics, trends
from warehouse.dashboard.published import PublishedReader, Reading
from warehouse.dashboard.wording import choose_wording
from warehouse.publish import list_published, point_to, published_path

LEAST_GAP = 0.2
"""Seconds between two editions while readers ask."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home with a published file")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure_dashboard(arguments.home, arguments.readers, arguments.seconds)
    print(json.dumps(result | {"machine": describe_machine()} if arguments.json else result, indent=2))


def measure_dashboard(source: Path, readers: int, seconds: float) -> dict[str, object]:
    """Milliseconds of queries and pages, errors of parallel readers while editions pass, how busy it was."""
    with tempfile.TemporaryDirectory(prefix="headwater-dashboard-") as folder:
        home = Path(folder)
        copy_edition(published_path(source), home)
        queries, topic = measure_queries(home)
        with serve(home) as address:
            pages = measure_pages(address, topic)
            load = read_while_publishing(home, address, topic, readers, seconds)
    return {
        "published_mib": round(published_path(source).stat().st_size / 1024**2, 1),
        "query_ms_wall_and_processor": queries,
        "page_ms": pages,
        "readers": load,
        "load_average": [round(one, 1) for one in os.getloadavg()],
    }


def copy_edition(published: Path, home: Path) -> None:
    """The published file as edition 1 of a new home."""
    folder = published_path(home).parent
    folder.mkdir(parents=True)
    shutil.copyfile(published, folder / "headwater-1.duckdb")
    point_to(published_path(home), folder / "headwater-1.duckdb")


def measure_queries(home: Path) -> tuple[dict[str, list[float]], str]:
    """Milliseconds of each query of every page, the better of two readers, slowest first; a topic."""
    spent: dict[str, list[tuple[float, float]]] = {}
    wording = choose_wording("zh")
    topic = ""
    for _ in range(2):
        reader = PublishedReader(published_path(home))
        with reader.read() as reading, note_queries(reading, spent):
            page = trends.build_trends(reading, wording, trends.TrendFilter())
            table = page.panel.table
            topic = str(table.rows[0]["topic_id"]) if table is not None and table.rows else "interest:05"
            topics.build_topic(reading, wording, topic, "all", 365)
            trends.find_topics(reading, wording, "a")
            overviews.build_opportunity(reading, wording, "")
            overviews.build_brands(reading, wording, "")
            overviews.build_platforms(reading, wording, "")
            overviews.build_sources(reading, wording)
            overviews.build_scorecard(reading, wording, None)
        reader.close()
    best = {name: [round(1000 * one, 1) for one in min(times)] for name, times in spent.items()}
    return {name: best[name] for name in sorted(best, key=lambda name: -best[name][0])}, topic


@contextmanager
def note_queries(reading: Reading, spent: dict[str, list[tuple[float, float]]]) -> Iterator[None]:
    """Note the seconds of each question that this edition had not answered before."""
    ask: Callable[..., object] = reading.ask

    def timed(query: str, **given: object) -> object:
        known = len(reading.edition.results)
        begun, worked = time.perf_counter(), time.process_time()
        try:
            return ask(query, **given)
        finally:
            if len(reading.edition.results) > known:
                times = (time.perf_counter() - begun, time.process_time() - worked)
                spent.setdefault(query, []).append(times)

    reading.ask = timed  # type: ignore[method-assign, assignment]
    yield


def list_paths(topic: str) -> tuple[str, ...]:
    """Pages that the readers turn, the first page first."""
    named = urlencode({"id": topic})
    return ("/", f"/topic?{named}", f"/posts?{named}", "/opportunity", "/brands", "/platforms", "/scorecard",
            "/sources", "/sql", "/?grain=d&level=all&sort=x")  # fmt: skip


def turn_page(address: str) -> float:
    """Milliseconds until a page is there whole; OSError when it is none."""
    begun = time.perf_counter()
    with urlopen(address, timeout=60) as answer:
        answer.read()
    return 1000 * (time.perf_counter() - begun)


def measure_pages(address: str, topic: str) -> dict[str, dict[str, float]]:
    """Milliseconds of each page when first asked for, and the median of twenty times after."""
    found = {}
    for path in list_paths(topic):
        times = [turn_page(address + path) for _ in range(21)]
        name = path.split("?")[0] if path != list_paths(topic)[-1] else "/ (all of a day)"
        found[name] = {"first": round(times[0], 1), "median": round(statistics.median(times[1:]), 1)}
    return found


def read_while_publishing(
    home: Path, address: str, topic: str, readers: int, seconds: float
) -> dict[str, object]:
    """Errors, editions seen and times of readers that ask without pause while another process publishes."""
    stop, failures, times = threading.Event(), [], []
    publisher = multiprocessing.get_context("spawn").Process(target=publish_again, args=(home, seconds))

    def read(number: int) -> None:
        paths = list_paths(topic)
        while not stop.is_set():
            number += 1
            try:
                times.append(turn_page(address + paths[number % len(paths)]))
            except OSError as problem:
                failures.append(repr(problem))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    publisher.start()
    for thread in threads:
        thread.start()
    publisher.join()
    stop.set()
    for thread in threads:
        thread.join()
    times.sort()
    return {
        "readers": readers,
        "answers": len(times),
        "errors": len(failures),
        "first_error": failures[0] if failures else None,
        "editions_published": max(list_published(published_path(home).parent)) - 1,
        "answers_a_second": round(len(times) / seconds, 1),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
    }


def publish_again(home: Path, seconds: float) -> None:
    """A process of its own: editions of the same content as fast as a disk takes them, three kept."""
    folder = published_path(home).parent
    end, number = time.monotonic() + seconds, 1
    while time.monotonic() < end:
        fresh = folder / f"headwater-{number + 1}.duckdb"
        part = fresh.with_suffix(".part")
        shutil.copyfile(folder / f"headwater-{number}.duckdb", part)
        part.replace(fresh)
        point_to(published_path(home), fresh)
        number += 1
        if number > 3:
            (folder / f"headwater-{number - 3}.duckdb").unlink()
        time.sleep(LEAST_GAP)


if __name__ == "__main__":
    main()
