"""Documents and readings by the hour in; which platform a topic rose on first, as mart_topic_leadlag, out."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.onsets import estimate_onsets, measure_gaps

ONSET_HOURS = 72
MOST_UNDATED = 0.2
"""Part of the documents of a rise that may lack a date."""

ONSET_SCHEMA = pa.schema(
    [
        ("topic_id", pa.string()),
        ("platform", pa.string()),
        ("day", pa.date32()),
        ("event_id", pa.string()),
        ("onset_at", pa.timestamp("us", "UTC")),
        ("gap_h", pa.float64()),
        ("n_docs", pa.int64()),
    ]
)


def write_topic_leadlag(connection: duckdb.DuckDBPyConnection) -> None:
    """Write mart_topic_leadlag from the topics that rose on two platforms or more in the last 28 days."""
    connection.execute(read_sql("onset_case"))
    connection.execute(read_sql("onset_hour"))
    connection.register("topic_onset", find_onsets(connection))
    try:
        connection.execute(read_sql("topic_leadlag"))
    finally:
        connection.unregister("topic_onset")


def find_onsets(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """For each topic and platform the first document of its rise, those since, and the longest gap.

    gap_h is how long the platform went unread in the 72 hours before: 24 for posts dated to the day,
    infinite for a board that was not read. Posts without a date have no hour: the rise is that of the others,
    and where more than a fifth have none it has no first document and an infinite gap.
    """
    cases = connection.sql("from onset_case order by case_no").to_arrow_table()
    hours = connection.sql("from onset_hour order by case_no, hour_no").to_arrow_table()
    case, hour = hours["case_no"].to_numpy(), hours["hour_no"].to_numpy()
    counts = np.zeros((cases.num_rows, ONSET_HOURS), dtype=np.int64)
    counts[case, hour] = hours["n_docs"].to_numpy()
    undated = np.zeros_like(counts)
    undated[case, hour] = hours["n_undated"].to_numpy()
    is_undated = undated.sum(axis=1) > MOST_UNDATED * counts.sum(axis=1)
    onset = estimate_onsets(counts - undated, spread_expected(connection, cases))
    onset[is_undated] = 0
    first = np.zeros((cases.num_rows, ONSET_HOURS))
    first[case, hour] = hours["first_hours"].fill_null(0.0).to_numpy()
    moments = first[np.arange(cases.num_rows), onset]
    kinds = {name: np.zeros(cases.num_rows, dtype=np.bool_) for name in ("has_board", "has_day_only")}
    for name, flags in kinds.items():
        np.logical_or.at(flags, case, hours[name].fill_null(False).to_numpy(zero_copy_only=False))
    gaps = np.where(kinds["has_day_only"], 24.0, 1.0)
    platforms = np.array(cases["platform"].to_pylist(), dtype=object)
    for platform, polls in read_polls(connection).items():
        chosen = np.flatnonzero((platforms == platform) & kinds["has_board"])
        gaps[chosen] = np.maximum(gaps[chosen], measure_gaps(polls, moments[chosen]))
    gaps[is_undated] = np.inf
    since = np.arange(ONSET_HOURS) >= onset[:, None]
    return pa.table(
        {
            "topic_id": cases["topic_id"],
            "platform": cases["platform"],
            "day": cases["day"],
            "event_id": cases["event_id"],
            "onset_at": pa.array(
                np.round(moments * 3.6e9).astype(np.int64), pa.timestamp("us", "UTC"), mask=is_undated
            ),
            "gap_h": gaps,
            "n_docs": (counts * since).sum(axis=1),
        },
        schema=ONSET_SCHEMA,
    )


def spread_expected(connection: duckdb.DuckDBPyConnection, cases: pa.Table) -> Floats:
    """Expected documents [cases, hours]: the day's expectation, dealt out as the platform's hours fill."""
    platforms = cases["platform"].to_pylist()
    share = {name: np.full(24, 1e-3) for name in set(platforms)}
    for platform, hour_of_day, part in connection.execute(read_sql("onset_profile")).fetchall():
        if platform in share:
            share[platform][hour_of_day] = max(part, 1e-3)
    profile = np.array([share[name] for name in platforms]).reshape(len(platforms), 24)
    days = ONSET_HOURS // 24
    expected: Floats = np.tile(profile, (1, days)) * cases["mu"].to_numpy()[:, None]
    return expected


def read_polls(connection: duckdb.DuckDBPyConnection) -> dict[str, Floats]:
    """Platform -> hours of the epoch at which a board of it was read, ascending."""
    rows = connection.sql(read_sql("onset_poll")).to_arrow_table()
    platforms = np.array(rows["platform"].to_pylist(), dtype=object)
    hours = rows["hours"].to_numpy()
    return {str(name): hours[platforms == name] for name in np.unique(platforms.astype(str))}
