"""Titles on boards in; the same stories on two platforms, and which is first, out (METRICS §5.10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.stories import WINDOW_HOURS, match_stories

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLACEBO_DAYS = 30
MOST_WEEKS = 8
"""Weeks matched at a time, which bounds memory however long the history is."""

PAIR_SCHEMA = pa.schema(
    [
        ("week", pa.date32()),
        ("platform_a", pa.string()),
        ("subject_a", pa.string()),
        ("title_a", pa.string()),
        ("first_a", pa.timestamp("us", "UTC")),
        ("platform_b", pa.string()),
        ("subject_b", pa.string()),
        ("title_b", pa.string()),
        ("first_b", pa.timestamp("us", "UTC")),
        ("lag_h", pa.float64()),
        ("similarity", pa.float64()),
    ]
)
COUNT_SCHEMA = pa.schema(
    [
        ("week", pa.date32()),
        ("platform", pa.string()),
        ("n_stories", pa.int64()),
        ("placebo_platform", pa.string()),
        ("n_sampled", pa.int64()),
        ("n_placebo", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Stories:
    """Columns of the stories of a span, ordered by time; hours since the epoch."""

    platform: NDArray[np.object_]
    subject_id: NDArray[np.object_]
    title: NDArray[np.object_]
    wording: NDArray[np.object_]
    hours: Floats
    is_sampled: NDArray[np.bool_]

    def select(self, chosen: NDArray[np.generic]) -> Stories:
        """Some of them, by place or mask."""
        return Stories(*(getattr(self, name)[chosen] for name in self.__slots__))


def write_story_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Match the stories of the weeks that changed, then write both marts."""
    weeks = [week for (week,) in connection.execute(read_sql("story_week")).fetchall()]
    pairs, counts = [PAIR_SCHEMA.empty_table()], [COUNT_SCHEMA.empty_table()]
    for first, past in join_weeks(weeks):
        pair, count = match_span(connection, first, past)
        pairs.append(pair)
        counts.append(count)
    connection.register("story_weeks", pa.table({"week": pa.array(weeks, pa.date32())}))
    connection.register("story_pairs", pa.concat_tables(pairs))
    connection.register("story_counts", pa.concat_tables(counts))
    try:
        connection.execute(read_sql("story_match"))
    finally:
        for name in ("story_weeks", "story_pairs", "story_counts"):
            connection.unregister(name)
    connection.execute(read_sql("platform_leadlag"))


