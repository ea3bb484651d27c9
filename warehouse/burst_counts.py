"""mart_topic_day and mart_exposure_day in; what each platform's topics have a day, as arrays, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.panels import Panel, leave_out_strays

CELLS_AT_ONCE = 1_000_000
"""Days of topics that are read at once, more only where one platform has them."""


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


def read_counts(
    connection: duckdb.DuckDBPyConnection,
    first_day: date,
    as_of: date,
    homes: Mapping[str, int],
    promoted: NDArray[np.bool_],
) -> Iterator[PlatformCounts]:
    """Dense counts of all sources from `first_day` to `as_of`, platform by platform, `all` of them last.

    homes: topic -> number of its parent.
    """
    given: dict[str, object] = {"first_day": first_day, "as_of": as_of}
    exposures = read_exposures(connection, first_day, as_of)
    for platforms in group_platforms(connection.execute(read_sql("burst_platform"), given).fetchall()):
        asked = given | {"platforms": list(platforms)}
        cells = connection.sql(read_sql("burst_cells"), params=asked).to_arrow_table()
        start = 0
        for platform, size in platforms.items():
            docs, authors, topics, tested_from = spread_cells(cells.slice(start, size), len(promoted))
            start += size
            parents = np.array([homes.get(topic, -1) for topic in topics], dtype=np.int64)
            shown, coverage = exposures[platform]
            yield PlatformCounts(
                platform, first_day, topics, docs, authors, shown, coverage, tested_from, parents, promoted
            )


def group_platforms(sizes: Iterable[tuple[str, int]]) -> Iterator[dict[str, int]]:
    """Platforms with their numbers of cells, several at a time while those are few."""
    group: dict[str, int] = {}
    for platform, size in sizes:
        if group and sum(group.values()) + size > CELLS_AT_ONCE:
            yield group
            group = {}
        group[platform] = size
    if group:
        yield group


def spread_cells(
    cells: pa.Table, days: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.object_], NDArray[np.int64]]:
    """The cells of one platform as docs and authors [topics, days], its topics, their first tested days."""
    place, offset = cells["place"].to_numpy(), cells["day_offset"].to_numpy()
    number = int(place.max()) + 1
    docs, authors = np.zeros((2, number, days), dtype=np.int32)
    docs[place, offset] = cells["n_docs"].to_numpy()
    authors[place, offset] = cells["n_authors"].to_numpy()
    # a topic's first cell alone, since a name is a text to be made
    firsts = pa.array(np.flatnonzero(np.diff(place, prepend=-1)))
    topics = cells["topic_id"].take(firsts).to_numpy(zero_copy_only=False)
    tested_from = cells["tested_from"].take(firsts).fill_null(0).to_numpy()
    return docs, authors, topics, tested_from


def read_exposures(
    connection: duckdb.DuckDBPyConnection, first_day: date, last_day: date
) -> Mapping[str, tuple[Floats, Floats]]:
    """Documents and coverage [days] of every platform in the span; 0 where none was read."""
    days = (last_day - first_day).days + 1
    exposures = defaultdict[str, tuple[Floats, Floats]](lambda: (np.zeros(days), np.zeros(days)))
    rows = connection.execute(read_sql("burst_exposure"), {"first_day": first_day, "last_day": last_day})
    for platform, offset, number, share in rows.fetchall():
        docs, coverage = exposures[platform]
        docs[offset], coverage[offset] = number, share
    return exposures


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
