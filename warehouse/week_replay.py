"""Counts by topic and day in; the weekly marts that the shipped SQL makes of them, as tables, out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.bursts import DAILY, LEVELS, WEEKLY, detect_bursts
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.past_events import write_past_events

PLATFORM = "all"
HISTORY_WEEKS = 28
"""Weeks that topic_week.sql reads."""


@dataclass(frozen=True, slots=True)
class WeekMarts:
    """Velocity, acceleration and stage of topics by week: the marts' columns, and `topic`, their row."""

    velocity: pa.Table
    accel: pa.Table
    stage: pa.Table


def replay_weeks(
    counts: NDArray[np.int64], exposure: Floats, weeks: int, last_day: date = date(2026, 3, 1)
) -> WeekMarts:
    """Marts of the last `weeks` weeks of counts [topics, days], each document by an author of its own.

    exposure: documents of the platform [days]. Nothing later than a week is read for its stage but the
    topics' noise, which is that of the last day.
    """
    days = counts.shape[1]
    ends = np.arange(days - 7 * (weeks - 1) - 1, days, 7)
    levels = detect_bursts(counts, exposure, ends, WEEKLY, first_weekday=find_weekday(last_day, days)).level
    noise = detect_bursts(counts, exposure, np.array([days - 1]), DAILY).dispersion[:, -1]
    with duckdb.connect() as connection:
        connection.execute("set variable as_of = ?", [last_day])
        connection.execute("set variable weeks = cast(? as integer)", [weeks])
        for name in ("wilson", "macros", "festival"):
            connection.execute(read_sql(name))
        tables = {
            "topic_week": tabulate_weeks(counts, last_day),
            "exposure_week": tabulate_exposure(exposure, last_day),
            "topic_dispersion": tabulate_noise(noise),
            "mart_topic_burst": tabulate_levels(levels, ends, last_day, days),
            "mart_topic_day": tabulate_days(counts, last_day),
            "mart_exposure_day": tabulate_exposure_days(exposure, last_day),
        }
        for name, table in tables.items():
            connection.register(name, table)
        connection.execute(read_sql("replay_nothing"))
        write_past_events(connection)
        for name in ("topic_velocity", "topic_accel", "topic_stage"):
            connection.execute(read_sql(name))
        return WeekMarts(
            *(
                connection.sql(
                    f"select *, cast(topic_id[5:] as bigint) as topic, "  # noqa: S608
                    f"(date_diff('day', week, getvariable('as_of')) // 7)::bigint as weeks_ago "
                    f"from mart_topic_{name} order by all"
                ).to_arrow_table()
                for name in ("velocity", "accel", "stage")
            )
        )


def find_weekday(last_day: date, days: int) -> int:
    """Weekday (Monday 0) of the first of `days` days."""
    return (last_day - timedelta(days=days - 1)).weekday()


def name_topics(places: NDArray[np.int64]) -> list[str]:
    """Ids of rows of the counts."""
    return [f"tag:{place}" for place in places.tolist()]


def date_back(ago: NDArray[np.int64], last_day: date) -> pa.Array:
    """Days so many days before the last."""
    return pa.array(np.datetime64(last_day, "D") - ago.astype("timedelta64[D]"), pa.date32())


def sum_weeks(values: NDArray[np.int64] | Floats) -> Floats:
    """Sums of seven days [.., weeks], newest week last, of the weeks that are whole."""
    whole = min(values.shape[-1] // 7, HISTORY_WEEKS)
    recent = values[..., values.shape[-1] - 7 * whole :]
    total: Floats = recent.reshape(*values.shape[:-1], whole, 7).sum(axis=-1).astype(np.float64)
    return total


def tabulate_weeks(counts: NDArray[np.int64], last_day: date) -> pa.Table:
    """Rows of topic_week."""
    sums = sum_weeks(counts)
    topic, column = np.nonzero(sums)
    number = sums[topic, column].astype(np.int64)
    return pa.table(
        {
            "week": date_back(7 * (sums.shape[1] - 1 - column), last_day),
            "platform": [PLATFORM] * len(topic),
            "topic_id": name_topics(topic),
            "n_docs": number,
            "n_authors": number,
        }
    )


def tabulate_exposure(exposure: Floats, last_day: date) -> pa.Table:
    """Rows of exposure_week."""
    sums = sum_weeks(exposure)
    ago = 7 * np.arange(len(sums) - 1, -1, -1)
    full = [1.0] * len(sums)
    return pa.table(
        {
            "week": date_back(ago, last_day),
            "platform": [PLATFORM] * len(sums),
            "n_docs": sums,
            "coverage": full,
            "pair_coverage": full,
        }
    )


def tabulate_noise(noise: Floats) -> pa.Table:
    """Rows of topic_dispersion."""
    known = np.flatnonzero(np.isfinite(noise))
    return pa.table(
        {
            "platform": [PLATFORM] * len(known),
            "topic_id": name_topics(known),
            "dispersion": noise[known],
        }
    )


def tabulate_levels(levels: NDArray[np.int8], ends: NDArray[np.int64], last_day: date, days: int) -> pa.Table:
    """Rows of mart_topic_burst of grain w that rose at all."""
    topic, column = np.nonzero(levels)
    names = np.array(LEVELS, dtype=object)[levels[topic, column]]
    return pa.table(
        {
            "day": date_back(days - 1 - ends[column], last_day),
            "platform": [PLATFORM] * len(topic),
            "grain": ["w"] * len(topic),
            "topic_id": name_topics(topic),
            "level": pa.array(names, pa.string()),
        }
    )


def tabulate_days(counts: NDArray[np.int64], last_day: date) -> pa.Table:
    """Rows of mart_topic_day."""
    topic, column = np.nonzero(counts)
    return pa.table(
        {
            "day": date_back(counts.shape[1] - 1 - column, last_day),
            "platform": [PLATFORM] * len(topic),
            "topic_id": name_topics(topic),
            "n_docs": counts[topic, column],
        }
    )


def tabulate_exposure_days(exposure: Floats, last_day: date) -> pa.Table:
    """Rows of mart_exposure_day."""
    ago = np.arange(len(exposure) - 1, -1, -1)
    return pa.table(
        {
            "day": date_back(ago, last_day),
            "platform": [PLATFORM] * len(ago),
            "n_docs": np.round(exposure).astype(np.int64),
            "coverage": [1.0] * len(ago),
        }
    )
