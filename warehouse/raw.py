"""Files of one landing package in; rows of raw_* and rejections out, inside the caller's transaction."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.columns import describe_columns, quote_identifier, quote_text, tabulate_records
from warehouse.contract import render_reason
from warehouse.packages import (
    PAYLOAD_LENGTH,
    is_json_lines,
    read_json_lines,
    read_parquet,
    read_rejections,
)
from warehouse.records import RECORD_KINDS, CrawlReport, Record, Rejection


class RawWriter:
    """The files of one package on their way into raw_* and rejections."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        report: CrawlReport,
        load_seq: int,
        rows: Counter[str],
    ) -> None:
        """Counts the rows it adds to each table in `rows`."""
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
        return int(rows.num_rows)

    def _add_parquet(self, path: Path, kind: str) -> int:
        record = RECORD_KINDS[kind]
        relation = read_parquet(self.connection, path, record)
        judged = relation.project(f"*, {render_reason(record)} as rejection_reason")
        read: int
        refused: int
        read, refused = judged.aggregate("count(*), count(rejection_reason)").fetchall()[0]
        if refused:
            self._reject_rows(judged, kind, record)
            self.rows["rejections"] += refused
            relation = judged.filter("rejection_reason is null").project("* exclude (rejection_reason)")
        relation.project(f"*, {self.load_seq}::bigint as load_seq").insert_into(f"raw_{kind}")
        self.rows[f"raw_{kind}"] += read - refused
        return read

    def _reject_rows(self, judged: duckdb.DuckDBPyRelation, kind: str, record: type[Record]) -> None:
        names = [quote_identifier(column.name) for column in describe_columns(record)]
        fields = ", ".join(f"{name} := {name}" for name in names)
        finished = quote_text(self.report.finished_at.isoformat())
        columns = [
            quote_text(self.report.source),
            quote_text(self.report.run_id),
            quote_text(kind),
            "rejection_reason",
            "'breaks the contract: ' || substr(rejection_reason, strpos(rejection_reason, '_') + 1)",
            f"left(to_json(struct_pack({fields}))::varchar, {PAYLOAD_LENGTH})",
            f"coalesce(captured_at, {finished}::timestamptz)",
            f"{self.load_seq}::bigint",
        ]
        judged.filter("rejection_reason is not null").project(", ".join(columns)).insert_into("rejections")
