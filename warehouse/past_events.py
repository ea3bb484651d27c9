"""Topics that rose lately and their days of two years in; which earlier weeks were events too out."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.baselines import winsorise_rate
from warehouse.burst_counts import read_exposures
from warehouse.bursts import WEEKLY
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats, compute_upper_tail

PAST_P = 0.001
"""What q = .05 amounts to when one topic in fifty rises; weeks long past are not ranked again."""
WEEK_DAYS = 7
LEAD_DAYS = WEEK_DAYS + WEEKLY.guard_days + WEEKLY.baseline_days
"""Days that the grade of a week needs, with its own."""
PAST_SCHEMA = pa.schema(
    [
        ("platform", pa.string()),
        ("topic_id", pa.string()),
        ("past_week", pa.date32()),
        ("ratio", pa.float64()),
        ("is_event", pa.bool_()),
    ]
)


def write_past_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary tables past_window and past_event: a row for each topic and week that was read.

    A week is graded by the sources that counted in it (mart_source_panel), as the burst test of these days
    is: else what a new source is full of would have had a rise, and a season, in the week it began.
    """
    connection.execute(read_sql("past_window"))
    connection.execute("set variable past_days = cast(? as integer)", [LEAD_DAYS])
    connection.execute(read_sql("past_gap"))
    has_gaps = connection.execute("select exists (from past_gap)").fetchall() == [(True,)]
    if has_gaps:
        connection.execute(read_sql("past_stray"))
    weeks = [
        week
        for (week,) in connection.execute("select distinct past_week from past_window order by 1").fetchall()
    ]
    platforms = connection.execute("select distinct platform from past_topic order by 1").fetchall()
    tables = [PAST_SCHEMA.empty_table()]
    if platforms:
        exposures = read_exposures(connection, find_first_day(weeks), weeks[-1])
        tables += [
            grade_platform(connection, platform, weeks, exposures[platform][0], has_gaps)
            for (platform,) in platforms
        ]
    connection.register("past_rows", pa.concat_tables(tables))
    try:
        connection.execute("create or replace temp table past_event as from past_rows")
    finally:
        connection.unregister("past_rows")


def find_first_day(weeks: list[date]) -> date:
    """First day that the grade of the first week needs."""
    return weeks[0] - timedelta(days=LEAD_DAYS - 1)


def grade_platform(
    connection: duckdb.DuckDBPyConnection, platform: str, weeks: list[date], exposure: Floats, has_gaps: bool
) -> pa.Table:
    """Rows of past_event of one platform with those documents [days]; has_gaps: whether some source did not
    count in some week.
    """
    first_day, last_day = find_first_day(weeks), weeks[-1]
    topics = connection.sql(
        "select topic_id, dispersion from past_topic where platform = $platform order by place",
        params={"platform": platform},
    ).to_arrow_table()
    given = {"platform": platform, "first_day": first_day, "last_day": last_day}
    cells = connection.sql(read_sql("past_cell"), params=given).to_arrow_table()
    counts = np.zeros((topics.num_rows, len(exposure)))
    counts[cells["place"].to_numpy(), cells["day_offset"].to_numpy()] = cells["n_docs"].to_numpy()
    tables = [PAST_SCHEMA.empty_table()]
    for week in weeks:
        kept, shown_then = counts, exposure
        if has_gaps:
            kept, shown_then = counts.copy(), exposure.copy()
            leave_out_strays(connection, platform, first_day, week, kept, shown_then)
        found = grade_week(kept, shown_then, (week - first_day).days, topics["dispersion"].to_numpy())
        if found is not None:
            ratio, is_event = found
            tables.append(
                pa.table(
                    {
                        "platform": [platform] * len(ratio),
                        "topic_id": topics["topic_id"],
                        "past_week": pa.array([week] * len(ratio), pa.date32()),
                        "ratio": ratio,
                        "is_event": is_event,
                    },
                    schema=PAST_SCHEMA,
                )
            )
    return pa.concat_tables(tables)


def leave_out_strays(
    connection: duckdb.DuckDBPyConnection,
    platform: str,
    first_day: date,
    week: date,
    counts: Floats,
    exposure: Floats,
) -> None:
    """Take documents of sources that did not count in the week out of counts [topics, days] and exposure."""
    asked = {"platform": platform, "first_day": first_day, "week": week}
    cells = connection.sql(read_sql("past_stray_cell"), params=asked).to_arrow_table()
    counts[cells["place"].to_numpy(), cells["day_offset"].to_numpy()] -= cells["n_docs"].to_numpy()
    days = connection.sql(read_sql("past_stray_day"), params=asked).to_arrow_table()
    exposure[days["day_offset"].to_numpy()] -= days["n_docs"].to_numpy()


def grade_week(
    counts: Floats, exposure: Floats, day: int, dispersion: Floats
) -> tuple[Floats, NDArray[np.bool_]] | None:
    """Ratio to expected of the week ending on `day`, and whether it was an event [topics]; None when unread.

    counts: [topics, days]. The rate is that of the weekly engine's baseline; the noise is the topic's present
    one, as METRICS §5.4 adds it up over seven days, with the error of the rate.
    """
    claim = slice(day - WEEK_DAYS + 1, day + 1)
    end = day + 1 - WEEK_DAYS - WEEKLY.guard_days
    base = slice(end - WEEKLY.baseline_days, end)
    covered = exposure[base] > 0
    if covered.sum() < WEEKLY.baseline.least_days or exposure[claim].sum() <= 0:
        return None
    known = exposure[base][covered]
    span = np.full(len(counts), known.sum())
    rate = winsorise_rate(counts[:, base][:, covered], known, span, WEEKLY.baseline)
    rate = rate + WEEKLY.baseline.pseudo_count / span
    expected = rate * exposure[claim].sum()
    observed = counts[:, claim].sum(axis=1)
    noise = dispersion / WEEK_DAYS + 1 / (rate * span) + dispersion / covered.sum()
    p_value = compute_upper_tail(observed, expected, noise)
    ratio = observed / expected
    is_event = (
        (p_value <= PAST_P) & (observed >= WEEKLY.least_count) & (observed >= WEEKLY.least_ratio * expected)
    )
    return ratio, is_event
