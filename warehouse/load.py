"""Landing packages in; raw_*, core_*, rejections and one ledger row for each, in one transaction, out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.columns import (
    arrow_schema,
    describe_columns,
    quote_identifier,
    quote_text,
    tabulate_records,
)
from warehouse.contract import render_reason
from warehouse.errors import PackageRefused
from warehouse.faults import explain_fault
from warehouse.ledger import mirror_load
from warehouse.packages import (
    PAYLOAD_LENGTH,
    Package,
    find_packages,
    is_json_lines,
    read_json_lines,
    read_parquet,
    read_rejections,
    read_report,
    verify_file,
)
from warehouse.records import RECORD_KINDS, CrawlReport, Record, Rejection
from warehouse.store import Warehouse
from warehouse.tables import LedgerEntry, QuarantinedPackage

CORE_SQL = Path(__file__).parent / "sql" / "core"
CHECKPOINT_BYTES = 4 * 1024**2

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
    warehouse: Warehouse, landing_root: Path, on_progress: OnProgress | None = None
) -> LoadResult:
    """Load every complete package below `landing_root` that the ledger does not know.

    One transaction per package, acknowledged by a line in the ledger's copy. A package that breaks the contract
    as a whole is quarantined and the next one goes on; StorageError ends the call, with everything acknowledged
    before it kept.
    """
    packages = find_packages(landing_root)
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
            rows.update(load_package(warehouse, package, progress.add))
            loaded.append(package.name)
        except PackageRefused as refusal:
            quarantine(warehouse, package, refusal)
            quarantined.append(package.name)
        warehouse.checkpoint(above_bytes=CHECKPOINT_BYTES)
    if new:
        warehouse.checkpoint()
    return LoadResult(tuple(loaded), tuple(package.name for package in known), tuple(quarantined), dict(rows))


def load_package(
    warehouse: Warehouse, package: Package, on_rows: Callable[[int], None] | None = None
) -> Counter[str]:
    """Load one package that the ledger does not know: rows added by table; PackageRefused leaves nothing behind."""
    report = read_report(package)
    rows: Counter[str] = Counter()
    with warehouse.transaction() as connection:
        load_seq = next_load_seq(connection)
        connection.execute("set variable load_seq = ?", [load_seq])
        loading = _Loading(connection, report, load_seq, rows)
        for landed in report.files:
            if landed.record_kind not in RECORD_KINDS and landed.record_kind != "rejections":
                continue
            path = verify_file(package, landed)
            try:
                read = loading.add_file(path, landed.record_kind)
            except duckdb.Error as error:
                if explain_fault(error, warehouse.path) is not None and str(path) not in str(error):
                    raise
                raise PackageRefused("unreadable_file", f"{path.name}: {str(error).splitlines()[0]}") from error
            if read != landed.rows:
                raise PackageRefused(
                    "row_count", f"{path.name} has {read} rows, the report says {landed.rows}"
                )
            if on_rows is not None:
                on_rows(read)
        for kind in RECORD_KINDS:
            if rows[f"raw_{kind}"]:
                connection.execute((CORE_SQL / f"merge_{kind}.sql").read_text(encoding="utf-8"))
        entry = _make_ledger_entry(package, load_seq, rows)
        insert_records(connection, "crawl_reports", [report])
        insert_records(connection, "load_ledger", [entry])
        connection.execute(
            "delete from quarantine where source = ? and run_id = ?", [package.source, package.run_id]
        )
    mirror_load(warehouse.ledger_path, entry)
    return rows


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
        ).fetchone()
        if known is None:
            insert_records(connection, "quarantine", [row])


def read_ledger(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """source/run_id -> hash of every package that is loaded."""
    rows = connection.execute("select source || '/' || run_id, package_sha256 from load_ledger").fetchall()
    return dict(rows)


def next_load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the next load; it grows by the ledger, never by a clock."""
    row = connection.execute("select coalesce(max(load_seq), 0) + 1 from load_ledger").fetchone()
    assert row is not None
    return int(row[0])


def insert_records(connection: duckdb.DuckDBPyConnection, table: str, records: list[Record]) -> None:
    """Append records of one type to the table of their columns."""
    connection.from_arrow(tabulate_records(records, type(records[0]))).insert_into(table)


class _Loading:
    """The files of one package on their way into raw_* and rejections."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        report: CrawlReport,
        load_seq: int,
        rows: Counter[str],
    ) -> None:
        self.connection = connection
        self.report = report
        self.load_seq = load_seq
        self.rows = rows

    def add_file(self, path: Path, kind: str) -> int:
        """Append one file's rows; the number of rows read."""
        if kind == "rejections":
            return sum(self._add_table("rejections", table) for table in read_rejections(path))
        if is_json_lines(path):
            return self._add_json_lines(path, kind)
        return self._add_parquet(path, kind)

    def _add_json_lines(self, path: Path, kind: str) -> int:
        read = 0
        for table, refused in read_json_lines(path, RECORD_KINDS[kind]):
            read += self._add_table(f"raw_{kind}", table)
            rejections: list[Record] = [
                Rejection(
                    source=self.report.source,
                    run_id=self.report.run_id,
                    record_kind=kind,
                    reason=reason,
                    detail=detail,
                    payload=payload,
                    captured_at=self.report.finished_at,
                )
                for reason, detail, payload in refused
            ]
            if rejections:
                read += self._add_table("rejections", tabulate_records(rejections, Rejection))
        return read

    def _add_table(self, table: str, rows: pa.Table) -> int:
        if rows.num_rows:
            sequence = pa.repeat(pa.scalar(self.load_seq, pa.int64()), rows.num_rows)
            self.connection.from_arrow(rows.append_column("load_seq", sequence)).insert_into(table)
            self.rows[table] += rows.num_rows
        return rows.num_rows

    def _add_parquet(self, path: Path, kind: str) -> int:
        record = RECORD_KINDS[kind]
        relation = read_parquet(self.connection, path, record)
        judged = relation.project(f"*, {render_reason(record)} as rejection_reason")
        read, refused = judged.aggregate("count(*), count(rejection_reason)").fetchall()[0]
        if refused:
            self._reject_rows(judged, kind, record)
            relation = judged.filter("rejection_reason is null").project("* exclude (rejection_reason)")
        relation.project(f"*, {self.load_seq}::bigint as load_seq").insert_into(f"raw_{kind}")
        self.rows[f"raw_{kind}"] += read - refused
        self.rows["rejections"] += refused
        return int(read)

    def _reject_rows(self, judged: duckdb.DuckDBPyRelation, kind: str, record: type[Record]) -> None:
        names = [quote_identifier(name) for name in arrow_schema(describe_columns(record)).names]
        fields = ", ".join(f"{name} := {name}" for name in names)
        finished = quote_text(self.report.finished_at.isoformat())
        columns = [
            quote_text(self.report.source),
            quote_text(self.report.run_id),
            quote_text(kind),
            "rejection_reason",
            "'the field ' || substr(rejection_reason, strpos(rejection_reason, '_') + 1) || ' breaks the contract'",
            f"left(to_json(struct_pack({fields}))::varchar, {PAYLOAD_LENGTH})",
            f"coalesce(captured_at, {finished}::timestamptz)",
            f"{self.load_seq}::bigint",
        ]
        judged.filter("rejection_reason is not null").project(", ".join(columns)).insert_into("rejections")


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
