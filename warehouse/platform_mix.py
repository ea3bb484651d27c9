"""Documents of each platform's topics in; what a topic may expect of a day of all platforms out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.baselines import Baseline
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats

Columns = NDArray[np.int64]

PRIOR_DOCUMENTS = 1.0
"""How many documents the platforms' own shares stand for beside a topic's own ones."""


@dataclass(frozen=True, slots=True)
class PlatformTopics:
    """One platform: its topics in order, running sums of their documents [topics, days + 1], exposure."""

    topics: NDArray[np.object_]
    sums: NDArray[np.int32]
    exposure: Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """How some topics spread over the platforms in a baseline.

    share: of each topic's documents [topics, platforms]; scaled: what the documents of all platforms would
    be, were all of them read as much more or less than in the baseline as each is [platforms, days].
    """

    share: Floats
    scaled: Floats

    @property
    def exposure(self) -> Floats:
        """Documents of all platforms as they count for each topic [topics, days]."""
        exposure: Floats = self.share @ self.scaled
        return exposure

    def widen(self, base: Baseline, length: int) -> Baseline:
        """The baseline with the error of its rate for a window of the last `length` days.

        A rate that rests on few documents of the platform that grew is less sure than its total says.
        """
        grown = self.scaled[:, -length:].sum(axis=1)
        mean = self.share @ grown
        square = self.share @ grown**2
        return replace(
            base, total=base.total * np.where(square > 0, mean**2 / np.maximum(square, 1e-300), 1.0)
        )


@dataclass(frozen=True, slots=True)
class PlatformMix:
    """Documents of the topics of all platforms, by platform.

    Pooled documents over pooled exposure would make a topic rise where only its platform is read more
    deeply (METRICS §5: an exposure is of a platform); so each platform's part of a topic is expected to grow
    as that platform's documents do.
    """

    platforms: Sequence[PlatformTopics]
    places: Sequence[Columns]
    """By platform: row of each topic of all platforms there [topics], -1 for none."""

    def spread(self, rows: Columns, base: slice, days: Columns) -> Spread:
        """How the topics of `rows` spread in the columns of `base`, for the columns `days`."""
        read = np.array([one.exposure[base].sum() for one in self.platforms])
        docs = np.zeros((len(rows), len(self.platforms)))
        for column, (one, places) in enumerate(zip(self.platforms, self.places, strict=True)):
            own = places[rows]
            known = own >= 0
            docs[known, column] = one.sums[own[known], base.stop] - one.sums[own[known], base.start]
        docs += PRIOR_DOCUMENTS * read / read.sum()
        scaled = np.zeros((len(read), len(days)))
        for column, one in enumerate(self.platforms):
            if read[column] > 0:
                scaled[column] = one.exposure[days] * read.sum() / read[column]
        return Spread(docs / docs.sum(axis=1, keepdims=True), scaled)


def sum_platform(topics: NDArray[np.object_], docs: NDArray[np.int32], exposure: Floats) -> PlatformTopics:
    """A platform's topics with the running sums of their documents [topics, days]."""
    sums = np.zeros((docs.shape[0], docs.shape[1] + 1), dtype=np.int32)
    np.cumsum(docs, axis=1, out=sums[:, 1:])
    return PlatformTopics(topics, sums, exposure)


def make_mix(
    topics: NDArray[np.object_], platforms: Mapping[str, PlatformTopics], exposure: Floats
) -> PlatformMix | None:
    """The mix behind the topics of all platforms, whose documents are `exposure` [days]; None where only one
    was read.
    """
    chosen = list(platforms.values())
    # what was read of no topic at all is read none the less
    rest = exposure - np.sum([one.exposure for one in chosen], axis=0)
    if rest.any():
        chosen.append(PlatformTopics(topics[:0], np.zeros((0, len(rest) + 1), dtype=np.int32), rest))
    if len(chosen) < 2:
        return None
    return PlatformMix(chosen, [find_places(topics, one.topics) for one in chosen])


def find_places(wanted: NDArray[np.object_], known: NDArray[np.object_]) -> Columns:
    """Place of each wanted topic among the known ones, -1 where it is not."""
    found = pc.index_in(pa.array(wanted, pa.string()), value_set=pa.array(known, pa.string()))
    places: Columns = found.fill_null(-1).to_numpy().astype(np.int64)
    return places


def leave_out_by_platform(
    connection: duckdb.DuckDBPyConnection,
    platforms: Mapping[str, PlatformTopics],
    first_day: date,
    as_of: date,
    panel: date,
) -> dict[str, PlatformTopics]:
    """The platforms without the documents that do not count over all platforms in the panel of that day."""
    given = {"first_day": first_day, "as_of": as_of, "panel": panel}
    days = connection.execute(read_sql("panel_platform_exposure"), given).fetchall()
    cells = connection.sql(read_sql("panel_platform_cells"), params=given).to_arrow_table()
    names = np.array(cells["platform"].to_pylist(), dtype=object)
    rows = cells["topic_id"].to_numpy(zero_copy_only=False)
    offsets, numbers = cells["day_offset"].to_numpy(), cells["n_docs"].to_numpy()
    left = dict(platforms)
    # a platform whose documents are of no topic is none of them
    for platform in platforms.keys() & {name for name, _, _ in days}:
        one = platforms[platform]
        exposure, docs, own = one.exposure.copy(), np.diff(one.sums, axis=1), names == platform
        for name, offset, number in days:
            if name == platform:
                exposure[offset] -= number
        np.subtract.at(docs, (find_places(rows[own], one.topics), offsets[own]), numbers[own])
        left[platform] = sum_platform(one.topics, docs, exposure)
    return left
