"""Daily heat of watched topics by platform in; by how many days one platform follows another out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, groupby
from zlib import crc32

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import rankdata

from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.watch.syntax import WatchList

MOST_LAG = 14
BLOCK_DAYS = 7
PERMUTATIONS = 200
LEAST_DAYS = 60
"""Shorter series leave fewer than five blocks to shuffle once the lags are cut off."""
LEAST_SEEN = 30
CCF_SCHEMA = pa.schema(
    [
        ("topic_id", pa.string()),
        ("platform_a", pa.string()),
        ("platform_b", pa.string()),
        ("lag_days", pa.int64()),
        ("correlation", pa.float64()),
        ("p_value", pa.float64()),
        ("n_days", pa.int64()),
        ("status", pa.string()),
    ]
)


def write_topic_ccf(connection: duckdb.DuckDBPyConnection, watch_list: WatchList) -> None:
    """Write mart_topic_ccf for the topics that bear a watched word as their name."""
    words = sorted(
        {
            term.text.lower()
            for group in watch_list.groups
            for term in (*group.wanted, *group.required)
            if not term.is_pattern
        }
    )
    rows = connection.execute(read_sql("watch_heat"), {"words": words or [""]}).fetchall()
    table = pa.Table.from_pylist(list(correlate_platforms(rows)), CCF_SCHEMA)
    connection.register("ccf_rows", table)
    try:
        connection.execute(
            "create or replace table mart_topic_ccf as "
            "from ccf_rows order by topic_id, platform_a, platform_b"
        )
    finally:
        connection.unregister("ccf_rows")


def correlate_platforms(rows: Sequence[tuple[str, str, int, float]]) -> Iterator[dict[str, object]]:
    """A row for each topic and pair of platforms, from rows of platform, topic, days ago, share in order."""
    for topic, of_topic in groupby(rows, key=lambda row: row[1]):
        series = {
            platform: {days_ago: share for _, _, days_ago, share in part}
            for platform, part in groupby(of_topic, key=lambda row: row[0])
        }
        for a, b in combinations(sorted(series), 2):
            days = 1 + min(max(series[a]), max(series[b]))
            row: dict[str, object] = {
                "topic_id": topic, "platform_a": a, "platform_b": b, "n_days": days, "status": "low_support",
            }  # fmt: skip
            if days >= LEAST_DAYS and min(len(series[a]), len(series[b])) >= LEAST_SEEN:
                lag, correlation, p_value = correlate(
                    fill_series(series[a], days),
                    fill_series(series[b], days),
                    seed=crc32(f"{topic}{a}{b}".encode()),
                )
                row |= {"lag_days": lag, "correlation": correlation, "p_value": p_value, "status": "ok"}
            yield row


def fill_series(shares: dict[int, float], days: int) -> Floats:
    """ln of the daily shares, oldest first; a day without any stands at half of the smallest."""
    least = min(shares.values()) / 2
    values: Floats = np.log([shares.get(ago, least) for ago in range(days - 1, -1, -1)])
    return values


def correlate(one: Floats, other: Floats, seed: int) -> tuple[int, float, float]:
    """Lag in days of the highest correlation of daily changes, it, and its p; positive: `other` follows.

    Rank correlation (METRICS §5.10). p is the part of 200 shuffles of the other's weeks whose highest
    correlation over all lags is as high, so that looking at 29 lags is paid for.
    """
    # ranks, since a day without the topic is a fall and a rise beyond all others
    a, b = rankdata(np.diff(one)), rankdata(np.diff(other))
    found = measure_lags(a, b[None])[0]
    random = np.random.default_rng(seed)
    blocks = len(b) // BLOCK_DAYS
    weeks = b[: blocks * BLOCK_DAYS].reshape(blocks, BLOCK_DAYS)
    rest = b[blocks * BLOCK_DAYS :]
    shuffled = np.stack(
        [np.concatenate([weeks[random.permutation(blocks)].ravel(), rest]) for _ in range(PERMUTATIONS)]
    )
    chance = measure_lags(a, shuffled).max(axis=1)
    best = int(np.argmax(found))
    p_value = (1 + int((chance >= found[best]).sum())) / (1 + PERMUTATIONS)
    return best - MOST_LAG, round(float(found[best]), 4), round(p_value, 4)


def measure_lags(one: Floats, others: NDArray[np.float64]) -> Floats:
    """Correlation of one [days] with each of others [n, days] shifted by -14 to 14 days: [n, 29]."""
    columns = []
    for lag in range(-MOST_LAG, MOST_LAG + 1):
        a = one[max(-lag, 0) : len(one) - max(lag, 0)]
        b = others[:, max(lag, 0) : others.shape[1] - max(-lag, 0)]
        a, b = a - a.mean(), b - b.mean(axis=1, keepdims=True)
        scale = np.sqrt((a**2).sum() * (b**2).sum(axis=1))
        columns.append(np.where(scale > 0, b @ a / np.maximum(scale, 1e-12), 0.0))
    return np.stack(columns, axis=1)
