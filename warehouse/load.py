"""Landing packages in; raw_*, core_*, rejections and one ledger row for each, in one transaction, out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import duckdb

from warehouse.clock import SHANGHAI, find_latest
from warehouse.columns import tabulate_records
from warehouse.erasures import drop_loaded, follow_rewritten, read_erasures, register_erasures
from warehouse.errors import PackageRefused
from warehouse.faults import explain_fault
from warehouse.ledger import mirror_load
from warehouse.merge import merge_load
from warehouse.packages import Package, find_packages, read_report, verify_file
from warehouse.raw import LATER, RawWriter
from warehouse.records import RECORD_KINDS, LandedFile, Record
from warehouse.store import Warehouse
from warehouse.tables import LedgerEntry, QuarantinedPackage

CHECKPOINT_BYTES = 4 * 1024**2
FILES_TOGETHER = 10
"""Files read by one scan: a million lines of an import, so that people see it move on."""

OnProgress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one call of load_packages did; packages are named source/run_id."""

    loaded: tuple[str, ...]
    already_loaded: tuple[str, ...]
    quarantined: tuple[str, ...]
    rows_by_table: dict[str, int]


def load_packages(
    warehouse: Warehouse,
    landing_root: Path,
    on_progress: OnProgress | None = None,
    now: datetime | None = None,
) -> LoadResult:
    """Load every complete package below `landing_root` that the ledger does not know.

    One transaction per package, acknowledged by a line in the ledger's copy. A package that breaks the
    contract as a whole is quarantined and the next one goes on; StorageError ends the call, with everything
    acknowledged before it kept. Readings later than a day past `now` (the machine's clock) are put aside.
    """
    latest = find_latest(now)
    packages = find_packages(landing_root)
    follow_rewritten(warehouse)
    erasures = read_erasures(warehouse.home)
    register_erasures(warehouse.connection, erasures)
    ledger = read_ledger(warehouse.connection)
    known = [package for package in packages if ledger.get(package.name) == package.sha256]
    new = [package for package in packages if ledger.get(package.name) != package.sha256]
    loaded, quarantined = [], []
    rows: Counter[str] = Counter()
    progress = _Progress(on_progress, new)
    for package in new:
        try:
            if package.name in ledger:
                raise PackageRefused("package_changed", "it was loaded before with another content")
            rows.update(load_package(warehouse, package, progress.add, latest, drops_erased=bool(erasures)))
            loaded.append(package.name)
        except PackageRefused as refusal:
            quarantine(warehouse, package, refusal)
            quarantined.append(package.name)
        # a checkpoint reads what the whole file is made of: a small load leaves its log to the next one or to
        # the close of the file
        warehouse.checkpoint(above_bytes=CHECKPOINT_BYTES)
    return LoadResult(tuple(loaded), tuple(package.name for package in known), tuple(quarantined), dict(rows))


def load_package(
    warehouse: Warehouse,
    package: Package,
    on_rows: Callable[[int], None] | None = None,
    latest: datetime | None = None,
    *,
    drops_erased: bool = False,
) -> Counter[str]:
    """Load one package that the ledger does not know: rows added by table; PackageRefused leaves nothing.

    `drops_erased` leaves out what was erased before, as register_erasures named it. A record later than
    `latest` (a day past the machine's clock) is rejected, a package that says so of itself refused: which of
    the two clocks is wrong is not known, and it is loaded once it no longer lies ahead.
    """
    report = read_report(package)
    latest = latest or find_latest()
    if report.finished_at > latest:
        raise PackageRefused(LATER, explain_future(report.finished_at))
    rows: Counter[str] = Counter()
    with warehouse.transaction() as connection:
        load_seq = next_load_seq(connection)
        connection.execute("set variable load_seq = ?", [load_seq])
        writer = RawWriter(connection, report, load_seq, rows, latest)
        for kind, files in group_files(report.files):
            paths = [verify_file(package, landed) for landed in files]
            names = paths[0].name if len(paths) == 1 else f"{paths[0].name} to {paths[-1].name}"
            try:
                read = writer.add_files(paths, kind)
            except duckdb.InterruptException:
                raise
            except duckdb.Error as error:
                is_of_package = any(str(path) in str(error) for path in paths)
                if explain_fault(error, warehouse.path) is not None and not is_of_package:
                    raise
                raise PackageRefused("unreadable_file", f"{names}: {str(error).splitlines()[0]}") from error
            promised = sum(landed.rows for landed in files)
            if read != promised:
                raise PackageRefused("row_count", f"{names} has {read} rows, the report says {promised}")
            if on_rows is not None:
                on_rows(read)
        insert_records(connection, "crawl_reports", [report])
        if drops_erased:
            connection.execute("set variable load_source = ?", [report.source])
            connection.execute("set variable load_run_id = ?", [report.run_id])
            drop_loaded(connection)
            rows = count_loaded(connection, rows)
        merge_load(connection, load_seq, [kind for kind in RECORD_KINDS if rows[f"raw_{kind}"]], latest)
        entry = _make_ledger_entry(package, load_seq, rows)
        insert_records(connection, "load_ledger", [entry])
        connection.execute(
            "delete from quarantine where source = ? and run_id = ?", [package.source, package.run_id]
        )
    mirror_load(warehouse.ledger_path, entry)
    return rows


