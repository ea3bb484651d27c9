"""What strangers may ask of the published file, and what hostile statements get."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from tests.landed_packages import land, make_entry, make_listing, make_post
from warehouse.errors import QueryFailed, QueryRefused
from warehouse.load import load_packages
from warehouse.publish import publish
from warehouse.query import GRACE_SECONDS, make_config, run_query
from warehouse.query_table import tabulate_result
from warehouse.store import Warehouse


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A published file, with a secret beside it."""
    folder = tmp_path_factory.mktemp("query")
    land(folder / "landing", [make_post(number) for number in range(50)] + [make_listing(1), make_entry()])
    (folder / "secret.csv").write_text("key\n52b1c4de\n")
    with Warehouse.open(folder / "home") as warehouse:
        load_packages(warehouse, folder / "landing")
        yield publish(warehouse)


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


OUTSIDE = "{folder}/secret.csv"
HOSTILE = [
    f"select * from {function}('{path}')"  # noqa: S608
    for function in (
        "read_csv",
        "read_text",
        "read_blob",
        "read_json",
        "read_parquet",
        "sniff_csv",
        "glob",
        "read_csv_auto",
    )
    for path in (OUTSIDE, "/etc/passwd")
] + [
    f"select * from '{OUTSIDE}'",  # noqa: S608
    "select * from '/etc/passwd'",
    "select * from '../secret.csv'",
    'select * from "/proc/self/environ"',
    f"copy core_posts to '{OUTSIDE}'",
    f"copy core_posts from '{OUTSIDE}'",
    "copy (select 1) to '/tmp/headwater_hostile.csv'",
    "export database '/tmp/headwater_hostile'",
    "import database '/tmp'",
    "attach ':memory:' as other",
    "attach '/tmp/headwater_hostile.duckdb' as other",
    "detach headwater",
    "install httpfs",
    "load httpfs",
    "load '/tmp/evil.duckdb_extension'",
    "create secret (type s3, key_id 'a', secret 'b')",
    "set memory_limit = '8GB'",
    "set lock_configuration = false",
    "reset all",
    "pragma enable_profiling",
    "call enable_logging()",
    "insert into core_posts select * from core_posts",
    "update core_posts set title = 'x'",
    "delete from core_posts",
    "drop table core_posts",
    "create table mine (x int)",
    "create temp table mine as select 1",
    "create temp view mine as select 1",
    "create macro f(x) as x",
    "merge into core_posts using core_posts as s on false when not matched then insert *",
    "with gone as (delete from core_posts returning *) select * from gone",
    "with more as (insert into core_posts select * from core_posts returning *) select count(*) from more",
    "prepare p as select 1",
    "set variable x = 1",
    "checkpoint",
    "vacuum",
    "begin",
    "select 1; select 2",
    "select 1; drop table core_posts",
    "",
    ";",
    "-- nothing",
    "explain analyze select 1",
    "explain (analyze) select 1",
    "explain /* x */ analyze select 1",
    "explain delete from core_posts",
    "select * from duckdb_databases()",
    "select path from (select * from duckdb_databases)",
    "from duckdb_settings()",
    "select current_setting('temp_directory')",
    "from pragma_database_list()",
    "select * from pragma_version()",
    "from query('select * from duckdb_databases()')",
    "select * from query_table('core_posts')",
    "select * from json_execute_serialized_sql(json_serialize_sql('select * from duckdb_databases()'))",
    "select getenv('PATH')",
    "from duckdb_secrets()",
    "from duckdb_logs",
    "select (select count(*) from (select * from duckdb_temporary_files()))",
    "select x from (values (1)) t(x) where exists (from duckdb_extensions())",
    "select * from sql_auto_complete('sel')",
    "select " + "(" * 3_000 + "1" + ")" * 3_000,
    "select 1 " + "+ 1" * 7_000,
    "select '" + "长" * 10_000 + "'",
]
BOMBS = [
    "select repeat('x', 3000000000)",
    "select lpad('x', 1900000000, 'y')",
    "select format('{{:>2000000000}}', 'x')",
    "select range(2000000000)",
    "select list_resize([1], 1000000000, 1)",
    "select string_agg(repeat('x', 100000), '') from range(100000)",
    "select list(a) from range(400000000) t(a)",
    "select count(*) from range(10000000) a, range(10000000) b",
    "with recursive r(n) as (select 1 union all select n + 1 from r) select max(n) from r",
    "select levenshtein(repeat('a', 60000), repeat('b', 60000))",
    "select count(*) from core_posts a, core_posts b, core_posts c, core_posts d, core_posts e, core_posts f",
    "select max(md5(a::varchar || b::varchar)) from range(100000) x(a), range(100000) y(b)",
]


