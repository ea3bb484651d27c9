"""Falls in sentiment: of many topics that are compared, some fall by chance alone, and are not told."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.report_world import publish_report_world
from warehouse.alerts.rules import AlertWishes, find_alerts
from warehouse.query import run_query
from warehouse.reports.bound_sql import bind_sql
from warehouse.reports.figures import read_figures

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
TOPICS = 300
ERROR = 0.06
"""Standard error of the net sentiment of each topic in each week."""


def speak_of(topics: int, falls: float) -> str:
    """Topics whose net sentiment moves by chance, and #假货# whose falls by so many standard errors."""
    chance = stats.norm.ppf((np.arange(topics) + 0.5) / topics)
    moves = [*((f"tag:话题{place}", move) for place, move in enumerate(chance)), ("tag:假货", -falls)]
    values = ", ".join(f"('{topic}', {move * math.sqrt(2) * ERROR})" for topic, move in moves)
    return f"""
    delete from mart_topic_sentiment;
    insert into mart_topic_sentiment by name
    with spoken as (
        select
            topic_id, unnest([date '2026-11-08', date '2026-11-15']) as week,
            unnest([0.3, 0.3 + move]) as nsr
        from (values {values}) v(topic_id, move)
    )
    select
        week, topic_id, nsr, nsr - 1.96 * {ERROR} as nsr_lo, nsr + 1.96 * {ERROR} as nsr_hi,
        'all' as platform, 'comment' as source, 130 as n_pos, 70 as n_neg, 200 as n_polar,
        0.9 as sens, 7 as window_days, 'encoder-3f2a' as model_ver, 'ok' as status
    from spoken
    """  # noqa: S608 - numbers of this file


@pytest.mark.parametrize(("falls", "told"), [(0.0, []), (6.0, ["tag:假货"])])
def test_of_three_hundred_topics_those_that_fell_by_chance_are_not_told(
    tmp_path: Path, falls: float, told: list[str]
) -> None:
    published = publish_report_world(tmp_path, speak_of(TOPICS, falls))
    by_chance = run_query(
        published,
        f"select count(*) from mart_topic_sentiment where nsr < 0.3 - 1.96 * {ERROR} * sqrt(2)",  # noqa: S608
    )
    assert by_chance.rows[0][0] > 5
    table = read_figures(published, "weekly", None, None).tables["sentiment_drops"]
    assert [row["topic_id"] for row in table.rows] == told
    assert len(run_query(published, bind_sql(table)).rows) == len(told)
    alerts = find_alerts(published, AlertWishes(rules=("sentiment",)), NOON)
    assert [alert.key.split(":comment")[0] for alert in alerts] == [f"sentiment:{topic}" for topic in told]


def test_q_is_benjamini_hochberg_over_all_that_are_compared(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path, speak_of(9, 4.0))
    (row,) = read_figures(published, "weekly", None, None).tables["sentiment_drops"].rows
    p_value = stats.norm.sf(4.0)
    assert row["q_value"] == pytest.approx(10 * p_value, rel=1e-2)