def explain_future(finished_at: datetime) -> str:
    """What a package is told that was finished later than now, and what to do about it."""
    moment = finished_at.astimezone(SHANGHAI)
    return (
        f"it was finished at {moment:%Y-%m-%d %H:%M} (Beijing time), which is still to come: correct the "
        "clock of this computer; if that was ahead when the package was made, move its folder out of landing"
    )


def group_files(files: Iterable[LandedFile]) -> Iterator[tuple[str, list[LandedFile]]]:
    """Files of records and rejections that are loaded together: of one kind and ending, a few at a time."""
    known = [landed for landed in files if landed.record_kind in {*RECORD_KINDS, "rejections"}]
    for (kind, _), alike in groupby(known, lambda landed: (landed.record_kind, Path(landed.name).suffix)):
        rest = list(alike)
        for start in range(0, len(rest), FILES_TOGETHER):
            yield kind, rest[start : start + FILES_TOGETHER]


def count_loaded(connection: duckdb.DuckDBPyConnection, rows: Counter[str]) -> Counter[str]:
    """Rows of the load in progress by table, of the tables that it added to."""
    found: Counter[str] = Counter()
    for table in rows:
        loaded = connection.table(table).filter("load_seq = getvariable('load_seq')").count("*").fetchall()
        found[table] = loaded[0][0]
    return found


def quarantine(warehouse: Warehouse, package: Package, refusal: PackageRefused) -> None:
    """Keep a refused package's reason; the same reason seen again adds nothing."""
    logger.warning("package %s is not loaded: %s", package.name, refusal)
    row = QuarantinedPackage(
        source=package.source,
        run_id=package.run_id,
        reason=refusal.reason,
        detail=refusal.detail,
        seen_at=datetime.now(UTC),
    )
    with warehouse.transaction() as connection:
        known = connection.execute(
            "select 1 from quarantine where source = ? and run_id = ? and reason = ? and detail = ?",
            [row.source, row.run_id, row.reason, row.detail],
        ).fetchall()
        if not known:
            insert_records(connection, "quarantine", [row])


def read_ledger(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """source/run_id -> hash of every package that is loaded."""
    rows = connection.execute("select source || '/' || run_id, package_sha256 from load_ledger").fetchall()
    return dict(rows)


def next_load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the next load; it grows by the ledger, never by a clock."""
    rows = connection.execute("select coalesce(max(load_seq), 0) + 1 from load_ledger").fetchall()
    return int(rows[0][0])


def insert_records(connection: duckdb.DuckDBPyConnection, table: str, records: list[Record]) -> None:
    """Append records of one type to the table of their columns."""
    connection.from_arrow(tabulate_records(records, type(records[0]))).insert_into(table)


class _Progress:
    """Rows done of the rows that the new packages' reports promise."""

    def __init__(self, on_progress: OnProgress | None, packages: list[Package]) -> None:
        self._on_progress = on_progress
        self._done = 0
        self._total = 0
        if on_progress is not None:
            for package in packages:
                try:
                    self._total += sum(landed.rows for landed in read_report(package).files)
                except PackageRefused:
                    continue
            on_progress(0, self._total)

    def add(self, rows: int) -> None:
        """So many rows more are done."""
        self._done += rows
        if self._on_progress is not None:
            self._on_progress(self._done, max(self._total, self._done))


def _make_ledger_entry(package: Package, load_seq: int, rows: Counter[str]) -> LedgerEntry:
    return LedgerEntry(
        source=package.source,
        run_id=package.run_id,
        load_seq=load_seq,
        package_sha256=package.sha256,
        posts=rows["raw_posts"],
        listings=rows["raw_listings"],
        board_entries=rows["raw_board_entries"],
        rejections=rows["rejections"],
        loaded_at=datetime.now(UTC),
    )
