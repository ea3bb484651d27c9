"""Counts of two halves of the authors in; how many discoveries of one the other confirms out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from warehouse.bursts import DAILY, SIGNAL, detect_bursts
from warehouse.negative_binomial import Floats
from warehouse.published_file import open_readonly
from warehouse.sql_files import read_sql_file

CONFIRMING_P = 0.05
REPLAYED_DAYS = 35


@dataclass(frozen=True, slots=True)
class Half:
    """Documents by half of the authors: counts [topics, days], all of them [days]."""

    counts: NDArray[np.int64]
    exposure: Floats


@dataclass(frozen=True, slots=True)
class Replication:
    """discoveries: claims in either half; confirmed: those with p below .05 in the other (5 % by chance)."""

    discoveries: int
    confirmed: int

    @property
    def share(self) -> float:
        """Part confirmed; nan of none."""
        return round(self.confirmed / self.discoveries, 4) if self.discoveries else float("nan")


def measure_replication(one: Half, other: Half, days: NDArray[np.int64]) -> Replication:
    """Test both halves on `days`; each confirms what the other claims."""
    tables = [detect_bursts(half.counts, half.exposure, days, DAILY) for half in (one, other)]
    discoveries = confirmed = 0
    for claiming, checking in (tables, tables[::-1]):
        claimed = claiming.level >= SIGNAL
        with np.errstate(invalid="ignore"):
            confirmed += int((claimed & (checking.p_value < CONFIRMING_P)).sum())
        discoveries += int(claimed.sum())
    return Replication(discoveries, confirmed)


def add_replications(parts: Sequence[Replication]) -> Replication:
    """All of them together."""
    return Replication(sum(part.discoveries for part in parts), sum(part.confirmed for part in parts))


def thin_world(counts: NDArray[np.int64], exposure: Floats, seed: int) -> tuple[Half, Half]:
    """Counts dealt out to two halves as their authors fall, one document an author."""
    half = np.random.default_rng(seed).binomial(counts, 0.5)
    return Half(half, exposure / 2), Half(counts - half, exposure / 2)


def replicate_published(published: Path) -> dict[str, Replication]:
    """By platform, the last five weeks of a published file, halved by the parity of the authors' keys.

    Documents that show no author are left out. The keys are keyed hashes, so that their parity is as good
    as a coin.
    """
    with open_readonly(published) as connection:
        rows = connection.sql(read_sql_file("read", "author_halves")).fetchall()
    found = {}
    for platform in sorted({row[0] for row in rows}):
        found[platform] = replicate_platform([row[1:] for row in rows if row[0] == platform])
    return found


def replicate_platform(rows: Sequence[tuple[str | None, date, bool, int]]) -> Replication:
    """Replication over rows of topic (None: all documents), day, half and documents."""
    last = max(day for _, day, _, _ in rows)
    length = REPLAYED_DAYS + DAILY.baseline_days + DAILY.guard_days
    first = last - timedelta(days=length - 1)
    topics = {topic: place for place, topic in enumerate(sorted({row[0] for row in rows if row[0]}))}
    counts = np.zeros((2, len(topics), length), dtype=np.int64)
    exposure = np.zeros((2, length))
    for topic, day, is_odd, number in rows:
        if day < first:
            continue
        if topic is None:
            exposure[int(is_odd), (day - first).days] = number
        else:
            counts[int(is_odd), topics[topic], (day - first).days] = number
    halves = [Half(counts[place], exposure[place]) for place in (0, 1)]
    return measure_replication(halves[0], halves[1], np.arange(length - REPLAYED_DAYS, length))
