"""Days of one topic in; what each day was expected to bring, with its range, out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from scipy.special import nbdtrik

from warehouse.bursts import DAILY, detect_bursts
from warehouse.reports.figures import Table

TAIL = 0.025
"""Share of days without a rise that lie below the range, and above it."""


@dataclass(frozen=True, slots=True)
class DayPoint:
    """One day that was read: documents of the topic, all documents, and the range expected of the day."""

    day: date
    n_docs: float
    exposure: float
    expected: float | None
    low: float | None
    high: float | None
    q_value: float | None
    is_risen: bool


def expect_days(table: Table) -> tuple[DayPoint, ...]:
    """A point for each row of topic_curve.

    What the burst test expected stands where it kept the day (its p was at most .25); the other days take
    the same baseline over this topic alone, without what the test borrows from topics of like volume. The
    range is that of a negative binomial of this mean and dispersion.
    """
    rows: Sequence[Any] = table.rows
    if not rows:
        return ()
    first: date = rows[0]["day"]
    places = [(row["day"] - first).days for row in rows]
    counts, exposure = np.zeros((1, places[-1] + 1)), np.zeros(places[-1] + 1)
    counts[0, places] = [row["n_docs"] for row in rows]
    exposure[places] = [row["exposure"] for row in rows]
    own = detect_bursts(counts, exposure, np.array(places), DAILY, first_weekday=first.weekday())
    return tuple(
        make_point(row, own.expected[0, place], own.dispersion[0, place]) for place, row in enumerate(rows)
    )


def make_point(row: Any, expected: float, dispersion: float) -> DayPoint:  # noqa: ANN401 - a row of SQL
    """The point of one day; without a baseline nothing is expected of it."""
    if row["mu"] is not None and row["dispersion"] is not None:
        expected, dispersion = row["mu"], row["dispersion"]
    low = high = None
    if math.isfinite(expected) and math.isfinite(dispersion):
        low, high = (find_quantile(share, expected, dispersion) for share in (TAIL, 1 - TAIL))
    return DayPoint(
        day=row["day"],
        n_docs=float(row["n_docs"]),
        exposure=float(row["exposure"]),
        expected=expected if low is not None else None,
        low=low,
        high=high,
        q_value=row["q_value"],
        is_risen=row["level"] in ("signal", "alert"),
    )


def find_quantile(share: float, expected: float, dispersion: float) -> float:
    """Quantile of a negative binomial of mean mu and variance mu + dispersion * mu^2, not rounded."""
    size = 1.0 / dispersion
    found = float(nbdtrik(share, size, size / (size + expected)))
    return max(found, 0.0) if math.isfinite(found) else 0.0
