"""One SQL statement of a stranger in; its rows out, from a child process that can read nothing else."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import NOTHING_PUBLISHED, QueryFailed, QueryRefused
from warehouse.faults import published_faults
from warehouse.published_file import READ_ONLY, TIME_ZONE, Config

CHILD = Path(__file__).with_name("query_child.py")
LONGEST_SQL = 20_000
LIMIT_BYTES = 10_000_000
GRACE_SECONDS = 0.5
"""Time beyond the statement's own for starting the child; at its end the child is killed."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows of one statement."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    """DuckDB's names of the types."""
    rows: tuple[tuple[Any, ...], ...]
    """DECIMAL as Decimal, DATE as date, TIMESTAMP as datetime; inside lists and structs those are text.

    So is a day that Python's calendar lacks: before year 1, after 9999."""
    truncated: bool
    """Whether the statement had more rows than the limits let through."""


def run_query(
    published: Path,
    sql: str,
    limit_rows: int = 10_000,
    seconds: float = 5.0,
    *,
    limit_bytes: int = LIMIT_BYTES,
) -> QueryResult:
    """Run one SELECT, or EXPLAIN of one, on a published file.

    The statement runs in a process with bounded memory, time and output that opens the file read-only with
    every other door closed; at `seconds` + 0.5 it is killed. QueryRefused when the statement is not one that
    is run here, QueryFailed when it ends in an error, a deadline, or too little memory. No message names a
    path.
    """
    if len(sql) > LONGEST_SQL or len(sql.encode("utf-8", "replace")) > LONGEST_SQL:
        raise QueryRefused(f"the statement is longer than {LONGEST_SQL:,} bytes")
    if not published.exists():
        raise QueryFailed(NOTHING_PUBLISHED)
    request = {
        "path": str(published.resolve()),
        "sql": sql.encode("utf-8", "replace").decode(),
        "limit_rows": limit_rows,
        "limit_bytes": limit_bytes,
        "seconds": seconds,
        "config": make_config(seconds),
        "time_zone": TIME_ZONE,
    }
    answer = ask_child(json.dumps(request).encode(), seconds)
    if "refused" in answer:
        raise QueryRefused(answer["refused"])
    if "unopened" in answer:
        with published_faults(published):
            raise duckdb.IOException(answer["unopened"])
    if "failed" in answer:
        raise QueryFailed(answer["failed"])
    if "deadline" in answer:
        raise QueryFailed(describe_deadline(seconds))
    types = tuple(answer["types"])
    rows = tuple(
        tuple(restore_value(value, kind) for value, kind in zip(row, types, strict=True))
        for row in answer["rows"]
    )
    return QueryResult(tuple(answer["columns"]), types, rows, answer["truncated"])


def make_config(seconds: float) -> Config:
    """The configuration in which the child opens the file: that of every reader, with less of everything."""
    config: Config = READ_ONLY | {
        "allow_unsigned_extensions": "false",
        "allow_persistent_secrets": "false",
        "allow_unredacted_secrets": "false",
        "enable_external_file_cache": "false",
        "python_enable_replacements": "false",
        "threads": "2",
        "memory_limit": "512MB",
        "max_temp_directory_size": "0B",
        "max_expression_depth": "200",
    }
    if int(duckdb.__version__.partition(".")[0]) >= 2:
        config["allow_extension_repositories"] = "forbidden"
        config["max_execution_time"] = str(math.ceil(seconds * 1000))
    return config


def ask_child(request: bytes, seconds: float) -> dict[str, Any]:
    """The child's answer; QueryFailed when it was killed or died."""
    with tempfile.TemporaryDirectory(prefix="headwater-query-") as empty:
        child = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={},
            start_new_session=True,
        )
        try:
            output, _ = child.communicate(request, timeout=seconds + GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            raise QueryFailed(describe_deadline(seconds)) from None
        finally:
            kill_group(child)
    if child.returncode == -signal.SIGXCPU:
        raise QueryFailed(describe_deadline(seconds))
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        # It died without a word: the address space it may have was used up inside the engine.
        raise QueryFailed("the statement needs more memory than it may have") from None
    return answer


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it started, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def describe_deadline(seconds: float) -> str:
    """The sentence for a statement that took too long."""
    return f"the statement took longer than {seconds:g} s; ask for fewer days or columns"


def restore_value(value: Any, kind: str) -> Any:  # noqa: ANN401 - a value of any SQL type
    """A value as Python has it, from JSON and the name of its SQL type."""
    if value is None or not isinstance(value, str):
        return value
    if kind.startswith("DECIMAL"):
        return Decimal(value)
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        try:
            return date.fromisoformat(value) if kind == "DATE" else datetime.fromisoformat(value)
        except ValueError:
            return value
    return float(value) if kind in ("DOUBLE", "FLOAT") else value