def join_weeks(weeks: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Runs of neighbouring weeks as (first Monday, Monday after), each of at most MOST_WEEKS."""
    start = 0
    for place in range(1, len(weeks) + 1):
        is_end = place == len(weeks) or weeks[place] - weeks[place - 1] != timedelta(days=7)
        if is_end or place - start == MOST_WEEKS:
            yield weeks[start], weeks[place - 1] + timedelta(days=7)
            start = place


def match_span(connection: duckdb.DuckDBPyConnection, first: date, past: date) -> tuple[pa.Table, pa.Table]:
    """Matches of the stories that came from `first` to before `past`, and counts with their placebo."""
    start, end = to_hours(first), to_hours(past)
    stories = read_stories(connection, start - WINDOW_HOURS, end + WINDOW_HOURS)
    inside = (stories.hours >= start) & (stories.hours < end)
    shift = 24.0 * PLACEBO_DAYS
    ghosts = read_stories(connection, start - shift - WINDOW_HOURS, end - shift + WINDOW_HOURS)
    sampled = stories.select(inside & stories.is_sampled)
    counts = count_placebo(stories.select(inside), sampled, ghosts, shift)
    return find_pairs(stories, inside), counts


def read_stories(connection: duckdb.DuckDBPyConnection, first_hour: float, past_hour: float) -> Stories:
    """Stories of the hours."""
    rows = connection.sql(
        read_sql("story"), params={"first_hour": first_hour, "past_hour": past_hour}
    ).to_arrow_table()
    columns = [rows[name].to_numpy(zero_copy_only=False) for name in Stories.__slots__]
    return Stories(*columns)


def find_pairs(stories: Stories, inside: NDArray[np.bool_]) -> pa.Table:
    """The best match of each story inside on each platform after its own in the alphabet."""
    _, places = np.unique(stories.platform.astype(str), return_inverse=True)
    found = match_stories(stories.wording.tolist(), stories.hours, places.astype(np.int64))
    is_turned = places[found.earlier] > places[found.later]
    a = np.where(is_turned, found.later, found.earlier)
    b = np.where(is_turned, found.earlier, found.later)
    kept = inside[a]
    a, b, similarity = a[kept], b[kept], found.similarity[kept]
    lag = stories.hours[b] - stories.hours[a]
    order = np.lexsort((b, np.abs(lag), -similarity, places[b], a))
    a, b, similarity, lag = a[order], b[order], similarity[order], lag[order]
    is_best = np.ones(len(a), dtype=np.bool_)
    is_best[1:] = (a[1:] != a[:-1]) | (places[b[1:]] != places[b[:-1]])
    one, other = stories.select(a[is_best]), stories.select(b[is_best])
    columns = [
        to_weeks(one.hours),
        one.platform, one.subject_id, one.title, to_moments(one.hours),
        other.platform, other.subject_id, other.title, to_moments(other.hours),
        lag[is_best], similarity[is_best],
    ]  # fmt: skip
    return pa.table(dict(zip(PAIR_SCHEMA.names, columns, strict=True)), schema=PAIR_SCHEMA)


def count_placebo(stories: Stories, sampled: Stories, ghosts: Stories, shift: float) -> pa.Table:
    """Stories by week and platform; of a tenth of them, how many match what another had a month before."""
    titles = [*sampled.wording, *ghosts.wording]
    hours = np.concatenate([sampled.hours, ghosts.hours + shift])
    is_ghost = np.repeat([0, 1], [len(sampled.hours), len(ghosts.hours)])
    found = match_stories(titles, hours, is_ghost)
    real = np.where(is_ghost[found.earlier] == 0, found.earlier, found.later)
    ghost = np.where(is_ghost[found.earlier] == 0, found.later, found.earlier) - len(sampled.hours)
    matched = {(int(one), str(ghosts.platform[other])) for one, other in zip(real, ghost, strict=True)}
    weeks, sampled_weeks = to_weeks(stories.hours), to_weeks(sampled.hours)
    rows = []
    for week in np.unique(weeks):
        of_week = stories.platform[weeks == week]
        numbers = {str(name): int((of_week == name).sum()) for name in np.unique(of_week.astype(str))}
        for platform, number in numbers.items():
            chosen = np.flatnonzero((sampled_weeks == week) & (sampled.platform == platform))
            rows += [
                {
                    "week": week.item(),
                    "platform": platform,
                    "n_stories": number,
                    "placebo_platform": other,
                    "n_sampled": len(chosen),
                    "n_placebo": sum((int(place), other) in matched for place in chosen),
                }
                for other in numbers
                if other > platform or len(numbers) == 1
            ] or [{"week": week.item(), "platform": platform, "n_stories": number}]
    return pa.Table.from_pylist(rows, COUNT_SCHEMA)


def to_hours(day: date) -> float:
    """Hours of the epoch at which the day begins in Shanghai."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI).timestamp() / 3600


def to_weeks(hours: Floats) -> NDArray[np.datetime64]:
    """Monday of each moment's week in Shanghai."""
    # eight hours ahead of UTC since 1991; the epoch began on a Thursday
    days = np.floor((hours + 8) / 24).astype(np.int64)
    return (days - (days + 3) % 7).astype("datetime64[D]")


def to_moments(hours: Floats) -> pa.Array:
    """Moments (UTC) to the microsecond."""
    return pa.array(np.round(hours * 3.6e9).astype(np.int64), pa.timestamp("us", "UTC"))
