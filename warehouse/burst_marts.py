"""mart_topic_day in; the tested topics as mart_topic_burst and topic_dispersion out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.burst_events import merge_events
from warehouse.bursts import DAILY, LEVELS, WEEKLY, BurstSettings, BurstTable, detect_bursts
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.panels import Panel, leave_out_strays, list_panels

KEPT_P = 0.25
"""Cells above this p say nothing; q-values of those below can be recomputed from p and m_tested."""

CELL_SCHEMA = pa.schema(
    [
        ("day", pa.date32()),
        ("platform", pa.string()),
        ("grain", pa.string()),
        ("topic_id", pa.string()),
        ("x", pa.int64()),
        ("mu", pa.float64()),
        ("dispersion", pa.float64()),
        ("p_value", pa.float64()),
        ("q_value", pa.float64()),
        ("m_tested", pa.int64()),
        ("level", pa.string()),
        ("n_authors", pa.int64()),
        ("is_new", pa.bool_()),
        ("coverage", pa.float64()),
        ("exposure", pa.int64()),
        ("panel_first", pa.date32()),
    ]
)
"""Days before `panel_first` are those that an alert of the panel looks back on, counted as it counts."""


@dataclass(frozen=True, slots=True)
class PlatformCounts:
    """Counts of one platform: docs and authors are [topics, days], exposure and coverage [days]."""

    platform: str
    first_day: date
    topics: NDArray[np.object_]
    docs: NDArray[np.int32]
    authors: NDArray[np.int32]
    exposure: Floats
    coverage: Floats
    tested_from: NDArray[np.int64]
    """First day [topics] that the topic can be tested on: the posts that made a cluster cannot test it."""
    parents: NDArray[np.int64]
    """Number of the second-level interest [topics] that a tag, word or cluster belongs to; -1 for none."""
    promoted: NDArray[np.bool_]
    """Whether a promotion was on [days]."""


def write_burst_marts(
    connection: duckdb.DuckDBPyConnection, as_of: date, daily_days: int, weekly_weeks: int
) -> None:
    """Test the last `daily_days` days and `weekly_weeks` windows of seven days ending on `as_of`.

    find_strays has made `stray` for the same span.
    """
    tables = [CELL_SCHEMA.empty_table()]
    noise = [pa.table({"platform": pa.array([], pa.string()), "topic_id": pa.array([], pa.string())})]
    noise = [noise[0].append_column("dispersion", pa.array([], pa.float64()))]
    first_day, tested_from = find_span(as_of, daily_days, weekly_weeks)
    homes = dict(connection.execute(read_sql("topic_home")).fetchall())
    promoted = find_promoted(connection, first_day, as_of)
    rows = connection.execute("select distinct platform from mart_exposure_day order by platform").fetchall()
    for (platform,) in rows:
        pooled = read_counts(connection, platform, first_day, as_of, homes, promoted)
        if len(pooled.topics) == 0:
            continue
        for panel in list_panels(connection, platform, tested_from, as_of):
            counts = count_panel(connection, pooled, panel, as_of)
            last, since = counts.docs.shape[1] - 1, (panel.first - first_day).days
            end = (panel.last - first_day).days
            # an alert looks two days back
            days = np.arange(max(last - daily_days + 1, since - 2), end + 1)
            if len(days):
                daily = detect(counts, days, DAILY)
                tables.append(tabulate(counts, daily, "d", DAILY, panel.first))
                if end == last:
                    noise.append(tabulate_noise(counts, daily))
            days = np.arange(last - 7 * (weekly_weeks - 1), last + 1, 7)
            days = days[(days >= since) & (days <= end)]
            if len(days):
                tables.append(tabulate(counts, detect(counts, days, WEEKLY), "w", WEEKLY, panel.first))
    connection.register("burst_cells", pa.concat_tables(tables))
    connection.register("topic_dispersion", pa.concat_tables(noise))
    connection.execute(read_sql("topic_burst"))
    connection.unregister("burst_cells")
    merge_events(connection)


def find_span(as_of: date, daily_days: int, weekly_weeks: int) -> tuple[date, date]:
    """First day that is counted and first day that is tested."""
    span = max(
        daily_days + DAILY.baseline_days + DAILY.guard_days,
        7 * weekly_weeks + WEEKLY.claim_days + WEEKLY.baseline_days + WEEKLY.guard_days,
    )
    return as_of - timedelta(days=span), as_of - timedelta(days=max(daily_days, 7 * weekly_weeks) - 1)


def read_counts(
    connection: duckdb.DuckDBPyConnection,
    platform: str,
    first_day: date,
    as_of: date,
    homes: Mapping[str, int],
    promoted: NDArray[np.bool_],
) -> PlatformCounts:
    """Dense counts of all sources from `first_day` to `as_of`; homes: topic -> number of its parent."""
    given: dict[str, object] = {"platform": platform, "first_day": first_day, "as_of": as_of}
    cells = connection.sql(read_sql("burst_cells"), params=given).to_arrow_table()
    shown = connection.sql(read_sql("burst_exposure"), params=given).to_arrow_table()
    days = (as_of - first_day).days + 1
    place = cells["place"].to_numpy()
    offset = cells["day_offset"].to_numpy()
    number = int(place.max()) + 1 if len(place) else 0
    docs = np.zeros((number, days), dtype=np.int32)
    authors = np.zeros((number, days), dtype=np.int32)
    docs[place, offset] = cells["n_docs"].to_numpy()
    authors[place, offset] = cells["n_authors"].to_numpy()
    topics = np.empty(number, dtype=object)
    topics[place] = cells["topic_id"].to_numpy(zero_copy_only=False)
    exposure, coverage = np.zeros(days), np.zeros(days)
    exposure[shown["day_offset"].to_numpy()] = shown["n_docs"].to_numpy()
    coverage[shown["day_offset"].to_numpy()] = shown["coverage"].to_numpy()
    tested_from = np.zeros(number, dtype=np.int64)
    tested_from[place] = cells["tested_from"].fill_null(0).to_numpy()
    parents = np.array([homes.get(topic, -1) for topic in topics], dtype=np.int64)
    return PlatformCounts(
        platform, first_day, topics, docs, authors, exposure, coverage, tested_from, parents, promoted
    )


def find_promoted(connection: duckdb.DuckDBPyConnection, first_day: date, as_of: date) -> NDArray[np.bool_]:
    """Whether a promotion was on [days] from `first_day` to `as_of`."""
    promoted = np.zeros((as_of - first_day).days + 1, dtype=np.bool_)
    asked = "select day from mart_promotion where day between ? and ?"
    for (day,) in connection.execute(asked, [first_day, as_of]).fetchall():
        promoted[(day - first_day).days] = True
    return promoted


def count_panel(
    connection: duckdb.DuckDBPyConnection, pooled: PlatformCounts, panel: Panel, as_of: date
) -> PlatformCounts:
    """The counts of all sources less those of the panel's strays."""
    counts = replace(
        pooled,
        docs=pooled.docs.copy(),
        authors=pooled.authors.copy(),
        exposure=pooled.exposure.copy(),
        coverage=pooled.coverage.copy(),
    )
    given: dict[str, object] = {"platform": panel.platform, "first_day": counts.first_day, "as_of": as_of}
    leave_out_strays(
        connection,
        panel,
        given,
        counts.topics.tolist(),
        counts.docs,
        counts.authors,
        counts.exposure,
        counts.coverage,
    )
    return counts


