"""Loads and their sources in; documents of sources too new to be compared with, by tested day, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.mart_sql import read_sql


@dataclass(frozen=True, slots=True)
class Panel:
    """The sources that count on the days from `first` to `last`: those read for 28 days before each."""

    platform: str
    """Platform; `all` pools the platforms."""
    first: date
    last: date


def find_strays(connection: duckdb.DuckDBPyConnection, counted_from: date, tested_from: date) -> None:
    """Make the table `stray`: documents from `counted_from` on that only new sources brought (METRICS §5).

    A source that begins beside others brings topics of its own, which rise from nothing though nobody speaks
    more of them. So its documents count neither as a topic's nor as exposure until it has been read for 28
    days; from then on its past counts too.
    """
    connection.execute("set variable counted_after = ?", [counted_from - timedelta(days=1)])
    connection.execute("set variable tested_after = ?", [tested_from])
    connection.execute(read_sql("stray"))


def list_panels(
    connection: duckdb.DuckDBPyConnection, platform: str, tested_from: date, as_of: date
) -> Iterator[Panel]:
    """The panels of the tested days, oldest first; one where no source began."""
    given = {"platform": platform, "tested_from": tested_from, "as_of": as_of}
    rows = connection.execute(read_sql("panel_day"), given).fetchall()
    firsts = [tested_from, *(day for (day,) in rows), as_of + timedelta(days=1)]
    for first, after in pairwise(firsts):
        yield Panel(platform, first, after - timedelta(days=1))


def leave_out_strays(
    connection: duckdb.DuckDBPyConnection,
    panel: Panel,
    given: dict[str, object],
    topics: Sequence[object],
    docs: NDArray[np.int32],
    authors: NDArray[np.int32],
    exposure: NDArray[np.float64],
) -> None:
    """Take the documents of the panel's strays out of docs and authors [topics, days] and exposure [days].

    given: platform, first_day (of column 0) and as_of.
    """
    asked = given | {"panel": panel.first}
    strays_by_day = connection.execute(read_sql("panel_exposure"), asked).fetchall()
    if not strays_by_day:
        return
    for offset, number in strays_by_day:
        exposure[offset] -= number
    place = {topic: number for number, topic in enumerate(topics)}
    for topic, offset, left, speakers in connection.execute(read_sql("panel_cells"), asked).fetchall():
        docs[place[topic], offset] = left
        authors[place[topic], offset] = speakers
