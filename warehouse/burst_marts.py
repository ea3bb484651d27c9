"""mart_topic_day in; the tested topics as mart_topic_burst and topic_dispersion out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.beside import WorkBeside
from warehouse.burst_counts import PlatformCounts, count_panel, find_promoted, read_counts
from warehouse.burst_events import name_risen, value_events
from warehouse.bursts import DAILY, LEVELS, WEEKLY, BurstSettings, BurstTable, detect_bursts
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.panels import Panel, list_panels
from warehouse.platform_mix import PlatformMix, PlatformTopics, leave_out_by_platform, make_mix, sum_platform

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
NOISE_SCHEMA = pa.schema([("platform", pa.string()), ("topic_id", pa.string()), ("dispersion", pa.float64())])


@dataclass(frozen=True, slots=True)
class PanelCounts:
    """What the days of a panel are tested by."""

    panel: Panel
    counts: PlatformCounts
    mix: PlatformMix | None
    """The platforms behind counts of all of them; None for one platform's own."""


@dataclass(frozen=True, slots=True)
class PanelBursts:
    """Rows of burst_cells and of topic_dispersion of the days of a panel."""

    cells: tuple[pa.Table, ...]
    noise: tuple[pa.Table, ...]


def write_burst_marts(
    connection: duckdb.DuckDBPyConnection, as_of: date, daily_days: int, weekly_weeks: int, beside: Executor
) -> None:
    """Test the last `daily_days` days and `weekly_weeks` windows of seven days ending on `as_of`.

    find_strays has made `stray` for the same span. beside: a thread that tests one panel while the next is
    read.
    """
    detecting = WorkBeside(beside, partial(detect_panel, daily_days=daily_days, weekly_weeks=weekly_weeks))
    for read in read_panels(connection, as_of, *find_span(as_of, daily_days, weekly_weeks)):
        detecting.give(read)
    bursts = detecting.take()
    cells = [CELL_SCHEMA.empty_table(), *(table for one in bursts for table in one.cells)]
    noise = [NOISE_SCHEMA.empty_table(), *(table for one in bursts for table in one.noise)]
    connection.register("burst_cells", pa.concat_tables(cells))
    connection.register("topic_dispersion", pa.concat_tables(noise))
    connection.execute(read_sql("burst_judged"))
    connection.unregister("burst_cells")
    value_events(connection)
    connection.execute(read_sql("topic_burst"))
    name_risen(connection)


def read_panels(
    connection: duckdb.DuckDBPyConnection, as_of: date, first_day: date, tested_from: date
) -> Iterator[PanelCounts]:
    """Counts from `first_day` to `as_of` by panel of days from `tested_from` on, `all` platforms last."""
    homes = dict(connection.execute(read_sql("topic_home")).fetchall())
    promoted = find_promoted(connection, first_day, as_of)
    panels = list_panels(connection, tested_from, as_of)
    platforms: dict[str, PlatformTopics] = {}
    for pooled in read_counts(connection, first_day, as_of, homes, promoted):
        if pooled.platform != "all":
            platforms[pooled.platform] = sum_platform(pooled.topics, pooled.docs, pooled.exposure)
        for panel in panels(pooled.platform):
            counts = count_panel(connection, pooled, panel, as_of) if panel.has_strays else pooled
            yield PanelCounts(panel, counts, mix_platforms(connection, counts, platforms, panel, as_of))


def detect_panel(read: PanelCounts, daily_days: int, weekly_weeks: int) -> PanelBursts:
    """Test the days of a panel that are among the last `daily_days`, and its windows of the last weeks."""
    panel, counts, mix = read.panel, read.counts, read.mix
    last, since = counts.docs.shape[1] - 1, (panel.first - counts.first_day).days
    end = (panel.last - counts.first_day).days
    cells, noise = [], []
    # an alert looks two days back
    days = np.arange(max(last - daily_days + 1, since - 2), end + 1)
    if len(days):
        daily = detect(counts, days, DAILY, mix)
        cells.append(tabulate(counts, daily, "d", DAILY, panel.first))
        if end == last:
            noise.append(tabulate_noise(counts, daily))
    days = np.arange(last - 7 * (weekly_weeks - 1), last + 1, 7)
    days = days[(days >= since) & (days <= end)]
    if len(days):
        weekly = detect(counts, days, WEEKLY, mix)
        cells.append(tabulate(counts, weekly, "w", WEEKLY, panel.first))
    return PanelBursts(tuple(cells), tuple(noise))


def find_span(as_of: date, daily_days: int, weekly_weeks: int) -> tuple[date, date]:
    """First day that is counted and first day that is tested."""
    span = max(
        daily_days + DAILY.baseline_days + DAILY.guard_days,
        7 * weekly_weeks + WEEKLY.claim_days + WEEKLY.baseline_days + WEEKLY.guard_days,
    )
    return as_of - timedelta(days=span), as_of - timedelta(days=max(daily_days, 7 * weekly_weeks) - 1)


def mix_platforms(
    connection: duckdb.DuckDBPyConnection,
    counts: PlatformCounts,
    platforms: Mapping[str, PlatformTopics],
    panel: Panel,
    as_of: date,
) -> PlatformMix | None:
    """The platforms behind counts of all of them; None for one platform's own."""
    if counts.platform != "all":
        return None
    if panel.has_strays:
        platforms = leave_out_by_platform(connection, platforms, counts.first_day, as_of, panel.first)
    return make_mix(counts.topics, platforms, counts.exposure)


def detect(
    counts: PlatformCounts, days: NDArray[np.int64], settings: BurstSettings, mix: PlatformMix | None
) -> BurstTable:
    """Burst table of one platform, or of all of them with the mix behind it."""
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
        mix=mix,
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
        },
        schema=NOISE_SCHEMA,
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
            "m_tested": table.tested[topic, column],
            "level": pa.array(np.array(LEVELS, dtype=object)[table.level[topic, column]], pa.string()),
            "n_authors": speakers[topic, column].astype(np.int64),
            "is_new": table.is_new[topic, column],
            "coverage": cover(counts, table, settings)[column],
            "exposure": pa.array(exposure.astype(np.int64)[column]),
            "panel_first": pa.array([panel_first] * number, pa.date32()),
        },
        schema=CELL_SCHEMA,
    )
