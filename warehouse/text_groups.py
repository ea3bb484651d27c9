"""Documents without a group out, in order of time, with the earlier ones they may copy; their groups in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pyarrow as pa

from warehouse.columns import arrow_schema, describe_columns
from warehouse.derived import TextBands, TextGroup
from warehouse.enrich import CHECKPOINT_BYTES
from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse

COPY_DAYS = 14
"""Days between two copies; the same words after that are content again."""


def count_ungrouped(warehouse: Warehouse) -> int:
    """List the documents that have no group yet, and count them."""
    with warehouse.transaction() as connection:
        connection.execute(read_sql_file("enrich", "list_documents"))
        connection.execute(read_sql_file("enrich", "list_ungrouped"))
        return int(connection.execute("select count(*) from ungrouped").fetchall()[0][0])


def read_ungrouped(warehouse: Warehouse, batch_size: int) -> Iterator[pa.Table]:
    """Batches of the listed documents: subject_kind, subject_id, platform, author_key, day, text."""
    total = int(warehouse.connection.execute("select count(*) from ungrouped").fetchall()[0][0])
    for start in range(0, total, batch_size):
        yield warehouse.connection.sql(
            "select subject_kind, subject_id, platform, author_key, day, text from ungrouped "
            "where position >= $start and position < $past order by position",
            params={"start": start, "past": start + batch_size},
        ).to_arrow_table()


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
            params={"since": min(days) - reach, "until": max(days) + reach},
        ).to_arrow_table()
    finally:
        connection.unregister("new_bands")


def write_text_groups(warehouse: Warehouse, groups: pa.Table, bands: pa.Table, joined: pa.Table) -> None:
    """Keep groups (columns of TextGroup) and keys (of TextBands); keys that nobody will ask for go.

    joined: platform, gone and kept of older groups that turned out to be one.
    """
    newest: date = max(bands["day"].to_pylist())
    with warehouse.transaction() as connection:
        for table, record, rows in (
            ("core_text_groups", TextGroup, groups),
            ("text_bands", TextBands, bands),
        ):
            schema = arrow_schema(describe_columns(record))
            connection.from_arrow(rows.select(schema.names).cast(schema)).insert_into(table)
        connection.register("new_groups", groups)
        connection.register("joined_groups", joined)
        try:
            connection.execute(read_sql_file("enrich", "join_groups"))
        finally:
            for name in ("new_groups", "joined_groups"):
                connection.unregister(name)
        connection.execute("delete from text_bands where day < ?", [newest - timedelta(days=2 * COPY_DAYS)])
    warehouse.checkpoint(above_bytes=CHECKPOINT_BYTES)
