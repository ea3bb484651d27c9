"""A platform and a moment in; what the real crawl process landed of the sandbox out."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import zstandard

from spiders.crawl import run_crawl
from spiders.order import CrawlOrder, Visit
from spiders.sandbox.site import ROBOTS, SandboxSite
from spiders.sandbox.world import World
from warehouse.records import CrawlReport

WORLD = World(seed=11, days=18)
"""Small enough to be written in about a second."""


@dataclass(frozen=True)
class Landed:
    """A crawl's report and its records by kind."""

    report: CrawlReport
    records: dict[str, list[dict[str, Any]]]


def crawl_sandbox(
    folder: Path,
    source: str,
    moment: datetime,
    *,
    targets: tuple[str, ...] = (),
    served_as: str = "",
    robots: bytes = ROBOTS,
    faults: Mapping[str, str] | None = None,
    **wishes: object,
) -> Landed:
    """Crawls the sandbox as it is at a moment; `{base}` in a target is the address of the platform there."""
    key_file = folder / "secret.key"
    key_file.write_text(secrets.token_hex(32))
    key_file.chmod(0o600)
    with SandboxSite(WORLD, robots=robots, faults=faults) as site:
        base = site.address_of(served_as or source, moment)
        order: dict[str, object] = {
            "source": source,
            "run_id": "run-1",
            "landing_root": folder / "landing",
            "secret_key_file": key_file,
            "visits": (Visit(moment=moment, addresses={"base": base}),),
            "targets": tuple(target.format(base=base) for target in targets),
            "allow_loopback": (site.host_and_port,),
            "deadline_seconds": 90.0,
        }
        report = run_crawl(CrawlOrder.model_validate(order | wishes))
    package = folder / "landing" / source / "run-1"
    records = {path.name.split(".")[0]: _read_lines(path) for path in sorted(package.glob("*.jsonl.zst"))}
    return Landed(report, records)


def _read_lines(path: Path) -> list[dict[str, Any]]:
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
