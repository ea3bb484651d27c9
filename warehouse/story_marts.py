"""Titles on boards in; the same stories on two platforms, and which is first, out (METRICS §5.10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from warehouse.beside import WorkBeside
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.onsets import measure_gaps
from warehouse.stories import WINDOW_HOURS, match_stories
from warehouse.story_spans import SHIFT_HOURS, Stories, StoryReader, StorySpan

Days = NDArray[np.datetime64]

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


class StoryMatching:
    """Stories of the weeks that changed, matched by a thread beside the steps between `begin` and `write`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, beside: Executor) -> None:
        self._connection = connection
        self._matching = WorkBeside(beside, match_span)
        self._weeks: list[date] = []

    def begin(self) -> None:
        """Read the stories of the weeks that changed; documents are up to date."""
        self._connection.execute(read_sql("story_poll"))
        self._weeks = [week for (week,) in self._connection.execute(read_sql("story_week")).fetchall()]
        reader = StoryReader(self._connection)
        for first, past in join_weeks(self._weeks):
            self._matching.give(reader.read_span(first, past))

    def write(self) -> None:
        """Write the matches, and mart_platform_leadlag of them."""
        found = self._matching.take()
        pairs = pa.concat_tables([PAIR_SCHEMA.empty_table(), *(pair for pair, _ in found)])
        counts = pa.concat_tables([COUNT_SCHEMA.empty_table(), *(count for _, count in found)])
        weeks = pa.table({"week": pa.array(self._weeks, pa.date32())})
        given = {"story_weeks": weeks, "story_pairs": pairs, "story_counts": counts}
        for name, table in given.items():
            self._connection.register(name, table)
        try:
            self._connection.execute(read_sql("story_match"))
        finally:
            for name in given:
                self._connection.unregister(name)
        join_titles(self._connection)
        self._connection.execute(read_sql("platform_leadlag"))


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


def match_span(span: StorySpan) -> tuple[pa.Table, pa.Table]:
    """Matches of the span's stories, and counts of them with their placebo."""
    stories = span.stories
    inside = (stories.hours >= span.start) & (stories.hours < span.end)
    sampled = stories.select(inside & stories.is_sampled)
    counts = count_placebo(stories.select(inside), sampled, span.ghosts, SHIFT_HOURS)
    return find_pairs(stories, inside, span.polls), counts


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