@pytest.mark.process
def test_hostile_statements_reach_nothing(published: Path) -> None:
    """Each is refused or fails; no answer holds the secret or names a path of the machine."""
    assert len(HOSTILE) >= 60
    folder = published.parent.parent.parent
    said = []
    with ThreadPoolExecutor(2) as pool:
        for sql, answer in pool.map(
            lambda sql: ask(published, sql.replace("{folder}", str(folder))), HOSTILE
        ):
            assert isinstance(answer, (QueryRefused, QueryFailed)), sql
            said.append(str(answer))
    text = "\n".join(said)
    for leak in ("52b1c4de", str(folder), "root:", "/etc", "/tmp", "headwater_hostile.csv"):
        assert leak not in text
    assert not Path("/tmp/headwater_hostile.csv").exists()
    assert not Path("/tmp/headwater_hostile.duckdb").exists()


@pytest.mark.process
def test_bombs_end_by_their_deadline_and_leave_nothing_running(published: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(lambda sql: ask(published, sql.replace("{{", "{").replace("}}", "}"), 1.0), BOMBS)
        )
    assert [sql for sql, answer in answers if not isinstance(answer, (QueryFailed, QueryRefused))] == []
    assert count_children() == 0
    assert run_query(published, "select 1", seconds=20).rows == ((1,),)


@pytest.mark.process
def test_what_the_engine_allows_the_system_does_not(published: Path, tmp_path: Path) -> None:
    """The child without its gate on statements opens no file: the engine's settings are a second wall."""
    secret = tmp_path / "secret.csv"
    secret.write_text("key\n52b1c4de\n")
    probe = (
        "import json, sys, duckdb; sys.path.insert(0, sys.argv[1]); import query_child\n"
        "query_child.limit_resources(5)\n"
        "connection = query_child.connect(duckdb, sys.argv[2], json.loads(sys.argv[3]), 'Asia/Shanghai')\n"
        "for sql in sys.stdin.read().splitlines():\n"
        "    try: print(connection.execute(sql).fetchall())\n"
        "    except duckdb.Error as error: print('refused')\n"
    )
    statements = [
        f"select * from read_text('{secret}')",  # noqa: S608
        f"copy (select 1) to '{tmp_path / 'out.csv'}'",
        f"attach '{tmp_path / 'out.duckdb'}'",
        "insert into core_posts select * from core_posts",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
    ]
    folder = str(Path(__file__).parent.parent / "warehouse")
    ended = subprocess.run(
        [sys.executable, "-c", probe, folder, str(published.resolve()), json.dumps(make_config(5))],
        input="\n".join(statements),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines() == ["refused"] * len(statements)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def ask(published: Path, sql: str, seconds: float = 5.0) -> tuple[str, object]:
    """A statement and its answer or error."""
    try:
        return sql, run_query(published, sql, seconds=seconds)
    except (QueryRefused, QueryFailed) as error:
        return sql, error


def count_children() -> int:
    """Query children of this process still there."""
    return sum(
        "query_child" in " ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)
    )


def test_the_grace_is_short() -> None:
    assert GRACE_SECONDS <= 0.5
