"""A platform that follows another by days is found by the correlation of their changes, and chance is not."""

from __future__ import annotations

import numpy as np
import pytest

from warehouse.cross_correlation import correlate, correlate_platforms

DAYS = 120


def draw_changes(seed: int) -> np.ndarray:
    """Levels whose daily changes are independent."""
    return np.cumsum(np.random.default_rng(seed).normal(0, 0.3, DAYS + 30))


@pytest.mark.parametrize("lag", [-9, -1, 0, 3, 14])
def test_a_planted_lag_is_recovered(lag: int) -> None:
    walk = draw_changes(3)
    noise = np.random.default_rng(4).normal(0, 0.1, DAYS)
    one, other = walk[15 : 15 + DAYS], walk[15 - lag : 15 - lag + DAYS] + noise
    found, correlation, p_value = correlate(one, other, seed=1)
    assert (found, correlation > 0.6, p_value <= 0.01) == (lag, True, True)


def test_platforms_that_have_nothing_to_do_with_each_other_agree_by_chance_only() -> None:
    small = [correlate(draw_changes(n)[:DAYS], draw_changes(1000 + n)[:DAYS], seed=n)[2] for n in range(40)]
    assert sum(p_value <= 0.05 for p_value in small) <= 6


def test_days_without_the_topic_count_and_short_series_say_nothing() -> None:
    walk = np.exp(draw_changes(5))
    rows = [
        (platform, "tag:拼豆", ago, float(walk[DAYS - ago - shift]))
        for platform, shift in (("bilibili", 2), ("weibo", 0))
        for ago in range(DAYS - 3, -1, -1)
        if ago % 17 or platform == "weibo"
    ]
    rows += [("zhihu", "tag:拼豆", ago, 1.0) for ago in (5, 3, 1)]
    found = {(row["platform_a"], row["platform_b"]): row for row in correlate_platforms(rows)}
    assert found["bilibili", "weibo"]["lag_days"] == -2
    assert found["bilibili", "weibo"]["status"] == "ok"
    assert found["bilibili", "zhihu"]["status"] == "low_support"
    assert "lag_days" not in found["bilibili", "zhihu"]
