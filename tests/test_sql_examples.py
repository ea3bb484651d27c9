"""The worked queries answer what their first lines promise, asked of small tables made by hand."""

from __future__ import annotations

from datetime import date

import duckdb

from warehouse.examples import read_examples

WEEK = date(2026, 11, 15)
TOPICS = """
create table mart_topic as
select * from (values
    ('tag:拼豆', '拼豆', date '2026-09-01'),
    ('tag:新中式', '新中式', date '2026-11-01'),
    ('word:美拉德', '美拉德', date '2026-09-01')
) t(topic_id, label, first_day)
"""


def answer(name: str, *tables: str) -> list[tuple[object, ...]]:
    """What the worked query says of tables that the statements make."""
    (example,) = (example for example in read_examples() if example.name == name)
    with duckdb.connect(":memory:") as connection:
        for table in (TOPICS, *tables):
            connection.execute(table)
        return connection.execute(example.sql).fetchall()


BURSTS = """
create table mart_topic_burst as
select *, date '2026-11-15' as day
from (values
    ('tag:拼豆', 'all', 'd', 30, 10.0, 3.0, 0.01, 'alert', 'ok'),
    ('tag:新中式', 'all', 'd', 12, 0.02, 545.0, 1e-9, 'alert', 'no_baseline'),
    ('tag:拼豆', 'all', 'w', 90, 30.0, 3.0, 0.01, 'signal', 'ok'),
    ('tag:拼豆', 'douyin', 'w', 60, 15.0, 4.0, 0.01, 'signal', 'ok'),
    ('tag:拼豆', 'bilibili', 'w', 30, 15.0, 2.0, 0.04, 'signal', 'ok'),
    ('tag:新中式', 'all', 'w', 12, 0.02, 545.0, 1e-9, 'signal', 'no_baseline'),
    ('tag:新中式', 'bilibili', 'w', 12, 0.02, 545.0, 1e-9, 'signal', 'no_baseline')
) t(topic_id, platform, grain, x, mu, ratio, event_q_value, level, status)
"""


def test_what_passed_the_test_of_the_week_has_a_baseline_that_it_was_tested_against() -> None:
    trends = """
    create table v_weekly_trend as
    select
        *, date '2026-11-15' as week, 20 as n_authors, null as stage, null as lead_platform, null as top_attrs
    from (values
        ('拼豆', 3.0, 0.01, 'ok'), ('新中式', 545.0, 1e-9, 'no_baseline'), ('凉皮', 9.0, 1e-3, 'low_coverage')
    ) t(topic_zh, ratio, q_value, status)
    """
    assert [row[0] for row in answer("01_rising", trends)] == ["拼豆"]


def test_an_alert_says_how_many_times_what_was_expected_only_of_a_topic_with_a_baseline() -> None:
    assert [row[1:5] for row in answer("02_alerts", BURSTS)] == [("拼豆", 30, 10, 3)]


def test_a_new_topic_is_named_once_not_once_a_platform() -> None:
    assert answer("05_newborn", BURSTS) == [("新中式", date(2026, 11, 1), 12)]


def test_a_topic_has_a_row_for_each_platform_and_the_first_line_says_so() -> None:
    (example,) = (example for example in read_examples() if example.name == "06_platforms")
    assert example.sql.startswith("-- one row per topic and platform: ")
    assert [row[:2] for row in answer("06_platforms", BURSTS)] == [("拼豆", "douyin"), ("拼豆", "bilibili")]


def test_net_sentiment_fell_where_the_interval_of_the_change_stays_below_zero() -> None:
    moods = """
    create table mart_topic_sentiment as
    select
        *, 'all' as platform, null as brand_id, 7 as window_days, date '2026-11-15' - 7 * weeks_ago as week,
        nsr - half_width as nsr_lo, nsr + half_width as nsr_hi
    from (values
        ('tag:拼豆', 'comment', 1, 0.6::double, 0.1), ('tag:拼豆', 'comment', 0, 0.4, 0.1),
        ('tag:拼豆', 'post', 1, 0.6, 0.15), ('tag:拼豆', 'post', 0, 0.4, 0.15),
        ('tag:拼豆', 'review', 1, 0.3, 0.1), ('tag:拼豆', 'review', 0, 0.5, 0.1),
        ('word:美拉德', 'comment', 2, 0.9, 0.1), ('word:美拉德', 'comment', 0, 0.1, 0.1)
    ) t(topic_id, source, weeks_ago, nsr, half_width)
    """
    assert answer("12_drops", moods) == [("拼豆", "comment", WEEK, 0.6, 0.4)]


def test_what_four_voices_lost_or_chance_explains_is_no_fading() -> None:
    velocities = """
    create table mart_topic_velocity as
    select *, 'all' as platform, date '2026-11-15' as week
    from (values
        ('tag:拼豆', 40, 90, -0.8, -0.4, 0.01, 'ok'),
        ('word:美拉德', 4, 13, -1.1, -0.2, null, 'low_support'),
        ('tag:早C晚A', 60, 90, -0.4, -0.1, 0.4, 'ok'),
        ('tag:新中式', 80, 90, -0.1, 0.1, 0.9, 'ok')
    ) t(topic_id, x_cur, x_prev, v_log, v_hi, q_value, status)
    """
    assert [row[:3] for row in answer("15_fading", velocities)] == [("拼豆", 40, 90)]


def test_beside_what_held_of_the_calls_stands_what_held_of_the_topics_not_called() -> None:
    graded = """
    create table v_scorecard as
    select date '2026-11-08' as week_called, *
    from (values
        ('tag:拼豆', 'rising', date '2026-11-15', true), ('tag:拼豆', 'rising', date '2026-11-22', false),
        ('tag:新中式', 'rising', date '2026-11-15', false), ('word:美拉德', 'new', date '2026-11-15', true)
    ) t(topic_id, call, checked_week, is_right)
    """
    others = """
    create table mart_base_rate as
    select date '2026-11-08' as week_called, *
    from (values ('rising', 200, 30), ('new', 3, 2)) t(call, n_topics, n_right)
    """
    assert [(row[0], *row[2:]) for row in answer("16_hits", graded, others)] == [
        ("new", 1, 1, 100, None),
        ("rising", 2, 1, 50, 15),
    ]


def test_the_newest_day_of_a_platform_is_one_with_documents() -> None:
    days = """
    create table mart_exposure_day as
    select 'shop' as platform, 1.0 as coverage, *
    from (values (date '2026-11-14', 5), (date '2026-11-15', 0)) t(day, n_docs)
    """
    assert [row[3] for row in answer("17_coverage", days)] == [date(2026, 11, 14)]


def test_a_tag_does_not_go_with_itself() -> None:
    posts = """
    create table core_posts as
    select ['多巴胺穿搭', '亮色半裙'] as hashtags, timestamptz '2026-11-01 12:00:00+08' as published_at
    """
    assert [row[:2] for row in answer("20_hashtags", posts)] == [("亮色半裙", 1)]
