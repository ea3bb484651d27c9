"""One request on standard input in; rows or a refusal as JSON on standard output out.

A process of its own runs it. It imports nothing of the product: it is started by path, with an empty
environment, in an empty folder.
"""

from __future__ import annotations

import json
import math
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

ADDRESS_SPACE_BYTES = 1536 * 1024**2
OPEN_FILES = 64
FETCH_ROWS = 1_000
HIDDEN_FUNCTIONS = re.compile(
    r"^(duckdb_|pragma_|read_|parquet_|sniff_|glob$|query$|query_table$|current_setting$|getvariable$|getenv$"
    r"|which_secret$|json_execute_serialized_sql$|from_substrait|sql_auto_complete$|checkpoint$"
    r"|force_checkpoint$|enable_|disable_|write_log$|seq_scan$|test_|repeat_row$|summary$|arrow_scan"
    r"|pandas_scan$|python_map_function$|st_read|nextval$|currval$|truncate_duckdb_logs$|add_parquet_key$)"
)
HIDDEN_TABLES = re.compile(r"^(duckdb_|pragma_|sqlite_)")
PATHS = re.compile(r"(?:(?:[A-Za-z]:)?[/\\](?:[^\s/\\'\"`]+[/\\])+|~/|\.\.?/)[^\s'\"`]*|/[\w.-]+/?(?=['\"])")
OUTSIDE = "the statement asks for something outside the published tables; only those can be read here"
NESTED = "the statement is nested too deeply"
MISSING_TABLE = "Catalog Error: Table with name "
UNOFFERED_HINT = re.compile(r'\nDid you mean "(?:pg|duckdb|sqlite|pragma)_[^"\n]*"\?')
"""The engine's guess at a table of its own, in which no posts are."""


class Refused(Exception):
    """The statement is not one that is run here."""


def main() -> None:
    """Answer the request and end."""
    request = json.loads(sys.stdin.buffer.read())
    limit_resources(request["seconds"])
    import duckdb

    try:
        answer = run(duckdb, request)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except RecursionError:
        answer = {"refused": NESTED}
    except MemoryError:
        answer = {"failed": "the statement needs more memory than it may have"}
    except OverflowError:
        answer = {
            "failed": "a moment at the very edge of the calendar cannot be shown here; ask for it ::varchar"
        }
    except duckdb.Error as error:
        answer = explain(duckdb, error)
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))


def limit_resources(seconds: float) -> None:
    """Bound memory, processor time, open files; no file can grow and no core is written."""
    processor_seconds = math.ceil(seconds * 2) + 5
    for limit, value in (
        (resource.RLIMIT_AS, ADDRESS_SPACE_BYTES),
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def run(duckdb: Any, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - imported after the limits
    """Check and run the request's one statement."""
    try:
        connection = connect(duckdb, request["path"], request["config"], request["time_zone"])
    except duckdb.Error as error:
        return {"unopened": str(error)}
    statement = check_statement(duckdb, connection, request["sql"])
    cursor = connection.execute(statement)
    columns = [name for name, *_ in cursor.description or []]
    types = [str(kind) for _, kind, *_ in cursor.description or []]
    rows: list[list[Any]] = []
    size, truncated = 0, False
    for row in fetch_rows(cursor):
        plain = [make_plain(value) for value in row]
        size += len(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace"))
        if len(rows) >= request["limit_rows"] or (rows and size > request["limit_bytes"]):
            truncated = True
            break
        if size > request["limit_bytes"]:
            raise Refused("one row of the result is larger than a whole result may be")
        rows.append(plain)
    return {"columns": columns, "types": types, "rows": rows, "truncated": truncated}


def connect(duckdb: Any, path: str, config: dict[str, str], time_zone: str) -> Any:  # noqa: ANN401
    """The published file, read-only, with every door closed before a statement is seen."""
    connection = duckdb.connect(path, config=config)
    connection.execute(f"set TimeZone = '{time_zone}'")
    connection.execute("set disabled_filesystems = 'LocalFileSystem'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set lock_configuration = true")
    return connection


def check_statement(duckdb: Any, connection: Any, sql: str) -> Any:  # noqa: ANN401
    """The one statement, when it is a SELECT, or an EXPLAIN of one that does not run it."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise Refused(f"exactly one statement is run at a time, not {len(statements)}")
    statement = statements[0]
    body = sql
    if statement.type == duckdb.StatementType.EXPLAIN:
        match = re.match(r"\s*explain\s+(?!\(|analyze\b)(.*)", strip_comments(sql), re.IGNORECASE | re.DOTALL)
        if match is None:
            raise Refused("EXPLAIN takes a plain SELECT here, without ANALYZE or options")
        body = match[1]
    elif statement.type != duckdb.StatementType.SELECT:
        raise Refused("only SELECT is run here; the published file cannot be changed")
    tree = json.loads(connection.execute("select json_serialize_sql(?)", [body]).fetchall()[0][0])
    if tree["error"] or len(tree["statements"]) != 1:
        raise Refused("only a plain SELECT is run here")
    check_tree(tree)
    return statement


def strip_comments(sql: str) -> str:
    """The statement without comments before its first word."""
    return re.sub(r"^(\s+|--[^\n]*\n|/\*.*?\*/)+", "", sql, flags=re.DOTALL)


def check_tree(tree: Any) -> None:  # noqa: ANN401 - parsed JSON
    """Refuse names that lead out of the published tables, and nodes that change them, wherever they are."""
    for node in walk(tree):
        function = str(node.get("function_name", "")).lower()
        table = str(node.get("table_name", "")).lower()
        if HIDDEN_FUNCTIONS.match(function) or HIDDEN_TABLES.match(table):
            raise Refused(
                f"{function or table} is not offered here; information_schema lists tables and columns"
            )
        if str(node.get("type", "")).startswith(("INSERT", "UPDATE", "DELETE", "MERGE", "COPY")):
            raise Refused("only SELECT is run here; the published file cannot be changed")


def walk(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Every object in the tree, without recursion."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield node
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


def fetch_rows(cursor: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Rows of a result, a stretch at a time."""
    while rows := cursor.fetchmany(FETCH_ROWS):
        yield from rows


def make_plain(value: Any) -> Any:  # noqa: ANN401
    """A value of DuckDB as JSON has it; dates and decimals as text, numbers that are none as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {str(key): make_plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [make_plain(entry) for entry in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (Decimal, UUID, timedelta)):
        return str(value)
    return repr(value)


def explain(duckdb: Any, error: Exception) -> dict[str, str]:  # noqa: ANN401
    """What went wrong, in words that name no path of the machine."""
    message = str(error)
    outside = (duckdb.PermissionException, duckdb.IOException, duckdb.HTTPException)
    if isinstance(error, outside) or "disabled by configuration" in message or "locked" in message:
        return {"refused": OUTSIDE}
    if isinstance(error, duckdb.InterruptException) or "INTERRUPT" in message:
        return {"deadline": ""}
    if isinstance(error, duckdb.OutOfMemoryException) or "allocate" in message or "bad_alloc" in message:
        return {"failed": "the statement needs more memory than it may have"}
    if "nested" in message or "depth" in message:
        return {"refused": NESTED}
    if MISSING_TABLE in message:
        message = f"{UNOFFERED_HINT.sub('', message).rstrip()}\n\nshow tables lists the tables there are"
    return {"failed": PATHS.sub("...", message)[:2_000]}


if __name__ == "__main__":
    main()
