"""The durable state of one crawl: pages to fetch, and pages acknowledged with their records, in SQLite."""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from spiders.order import CrawlOrder
from spiders.outbox_database import OnDiskFault, open_database, raise_fault
from spiders.page import Page
from spiders.platform import PageRequest
from spiders.reading import Reading, RecordLine
from spiders.warc import pack_page

OUTBOX_PREFIX = ".outbox-"
OUTBOX_NAME = "outbox.sqlite"
UNKNOWN_TARGET = "unknown_target"
"""Reason of what was asked for and names no page."""

_SCHEMA = """
create table if not exists pages (
  seq integer primary key,
  page_key text not null unique,
  visit integer not null,
  request text not null,
  state text not null,
  reason text,
  records blob,
  response blob
);
create table if not exists record_keys (record_key text not null, seq integer not null);
create table if not exists counts (name text not null, label text not null, number integer not null,
  primary key (name, label));
create table if not exists notes (note text primary key);
create table if not exists searches (seq integer primary key, query text not null, asked_at text not null);
"""


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page to fetch, with its place in the order of discovery."""

    seq: int
    visit: int
    request: PageRequest


class DonePage(NamedTuple):
    """An acknowledged page: its records and its response as a packed WARC record."""

    seq: int
    visit: int
    records: list[RecordLine]
    response: bytes
    search: tuple[str, datetime] | None = None
    """The word it was asked for and when; None for a page of no search."""


class Outbox:
    """Pages go in pending; they are done once acknowledged, in one transaction with what they gave.

    SQLite in WAL mode, synchronous=FULL: what `acknowledge` returned from survives SIGKILL and power loss.
    """

    def __init__(self, path: Path, on_disk_fault: OnDiskFault = raise_fault) -> None:
        """Opens the file of this run, or begins it; `on_disk_fault` gets a failure of the disk."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._unsaved: Counter[tuple[str, str]] = Counter()
        # it holds responses; SQLite's files beside it get its mode
        path.touch(mode=0o600)
        self._database = open_database(path, on_disk_fault)
        self._database.execute("pragma journal_mode=wal")
        self._database.execute("pragma synchronous=full")
        self._database.executescript(_SCHEMA)

    def add_request(self, visit: int, request: PageRequest) -> PendingPage | None:
        """Puts a page on the list; None when the visit has it already."""
        with self:
            return self._insert(visit, request)

    def list_pending(self) -> list[PendingPage]:
        """Pages not yet acknowledged nor given up, in order of discovery."""
        rows = self._database.execute(
            "select seq, visit, request from pages where state = 'pending' order by seq"
        )
        return [PendingPage(seq, visit, _load_request(text)) for seq, visit, text in rows]

    def acknowledge(self, pending: PendingPage, page: Page, reading: Reading) -> list[PendingPage]:
        """Keeps a page's response and records and marks it done; the new pages it leads to."""
        lines = json.dumps([tuple(record) for record in reading.records], ensure_ascii=False)
        with self:
            self._database.execute(
                "update pages set state = 'done', records = ?, response = ? where seq = ?",
                (zlib.compress(lines.encode(), 1), pack_page(page, pending.seq), pending.seq),
            )
            self._database.executemany(
                "insert into record_keys values (?, ?)",
                [(f"{pending.visit} {key}", pending.seq) for key in reading.keys],
            )
            if query := page.context.get("query"):
                self._database.execute(
                    "insert into searches values (?, ?, ?)",
                    (pending.seq, query, page.captured_at.isoformat()),
                )
            found = [self._insert(pending.visit, request) for request in reading.follow]
            return [added for added in found if added is not None]

    def give_up(self, pending: Iterable[PendingPage], reason: str) -> None:
        """Marks pages as lost for this run, in one transaction: each waits for the disk."""
        with self:
            self._database.executemany(
                "update pages set state = 'lost', reason = ? where seq = ? and state = 'pending'",
                ((reason, page.seq) for page in pending),
            )

    def refuse_target(self, target: str) -> None:
        """Marks a target that names no page as lost, and says so in the report, once."""
        with self:
            refused = self._insert(0, PageRequest(target, "target"))
            if refused is not None:
                self._database.execute(
                    "update pages set state = 'lost', reason = ? where seq = ?", (UNKNOWN_TARGET, refused.seq)
                )
                self.note(
                    f"target not understood: {target} (give an id, or the address as the browser shows it)"
                )

    def count(self, name: str, label: str, number: int = 1) -> None:
        """Adds to a counter; it is kept with the next page, so that counting costs no write of its own."""
        self._unsaved[name, label] += number

    def note(self, text: str) -> None:
        """Keeps a sentence for the report, once."""
        self._database.execute("insert or ignore into notes values (?)", (text,))

    def list_counts(self, name: str) -> dict[str, int]:
        """A counter's labels and numbers."""
        return dict(
            self._database.execute("select label, number from counts where name = ? order by label", (name,))
        )

    def list_notes(self) -> list[str]:
        """Sentences kept, in order."""
        return [note for (note,) in self._database.execute("select note from notes order by rowid")]

    def count_states(self) -> Counter[str]:
        """Number of pages by state: pending, done, lost."""
        return Counter(dict(self._database.execute("select state, count(*) from pages group by state")))

    def count_lost(self) -> dict[str, int]:
        """Number of lost pages by reason."""
        return dict(
            self._database.execute(
                "select reason, count(*) from pages where state = 'lost' group by reason order by 1"
            )
        )

    def read_record_keys(self) -> defaultdict[int, set[str]]:
        """Keys of every record acknowledged so far, by visit."""
        found: defaultdict[int, set[str]] = defaultdict(set)
        for (text,) in self._database.execute("select record_key from record_keys"):
            visit, _, key = text.partition(" ")
            found[int(visit)].add(key)
        return found

    def read_done(self) -> Iterator[DonePage]:
        """Acknowledged pages in order of discovery."""
        rows = self._database.execute(
            "select seq, visit, records, response, query, asked_at"
            " from pages left join searches using (seq) where state = 'done' order by seq"
        )
        for seq, visit, records, response, query, asked_at in rows:
            lines = [RecordLine(*fields) for fields in json.loads(zlib.decompress(records))]
            search = (query, datetime.fromisoformat(asked_at)) if query else None
            yield DonePage(seq, visit, lines, response, search)

    def close(self) -> None:
        """Saves the counters and closes the file."""
        with self:
            pass
        self._database.close()

    def __enter__(self) -> Self:
        """Begins a transaction."""
        self._database.execute("begin immediate")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commits it, or undoes it on an error."""
        if error is None:
            self._database.executemany(
                "insert into counts values (?, ?, ?)"
                " on conflict do update set number = number + excluded.number",
                [(name, label, number) for (name, label), number in self._unsaved.items()],
            )
        if error is None:
            self._database.execute("commit")
            self._unsaved.clear()
        elif self._database.in_transaction:  # after a disk fault SQLite may have undone it by itself
            self._database.execute("rollback")

    def _insert(self, visit: int, request: PageRequest) -> PendingPage | None:
        text = json.dumps(
            [request.url, request.kind, dict(request.context), request.needs_browser, request.wait_for],
            ensure_ascii=False,
        )
        cursor = self._database.execute(
            "insert or ignore into pages (page_key, visit, request, state) values (?, ?, ?, 'pending')",
            (f"{visit} {request.kind} {request.url}", visit, text),
        )
        if cursor.rowcount != 1 or cursor.lastrowid is None:
            return None
        return PendingPage(cursor.lastrowid, visit, request)


def _load_request(text: str) -> PageRequest:
    url, kind, context, needs_browser, wait_for = json.loads(text)
    return PageRequest(url, kind, context, needs_browser, wait_for)


def locate_outbox(order: CrawlOrder) -> Path:
    """Where the outbox of an order's run lies: beside its package, until the package is complete."""
    return order.landing_root / order.source / f"{OUTBOX_PREFIX}{order.run_id}" / OUTBOX_NAME
