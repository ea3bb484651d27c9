"""Daily heat of watched topics by platform in; by how many days one platform follows another out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
"""Changes known on both platforms, and one; fewer leave less than five blocks once the lags are cut off."""
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


def correlate_platforms(rows: Sequence[tuple[str, str, int, float | None]]) -> Iterator[dict[str, object]]:
    """A row for each topic and pair of platforms.

    rows: platform, topic, days ago and share, in order; the share is None on a day that was not read.
    """
    for topic, of_topic in groupby(rows, key=lambda row: row[1]):
        series = {
            platform: {days_ago: share for _, _, days_ago, share in part}
            for platform, part in groupby(of_topic, key=lambda row: row[0])
        }
        for a, b in combinations(sorted(series), 2):
            days = 1 + min(max(series[a]), max(series[b]))
            one, other = fill_series(series[a], days), fill_series(series[b], days)
            n_read, n_changes = (
                int(np.isfinite(values).sum()) for values in (one + other, np.diff(one + other))
            )
            row: dict[str, object] = {
                "topic_id": topic, "platform_a": a, "platform_b": b, "n_days": n_read,
                "status": "low_support",
            }  # fmt: skip
            if (
                n_changes + 1 >= LEAST_DAYS
                and min(count_seen(series[a]), count_seen(series[b])) >= LEAST_SEEN
            ):
                lag, correlation, p_value = correlate(one, other, seed=crc32(f"{topic}{a}{b}".encode()))
                row |= {"lag_days": lag, "correlation": correlation, "p_value": p_value, "status": "ok"}
            yield row


def fill_series(shares: Mapping[int, float | None], days: int) -> Floats:
    """ln of the daily shares, oldest first: half of the smallest without the topic, NaN when not read."""
    least = min(share for share in shares.values() if share is not None) / 2
    found = [shares.get(ago, least) for ago in range(days - 1, -1, -1)]
    values: Floats = np.log([np.nan if share is None else share for share in found])
    return values


def count_seen(shares: Mapping[int, float | None]) -> int:
    """Days with the topic."""
    return sum(share is not None for share in shares.values())


def correlate(one: Floats, other: Floats, seed: int) -> tuple[int, float, float]:
    """Lag in days of the highest correlation of daily changes, it, and its p; positive: `other` follows.

    one, other: [days], NaN where nothing was read; the changes beside such a day are left out, since
    days that two platforms miss together, taken for falls, are a lag of 0 by themselves.
    Rank correlation (METRICS §5.10). p is the part of 200 shuffles of the other's weeks whose highest
    correlation over all lags is as high, so that looking at 29 lags is paid for.
    """
    # ranks, since a day without the topic is a fall and a rise beyond all others
    a, b = (rankdata(np.diff(values), nan_policy="omit") for values in (one, other))
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
    """Correlation of one [days] with each of others [n, days] shifted by -14 to 14 days: [n, 29].

    Over the days on which both are finite; 0 where there is no spread.
    """
    one, others = one - np.nanmean(one), others - np.nanmean(others, axis=1, keepdims=True)
    columns = []
    for lag in range(-MOST_LAG, MOST_LAG + 1):
        a = one[max(-lag, 0) : len(one) - max(lag, 0)]
        b = others[:, max(lag, 0) : others.shape[1] - max(-lag, 0)]
        in_a, in_b = np.isfinite(a).astype(np.float64), np.isfinite(b).astype(np.float64)
        a, b = np.nan_to_num(a), np.nan_to_num(b)
        count, sum_a, sum_b = np.maximum(in_b @ in_a, 1), in_b @ a, b @ in_a
        spread = (in_b @ a**2 - sum_a**2 / count) * (b**2 @ in_a - sum_b**2 / count)
        scale = np.sqrt(np.maximum(spread, 0))
        columns.append(np.where(scale > 1e-9, (b @ a - sum_a * sum_b / count) / np.maximum(scale, 1e-9), 0.0))
    return np.stack(columns, axis=1)
