"""What one import works with, the same for every format: the caller's choices in, harvests out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pyarrow as pa

from spiders.imports.container import FileIdentity, counts_from_1904
from spiders.imports.instants import SERIAL_EPOCH, read_file_day
from spiders.imports.raw_batch import BadRow
from spiders.privacy import Pseudonymiser


@dataclass(frozen=True)
class ImportRequest:
    """One import: the file, and what the user said about it."""

    identity: FileIdentity
    pseudonymiser: Pseudonymiser
    now: datetime
    file_moment: datetime
    """When the file was last written: the latest moment its rows can have been observed at."""
    platform: str | None = None
    """Platform the user named, for files that do not name theirs."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Record field -> column of the file."""
    zone: ZoneInfo | None = None
    """Zone the user named for times that carry none."""
    author_keys: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    """Keys of the accounts met so far in this import."""

    @property
    def run_id(self) -> str:
        """Run id of the import."""
        return self.identity.run_id

    @cached_property
    def serial_epoch(self) -> datetime:
        """Day 0 of dates that the file writes as numbers; some workbooks of a Macintosh count from 1904."""
        return datetime(1904, 1, 1) if counts_from_1904(self.identity) else SERIAL_EPOCH

    @cached_property
    def names_its_day(self) -> bool:
        """True where the file's name, or its folder's, says which day its rows were observed on."""
        return read_file_day(self.identity.path) is not None

    @property
    def latest(self) -> datetime:
        """No moment after this one can be true: a day past now, for clocks that run ahead."""
        return self.now + timedelta(days=1)


@dataclass(frozen=True)
class Harvest:
    """What a format made of some rows: one table of records, and all it left out, counted by reason."""

    kind: str = "posts"
    """posts, listings or board_entries."""
    table: pa.Table | None = None
    """Records with the schema of that kind; None when there were none."""
    rejected: tuple[BadRow, ...] = ()
    """Rows that did not fit, with reason and payload (no account data in it)."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Rows left out on purpose, by reason."""
    left_aside: frozenset[str] = frozenset()
    """Columns of the file that no record has a field for."""
    notes: Mapping[str, int] = field(default_factory=Counter)
    """Values left empty because they could not be read, by sentence."""
    messages: tuple[str, ...] = ()
    """What a person should know of these rows."""
