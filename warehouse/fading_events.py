"""Fading topics of mart_topic_velocity in; those that tell of one event under one event_id out."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from warehouse.burst_events import join_topics
from warehouse.mart_sql import read_sql


def merge_fading(connection: duckdb.DuckDBPyConnection) -> None:
    """Give topics that fade in a week and share most documents one event_id, as rises have."""
    connection.execute(read_sql("fading_overlap"))
    found = connection.execute("select week, topic_id, n_docs from fading order by week, topic_id").fetchall()
    if not found:
        return
    pairs = connection.execute("select week, topic_a, topic_b from fading_overlap").fetchall()
    names = join_topics(found, pairs)
    weeks, topics = pa.array([row[0] for row in found], pa.date32()), [row[1] for row in found]
    connection.register("fading_event", pa.table({"week": weeks, "topic_id": topics, "event_id": names}))
    try:
        connection.execute(read_sql("fading_event"))
    finally:
        connection.unregister("fading_event")
