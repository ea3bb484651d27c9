"""Outboxes of killed crawls in; what these were asked for, and packages of what they acknowledged, out."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from spiders.crawl_lock import CRAWL_LOCK, ENGINE_LOCK, hold_crawl, is_held
from spiders.errors import CrawlFailed
from spiders.landing import LandingWriter
from spiders.order import CrawlOrder
from spiders.outbox import OUTBOX_NAME, OUTBOX_PREFIX, Outbox, locate_outbox
from spiders.packaging import land_outbox
from warehouse.records import CrawlReport

ORDER_NAME = "order.json"
LEFT = "the crawl was stopped before its end; a later run landed what it had read"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeftCrawl:
    """A crawl that was stopped before its end and has no package."""

    source: str
    run_id: str
    stopped_at: datetime


def keep_order(order: CrawlOrder) -> None:
    """Keep what a crawl is asked for beside its outbox, without keys: who resumes it need not know."""
    path = locate_outbox(order).with_name(ORDER_NAME)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(order.model_dump_json(), encoding="utf-8")


def recall_order(order: CrawlOrder) -> CrawlOrder:
    """The order with the targets and revisits that its killed run was asked for; unchanged without one."""
    path = locate_outbox(order).with_name(ORDER_NAME)
    try:
        kept = CrawlOrder.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return order
    names = ("targets", "revisits", "revisits_only")
    return order.model_copy(update={name: getattr(kept, name) for name in names})


def list_left_crawls(landing_root: Path, source: str = "*") -> list[LeftCrawl]:
    """Crawls of a source, or of all, without a package and without a process; nothing is written."""
    return [left for left in _list_outboxes(landing_root, source) if not _has_landed(landing_root, left)]


def land_left_crawls(order: CrawlOrder) -> list[CrawlReport]:
    """Land what killed crawls of the order's source had acknowledged, as partial; their reports.

    The order's own run is left to be resumed, and so is one that another process works on. An outbox without
    a page is removed: it holds nothing.
    """
    landed = []
    for left in _list_outboxes(order.landing_root, order.source):
        folder = locate_outbox(order.model_copy(update={"run_id": left.run_id})).parent
        try:
            if left.run_id != order.run_id:
                with hold_crawl(folder), hold_crawl(folder, name=ENGINE_LOCK):
                    landed += _land(order, left)
                    shutil.rmtree(folder)
        except (CrawlFailed, FileNotFoundError):
            continue  # another process took it up, or has landed it
        except sqlite3.DatabaseError as damage:
            logger.warning("%s cannot be read (%s) and is left there", folder, damage)
    return landed


def _list_outboxes(landing_root: Path, source: str) -> list[LeftCrawl]:
    found = []
    for folder in sorted(landing_root.glob(f"{source}/{OUTBOX_PREFIX}*")):
        # the process that works on it may remove it meanwhile
        with suppress(FileNotFoundError):
            if not any(is_held(folder / name) for name in (CRAWL_LOCK, ENGINE_LOCK)):
                stopped_at = _find_last_write(folder)
                found.append(
                    LeftCrawl(folder.parent.name, folder.name.removeprefix(OUTBOX_PREFIX), stopped_at)
                )
    return found


def _find_last_write(folder: Path) -> datetime:
    files = (folder / OUTBOX_NAME, *folder.glob(f"{OUTBOX_NAME}-wal"))
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC)


def _has_landed(landing_root: Path, left: LeftCrawl) -> bool:
    return LandingWriter(landing_root, left.source, left.run_id).exists


def _land(order: CrawlOrder, left: LeftCrawl) -> list[CrawlReport]:
    order = order.model_copy(update={"run_id": left.run_id})
    path = locate_outbox(order)
    if _has_landed(order.landing_root, left):
        return []
    begun = path.with_name(ORDER_NAME)
    started_at = datetime.fromtimestamp(begun.stat().st_mtime, UTC) if begun.exists() else left.stopped_at
    outbox = Outbox(path)
    try:
        if not outbox.count_states()["done"]:
            return []
        return [land_outbox(order, outbox, started_at, message=LEFT, finished_at=left.stopped_at)]
    finally:
        outbox.close()
