"""What is there: platforms with their last result, and the state of the home."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flows.settings import Settings
from spiders.landing import REPORT_NAME
from spiders.left_crawls import LeftCrawl, list_left_crawls
from spiders.moments import SHANGHAI
from spiders.official import OfficialSource
from spiders.platform import discover_platforms
from warehouse.clock import find_latest
from warehouse.erasures import is_erasure_unfinished
from warehouse.publish import published_path
from warehouse.put_aside import read_put_aside

ERASURE_DONE = "nothing is waiting to be erased"
ERASURE_UNFINISHED = "an erasure is at work or was stopped before its end; headwater erase finishes it"


def list_platforms(settings: Settings) -> list[dict[str, str]]:
    """One row per platform: name, title, routes, needs, last_result."""
    rows = []
    for name, platform in sorted(discover_platforms().items()):
        needs = ["a browser"] if platform.needs_browser else []
        if issubclass(platform, OfficialSource):
            needs += platform.list_variables()
        rows.append(
            {
                "platform": name,
                "title": platform.title,
                "routes": ", ".join(platform.routes),
                "needs": ", ".join(needs) or "nothing",
                "last_result": describe_last_result(settings.landing_root / name),
            }
        )
    return rows


def describe_last_result(folder: Path) -> str:
    """The newest complete package of a source, in words."""
    latest = find_latest()
    newest = find_newest_report(folder, latest) or find_newest_report(folder)
    if newest is None or "outcome" not in newest[0]:
        return "no report can be read" if any(folder.glob(f"*/{REPORT_NAME}")) else "never crawled here"
    report, finished_at = newest
    counts = report.get("records_by_kind")
    records = sum(counts.values()) if isinstance(counts, dict) else 0
    moment = finished_at.astimezone(SHANGHAI)
    # each whole, as its Chinese is found by it
    if finished_at > latest:
        return (
            f"{report['outcome']} at {moment:%Y-%m-%d %H:%M} (Beijing time), {records:,} records, "
            "a time still to come"
        )
    return f"{report['outcome']} at {moment:%Y-%m-%d %H:%M} (Beijing time), {records:,} records"


def find_newest_report(
    folder: Path, latest: datetime | None = None
) -> tuple[dict[str, object], datetime] | None:
    """The report of a source's newest complete package and when that was finished; None without one that can
    be read, and that was finished by `latest`: a later one is of a clock that was ahead.
    """
    found = []
    for path in folder.glob(f"*/{REPORT_NAME}"):
        report = peek_report(path)
        with suppress(KeyError, ValueError):
            finished_at = datetime.fromisoformat(str(report["finished_at"]))
            if finished_at.tzinfo is not None and (latest is None or finished_at <= latest):
                found.append((report, finished_at))
    return max(found, key=lambda one: one[1], default=None)


def describe_left_crawl(left: LeftCrawl) -> str:
    """A crawl that was stopped before its end, in words, and the command that goes on with it."""
    moment = left.stopped_at.astimezone(SHANGHAI)
    return (
        f"{left.run_id} was stopped at {moment:%Y-%m-%d %H:%M} (Beijing time) before its end; "
        f"headwater crawl {left.source} --run-id {left.run_id} goes on with it"
    )


def peek_report(path: Path) -> dict[str, object]:
    """A package's report as plain values; empty for a damaged one, which a load puts aside."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def describe_state(settings: Settings) -> dict[str, object]:
    """Home, packages by source, what was stopped, what is published and was put aside, reports."""
    landed = sorted(settings.landing_root.glob(f"*/*/{REPORT_NAME}"))
    sources = sorted({path.parent.parent.name for path in landed})
    published = published_path(settings.home)
    return {
        "home": str(settings.home),
        "landing packages": len(landed),
        "sources": [f"{name}: {describe_last_result(settings.landing_root / name)}" for name in sources],
        "unfinished crawls": [
            f"{left.source}: {describe_left_crawl(left)}" for left in list_left_crawls(settings.landing_root)
        ],
        **({"erasure": ERASURE_UNFINISHED} if is_erasure_unfinished(settings.home) else {}),
        "published": str(published.resolve()) if published.exists() else "nothing yet",
        "put aside": read_put_aside(published) if published.exists() else [],
        "reports": [str(path.parent) for path in sorted(settings.home.glob("reports/[!.]*/report.html"))],
    }
