"""What the tables are: every field a column with its comment, and older files brought up to date."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.errors import StorageError
from warehouse.records import RECORD_KINDS
from warehouse.schema import SCHEMA_VERSION, create_tables, migrate, read_schema_version, write_schema_version
from warehouse.store import Warehouse
from warehouse.tables import list_tables


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """An empty database in memory."""
    return duckdb.connect()


def test_every_table_and_column_carries_a_comment(connection: duckdb.DuckDBPyConnection) -> None:
    create_tables(connection)
    silent = connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where not internal and coalesce(comment, '') = ''"
    ).fetchall()
    assert silent == []
    assert connection.execute("select count(*) from duckdb_tables() where comment is null").fetchall() == [
        (0,)
    ]


@pytest.mark.parametrize("kind", sorted(RECORD_KINDS))
def test_raw_tables_are_the_contract_in_its_order(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    create_tables(connection)
    names = [row[0] for row in connection.execute(f"describe raw_{kind}").fetchall()]
    assert names == [*RECORD_KINDS[kind].model_fields, "load_seq"]


def test_types_and_nulls_follow_the_contract(connection: duckdb.DuckDBPyConnection) -> None:
    create_tables(connection)
    columns = {
        (table, name): (kind, nullable)
        for table, name, kind, nullable in connection.execute(
            "select table_name, column_name, data_type, is_nullable from duckdb_columns()"
        ).fetchall()
    }
    assert columns["raw_posts", "captured_at"] == ("TIMESTAMP WITH TIME ZONE", False)
    assert columns["raw_posts", "hashtags"] == ("VARCHAR[]", False)
    assert columns["raw_posts", "likes"] == ("BIGINT", True)
    assert columns["raw_posts", "published_precision"] == ("VARCHAR", True)
    assert columns["core_listings", "price"] == ("DECIMAL(18,4)", True)
    assert columns["core_listings", "currency"] == ("VARCHAR", True)
    assert columns["core_board_entries", "entry_id"] == ("VARCHAR", False)
    assert columns["crawl_reports", "requests_by_status"] == ("MAP(VARCHAR, BIGINT)", False)
    assert columns["core_annotations", "span_start"] == ("BIGINT", True)


def test_raw_tables_and_working_memory_are_the_only_ones_kept_at_home() -> None:
    assert {table.name for table in list_tables() if not table.is_published} == {
        "raw_posts",
        "raw_listings",
        "raw_board_entries",
        "changed_subjects",
        "text_bands",
        "cluster_words",
        "cluster_days",
    }


def test_migrations_run_in_order_and_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "0002_add_a.sql").write_text("-- a\ncreate table a (x int);")
    (tmp_path / "0003_fill_a.sql").write_text("-- a\ninsert into a values (3);")
    write_schema_version(connection, 1)
    migrate(connection, 1, 3, tmp_path)
    migrate(connection, 3, 3, tmp_path)
    assert connection.execute("from a").fetchall() == [(3,)]
    assert read_schema_version(connection) == 3


def test_a_failing_migration_leaves_the_file_as_it_was(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "0002_add_a.sql").write_text("-- a\ncreate table a (x int);")
    (tmp_path / "0003_break.sql").write_text("-- a\nselect * from nowhere;")
    write_schema_version(connection, 1)
    connection.execute("begin")
    with pytest.raises(duckdb.CatalogException):
        migrate(connection, 1, 3, tmp_path)
    connection.execute("rollback")
    assert read_schema_version(connection) == 1
    assert connection.execute("select count(*) from duckdb_tables() where table_name = 'a'").fetchall() == [
        (0,)
    ]


def test_a_missing_migration_is_said(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_schema_version(connection, 1)
    with pytest.raises(StorageError, match="migration to schema 2 is missing"):
        migrate(connection, 1, 2, tmp_path)


def test_a_file_of_a_newer_schema_is_refused_and_left_alone(home: Path) -> None:
    with Warehouse.open(home) as warehouse:
        write_schema_version(warehouse.connection, SCHEMA_VERSION + 7)
    with pytest.raises(StorageError, match="newer Headwater"):
        Warehouse.open(home)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        assert read_schema_version(connection) == SCHEMA_VERSION + 7


def test_reports_of_an_older_file_are_kept_and_know_of_no_search(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "old", least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        fresh = connection.execute("describe crawl_reports").fetchall()
        connection.execute("alter table crawl_reports drop column queries")
        connection.execute(
            "insert into crawl_reports by name select 'douyin' as source, 'r1' as run_id, "
            "'complete' as outcome, now() as started_at, now() as finished_at, 1.0 as duration_seconds, "
            "map() as requests_by_status, map() as records_by_kind, map() as skips_by_reason, "
            "map() as rejections_by_reason, map() as robots_decisions, [] as blocks, [] as messages, "
            "'' as software, [] as files"
        )
        write_schema_version(connection, 3)
    with Warehouse.open(tmp_path / "old", least_free_bytes=0) as warehouse:
        found = warehouse.connection.execute("describe crawl_reports").fetchall()
        assert found == fresh
        assert warehouse.connection.execute("select run_id, queries from crawl_reports").fetchall() == [
            ("r1", [])
        ]