def detect(counts: PlatformCounts, days: NDArray[np.int64], settings: BurstSettings) -> BurstTable:
    """Burst table of one platform."""
    return detect_bursts(
        counts.docs,
        counts.exposure,
        days,
        settings,
        authors=counts.authors,
        first_weekday=counts.first_day.weekday(),
        tested_from=counts.tested_from,
        parents=counts.parents,
        promoted=counts.promoted,
    )


def cover(counts: PlatformCounts, table: BurstTable, settings: BurstSettings) -> Floats:
    """Mean coverage of each tested day's claim."""
    length = settings.claim_days
    return np.array([counts.coverage[max(int(day) - length + 1, 0) : day + 1].mean() for day in table.days])


def tabulate_noise(counts: PlatformCounts, daily: BurstTable) -> pa.Table:
    """Rows of topic_dispersion, those of the newest tested day."""
    known = np.isfinite(daily.dispersion[:, -1])
    return pa.table(
        {
            "platform": pa.array([counts.platform] * int(known.sum()), pa.string()),
            "topic_id": pa.array(counts.topics[known], pa.string()),
            "dispersion": daily.dispersion[known, -1],
        }
    )


def tabulate(
    counts: PlatformCounts, table: BurstTable, grain: str, settings: BurstSettings, panel_first: date
) -> pa.Table:
    """Rows of burst_cells: cells near rising, every topic seen on the last day, and the new ones."""
    newest = table.days == counts.docs.shape[1] - 1
    with np.errstate(invalid="ignore"):
        kept = (table.p_value <= KEPT_P) & (table.count > 0)
        kept[:, newest] |= np.isfinite(table.p_value[:, newest]) & (table.count[:, newest] > 0)
    topic, column = np.nonzero(kept)
    days = np.array(
        [counts.first_day + timedelta(days=int(day)) for day in table.days], dtype="datetime64[D]"
    )
    length = settings.claim_days
    speakers = np.stack(
        [counts.authors[:, max(int(day) - length + 1, 0) : int(day) + 1].sum(axis=1) for day in table.days],
        axis=1,
    )
    exposure = np.array(
        [counts.exposure[max(int(day) - length + 1, 0) : int(day) + 1].sum() for day in table.days]
    )
    number = len(topic)
    return pa.table(
        {
            "day": pa.array(days[column], pa.date32()),
            "platform": pa.array([counts.platform] * number, pa.string()),
            "grain": pa.array([grain] * number, pa.string()),
            "topic_id": pa.array(counts.topics[topic], pa.string()),
            "x": pa.array(table.count[topic, column].astype(np.int64)),
            "mu": table.expected[topic, column],
            "dispersion": table.dispersion[topic, column],
            "p_value": table.p_value[topic, column],
            "q_value": table.q_value[topic, column],
            "m_tested": table.tested[column],
            "level": pa.array(np.array(LEVELS, dtype=object)[table.level[topic, column]], pa.string()),
            "n_authors": speakers[topic, column].astype(np.int64),
            "is_new": table.is_new[topic, column],
            "coverage": cover(counts, table, settings)[column],
            "exposure": pa.array(exposure.astype(np.int64)[column]),
            "panel_first": pa.array([panel_first] * number, pa.date32()),
        },
        schema=CELL_SCHEMA,
    )
