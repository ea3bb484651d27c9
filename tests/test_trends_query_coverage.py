"""A topic that searches found is compared over weeks only while the same searches were run as often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from warehouse.mart_sql import read_sql

LAST_DAY = date(2026, 3, 1)
TABLES = """
create table raw_posts (platform varchar, post_id varchar, query varchar, captured_at timestamptz);
create table work_document (
    platform varchar, subject_kind varchar, subject_id varchar, day date,
    is_primary boolean, post_id varchar);
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
        opened.execute("set variable weeks_after = ?", [LAST_DAY - timedelta(days=7 * 28)])
        opened.execute(read_sql("wilson"))
        opened.execute(read_sql("macros"))
        yield opened


def add_search(connection: duckdb.DuckDBPyConnection, query: str, days_ago: Iterable[int]) -> None:
    """The search was run on these days and found a post that is of no topic each time."""
    for ago in days_ago:
        moment = datetime(2026, 3, 1, 4, tzinfo=UTC) - timedelta(days=ago)
        connection.execute(
            "insert into raw_posts values ('xiaohongshu', ?, ?, ?)", [f"{query}{ago}", query, moment]
        )


def add_posts(
    connection: duckdb.DuckDBPyConnection,
    topic: str,
    query: str | None,
    number: int,
    ago: int = 0,
    *,
    platform: str = "xiaohongshu",
    found_ago: int = 0,
) -> None:
    """So many posts of the topic, of a day so long ago, that the search found later, or none did."""
    day = LAST_DAY - timedelta(days=ago)
    for place in range(number):
        post = f"{topic}{query}{ago}-{place}"
        subject = f"{platform}:{post}"
        connection.execute(
            "insert into mart_topic_doc values (?, ?, 'post', ?, ?)", [platform, topic, subject, day]
        )
        connection.execute(
            "insert into work_document values (?, 'post', ?, ?, true, null)", [platform, subject, day]
        )
        if query is not None:
            moment = datetime(2026, 3, 1, 4, tzinfo=UTC) - timedelta(days=found_ago)
            connection.execute("insert into raw_posts values (?, ?, ?, ?)", [platform, post, query, moment])


def read_coverage(
    connection: duckdb.DuckDBPyConnection, ago: int = 0, platform: str = "all"
) -> dict[str, float]:
    """query_coverage by topic so many days ago."""
    connection.execute(read_sql("topic_query_coverage"))
    return dict(
        connection.execute(
            "select topic_id, round(query_coverage, 6) from topic_query_coverage "
            "where platform = ? and day = ?",
            [platform, LAST_DAY - timedelta(days=ago)],
        ).fetchall()
    )


def read_platform(connection: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """Evenness of the platform's searches on the last day, and what part of the usual goes on."""
    connection.execute(read_sql("topic_query_coverage"))
    rows = connection.execute(
        "select round(query_coverage, 6), round(kept_coverage, 6) from platform_query_coverage "
        "where platform = 'xiaohongshu' and day = ?",
        [LAST_DAY],
    ).fetchall()
    (found,) = rows
    return found


def test_a_search_run_every_day_covers_its_topic_and_one_that_failed_does_not(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "拼豆", range(60))
    add_search(connection, "钩织", range(4, 60))
    for topic, query in (("tag:拼豆", "拼豆"), ("tag:钩织", "钩织")):
        add_posts(connection, topic, query, 10, 8)
    # the search of which the posts are told was run on the last day too
    assert read_coverage(connection) == {"tag:拼豆": 1.0, "tag:钩织": pytest.approx(4 / 7, abs=1e-6)}
    assert read_coverage(connection, 7)["tag:钩织"] == 1.0


def test_a_search_counts_by_what_it_led_to(connection: duckdb.DuckDBPyConnection) -> None:
    """A third of the week's posts are of a search that was not run before."""
    add_search(connection, "拼豆", range(60))
    add_posts(connection, "tag:拼豆", "拼豆", 10)
    add_posts(connection, "tag:拼豆", "拼豆教程", 5)
    assert read_coverage(connection) == {"tag:拼豆": pytest.approx(10 / 15, abs=1e-6)}


def test_a_search_begun_is_told_on_its_first_day_and_on_the_days_before_of_which_it_found_posts(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "户外", range(60))
    for ago in range(30):
        add_posts(connection, "tag:露营灯", "户外", 2, ago)
        add_posts(connection, "tag:露营灯", "露营灯", 20 if ago < 10 else 0, ago)
    for ago in (0, 5, 9):
        assert read_coverage(connection, ago)["tag:露营灯"] < 0.6


def test_one_search_in_place_of_another_is_no_even_search(connection: duckdb.DuckDBPyConnection) -> None:
    add_search(connection, "拼豆", range(7, 60))
    add_search(connection, "拼豆教程", range(7))
    for ago in range(30):
        add_posts(connection, "tag:拼豆", "拼豆教程" if ago < 7 else "拼豆", 5, ago, found_ago=ago)
    assert read_coverage(connection)["tag:拼豆"] == 0.0


def test_what_an_even_search_finds_too_is_found_as_ever(connection: duckdb.DuckDBPyConnection) -> None:
    add_search(connection, "拼豆", range(60))
    add_posts(connection, "tag:拼豆", "拼豆", 10)
    connection.execute(
        "insert into raw_posts select platform, post_id, '拼豆教程', captured_at + interval 1 hour "
        "from raw_posts where starts_with(post_id, 'tag:')"
    )
    assert read_coverage(connection) == {"tag:拼豆": 1.0}


def test_a_topic_that_only_a_new_search_finds_is_not_told_as_new(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "拼豆", range(60))
    add_search(connection, "新词", range(3))
    add_posts(connection, "tag:新词", "新词", 9)
    assert read_coverage(connection) == {"tag:新词": 0.0}


def test_the_first_searches_of_a_platform_and_topics_that_feeds_found_say_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "新词", range(3))
    add_posts(connection, "tag:新词", "新词", 9)
    add_posts(connection, "tag:露营", None, 8)
    add_posts(connection, "tag:露营", "新词", 2)
    assert read_coverage(connection) == {}


