"""The ranges that a topic's days are expected in, and the axes they are drawn on."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.dashboard.axes import list_ticks, round_up
from warehouse.dashboard.curve import expect_days, find_quantile
from warehouse.reports.figures import Table


def make_days(counts: list[int], exposure: int = 400) -> Table:
    """Rows as topic_curve gives them, without a kept test."""
    first = date(2026, 9, 1)
    rows = tuple(
        {"day": first + timedelta(days=place), "n_docs": count, "n_authors": count, "exposure": exposure,
         "coverage": 1.0, "mu": None, "dispersion": None, "q_value": None, "level": None}
        for place, count in enumerate(counts)
    )  # fmt: skip
    return Table("topic_curve", "", {}, pa.table({}), rows)


def test_a_quiet_topic_stays_in_its_range_and_a_burst_leaves_it() -> None:
    drawn = np.random.default_rng(7).negative_binomial(4, 4 / (4 + 10.0), 160).tolist()
    points = expect_days(make_days([*drawn, 60]))
    known = [point for point in points[:-1] if point.expected is not None]
    outside = [point for point in known if not (point.low or 0) <= point.n_docs <= (point.high or 0) + 1]
    assert len(known) > 120
    assert len(outside) / len(known) < 0.1
    assert points[0].expected is None
    last = points[-1]
    assert last.high is not None
    assert last.n_docs > last.high
    assert last.expected == pytest.approx(10, rel=0.25)


@given(st.floats(0.05, 5000), st.floats(0.05, 4))
def test_quantiles_are_ordered_around_the_middle(expected: float, dispersion: float) -> None:
    low, middle, high = (find_quantile(share, expected, dispersion) for share in (0.025, 0.5, 0.975))
    assert 0 <= low <= middle <= high


@given(st.floats(1e-3, 1e9))
def test_axes_end_on_round_values_with_few_ticks(value: float) -> None:
    top = round_up(value)
    assert value <= top * (1 + 1e-6) <= value * 2.6
    assert 2 <= len(list_ticks(0, top)) <= 6
