"""A platform that follows another by days is found by the correlation of their changes, and chance is not."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pytest

from warehouse.cross_correlation import correlate, correlate_platforms
from warehouse.mart_sql import read_sql

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


OUTAGES = (10, 23, 37, 52, 66, 81, 95, 108)
"""Days ago on which the machine was off."""


def pair_platforms(one: np.ndarray, other: np.ndarray) -> dict[str, Any]:
    """The row of two platforms that were not read on the days of the outages."""
    rows = [
        (platform, "tag:拼豆", ago, None if ago in OUTAGES else float(np.exp(walk[DAYS - 1 - ago])))
        for platform, walk in (("bilibili", one), ("weibo", other))
        for ago in range(DAYS - 1, -1, -1)
    ]
    (row,) = correlate_platforms(rows)
    return row


def test_days_that_two_platforms_miss_together_make_neither_follow_the_other() -> None:
    found = [pair_platforms(draw_changes(n), draw_changes(1000 + n)) for n in range(40)]
    assert sum(row["p_value"] <= 0.05 for row in found) <= 6
    assert {row["n_days"] for row in found} == {DAYS - len(OUTAGES)}


def test_a_lag_is_found_across_days_that_were_not_read() -> None:
    walk = draw_changes(3)
    row = pair_platforms(walk[15 : 15 + DAYS], walk[12 : 12 + DAYS])
    assert (row["lag_days"], row["correlation"] > 0.99, row["status"]) == (3, True, "ok")


def test_a_platform_that_was_read_every_other_day_shows_no_change() -> None:
    rows = [
        (platform, "tag:拼豆", ago, float(1 + ago % 5) if ago % 2 or platform == "weibo" else None)
        for platform in ("bilibili", "weibo")
        for ago in range(DAYS + 20, -1, -1)
    ]
    (row,) = correlate_platforms(rows)
    assert (row["n_days"], row["status"], "lag_days" in row) == (70, "low_support", False)


def test_a_day_that_was_not_read_is_unknown_and_one_that_was_is_a_day_without_the_topic() -> None:
    with duckdb.connect() as connection:
        connection.execute("set variable as_of = date '2026-03-01'")
        connection.execute("set variable heat_days = 120")
        connection.execute(
            "create table mart_topic as select 'tag:拼豆' as topic_id, '拼豆' as label;"
            "create table mart_topic_heat_daily "
            "(platform text, topic_id text, day date, heat_share_bp double);"
            "insert into mart_topic_heat_daily values ('weibo', 'tag:拼豆', '2026-02-24', 5), "
            "('weibo', 'tag:拼豆', '2026-02-27', 7), ('weibo', 'tag:拼豆', '2026-03-01', 6), "
            "('all', 'tag:拼豆', '2026-03-01', 6);"
            "create table mart_exposure_day (platform text, day date, n_docs bigint);"
            "insert into mart_exposure_day select platform, date '2026-03-01' - ago::integer, "
            "case when platform = 'weibo' and ago in (1, 3, 20) then 0 else 9 end "
            "from (values ('weibo'), ('zhihu')) p(platform), range(30) r(ago)"
        )
        rows = connection.execute(read_sql("watch_heat"), {"words": ["拼豆"]}).fetchall()
    assert rows == [
        ("weibo", "tag:拼豆", ago, share)
        for ago, share in ((5, 5.0), (3, None), (2, 7.0), (1, None), (0, 6.0))
    ]
