"""`python -m tests.benchmarks.kill_load --times 100 --json`: SIGKILL at random points of load and publish.

After each kill: every acknowledged load is complete, every other one whole or absent, no key is doubled, the
published file opens and is whole, and loading again ends with everything loaded once. With `--marts` the
writer also tags and builds the marts after each load, and the marts of a build that goes on after the kill
are those of a writer that was never killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import duckdb

from tests.benchmarks.machine import describe_machine
from tests.incremental_world import hash_marts
from tests.landed_packages import land, make_entry, make_listing, make_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_package, load_packages
from warehouse.packages import find_packages
from warehouse.publish import list_published, publish, published_path
from warehouse.records import Annotation
from warehouse.store import Warehouse
from warehouse.trends import build_marts

POSTS = 120
KEYS = {
    "core_posts": "platform, post_id",
    "core_listings": "platform, listing_id",
    "core_board_entries": "platform, board, title",
}


def main() -> None:
    """Run the kills and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--packages", type=int, default=6)
    parser.add_argument("--marts", action="store_true", help="tag and build the marts after each load")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = run_kills(arguments.times, arguments.packages, arguments.seed, with_marts=arguments.marts)
    print(json.dumps(result | {"machine": describe_machine()} if arguments.json else result, indent=2))
    sys.exit(1 if result["violations"] else 0)


def run_kills(times: int, packages: int, seed: int, *, with_marts: bool) -> dict[str, object]:
    """Kill a writer so often; counts and violations."""
    chance = random.Random(seed)
    violations: list[str] = []
    acknowledged = publications = finished = 0
    with tempfile.TemporaryDirectory(prefix="headwater-kill-") as folder:
        landing = Path(folder) / "landing"
        make_landing(landing, packages)
        whole = measure_whole(Path(folder) / "whole", landing, with_marts)
        expected = run_apart(lambda: build_and_hash(Path(folder) / "whole")) if with_marts else []
        for number in range(times):
            home = Path(folder) / f"home-{number}"
            lines, ended = kill_writer(home, landing, chance.uniform(0, whole), with_marts)
            acks = [line for line in lines if line.startswith("loaded ")]
            acknowledged += len(acks)
            publications += sum(line.startswith("published ") for line in lines)
            finished += ended
            found = run_apart(lambda home=home, lines=lines: check_home(home, landing, lines))  # type: ignore[misc]
            if with_marts and run_apart(lambda home=home: build_and_hash(home)) != expected:  # type: ignore[misc]
                found.append("the marts differ from those of a writer that was never killed")
            violations += [f"kill {number}: {line}" for line in found]
            shutil.rmtree(home, ignore_errors=True)
    return {
        "times": times,
        "with_marts": with_marts,
        "killed_before_the_end": times - finished,
        "loads_acknowledged": acknowledged,
        "publications_acknowledged": publications,
        "violations": violations,
    }


