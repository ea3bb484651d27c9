"""Loads of the warehouse in; an append-only copy outside its file, which tells of lost ones, out."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from warehouse.errors import StorageError
from warehouse.journal import append_journal, read_journal
from warehouse.records import Record
from warehouse.tables import LedgerEntry

ADVICE = "move it out of the home and run again; the warehouse knows its loads"


class MirroredLoad(Record):
    """One line of the copy: a load that was acknowledged."""

    load_seq: int
    """Number of the load."""
    source: str
    """Source of the package."""
    run_id: str
    """Run of the package."""
    package_sha256: str
    """Hash of the package's report."""


def mirror_load(path: Path, entry: LedgerEntry) -> None:
    """Append a committed load to the copy and have it on the disk before returning."""
    append_journal(path, [_mirror(entry.load_seq, entry.source, entry.run_id, entry.package_sha256)])


def forget_loads(path: Path, sequences: Collection[int]) -> None:
    """Take loads out of the copy, before the warehouse's file forgets them."""
    kept = [load for load in read_journal(path, MirroredLoad, ADVICE) if load.load_seq not in sequences]
    fresh = path.with_name(f".{path.name}.fresh")
    fresh.unlink(missing_ok=True)
    fresh.touch()
    append_journal(fresh, kept)
    fresh.replace(path)


def compare_ledger(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Compare the copy with load_ledger; StorageError when the file lost a load that was acknowledged.

    DuckDB opens a file whose write-ahead log is missing or cut without a word (measured), with fewer rows. A
    load that the file has and the copy lacks was killed between the two; it is added.
    """
    rows = connection.execute("select load_seq, source, run_id, package_sha256 from load_ledger").fetchall()
    known = {_name(load): load for load in (_mirror(*row) for row in rows)}
    # An erasure rewrites packages, and the ledger follows: the hash does not tell one load from another.
    mirrored = {_name(load): load for load in read_journal(path, MirroredLoad, ADVICE)}
    lost = sorted((mirrored[name] for name in mirrored.keys() - known.keys()), key=lambda load: load.load_seq)
    if lost:
        raise StorageError(
            f"the warehouse file has lost {len(lost)} load(s) it had acknowledged, first "
            f"{lost[0].source}/{lost[0].run_id}; move warehouse.duckdb and {path.name} out of {path.parent} "
            "and run again: every landing package is loaded anew"
        )
    append_journal(path, [known[name] for name in sorted(known.keys() - mirrored.keys())])


def _name(load: MirroredLoad) -> tuple[int, str, str]:
    return load.load_seq, load.source, load.run_id


def _mirror(load_seq: int, source: str, run_id: str, package_sha256: str) -> MirroredLoad:
    return MirroredLoad(load_seq=load_seq, source=source, run_id=run_id, package_sha256=package_sha256)
