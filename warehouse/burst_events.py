"""Topics near rising in; their q-values where topics of one event count once, and names of events, out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import adjust_p_values_by_event

EVENT_KINDS = ("tag", "word", "cluster", "interest")
"""Kinds of topic, the one that says best what an event is first."""

KEYS = {
    "grain": pa.string(),
    "day": pa.date32(),
    "panel_first": pa.date32(),
    "platform": pa.string(),
    "topic_id": pa.string(),
}
"""Columns that say which row of burst_judged is meant."""


class Candidate(NamedTuple):
    """A row of burst_candidate."""

    grain: str
    day: date
    panel_first: date
    platform: str
    topic_id: str
    x: int
    is_new: bool
    p_value: float
    m_tested: int


def value_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Make burst_overlap, topics near rising that tell of one event, and burst_value, their q by event."""
    connection.execute(read_sql("event"))
    rows = connection.execute("select * from burst_candidate order by all").fetchall()
    pairs = connection.execute("select * from burst_overlap").fetchall()
    names = join_topics([row[:6] for row in rows], pairs)
    found = [Candidate(*row) for row in rows]
    newborn = {one[:5] for one in found if one.is_new}
    values: list[float | None] = [None] * len(found)
    places = [number for number, one in enumerate(found) if not one.is_new]
    # an event named by a newborn topic is in no list of rises: it lends the rows of one nothing
    listed = [number for number in places if (*found[number][:4], names[number]) not in newborn]
    for some in (places, listed):
        tested = [(found[number][:4], found[number].p_value, found[number].m_tested) for number in some]
        for number, q_value in zip(some, value_topics(tested, [names[n] for n in some]), strict=True):
            values[number] = q_value
    columns = [[row[place] for row in rows] for place in range(len(KEYS))]
    schema = pa.schema([*KEYS.items(), ("event_q_value", pa.float64())])
    connection.register("value", pa.table([*columns, values], schema=schema))
    try:
        connection.execute("create or replace temp table burst_value as select * from value")
    finally:
        connection.unregister("value")


def name_risen(connection: duckdb.DuckDBPyConnection) -> None:
    """Give risen topics that share most documents one event_id, after the topic that says best what it is."""
    found = connection.execute(
        "select grain, day, platform, topic_id, x from mart_topic_burst where level in ('signal', 'alert') "
        "order by grain, day, platform, topic_id"
    ).fetchall()
    if not found:
        return
    names = join_topics(found, connection.execute(read_sql("risen_overlap")).fetchall())
    rows = pa.table(
        {
            "grain": [row[0] for row in found],
            "day": pa.array([row[1] for row in found], pa.date32()),
            "platform": [row[2] for row in found],
            "topic_id": [row[3] for row in found],
            "event_id": names,
        }
    )
    connection.register("burst_event", rows)
    try:
        connection.execute(read_sql("burst_event"))
    finally:
        connection.unregister("burst_event")


def join_topics(found: Sequence[tuple[Any, ...]], pairs: Sequence[tuple[Any, ...]]) -> list[str]:
    """For each topic found the one that names its event: those paired, at once or by way of others, are one.

    found: rows of a period, a topic and its documents; pairs: rows of a period and two of its topics.
    A period is one column or several.
    """
    place = {row[:-1]: number for number, row in enumerate(found)}
    left = [place[(*period, a)] for *period, a, _ in pairs]
    right = [place[(*period, b)] for *period, _, b in pairs]
    graph = coo_array((np.ones(len(pairs)), (left, right)), shape=(len(found), len(found)))
    _, event = connected_components(graph, directed=False)
    return name_events([(str(topic), int(documents)) for *_, topic, documents in found], event)


def value_topics(found: Sequence[tuple[Any, float, int]], names: Sequence[str]) -> list[float]:
    """q of each topic found (period, p, topics tested then), where those of one event are one discovery.

    found: in order of periods; names: what names the event of each.
    """
    values: list[float] = []
    for _, members in groupby(zip(found, names, strict=True), lambda member: member[0][0]):
        rows = [(p_value, name, tested) for (_, p_value, tested), name in members]
        p_values, events, numbers = map(np.array, zip(*rows, strict=True))
        values += adjust_p_values_by_event(p_values, events, numbers).tolist()
    return values


def name_events(topics: Sequence[tuple[str, int]], events: NDArray[np.int32]) -> list[str]:
    """For each topic (id, documents) the topic that stands for its event.

    The largest is often a broad word or a whole interest (香氛 for 车载香氛, 伴手礼 for 中秋伴手礼), so among
    topics with at least a third of the documents of the largest word or tag, a tag goes before a word and a
    word before an interest.
    """
    largest: dict[int, int] = {}
    for event, (topic, documents) in zip(events.tolist(), topics, strict=True):
        if not topic.startswith("interest:"):
            largest[event] = max(largest.get(event, 0), documents)
    heads: dict[int, tuple[int, int, str]] = {}
    for event, (topic, documents) in zip(events.tolist(), topics, strict=True):
        if 3 * documents >= largest.get(event, 0):
            kind = EVENT_KINDS.index(topic.partition(":")[0])
            heads[event] = min(heads.get(event, (len(EVENT_KINDS), 0, "")), (kind, -documents, topic))
    return [heads[event][2] for event in events.tolist()]