def test_over_all_platforms_what_was_not_searched_for_is_as_even_as_ever(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "拼豆", range(60))
    add_posts(connection, "tag:拼豆", "拼豆教程", 5)
    add_posts(connection, "tag:拼豆", None, 95, platform="bilibili")
    assert read_coverage(connection, platform="xiaohongshu") == {"tag:拼豆": 0.0}
    assert read_coverage(connection) == {"tag:拼豆": 0.95}


def test_a_topic_that_even_searches_led_to_elsewhere_counts_what_a_new_one_found(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_search(connection, "拼豆", range(60))
    for ago in range(95):
        add_posts(connection, "tag:拼豆", "手工", 1, ago, platform="weibo", found_ago=ago)
    # of 16 notes of the week five are of a search that was not run before
    add_posts(connection, "tag:拼豆", "拼豆教程", 5)
    add_posts(connection, "tag:拼豆", None, 11)
    assert read_coverage(connection, platform="xiaohongshu") == {"tag:拼豆": pytest.approx(11 / 16)}


def test_what_one_search_brought_moves_all_else(connection: duckdb.DuckDBPyConnection) -> None:
    """Of 100 posts a week 40 were of a search that ended; another brings 150: the others seem to fall."""
    add_search(connection, "拼豆", range(60))
    add_search(connection, "钩织", range(7, 60))
    connection.execute(
        "insert into raw_posts select platform, 'tag:钩织9-' || i, query, captured_at "
        "from raw_posts, range(40) r(i) where post_id = '钩织9'"
    )
    for ago in (9, 0):
        add_posts(connection, "tag:拼豆", "拼豆", 60, ago)
    for place in range(40):
        connection.execute(
            "insert into work_document values ('xiaohongshu', 'post', ?, ?, true, null)",
            [f"xiaohongshu:tag:钩织9-{place}", LAST_DAY - timedelta(days=9)],
        )
    assert read_platform(connection) == (0.6, 0.6)
    add_posts(connection, "tag:露营", "露营", 140)
    assert read_platform(connection) == (0.3, 0.6)


@pytest.mark.parametrize(
    ("platform", "kind", "coverage"),
    [("xiaohongshu", "posts", 1.0), ("xiaohongshu", "listings", 3 / 7), ("douyin", "posts", 3 / 7)],
)
def test_a_search_that_found_nothing_was_run_all_the_same(
    platform: str, kind: str, coverage: float, connection: duckdb.DuckDBPyConnection
) -> None:
    add_search(connection, "钩织", range(5, 60))
    add_posts(connection, "tag:钩织", "钩织", 10, 8)
    for ago in range(1, 5):
        asked_at = datetime(2026, 3, 1, 4, tzinfo=UTC) - timedelta(days=ago)
        connection.execute(
            "insert into crawl_reports values ('xiaohongshu', [struct_pack(query := '钩织', "
            "platform := ?, record_kind := ?, asked_at := ?::timestamptz, found := 0)])",
            [platform, kind, asked_at],
        )
    assert read_coverage(connection) == {"tag:钩织": pytest.approx(coverage, abs=1e-6)}
