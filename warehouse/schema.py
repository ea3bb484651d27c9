"""An empty or older warehouse file in; one with today's tables, comments and schema version out."""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb

from warehouse.columns import quote_identifier, quote_text
from warehouse.errors import StorageError
from warehouse.merge import merge_all
from warehouse.tables import Table, list_tables

SCHEMA_VERSION = 5
"""Version of the tables; a change of a table needs the next number and `sql/migrations/<n>_<what>.sql`."""

MERGED_SINCE = 5
"""First version whose core tables are as the merge of today makes them; older ones are made anew."""

MIGRATIONS = Path(__file__).parent / "sql" / "migrations"


def prepare_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Create or migrate the tables, in one transaction; StorageError when the file is newer than this."""
    connection.execute("begin")
    try:
        version = read_schema_version(connection)
        if version is None:
            create_tables(connection)
            write_schema_version(connection, SCHEMA_VERSION)
        else:
            migrate(connection, version, SCHEMA_VERSION, MIGRATIONS)
            # the merge knows the tables of today alone, so it comes after all that alters them
            if version < MERGED_SINCE:
                merge_all(connection)
            if version < SCHEMA_VERSION:
                comment_tables(connection)
    except BaseException:
        # a disk that fills up may have rolled back already, and is told by the error of that moment
        with contextlib.suppress(duckdb.Error):
            connection.execute("rollback")
        raise
    connection.execute("commit")


def migrate(connection: duckdb.DuckDBPyConnection, version: int, target: int, folder: Path) -> None:
    """Run the migrations after `version` up to `target`, in order, inside the caller's transaction."""
    if version > target:
        raise StorageError(
            f"the warehouse was written by a newer Headwater (schema {version}, this one knows {target}); "
            "update Headwater, nothing was changed"
        )
    steps = {int(path.name.partition("_")[0]): path for path in folder.glob("[0-9]*_*.sql")}
    for number in range(version + 1, target + 1):
        if number not in steps:
            raise StorageError(f"Headwater's own migration to schema {number} is missing; install it again")
        connection.execute(steps[number].read_text(encoding="utf-8"))
        write_schema_version(connection, number)


def read_schema_version(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Version of the tables in the file; None for an empty file."""
    found = connection.execute(
        "select count(*) from duckdb_tables() where table_name = 'schema_version' and not temporary"
    ).fetchall()
    if found[0][0] == 0:
        return None
    version: int | None = connection.execute("select max(version) from schema_version").fetchall()[0][0]
    return version


def write_schema_version(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Record that the tables have this version now."""
    connection.execute("create table if not exists schema_version (version bigint not null)")
    connection.execute("delete from schema_version")
    connection.execute("insert into schema_version values (?)", [version])
    comment_on(connection, "table schema_version", "one version of the tables of this file; there is one row")
    comment_on(connection, "column schema_version.version", "Number of the last migration.")


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every table of the warehouse with its comments."""
    for table in list_tables():
        connection.execute(render_create_table(table))
    comment_tables(connection)


def comment_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every table and column the comment of today."""
    for table in list_tables():
        comment_on(connection, f"table {quote_identifier(table.name)}", table.row)
        for column in table.columns:
            target = f"column {quote_identifier(table.name)}.{quote_identifier(column.name)}"
            comment_on(connection, target, column.comment)


def render_create_table(table: Table) -> str:
    """The table's `create table` statement."""
    columns = [
        f"{quote_identifier(column.name)} {column.sql_type}{'' if column.is_nullable else ' not null'}"
        for column in table.columns
    ]
    return f"create table {quote_identifier(table.name)} ({', '.join(columns)})"


def comment_on(connection: duckdb.DuckDBPyConnection, target: str, comment: str) -> None:
    """Set the comment of a table, view or column."""
    connection.execute(write_comment(target, comment))


def write_comment(target: str, comment: str) -> str:
    """The statement that comments a table, view or column: `comment on TARGET is COMMENT`."""
    return f"comment on {target} is {quote_text(comment)}"
