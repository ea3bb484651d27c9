"""What hostile statements on the published file get: no secret, no path, no time beyond their deadline."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.query_world import publish_query_world
from warehouse.errors import QueryFailed, QueryRefused
from warehouse.query import GRACE_SECONDS, make_config, run_query


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A published file, with a secret beside it."""
    with publish_query_world(tmp_path_factory.mktemp("query")) as path:
        yield path


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