def make_landing(landing: Path, packages: int) -> None:
    """Packages that meet in some keys, half of them Parquet."""
    for number in range(packages):
        run_id = f"run-{number}"
        records = [
            record
            for step in range(POSTS)
            for record in (
                make_post(step + number * POSTS // 2, run_id, hours=number),
                make_listing(step, run_id, hours=number),
                make_entry(f"话题{step % 40}", run_id, hours=number + step / 100),
            )
        ]
        land(landing, records, source="sandbox", run_id=run_id, as_parquet=number % 2 == 0)


def write_all(home: Path, landing: Path, report: Callable[[str], None], with_marts: bool) -> None:
    """Load every package, build the marts when asked, and publish; report what is acknowledged."""
    with Warehouse.open(home, memory_limit="256MB", threads=1) as warehouse:
        for package in find_packages(landing):
            load_package(warehouse, package)
            report(f"loaded {package.run_id}")
            if with_marts:
                tag_posts(warehouse)
                build_marts(warehouse, "kill")
            publish(warehouse)
            report(f"published {max(list_published(home / 'published'))}")
        warehouse.checkpoint()


def tag_posts(warehouse: Warehouse) -> None:
    """Label every post by its number: one interest, one of nine tags."""
    posts = warehouse.connection.execute("select subject_id from core_posts order by 1").fetchall()
    labels = [
        Annotation(
            subject_kind="post", subject_id=subject, tagger=tagger, tagger_version="1", label=name, score=1.0
        )
        for (subject,) in posts
        for tagger, name in (("interests", "08"), ("hashtags", f"标签{int(subject[-4:]) % 9}"))
    ]
    write_annotations(warehouse, tabulate_records(labels, Annotation))


def build_and_hash(home: Path) -> list[str]:
    """The home's marts, brought up to date, as hashes."""
    with Warehouse.open(home, memory_limit="256MB", threads=1) as warehouse:
        tag_posts(warehouse)
        build_marts(warehouse, "kill")
        return [f"{name} {value}" for name, value in sorted(hash_marts(warehouse.connection).items())]


def measure_whole(home: Path, landing: Path, with_marts: bool) -> float:
    """Seconds that an undisturbed writer takes, from its start."""
    begun = time.monotonic()
    run_apart(lambda: write_quietly(home, landing, with_marts))
    return time.monotonic() - begun


def write_quietly(home: Path, landing: Path, with_marts: bool) -> list[str]:
    """As write_all, reporting nothing."""
    write_all(home, landing, lambda line: None, with_marts)
    return []


def kill_writer(home: Path, landing: Path, seconds: float, with_marts: bool) -> tuple[list[str], bool]:
    """Start a writer, kill it after `seconds`; the lines it reported, and whether it had ended by itself."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        in_fork(lambda: write_all(home, landing, lambda line: _report(writer, line), with_marts))
    os.close(writer)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reader) as file:
        lines = file.read().splitlines()
    return lines, os.WIFEXITED(status)


def in_fork(work: Callable[[], None]) -> NoReturn:
    """Do the work of a fork and end it, whatever happens, before it undoes what is its parent's."""
    status = 1
    try:
        work()
        status = 0
    except Exception:  # noqa: BLE001 - the last place that can tell
        traceback.print_exc()
    finally:
        os._exit(status)


def _report(descriptor: int, line: str) -> None:
    os.write(descriptor, f"{line}\n".encode())


def run_apart(work: Callable[[], list[str]]) -> list[str]:
    """Run work that opens DuckDB in a fork, so that later forks come from a process without threads."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        in_fork(lambda: _report(writer, json.dumps(work())))
    os.close(writer)
    with os.fdopen(reader) as file:
        answer = file.read()
    _, status = os.waitpid(pid, 0)
    found: list[str] = json.loads(answer) if answer else [f"the check ended with status {status}"]
    return found


def check_home(home: Path, landing: Path, lines: list[str]) -> list[str]:
    """What the invariants say of a home after a kill."""
    loaded = {line.removeprefix("loaded ") for line in lines if line.startswith("loaded ")}
    published = [int(line.removeprefix("published ")) for line in lines if line.startswith("published ")]
    found = check_published(home, max(published, default=0))
    with Warehouse.open(home, memory_limit="256MB", threads=1) as warehouse:
        ledger = {row[0] for row in warehouse.connection.execute("select run_id from load_ledger").fetchall()}
        if lost := loaded - ledger:
            found.append(f"lost acknowledged loads {sorted(lost)}")
        if len(ledger) > len(loaded) + 1:
            found.append(f"{len(ledger)} loads in the ledger, {len(loaded)} acknowledged")
        found += check_rows(warehouse.connection)
        load_packages(warehouse, landing)
        publish(warehouse)
        found += check_rows(warehouse.connection)
        count = warehouse.connection.execute("select count(*), max(load_seq) from load_ledger").fetchall()
        packages = len(find_packages(landing))
        if count != [(packages, packages)]:
            found.append(f"after loading again the ledger says {count}")
    found += check_published(home, max(published, default=0) + 1)
    if left := [path.name for path in (home / "published").iterdir() if path.name.startswith(".")]:
        found.append(f"left behind {left}")
    return found


def check_rows(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Raw rows are those of the ledger, core rows count them all and have no key twice."""
    found = []
    for kind, table in (
        ("posts", "core_posts"),
        ("listings", "core_listings"),
        ("board_entries", "core_board_entries"),
    ):
        torn = connection.execute(
            f"select load_seq from (select load_seq, count(*) as n from raw_{kind} group by 1) "  # noqa: S608
            f"full join load_ledger using (load_seq) where coalesce(n, 0) is distinct from {kind}"
        ).fetchall()
        if torn:
            found.append(f"raw_{kind} of loads {torn} differ from the ledger")
        found += check_core(connection, table)
        counted = connection.execute(
            f"select (select coalesce(sum(observations), 0) from {table}) = (select count(*) from raw_{kind})"  # noqa: S608
        ).fetchall()
        if counted != [(True,)]:
            found.append(f"{table} does not count the rows of raw_{kind}")
    return found


def check_core(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """No key twice."""
    doubled = connection.execute(
        f"select count(*) from (select 1 from {table} group by {KEYS[table]} having count(*) > 1)"  # noqa: S608
    ).fetchall()
    return [] if doubled == [(0,)] else [f"{table} has keys twice"]


def check_published(home: Path, least: int) -> list[str]:
    """The published file opens, is whole, and is not older than what was acknowledged."""
    path = published_path(home)
    if not path.exists():
        return [f"publication {least} is gone"] if least else []
    found = []
    with duckdb.connect(str(path.resolve()), read_only=True) as connection:
        state = connection.execute("select publish_seq, load_seq from publication").fetchall()
        if len(state) != 1 or state[0][0] < least:
            found.append(f"published {state}, acknowledged {least}")
        for table, kind in (
            ("core_posts", "posts"),
            ("core_listings", "listings"),
            ("core_board_entries", "board_entries"),
        ):
            found += check_core(connection, table)
            whole = connection.execute(
                f"select (select coalesce(sum(observations), 0) from {table}) = "  # noqa: S608
                f"(select coalesce(sum({kind}), 0) from load_ledger)"
            ).fetchall()
            if whole != [(True,)]:
                found.append(f"published {table} is not what its ledger says")
    return found


if __name__ == "__main__":
    main()
