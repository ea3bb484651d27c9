"""Topics near fading in; their q where topics of one event count once, and each event's name, out."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from warehouse.burst_events import join_topics, value_topics
from warehouse.mart_sql import read_sql

LEAST_SURE = 0.05
"""q by event up to which a topic is said to fade."""


def merge_fading(connection: duckdb.DuckDBPyConnection) -> None:
    """Count each event of topics that fade in a week once: in their q, and under one event_id."""
    connection.execute(read_sql("fading_overlap"))
    found = connection.execute(
        "select week, topic_id, n_docs, is_told, p_value, n_tested from fading order by week, topic_id"
    ).fetchall()
    pairs = connection.execute("select week, topic_a, topic_b from fading_overlap").fetchall()
    names = join_topics([row[:3] for row in found], pairs)
    values = value_topics([(week, p_value, tested) for week, _, _, _, p_value, tested in found], names)
    told = [row[:3] for row, value in zip(found, values, strict=True) if row[3] and value <= LEAST_SURE]
    known = {row[:2] for row in told}
    kept = [pair for pair in pairs if pair[:2] in known and (pair[0], pair[2]) in known]
    events = dict(zip((row[:2] for row in told), join_topics(told, kept), strict=True))
    rows = pa.table(
        {
            "week": pa.array([row[0] for row in found], pa.date32()),
            "topic_id": pa.array([row[1] for row in found], pa.string()),
            "event_q_value": pa.array(values, pa.float64()),
            "event_id": pa.array([events.get(row[:2]) for row in found], pa.string()),
        }
    )
    connection.register("fading_event", rows)
    try:
        connection.execute(read_sql("fading_event"))
    finally:
        connection.unregister("fading_event")
