"""What strangers may ask of the published file, and what hostile statements get."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.query_world import publish_query_world
from warehouse.errors import QueryFailed, QueryRefused
from warehouse.query import run_query
from warehouse.query_table import tabulate_result


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A published file, with a secret beside it."""
    with publish_query_world(tmp_path_factory.mktemp("query")) as path:
        yield path


def test_rows_come_back_with_their_types(published: Path) -> None:
    result = run_query(
        published,
        "select count(*) as n, max(price) as price, min(first_captured_at) as seen, "
        "date '2026-03-01' as day, 0.5::double as share, "
        "['春天', null] as words, null as nothing, '多巴胺' as word from core_listings",
    )
    assert result.columns == ("n", "price", "seen", "day", "share", "words", "nothing", "word")
    assert result.types[1:4] == ("DECIMAL(18,4)", "TIMESTAMP WITH TIME ZONE", "DATE")
    assert result.rows == (
        (
            1,
            Decimal("129.9000"),
            datetime(2026, 3, 1, 1, 0, tzinfo=UTC),
            date(2026, 3, 1),
            0.5,
            ["春天", None],
            None,
            "多巴胺",
        ),
    )
    assert str(result.rows[0][2]) == "2026-03-01 09:00:00+08:00"
    assert not result.truncated


def test_a_day_that_pythons_calendar_lacks_is_text(published: Path) -> None:
    result = run_query(
        published,
        "select date '20260-11-15' as day, '0044-03-15 (BC)'::date as ides, timestamp '12000-01-01' as far, "
        "timestamptz '12000-01-01 00:00+00' as zoned union all "
        "select date '2026-11-15', null, timestamp '2026-11-15 08:00', null",
    )
    assert result.rows == (
        ("20260-11-15", "0044-03-15 (BC)", "12000-01-01 00:00:00", "12000-01-01 00:00:00+00"),
        (date(2026, 11, 15), None, datetime(2026, 11, 15, 8), None),
    )
    table = tabulate_result(result)
    assert {str(field.type) for field in table.schema} == {"string"}
    assert table.column("day").to_pylist() == ["20260-11-15", "2026-11-15"]


def test_a_moment_beyond_the_calendar_in_our_zone_is_told(published: Path) -> None:
    with pytest.raises(QueryFailed, match="edge of the calendar"):
        run_query(published, "select timestamptz '9999-12-31 23:59:59+00' as last")


@pytest.mark.parametrize(
    "sql",
    [
        "from core_posts limit 1",
        "  -- the newest\n with newest as (select * from core_posts) select count(*) from newest;",
        "explain select * from core_posts",
        "/* why */ explain select count(*) from core_posts",
        "show tables",
        "describe core_posts",
        "summarize core_board_entries",
        "select table_name, column_name from information_schema.columns",
        "values (1), (2)",
        "select tag, count(*) from core_posts, unnest(hashtags) as t(tag) group by all order by 2 desc",
        "select title from core_posts where title like '%/etc/passwd%'",
        "select count(*) from range(1000)",
    ],
)
def test_what_an_analyst_asks_is_answered(published: Path, sql: str) -> None:
    assert run_query(published, sql).columns


def test_rows_and_bytes_are_capped(published: Path) -> None:
    result = run_query(published, "select * from range(100)", limit_rows=10)
    assert (len(result.rows), result.truncated) == (10, True)
    assert not run_query(published, "select * from range(10)", limit_rows=10).truncated
    result = run_query(published, "select repeat('好', 1000) from range(100)", limit_bytes=50_000)
    assert result.truncated
    assert 1 <= len(result.rows) <= 16
    with pytest.raises(QueryRefused, match="larger than a whole result"):
        run_query(published, "select repeat('好', 100000)", limit_bytes=50_000)


def test_a_mistake_is_explained(published: Path) -> None:
    with pytest.raises(QueryFailed, match='"likess" not found') as failure:
        run_query(published, "select likess from core_posts")
    assert "likes" in str(failure.value)
    with pytest.raises(QueryFailed, match="zzz does not exist") as failure:
        run_query(published, "select * from zzz")
    assert str(failure.value).endswith("show tables lists the tables there are")
    assert "pg_" not in str(failure.value)
    with pytest.raises(QueryFailed, match="nothing is published"):
        run_query(published.with_name("none.duckdb"), "select 1")


def test_ten_at_once_are_all_answered(published: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda n: run_query(published, f"select {n}", seconds=20), range(10)))
    assert [result.rows for result in results] == [((n,),) for n in range(10)]
