"""Titles on boards in; the same stories on two platforms, and which is first, out (METRICS §5.10)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from warehouse.clock import SHANGHAI
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.onsets import measure_gaps
from warehouse.stories import WINDOW_HOURS, match_stories

Days = NDArray[np.datetime64]

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
        ("gap_a_h", pa.float64()),
        ("gap_b_h", pa.float64()),
    ]
)
COUNT_SCHEMA = pa.schema(
    [
        ("week", pa.date32()),
        ("quarter", pa.date32()),
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
    board: NDArray[np.object_]

    def select(self, chosen: NDArray[np.generic]) -> Stories:
        """Some of them, by place or mask."""
        return Stories(*(getattr(self, name)[chosen] for name in self.__slots__))

    def follow(self, others: Stories) -> Stories:
        """These, then the others."""
        return Stories(
            *(np.concatenate([getattr(self, name), getattr(others, name)]) for name in self.__slots__)
        )


class StoryReader:
    """Stories of spans of hours; of one that begins within the last, only what follows is read."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._first_hour = self._past_hour = -math.inf
        self._stories = self._fetch(0, 0)

    def read(self, first_hour: float, past_hour: float) -> Stories:
        """Stories from `first_hour` to before `past_hour`, ordered by time."""
        if self._first_hour <= first_hour <= self._past_hour:
            known = self._stories.select(self._stories.hours >= first_hour)
            self._stories = known.follow(self._fetch(self._past_hour, past_hour))
            self._past_hour = max(self._past_hour, past_hour)
        else:
            self._stories = self._fetch(first_hour, past_hour)
            self._past_hour = past_hour
        self._first_hour = first_hour
        return self._stories.select(self._stories.hours < past_hour)

    def _fetch(self, first_hour: float, past_hour: float) -> Stories:
        hours = {"first_hour": first_hour, "past_hour": past_hour}
        rows = self._connection.sql(read_sql("story"), params=hours).to_arrow_table()
        return Stories(*(rows[name].to_numpy(zero_copy_only=False) for name in Stories.__slots__))


def write_story_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Match the stories of the weeks that changed, then write both marts."""
    connection.execute(read_sql("story_poll"))
    weeks = [week for (week,) in connection.execute(read_sql("story_week")).fetchall()]
    pairs, counts = [PAIR_SCHEMA.empty_table()], [COUNT_SCHEMA.empty_table()]
    reader = StoryReader(connection)
    for first, past in join_weeks(weeks):
        pair, count = match_span(connection, reader, first, past)
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
    join_titles(connection)
    connection.execute(read_sql("platform_leadlag"))


def join_titles(connection: duckdb.DuckDBPyConnection) -> None:
    """Make story_order: titles of two platforms that are alike, at once or by way of others, are one story.

    One event in many wordings counts once, whichever of the platforms words it in many ways.
    """
    connection.execute(read_sql("story_title"))
    pairs = connection.sql("select title_no_a, title_no_b from story_title").to_arrow_table()
    titles_a, a = np.unique(pairs["title_no_a"].to_numpy(), return_inverse=True)
    titles_b, b = np.unique(pairs["title_no_b"].to_numpy(), return_inverse=True)
    size = len(titles_a) + len(titles_b)
    links = csr_array((np.ones(len(a), dtype=np.int8), (a, len(titles_a) + b)), shape=(size, size))
    _, story = connected_components(links, directed=False)
    connection.register("story_part", pa.table({"title_no_a": titles_a, "story_no": story[: len(titles_a)]}))
    try:
        connection.execute(read_sql("story_order"))
    finally:
        connection.unregister("story_part")


def join_weeks(weeks: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Runs of neighbouring weeks as (first Monday, Monday after), each of at most MOST_WEEKS."""
    start = 0
    for place in range(1, len(weeks) + 1):
        is_end = place == len(weeks) or weeks[place] - weeks[place - 1] != timedelta(days=7)
        if is_end or place - start == MOST_WEEKS:
            yield weeks[start], weeks[place - 1] + timedelta(days=7)
            start = place


def match_span(
    connection: duckdb.DuckDBPyConnection, reader: StoryReader, first: date, past: date
) -> tuple[pa.Table, pa.Table]:
    """Matches of the stories that came from `first` to before `past`, and counts with their placebo."""
    start, end = to_hours(first), to_hours(past)
    shift = 24.0 * PLACEBO_DAYS
    ghosts = reader.read(start - shift - WINDOW_HOURS, end - shift + WINDOW_HOURS)
    stories = reader.read(start - WINDOW_HOURS, end + WINDOW_HOURS)
    inside = (stories.hours >= start) & (stories.hours < end)
    sampled = stories.select(inside & stories.is_sampled)
    counts = count_placebo(stories.select(inside), sampled, ghosts, shift)
    polls = read_board_polls(connection, start - 2 * WINDOW_HOURS, end + WINDOW_HOURS)
    return find_pairs(stories, inside, polls), counts


