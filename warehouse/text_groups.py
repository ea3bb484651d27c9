"""Documents without a group out, in order of time, with the earlier ones they may copy; their groups in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import duckdb
import pyarrow as pa

from warehouse.columns import arrow_schema, describe_columns
from warehouse.derived import TextBands, TextGroup
from warehouse.enrich import CHECKPOINT_BYTES
from warehouse.records import Record
from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse

COPY_DAYS = 14
"""Days between two copies; the same words after that are content again."""


_BATCH = """
    select subject_kind, subject_id, platform, author_key, day, text
    from {listed}
    where position >= $start and position < $past
    order by position
"""


def count_ungrouped(warehouse: Warehouse) -> int:
    """List the documents that have no group yet, and count them."""
    with warehouse.transaction() as connection:
        connection.execute(read_sql_file("enrich", "list_documents"))
        connection.execute(read_sql_file("enrich", "list_ungrouped"))
        return _count_rows(warehouse, "ungrouped")


def count_unsigned(warehouse: Warehouse, version: int) -> int:
    """List the documents with a group whose keys are missing and may be asked for, and count them.

    version: the low 16 bits of a document's first key; keys of another version go. Those of the documents
    that earlier versions of the product had thrown away or never made are made when a document of their
    weeks comes.
    """
    with warehouse.transaction() as connection:
        first = connection.execute("select bands[1] & 65535 from text_bands limit 1").fetchall()
        if first and first != [(version,)]:
            connection.execute("delete from text_bands")
        if _count_rows(warehouse, "text_bands") == _count_rows(warehouse, "core_text_groups"):
            return 0
        connection.execute(read_sql_file("enrich", "list_unsigned"), {"days": COPY_DAYS})
        return _count_rows(warehouse, "unsigned")


def read_ungrouped(warehouse: Warehouse, batch_size: int) -> Iterator[pa.Table]:
    """Batches of the documents without a group: subject_kind, subject_id, platform, author_key, day, text."""
    return _read_listed(warehouse, "ungrouped", batch_size)


def read_unsigned(warehouse: Warehouse, batch_size: int) -> Iterator[pa.Table]:
    """Batches of the documents whose keys are missing, with the columns of `read_ungrouped`."""
    return _read_listed(warehouse, "unsigned", batch_size)


def find_copies(warehouse: Warehouse, bands: pa.Table) -> pa.Table:
    """Documents with a group, at most COPY_DAYS away, that may be copies of those of `bands`.

    bands: columns of TextBands. Columns subject_kind, subject_id, platform, author_key, day, text and
    dup_group_id, in order of time.
    """
    days = bands["day"].to_pylist()
    reach = timedelta(days=COPY_DAYS)
    connection = warehouse.connection
    connection.register("new_bands", bands)
    try:
        return connection.sql(
            read_sql_file("enrich", "find_copies"),
            params={"since": min(days) - reach, "until": max(days) + reach, "days": COPY_DAYS},
        ).to_arrow_table()
    finally:
        connection.unregister("new_bands")


def write_text_groups(warehouse: Warehouse, groups: pa.Table, bands: pa.Table, joined: pa.Table) -> None:
    """Keep groups (columns of TextGroup) and keys (of TextBands).

    joined: platform, gone and kept of older groups that turned out to be one.
    """
    with warehouse.transaction() as connection:
        _insert_rows(connection, "core_text_groups", TextGroup, groups)
        _insert_rows(connection, "text_bands", TextBands, bands)
        connection.register("new_groups", groups)
        connection.register("joined_groups", joined)
        try:
            connection.execute(read_sql_file("enrich", "join_groups"))
        finally:
            for name in ("new_groups", "joined_groups"):
                connection.unregister(name)
    warehouse.checkpoint(above_bytes=CHECKPOINT_BYTES)


def write_text_bands(warehouse: Warehouse, bands: pa.Table) -> None:
    """Keep keys (columns of TextBands) of documents that have a group."""
    with warehouse.transaction() as connection:
        _insert_rows(connection, "text_bands", TextBands, bands)
    warehouse.checkpoint(above_bytes=CHECKPOINT_BYTES)


def _count_rows(warehouse: Warehouse, table: str) -> int:
    return int(warehouse.connection.execute(f"select count(*) from {table}").fetchall()[0][0])  # noqa: S608


def _read_listed(warehouse: Warehouse, listed: str, batch_size: int) -> Iterator[pa.Table]:
    for start in range(0, _count_rows(warehouse, listed), batch_size):
        yield warehouse.connection.sql(
            _BATCH.format(listed=listed), params={"start": start, "past": start + batch_size}
        ).to_arrow_table()


def _insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, record: type[Record], rows: pa.Table
) -> None:
    schema = arrow_schema(describe_columns(record))
    connection.from_arrow(rows.select(schema.names).cast(schema)).insert_into(table)
