"""A landing package and what is to be erased in; the same package without it, whole at every moment, out."""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from spiders.errors import BadPayload, Blocked, PageChanged, SourceFailed, UnknownPlatform
from spiders.landing import REPORT_NAME, RecordFile, describe_file, parse_report, sync_file, sync_folder
from spiders.page import Page
from spiders.platform import Platform, find_platform
from spiders.privacy import HeardAuthors, Pseudonymiser
from spiders.reading import read_page
from spiders.warc import open_private, pack_page, read_pages
from warehouse.records import RECORD_KINDS, CrawlReport, LandedFile

LEAST_ID_LENGTH = 6
"""Shorter ids stand for too much else to be looked for in free text (and in tables: erase/named.sql)."""
ID_MEMBERS = ("post_id", "parent_id", "listing_id", "subject_id")
PARTIAL_NAME = f".{REPORT_NAME}.partial"
_LANDED = re.compile(rf"(?:{'|'.join([*RECORD_KINDS, 'rejections', 'responses'])})[~.-]")
_TOKEN = re.compile(rb"[0-9A-Za-z_-]{6,}")
_WORD = re.compile(rb"[0-9A-Za-z]+")
_DIGIT = re.compile(rb"[0-9]")
_WORDLY = re.compile(rb"[0-9A-Za-z_-]")
OnSwitch = Callable[[str, str], None]


