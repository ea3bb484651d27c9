"""A topic that searches found is compared over weeks only while the same searches were run as often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from warehouse.mart_sql import read_sql

LAST_DAY = date(2026, 3, 1)
TABLES = """
create table raw_posts (platform varchar, query varchar, captured_at timestamptz);
create table core_posts (subject_id varchar, query varchar);
create table crawl_reports (source varchar, queries struct(
    query varchar, platform varchar, record_kind varchar, asked_at timestamptz, found bigint)[]);
create table mart_topic_doc (platform varchar, topic_id varchar, subject_kind varchar, subject_id varchar,
    day date);
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(TABLES)
        opened.execute("set variable as_of = ?", [LAST_DAY])
        opened.execute("set variable weeks = cast(8 as integer)")
        opened.execute(read_sql("wilson"))
        opened.execute(read_sql("macros"))
        yield opened


def add_search(connection: duckdb.DuckDBPyConnection, query: str, days_ago: range) -> None:
    """The search was run on these days and found a post each time."""
    for ago in days_ago:
        moment = datetime(2026, 3, 1, 4, tzinfo=UTC) - timedelta(days=ago)
        connection.execute("insert into raw_posts values ('xiaohongshu', ?, ?)", [query, moment])


def add_posts(connection: duckdb.DuckDBPyConnection, topic: str, query: str | None, number: int) -> None:
    """So many posts of the topic that the search led to, or none did."""
    for place in range(number):
        subject = f"{topic}{query}{place}"
        connection.execute("insert into core_posts values (?, ?)", [subject, query])
        connection.execute(
            "insert into mart_topic_doc values ('xiaohongshu', ?, 'post', ?, ?)", [topic, subject, LAST_DAY]
        )


def read_coverage(connection: duckdb.DuckDBPyConnection, day: date = LAST_DAY) -> dict[str, float]:
    """query_coverage by topic on the day, over all platforms."""
    connection.execute(read_sql("topic_query_coverage"))
    return dict(
        connection.execute(
            "select topic_id, query_coverage from topic_query_coverage where platform = 'all' and day = ?",
            [day],
        ).fetchall()
    )


def test_a_search_run_every_day_covers_its_topic_and_one_that_failed_does_not(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "拼豆", range(60))
    add_search(connection, "钩织", range(4, 60))
    for topic, query in (("tag:拼豆", "拼豆"), ("tag:钩织", "钩织")):
        add_posts(connection, topic, query, 10)
    assert read_coverage(connection) == {"tag:拼豆": 1.0, "tag:钩织": pytest.approx(3 / 7)}
    assert read_coverage(connection, LAST_DAY - timedelta(days=7))["tag:钩织"] == 1.0


def test_a_second_search_for_a_topic_makes_its_weeks_unlike_the_ones_before(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "拼豆", range(60))
    add_search(connection, "拼豆教程", range(7))
    add_posts(connection, "tag:拼豆", "拼豆", 10)
    add_posts(connection, "tag:拼豆", "拼豆教程", 5)
    assert read_coverage(connection) == {"tag:拼豆": 0.5}


def test_topics_that_feeds_found_and_searches_run_for_the_first_time_say_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "拼豆", range(60))
    add_search(connection, "新词", range(3))
    add_posts(connection, "tag:露营", None, 8)
    add_posts(connection, "tag:露营", "拼豆", 2)
    add_posts(connection, "tag:新词", "新词", 9)
    assert read_coverage(connection) == {}


@pytest.mark.parametrize(
    ("platform", "kind", "coverage"),
    [("xiaohongshu", "posts", 1.0), ("xiaohongshu", "listings", 3 / 7), ("douyin", "posts", 3 / 7)],
)
def test_a_search_that_found_nothing_was_run_all_the_same(
    platform: str, kind: str, coverage: float, connection: duckdb.DuckDBPyConnection
) -> None:
    add_search(connection, "钩织", range(4, 60))
    add_posts(connection, "tag:钩织", "钩织", 10)
    for ago in range(5):
        asked_at = datetime(2026, 3, 1, 4, tzinfo=UTC) - timedelta(days=ago)
        connection.execute(
            "insert into crawl_reports values ('xiaohongshu', [struct_pack(query := '钩织', "
            "platform := ?, record_kind := ?, asked_at := ?::timestamptz, found := 0)])",
            [platform, kind, asked_at],
        )
    assert read_coverage(connection) == {"tag:钩织": pytest.approx(coverage)}