def read_board_polls(
    connection: duckdb.DuckDBPyConnection, first_hour: float, past_hour: float
) -> dict[str, Floats]:
    """Platform and board -> hours of the epoch at which it was read, ascending."""
    rows = connection.sql(
        read_sql("story_poll_span"), params={"first_hour": first_hour, "past_hour": past_hour}
    ).to_arrow_table()
    boards, places = np.unique(rows["board"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    hours = rows["hours"].to_numpy()
    return {str(name): hours[places == place] for place, name in enumerate(boards)}


def find_pairs(stories: Stories, inside: NDArray[np.bool_], polls: Mapping[str, Floats]) -> pa.Table:
    """The titles like each one inside on each platform after its own in the alphabet.

    With each the longest stretch in which its board went unread in the 72 hours before: the title may have
    come at any moment of such a stretch.
    """
    _, places = np.unique(stories.platform.astype(str), return_inverse=True)
    found = match_stories(stories.wording.tolist(), stories.hours, places.astype(np.int64))
    is_turned = places[found.earlier] > places[found.later]
    a = np.where(is_turned, found.later, found.earlier)
    b = np.where(is_turned, found.earlier, found.later)
    kept = inside[a]
    a, b, similarity = a[kept], b[kept], found.similarity[kept]
    one, other = stories.select(a), stories.select(b)
    columns = [
        to_weeks(to_days(one.hours)),
        one.platform, one.subject_id, one.title, to_moments(one.hours),
        other.platform, other.subject_id, other.title, to_moments(other.hours),
        other.hours - one.hours, similarity, find_gaps(one, polls), find_gaps(other, polls),
    ]  # fmt: skip
    return pa.table(dict(zip(PAIR_SCHEMA.names, columns, strict=True)), schema=PAIR_SCHEMA)


def find_gaps(stories: Stories, polls: Mapping[str, Floats]) -> Floats:
    """For each the longest stretch without a reading of its board in the 72 hours before it came."""
    gaps: Floats = np.full(len(stories.hours), WINDOW_HOURS)
    boards, places = np.unique(stories.board.astype(str), return_inverse=True)
    for place, board in enumerate(boards):
        chosen = places == place
        found = measure_gaps(polls.get(str(board), np.empty(0)), stories.hours[chosen], WINDOW_HOURS)
        gaps[chosen] = np.minimum(found, WINDOW_HOURS)
    return gaps


def count_placebo(stories: Stories, sampled: Stories, ghosts: Stories, shift: float) -> pa.Table:
    """Stories by week and platform; of a tenth of them, how many match what another had a month before."""
    titles = [*sampled.wording, *ghosts.wording]
    hours = np.concatenate([sampled.hours, ghosts.hours + shift])
    is_ghost = np.repeat([0, 1], [len(sampled.hours), len(ghosts.hours)])
    found = match_stories(titles, hours, is_ghost)
    real = np.where(is_ghost[found.earlier] == 0, found.earlier, found.later)
    ghost = np.where(is_ghost[found.earlier] == 0, found.later, found.earlier) - len(sampled.hours)
    matched = {(int(one), str(ghosts.platform[other])) for one, other in zip(real, ghost, strict=True)}
    spans, sampled_spans = (find_spans(some.hours) for some in (stories, sampled))
    rows = []
    for span in np.unique(spans):
        of_span = stories.platform[spans == span]
        numbers = {str(name): int((of_span == name).sum()) for name in np.unique(of_span.astype(str))}
        for platform, number in numbers.items():
            chosen = np.flatnonzero((sampled_spans == span) & (sampled.platform == platform))
            counted = {
                "week": to_weeks(span).item(),
                "quarter": to_quarters(span).item(),
                "platform": platform,
                "n_stories": number,
            }
            rows += [
                counted
                | {
                    "placebo_platform": other,
                    "n_sampled": len(chosen),
                    "n_placebo": sum((int(place), other) in matched for place in chosen),
                }
                for other in numbers
                if other > platform or len(numbers) == 1
            ] or [counted]
    return pa.Table.from_pylist(rows, COUNT_SCHEMA)


def to_hours(day: date) -> float:
    """Hours of the epoch at which the day begins in Shanghai."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI).timestamp() / 3600


def to_days(hours: Floats) -> Days:
    """Day of each moment in Shanghai, eight hours ahead of UTC since 1991."""
    return np.floor((hours + 8) / 24).astype(np.int64).astype("datetime64[D]")


def to_weeks(days: Days) -> Days:
    """Monday of each day's week."""
    # the epoch began on a Thursday
    return days - (days.astype(np.int64) + 3) % 7


def to_quarters(days: Days) -> Days:
    """First day of each day's quarter."""
    months = days.astype("datetime64[M]")
    return (months - months.astype(np.int64) % 3).astype("datetime64[D]")


def find_spans(hours: Floats) -> Days:
    """First day of each moment's week, or of its quarter where that begins within the week."""
    days = to_days(hours)
    return np.maximum(to_weeks(days), to_quarters(days))


def to_moments(hours: Floats) -> pa.Array:
    """Moments (UTC) to the microsecond."""
    return pa.array(np.round(hours * 3.6e9).astype(np.int64), pa.timestamp("us", "UTC"))
