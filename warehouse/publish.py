"""The writer's warehouse in; a complete read-only file of core tables and marts at a stable path out."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.clock import find_latest
from warehouse.columns import quote_identifier, quote_text, tabulate_records
from warehouse.disk_faults import LEAST_FREE_BYTES, check_free_space
from warehouse.faults import storage_faults
from warehouse.published_file import open_readonly
from warehouse.schema import SCHEMA_VERSION
from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse
from warehouse.tables import Publication, list_tables

FOLDER = "published"
STABLE_NAME = "headwater.duckdb"
PUBLICATION_VERSION = "v1.0.0"
"""Storage format of published files: every DuckDB 1.x and 2.x reads it, for about a tenth more bytes."""
KEPT_FILES = 3
MEMORY_PREFIX = "work_"
"""Tables in which a build of the marts remembers for the next one."""

_NUMBERED = re.compile(r"headwater-(\d+)\.duckdb")


def published_path(home: Path) -> Path:
    """The stable path that readers open; it is there once something was published."""
    return home / FOLDER / STABLE_NAME


def holds_records(published: Path) -> bool:
    """Whether a published file has any post, listing or board entry."""
    tables = ("core_posts", "core_listings", "core_board_entries")
    with open_readonly(published) as connection:
        return any(connection.table(table).limit(1).fetchall() for table in tables)


def publish(warehouse: Warehouse, *, least_free_bytes: int = LEAST_FREE_BYTES) -> Path:
    """Publish core tables, marts and views, and give the stable path.

    The file is made under another name, put on the disk, and only then named; a reader sees the last file
    or this one, whole, whatever is killed when. Observations (raw_*) and payloads of rejections stay out.
    StorageError when the disk is full or fails; what was published before stays.
    """
    folder = warehouse.home / FOLDER
    with storage_faults(folder):
        folder.mkdir(exist_ok=True)
        check_free_space(folder, least_free_bytes)
        remove_leftovers(folder)
        number = max([*list_published(folder), 0]) + 1
        unfinished = folder / f".headwater-{number}.duckdb.unfinished"
        try:
            write_publication(warehouse, unfinished, number)
            sync_path(unfinished)
            finished = folder / f"headwater-{number}.duckdb"
            unfinished.replace(finished)
        except BaseException:
            remove_leftovers(folder)
            raise
        sync_path(folder)
        point_to(folder / STABLE_NAME, finished)
        sync_path(folder)
        remove_older(warehouse.home, KEPT_FILES)
    return folder / STABLE_NAME


def remove_older(home: Path, kept: int = 1) -> None:
    """Remove all published files but the newest ones."""
    folder = home / FOLDER
    for old in sorted(list_published(folder))[:-kept]:
        (folder / f"headwater-{old}.duckdb").unlink()


def write_publication(warehouse: Warehouse, path: Path, number: int) -> None:
    """Write what readers may see into a new file, with its comments, and close it."""
    connection = warehouse.connection
    connection.execute(
        f"attach {quote_text(str(path))} as published (storage_version '{PUBLICATION_VERSION}')"
    )
    try:
        # Copying the schema as a whole keeps views and every comment.
        connection.execute("copy from database warehouse to published (schema)")
        hidden = {table.name for table in list_tables() if not table.is_published}
        with in_transaction(connection):
            for name in list_table_names(connection):
                target = f"published.{quote_identifier(name)}"
                if name in hidden or name.startswith(MEMORY_PREFIX):
                    connection.execute(f"drop table {target}")
                    continue
                rows = connection.table(f"warehouse.{quote_identifier(name)}")
                if name == "rejections":
                    rows = rows.project("* replace ('' as payload)")
                rows.insert_into(target)
            state = describe_publication(connection, number)
            connection.from_arrow(tabulate_records([state], Publication)).insert_into("published.publication")
        connection.execute("checkpoint published")
    finally:
        connection.execute("detach published")


def describe_publication(connection: duckdb.DuckDBPyConnection, number: int) -> Publication:
    """What the file is made from: number, newest load, newest observation."""
    sql = read_sql_file("publish", "describe_state")
    now = datetime.now(UTC)
    row = connection.execute(sql, {"latest": find_latest(now)}).fetchall()[0]
    return Publication(
        publish_seq=number,
        load_seq=row[0],
        newest_captured_at=row[1],
        published_at=now,
        schema_version=SCHEMA_VERSION,
    )


def list_table_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables of the writer's file."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'warehouse' order by table_name"
    ).fetchall()
    return [name for (name,) in rows]


def point_to(link: Path, target: Path) -> None:
    """Make `link` lead to `target` in its folder, in one step; a copy stands in where there are no links."""
    fresh = link.with_name(f".{link.name}.fresh")
    fresh.unlink(missing_ok=True)
    try:
        fresh.symlink_to(target.name)
    except (OSError, NotImplementedError):
        shutil.copyfile(target, fresh)
        sync_path(fresh)
    fresh.replace(link)


def list_published(folder: Path) -> list[int]:
    """Numbers of the published files."""
    return [int(found[1]) for path in folder.iterdir() if (found := _NUMBERED.fullmatch(path.name))]


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed publication left; only the holder of the writer's lock may."""
    for path in [*folder.glob(".headwater-*.unfinished*"), *folder.glob(".headwater.duckdb.fresh")]:
        path.unlink()


def sync_path(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def in_transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One transaction on the connection."""
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            connection.execute("rollback")
        raise
