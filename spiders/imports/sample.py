"""An identified file in, what detection looks at out: names of tables and columns, and some rows of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from spiders.errors import ImportRefused
from spiders.imports.container import HEAD_BYTES, FileIdentity
from spiders.imports.raw_batch import Cell, Row
from spiders.imports.tables import file_stem_words, sample_tables
from spiders.imports.workbook_parts import list_sheets

SAMPLE_ROWS = 20


@dataclass(frozen=True)
class TableSample:
    """The beginning of one table."""

    name: str
    columns: frozenset[str]
    rows: tuple[Row, ...]

    def has(self, *names: str) -> bool:
        """True when the table has all these columns."""
        return self.columns.issuperset(names)

    def first(self, name: str) -> Cell:
        """First value of a column that is not empty; None without one."""
        return next((row[name] for row in self.rows if row.get(name) not in (None, "")), None)


@dataclass(frozen=True)
class Sample:
    """What a format sees of a file before it reads it."""

    identity: FileIdentity
    tables: tuple[TableSample, ...]
    mapping: Mapping[str, str]

    @property
    def is_mapped(self) -> bool:
        """True where the user says what the rows or columns are; a zone alone says neither."""
        return bool(self.mapping.keys() - {"zone"})

    @property
    def is_table(self) -> bool:
        """True for files of rows; False for saved pages."""
        return self.identity.container not in {"html", "mhtml"}

    @property
    def first_table(self) -> TableSample:
        """The first table that has rows; an empty one when there is none."""
        return next((table for table in self.tables if table.rows), TableSample("", frozenset(), ()))

    @cached_property
    def path_words(self) -> str:
        """Lower-case file name with its two folders."""
        return file_stem_words(self.identity.path)

    @cached_property
    def head(self) -> str:
        """Beginning of the text; empty for binary files."""
        with self.identity.path.open("rb") as stream:
            return stream.read(HEAD_BYTES).decode(self.identity.encoding, "replace")

    def describe(self) -> str:
        """What was seen, for the sentence of a refusal."""
        if not self.is_table:
            return f"a saved page ({self.identity.container})"
        names = sorted(self.first_table.columns)[:12]
        kind = self.identity.container.replace("_", " ")
        return (
            f"a {kind} file with the columns {', '.join(names)}" if names else f"a {kind} file without rows"
        )


def take_sample(identity: FileIdentity, mapping: Mapping[str, str]) -> Sample:
    """Read the first rows of every table. ImportRefused when there is no row at all in a file of rows."""
    tables: dict[str, TableSample] = {}
    errors: list[str] = []
    for batch in sample_tables(identity, SAMPLE_ROWS):
        errors.extend(bad.reason for bad in batch.bad_rows)
        rows = tuple(batch.row(index) for index in range(min(batch.rows, SAMPLE_ROWS)))
        tables[batch.table] = TableSample(batch.table, frozenset(batch.names), rows)
    sample = Sample(identity, tuple(tables.values()), mapping)
    if sample.is_table and not any(table.rows for table in sample.tables):
        raise ImportRefused(_explain_no_rows(sample, errors))
    return sample


def _explain_no_rows(sample: Sample, errors: list[str]) -> str:
    name = sample.identity.path.name
    if {"bad_json", "torn_json"} & set(errors):
        return f"{name} starts like JSON but is not: its first value cannot be read."
    if "too_many_cells" in errors:
        return f"{name} has more cells in its rows than headings above them: give every column one heading."
    if "unclosed_quote" in errors:
        return f"{name} has a quotation mark that is never closed, so that no row ends."
    is_workbook = sample.identity.container == "xlsx"
    if is_workbook and any(sheet.is_hidden for sheet in list_sheets(sample.identity.path)):
        return f"{name} has rows in hidden sheets at most, which are left out: show them and save the file."
    return f"{name} has no rows."
