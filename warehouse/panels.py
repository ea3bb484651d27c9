"""Loads and their sources in; documents of sources that cannot be compared with, by tested day, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.append import append_rows
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats

USUAL_DAYS = 28
"""Days before a day whose median its documents are held against."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The sources that count on the days from `first` to `last`: those read in baseline and test window."""

    platform: str
    """Platform; `all` pools the platforms."""
    first: date
    last: date
    has_strays: bool
    """Whether any document does not count then."""


def find_strays(connection: duckdb.DuckDBPyConnection, counted_from: date, tested_from: date) -> None:
    """Make `stray`: documents from `counted_from` on that only sources brought which do not always count.

    A source that begins beside others brings topics of its own, which rise from nothing though nobody speaks
    more of them; one that ends takes its topics with it, so that all others seem to rise. So the documents
    of a source count neither as a topic's nor as exposure until it has been read for 28 days, and from its
    end on (METRICS §5: the panel is what was crawled in both baseline and test window). While it counts, its
    whole past does. A source has ended when it has not been read for three days.
    """
    connection.execute("set variable counted_after = ?", [counted_from - timedelta(days=1)])
    connection.execute("set variable tested_from = ?", [tested_from])
    connection.execute(read_sql("document_read"))
    connection.execute(read_sql("stray"))


def find_pair_strays(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what growth leaves out: by pair of weeks `pair_exposure` and `pair_topic`.

    A week and the one before are compared by the sources that count at its end (METRICS §5: the panel is
    what was crawled in both); find_strays has made `stray` and `stray_panel`.
    """
    connection.execute(read_sql("pair_panel"))
    weeks = connection.execute("select distinct pair_week from pair_left_out order by pair_week").fetchall()
    count_left(connection, "pair", [week for (week,) in weeks])


def find_stage_strays(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what stages leave out: `stage_panel`, and by panel and week `stage_exposure` and `stage_topic`.

    A stage compares half a year, so that its sources must have been read for eight weeks and not for four,
    and weeks before the youngest of them are not read.
    """
    connection.execute(read_sql("stage_panel"))
    weeks = connection.execute("select distinct week from stage_left_out order by week").fetchall()
    count_left(connection, "stage", [week for (week,) in weeks])


def count_left(connection: duckdb.DuckDBPyConnection, kind: str, weeks: Sequence[date]) -> None:
    """Fill `pair_topic` or `stage_topic`, one week after the other: all authors at once fill the memory."""
    for week in weeks:
        connection.execute(f"set variable {kind}_week = ?", [week])
        connection.execute(read_sql(f"{kind}_topic"))
        append_rows(connection, f"{kind}_topic", f"{kind}_topic_week")


def list_panels(
    connection: duckdb.DuckDBPyConnection, tested_from: date, as_of: date
) -> Callable[[str], Iterator[Panel]]:
    """Platform -> the panels of the tested days, oldest first; one where no source began or ended."""
    begun: dict[str, dict[date, bool]] = {}
    for scope, first_day, has_strays in connection.execute(read_sql("panel_day")).fetchall():
        begun.setdefault(scope, {})[first_day] = has_strays

    def list_of(platform: str) -> Iterator[Panel]:
        firsts = {tested_from: False} | begun.get(platform, {})
        for first, after in pairwise([*sorted(firsts), as_of + timedelta(days=1)]):
            yield Panel(platform, first, after - timedelta(days=1), firsts[first])

    return list_of


def leave_out_strays(
    connection: duckdb.DuckDBPyConnection,
    panel: Panel,
    given: dict[str, object],
    topics: Sequence[object],
    docs: NDArray[np.int32],
    authors: NDArray[np.int32],
    exposure: Floats,
    coverage: Floats,
) -> None:
    """Take the panel's strays out of docs and authors [topics, days] and of exposure and coverage [days].

    given: platform, first_day (of column 0) and as_of.
    """
    asked = given | {"panel": panel.first}
    strays_by_day = connection.execute(read_sql("panel_exposure"), asked).fetchall()
    for offset, number in strays_by_day:
        exposure[offset] -= number
    coverage[:] = cover_days(exposure)
    cells = connection.sql(read_sql("panel_cells"), params=asked).to_arrow_table()
    place = {topic: number for number, topic in enumerate(topics)}
    rows = np.array([place[topic] for topic in cells["topic_id"].to_pylist()], dtype=np.int64)
    docs[rows, cells["day_offset"].to_numpy()] = cells["n_docs"].to_numpy()
    authors[rows, cells["day_offset"].to_numpy()] = cells["n_authors"].to_numpy()


def cover_days(exposure: Floats) -> Floats:
    """Coverage [days] of a platform with so many documents a day, as mart_exposure_day has it.

    A day's documents, two standard deviations of leeway added, over the median of the days with any among
    the 28 before, at most 1; 0 on a day without any.
    """
    coverage = np.zeros(len(exposure))
    for day in np.flatnonzero(exposure > 0):
        before = exposure[max(day - USUAL_DAYS, 0) : day]
        before = before[before > 0]
        usual = np.median(before) if len(before) else 0.0
        leeway = exposure[day] + 2 * np.sqrt(exposure[day])
        coverage[day] = min(1.0, leeway / usual) if usual else 1.0
    return coverage
