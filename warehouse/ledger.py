"""Loads of the warehouse in; an append-only copy outside its file, which tells of lost ones, out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb
from pydantic import ValidationError

from warehouse.errors import StorageError
from warehouse.records import Record
from warehouse.tables import LedgerEntry


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
    _append(path, [_mirror(entry.load_seq, entry.source, entry.run_id, entry.package_sha256)])


def compare_ledger(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Compare the copy with load_ledger; StorageError when the file lost a load that was acknowledged.

    DuckDB opens a file whose write-ahead log is missing or cut without a word (measured), with fewer rows. A
    load that the file has and the copy lacks was killed between the two; it is added.
    """
    known = {
        _mirror(*row)
        for row in connection.execute(
            "select load_seq, source, run_id, package_sha256 from load_ledger"
        ).fetchall()
    }
    mirrored = set(_read(path))
    lost = sorted(mirrored - known, key=lambda load: load.load_seq)
    if lost:
        raise StorageError(
            f"the warehouse file has lost {len(lost)} load(s) it had acknowledged, first "
            f"{lost[0].source}/{lost[0].run_id}; move warehouse.duckdb and {path.name} out of {path.parent} "
            "and run again: every landing package is loaded anew"
        )
    _append(path, sorted(known - mirrored, key=lambda load: load.load_seq))


def _mirror(load_seq: int, source: str, run_id: str, package_sha256: str) -> MirroredLoad:
    return MirroredLoad(load_seq=load_seq, source=source, run_id=run_id, package_sha256=package_sha256)


def _read(path: Path) -> list[MirroredLoad]:
    """Lines of the copy; a last line cut by a kill was not acknowledged and is left out."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    try:
        return [MirroredLoad.model_validate_json(line) for line in lines[:-1] if line]
    except ValidationError as error:
        raise StorageError(
            f"{path}: it is damaged; move it out of the home and run again; the warehouse knows its loads"
        ) from error


def _append(path: Path, loads: Iterable[MirroredLoad]) -> None:
    text = "".join(load.model_dump_json() + "\n" for load in loads)
    if not text:
        return
    with path.open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(0)
        whole = file.read().rfind(b"\n") + 1
        if whole < end:
            file.truncate(whole)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
