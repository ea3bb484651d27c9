"""Clusters of posts with the documents of their window out; a day's new state, events and members in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import duckdb
import pyarrow as pa

from warehouse.clock import find_latest, find_today
from warehouse.columns import arrow_schema, describe_columns
from warehouse.derived import ClusterDay, ClusterEvent, ClusterWord, PostCluster
from warehouse.enrich import CHECKPOINT_BYTES, replace_annotations
from warehouse.records import RESERVED_TAGGERS, Record
from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse

CLUSTER_TAGGER, *_ = RESERVED_TAGGERS
"""Name of the tagger in core_annotations whose labels are clusters."""
CLUSTER_VERSION = "3"
MOST_DOCUMENTS = 200_000
"""Newest documents of the window that are read; bounds the memory of a large installation."""


class KeptClusters(NamedTuple):
    """Clusters as the warehouse keeps them."""

    clusters: pa.Table
    """Columns of PostCluster."""
    words: pa.Table
    """Columns of ClusterWord."""
    newest_day: date | None
    """Day they were brought up to."""


def find_last_document_day(warehouse: Warehouse, today: date | None = None) -> date | None:
    """Newest day (Asia/Shanghai) with a document, up to `today` (the machine's); None without any."""
    with warehouse.transaction() as connection:
        connection.execute(read_sql_file("enrich", "list_documents"))
        given = {"today": today or find_today()}
        rows = connection.execute(read_sql_file("enrich", "last_document_day"), given).fetchall()
    found: date | None = rows[0][0]
    return found


def read_cluster_window(warehouse: Warehouse, newest: date, days: int) -> pa.Table:
    """Documents of `days` days up to `newest`, and of as many before those that a day has looked at.

    Newest first. Columns subject_kind, subject_id, day, text, is_primary, interests, cluster (its id, `none`
    where none took it, null where no day has looked at it yet), score and cluster_version (of the cluster's
    annotation).
    """
    with warehouse.transaction() as connection:
        connection.execute(read_sql_file("enrich", "list_documents"))
        given = {"newest": newest, "days": days, "most": MOST_DOCUMENTS}
        return connection.sql(read_sql_file("enrich", "cluster_window"), params=given).to_arrow_table()


def read_clusters(warehouse: Warehouse) -> KeptClusters:
    """All clusters and the words they are known by."""
    connection = warehouse.connection
    row = connection.execute("select max(day) from cluster_days").fetchall()
    return KeptClusters(
        connection.sql("select * from core_clusters order by cluster_id").to_arrow_table(),
        connection.sql("select * from cluster_words order by cluster_id, word").to_arrow_table(),
        row[0][0],
    )


def write_clusters(
    warehouse: Warehouse,
    kept: KeptClusters,
    events: pa.Table,
    members: pa.Table,
    redirected: Mapping[str, str],
) -> None:
    """Keep the clusters of a day in place of those before, with its events and members, in one transaction.

    events: columns of ClusterEvent; members: annotations of the documents whose cluster is new; redirected:
    cluster -> successor of the merges of the day, for documents that left the window long ago.
    """
    with warehouse.transaction() as connection:
        _replace_rows(connection, "core_clusters", PostCluster, kept.clusters)
        _replace_rows(connection, "cluster_words", ClusterWord, kept.words)
        days = pa.table({"day": pa.array([kept.newest_day], pa.date32())})
        _replace_rows(connection, "cluster_days", ClusterDay, days)
        happened = events.cast(arrow_schema(describe_columns(ClusterEvent)))
        connection.from_arrow(happened).insert_into("core_cluster_events")
        for gone, successor in redirected.items():
            connection.execute("set variable gone = ?", [gone])
            connection.execute("set variable successor = ?", [successor])
            connection.execute(read_sql_file("enrich", "redirect_cluster"))
        replace_annotations(connection, members)
    warehouse.checkpoint(above_bytes=CHECKPOINT_BYTES)


def read_offer_window(warehouse: Warehouse, days: int) -> pa.Table:
    """Offers of the `days` days up to the newest: subject_id, title, cluster, version of its annotation."""
    given = {"days": days, "latest": find_latest()}
    return warehouse.connection.sql(read_sql_file("enrich", "offer_window"), params=given).to_arrow_table()


def write_offer_clusters(warehouse: Warehouse, members: pa.Table) -> None:
    """Put the annotations of offers whose cluster is new in place of those before."""
    if members.num_rows:
        with warehouse.transaction() as connection:
            replace_annotations(connection, members)


def _replace_rows(
    connection: duckdb.DuckDBPyConnection, table: str, record: type[Record], rows: pa.Table
) -> None:
    connection.execute(f"truncate {table}")
    connection.from_arrow(rows.cast(arrow_schema(describe_columns(record)))).insert_into(table)