@dataclass(frozen=True)
class Erased:
    """Author keys, and posts and listings by platform:id, that must not stay."""

    authors: frozenset[str]
    subjects: frozenset[str]

    @cached_property
    def ids(self) -> frozenset[bytes]:
        """Ids long enough to be looked for in texts and responses."""
        own = (subject.partition(":")[2] for subject in self.subjects)
        return frozenset(found.encode() for found in own if len(found) >= LEAST_ID_LENGTH)

    def covers(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is by an erased author, is an erased subject, or stands under one."""
        if record.get("author_key") in self.authors:
            return True
        platform = record.get("platform")
        return any(f"{platform}:{record[name]}" in self.subjects for name in ID_MEMBERS if record.get(name))

    @cached_property
    def addresses(self) -> Mapping[bytes, list[bytes]]:
        """Ids that are no one word, such as addresses, in each way that files spell them, by their number."""
        own = (found.decode() for found in self.ids if not _TOKEN.fullmatch(found))
        spellings = ((one, html.escape(one), one.replace("/", r"\/"), quote(one, safe="")) for one in own)
        found: dict[bytes, list[bytes]] = {}
        for way in sorted({way.encode() for ways in spellings for way in ways}):
            words = [word for word in _WORD.findall(way) if _DIGIT.search(word)] or _WORD.findall(way)
            found.setdefault(max(words, key=len, default=b""), []).append(way)
        return found

    def is_named_in(self, text: bytes) -> bool:
        """Whether one of the ids stands in a text."""
        if not self.ids.isdisjoint(_TOKEN.findall(text)):
            return True
        if not self.addresses:
            return False
        words = {b"", *_WORD.findall(text)}
        suspects = (each for word in self.addresses.keys() & words for each in self.addresses[word])
        return any(_stands_in(text, address) for address in suspects)


def _stands_in(text: bytes, address: bytes) -> bool:
    """Whether an address stands in a text, not as the beginning or the end of a longer one."""
    at = text.find(address)
    while at >= 0:
        around = text[max(at - 1, 0) : at] + b" " + text[at + len(address) : at + len(address) + 1]
        if not _WORDLY.search(around):
            return True
        at = text.find(address, at + 1)
    return False


@dataclass
class PackageErasure:
    """What an erasure takes from one package."""

    package: str
    """source/run_id."""
    records: Counter[str] = field(default_factory=Counter)
    """Rows by kind."""
    responses: int = 0
    """Kept responses in which something erased stands; they go as a whole."""

    @property
    def is_empty(self) -> bool:
        """Whether the package holds nothing to erase."""
        return not (self.records.total() or self.responses)


def erase_from_package(
    folder: Path, erased: Erased, pseudonymiser: Pseudonymiser, on_switch: OnSwitch | None = None
) -> PackageErasure:
    """Writes what stays under new names, then the report that names it, in one rename.

    `on_switch` gets the hashes of the report before and after, before the rename; without it nothing but
    counting is done. What a killed erasure left behind is removed. PackageError where the report is damaged.
    """
    path = folder / REPORT_NAME
    before = path.read_bytes()
    report = parse_report(folder, before)
    taken = PackageErasure(f"{report.source}/{report.run_id}")
    if on_switch is not None:
        _remove_leftovers(folder, report)
    landed = [_rewrite(folder, one, report.source, erased, pseudonymiser, taken) for one in report.files]
    if on_switch is None or taken.is_empty:
        _remove_leftovers(folder, report)
        return taken
    messages = tuple(text for text in report.messages if not erased.is_named_in(text.encode()))
    rows: Counter[str] = Counter()
    for one in landed:
        if one.record_kind in RECORD_KINDS:
            rows[one.record_kind] += one.rows
    now = report.model_copy(
        update={"files": tuple(landed), "records_by_kind": dict(sorted(rows.items())), "messages": messages}
    )
    after = (now.model_dump_json(indent=2) + "\n").encode()
    partial = folder / PARTIAL_NAME
    with partial.open("wb") as file:
        file.write(after)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    on_switch(hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
    partial.replace(path)
    sync_folder(folder)
    _remove_leftovers(folder, now)
    return taken


def _remove_leftovers(folder: Path, report: CrawlReport) -> None:
    """Removes what an erasure began to write, or had replaced when it was killed."""
    named = {landed.name for landed in report.files}
    for path in folder.iterdir():
        if path.name not in named and (_LANDED.match(path.name) or path.name == PARTIAL_NAME):
            path.unlink()


def _rewrite(
    folder: Path,
    landed: LandedFile,
    source: str,
    erased: Erased,
    pseudonymiser: Pseudonymiser,
    taken: PackageErasure,
) -> LandedFile:
    """The file without what is erased, under the next name; the file itself when it holds nothing of it."""
    path, target = folder / landed.name, folder / name_next(landed.name)
    if landed.record_kind == "responses":
        kept, removed = _rewrite_responses(path, target, find_platform(source), pseudonymiser, erased)
        taken.responses += removed
    elif path.suffix == ".parquet":
        kept, removed = _rewrite_table(path, target, erased)
        taken.records[landed.record_kind] += removed
    else:
        kept, removed = _rewrite_lines(path, target, landed.record_kind, erased)
        taken.records[landed.record_kind] += removed
    if not removed:
        target.unlink()
        return landed
    sync_file(target)
    return describe_file(target, landed.record_kind, kept)


def name_next(name: str) -> str:
    """`posts.jsonl.zst` -> `posts~1.jsonl.zst` -> `posts~2.jsonl.zst`."""
    stem, dot, endings = name.partition(".")
    plain, _, number = stem.partition("~")
    return f"{plain}~{int(number or 0) + 1}{dot}{endings}"


def _rewrite_lines(path: Path, target: Path, kind: str, erased: Erased) -> tuple[int, int]:
    removed, kept = 0, RecordFile(target)
    for line in _read_lines(path):
        is_gone = erased.covers(json.loads(line)) if kind in RECORD_KINDS else False
        if is_gone or (kind not in RECORD_KINDS and erased.is_named_in(line.encode())):
            removed += 1
        else:
            kept.write(line)
    kept.close()
    return kept.rows, removed


def _read_lines(path: Path) -> Iterator[str]:
    with path.open("rb") as raw:
        plain = (
            zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
            if path.suffix == ".zst"
            else raw
        )
        for line in io.TextIOWrapper(plain, encoding="utf-8", newline="\n"):
            if line.strip():
                yield line.rstrip("\n")


def _rewrite_table(path: Path, target: Path, erased: Erased) -> tuple[int, int]:
    table = pq.read_table(path)
    names = [name for name in ("platform", "author_key", *ID_MEMBERS) if name in table.column_names]
    columns = [table.column(name).to_pylist() for name in names]
    keeps = [not erased.covers(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
    kept = table.filter(pa.array(keeps, pa.bool_()))
    pq.write_table(kept, target, compression="zstd")
    return kept.num_rows, table.num_rows - kept.num_rows


def _rewrite_responses(
    path: Path, target: Path, source: type[Platform], pseudonymiser: Pseudonymiser, erased: Erased
) -> tuple[int, int]:
    """A response goes as a whole: what else stands in it stays as records, but is not parsed again."""
    kept = removed = 0
    with open_private(target) as file:
        for number, page in enumerate(read_pages(path), 1):
            about = f"{page.url} {json.dumps(dict(page.context))}".encode()
            if erased.is_named_in(page.body + about) or _holds_erased(page, source, pseudonymiser, erased):
                removed += 1
                continue
            kept += 1
            file.write(pack_page(page, number))
    return kept, removed


def _holds_erased(page: Page, source: type[Platform], pseudonymiser: Pseudonymiser, erased: Erased) -> bool:
    """Whether what a response yields is erased: the author of a record, or of a rejected item, is found in
    no other way."""
    heard = HeardAuthors(pseudonymiser)
    try:
        records = read_page(source(heard), page).records
    except (BadPayload, Blocked, PageChanged, SourceFailed, UnknownPlatform):
        records = []
    if not heard.keys.isdisjoint(erased.authors):
        return True
    return any(erased.covers(json.loads(record.line)) for record in records)
