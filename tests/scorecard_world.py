"""Marts of one topic of one platform that a test fills by hand, and the calls and grades made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from warehouse.mart_sql import read_sql
from warehouse.trends import AFTER_LEADS

CALLED = date(2026, 3, 1)
NEXT = CALLED + timedelta(days=7)
TABLES = """
create table mart_topic_day (day date, platform varchar, topic_id varchar, n_docs bigint, n_authors bigint);
create table mart_exposure_day (day date, platform varchar, n_docs bigint);
create table mart_topic (topic_id varchar, topic_kind varchar, label varchar);
create table mart_topic_doc (topic_id varchar, subject_id varchar, day date, author_key varchar,
    is_ad boolean as (false), subject_kind varchar as ('post'), is_primary boolean as (true),
    platform varchar as ('douyin'));
create table query_reading (platform varchar, query varchar, day date);
create table post_query (subject_id varchar, queries varchar[]);
create table query_set (platform varchar, queries varchar[], query varchar);
create table mart_source_panel (platform varchar, source varchar, counts_from_all date, counts_until date);
create table load_ledger (load_seq bigint, source varchar);
create table work_source_load (load_seq bigint, platform varchar, first_day date, last_day date);
create table document_read (subject_id varchar, load_seq bigint, captured_at timestamptz,
    moment timestamptz as (captured_at), subject_kind varchar as ('post'), platform varchar as ('douyin'));
create table work_document (subject_id varchar, day date, is_primary boolean,
    subject_kind varchar as ('post'), platform varchar as ('douyin'));
create table pair_topic (platform varchar, pair_week date, week date, topic_id varchar, n_docs bigint);
create table mart_topic_burst (day date, platform varchar, grain varchar, topic_id varchar, x double,
    mu double, ratio double, q_value double, level varchar, event_id varchar, status varchar,
    exposure bigint, metric_ver integer, event_q_value double as (q_value));
create table mart_topic_velocity (week date, platform varchar, topic_id varchar, x_cur double, x_prev double,
    e_cur bigint, read_growth double, v_log double, v_hi double, q_value double, status varchar,
    metric_ver integer, event_id varchar as (null), event_q_value double as (q_value));
create table mart_opportunity_call (period date, topic_id varchar, l1 varchar, class varchar, gap double,
    demand_authors bigint, spu_cnt bigint, metric_ver integer);
create table mart_opportunity_score (period date, topic_id varchar, weeks bigint, difference double,
    growth double as (difference), control_growth double as (0));
create table mart_platform_leadlag (quarter date, a varchar, b varchar, n_topics bigint, a_first_share double,
    p_sign double, status varchar, a_first_share_odd double, a_first_share_even double, metric_ver integer);
create table stray (subject_kind varchar, subject_id varchar, day date, is_primary boolean,
    platform varchar, sources varchar[]);
create table stray_panel (scope varchar, first_day date, last_day date, platform varchar, sources varchar[]);
create table story_order (first_a timestamptz, platform_a varchar, platform_b varchar, order_call varchar);
create table past_window (week date, past_week date, kind varchar);
create table past_event (platform varchar, topic_id varchar, past_week date, ratio double, is_event boolean);
create table mart_breakout_score (platform varchar, board varchar, title varchar, captured_at timestamptz,
    is_call boolean, reached_top boolean, is_retrospective boolean as (false));
"""
VERSIONED = ("mart_topic_burst", "mart_topic_velocity", "mart_opportunity_call", "mart_platform_leadlag")


class World:
    """Marts of one topic of one platform that a test fills by hand; 100 documents of all topics a day."""

    metric_ver = 1
    """Version of the formulas behind the rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute(TABLES)
        connection.execute("set variable weeks = cast(8 as integer)")
        connection.execute("set variable run_id = 'r'")
        connection.execute(read_sql("wilson"))
        connection.execute(read_sql("macros"))
        connection.execute(
            "insert into mart_exposure_day select d::date, unnest(['all', 'douyin']), 100 "
            "from generate_series(timestamp '2024-06-01', timestamp '2026-06-01', interval 1 day) s(d)"
        )

    def add(self, table: str, *values: object) -> None:
        """One row."""
        values += (self.metric_ver,) if table in VERSIONED else ()
        self.connection.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)  # noqa: S608

    def write_week(self, topic: str, week: date, a_day: int) -> None:
        """So many documents on each of the seven days to `week`, each by an author of its own."""
        for back in range(7):
            day = week - timedelta(days=back)
            for platform in ("all", "douyin"):
                self.add("mart_topic_day", day, platform, topic, a_day, a_day)
            for number in range(a_day):
                self.add("mart_topic_doc", topic, f"{topic}{day}{number}", day, f"{day}{number}")

    def call(self, as_of: date) -> list[tuple[Any, ...]]:
        """Make the calls of a day and grade what is due; kinds called on that day."""
        self.connection.execute("set variable as_of = ?", [as_of])
        for name in (*AFTER_LEADS[:-1], "graded"):
            self.connection.execute(read_sql(name))
        return self.ask("select call, topic_id from mart_call where week_called = ? order by all", as_of)

    def ask(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.connection.execute(sql, list(given)).fetchall()

    def grade(self, kind: str) -> Sequence[object]:
        """is_right of a kind, by the week of the check."""
        rows = self.ask(
            "select is_right from v_scorecard where call = ? order by checked_week, topic_id", kind
        )
        return [right for (right,) in rows]
