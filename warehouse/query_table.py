"""Rows of a statement with the names of their SQL types in, an Arrow table of those types out."""

from __future__ import annotations

import json
import re
from typing import Any

import pyarrow as pa

from warehouse.query import QueryResult

TYPES: dict[str, pa.DataType] = {
    "BOOLEAN": pa.bool_(),
    "TINYINT": pa.int8(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "UTINYINT": pa.uint8(),
    "USMALLINT": pa.uint16(),
    "UINTEGER": pa.uint32(),
    "UBIGINT": pa.uint64(),
    "HUGEINT": pa.decimal128(38, 0),
    "FLOAT": pa.float32(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="Asia/Shanghai"),
}
DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


def tabulate_result(result: QueryResult) -> pa.Table:
    """The rows as a table; values of types that have no plain counterpart become JSON text."""
    columns = [
        tabulate_column([row[place] for row in result.rows], kind) for place, kind in enumerate(result.types)
    ]
    return pa.Table.from_arrays(columns, names=list(result.columns))


def tabulate_column(values: list[Any], kind: str) -> pa.Array:
    """One column; None stays null. One with a day that Python's calendar lacks is text."""
    target = find_type(kind)
    if target is None:
        return pa.array([None if value is None else show_nested(value) for value in values], pa.string())
    if pa.types.is_temporal(target) and any(isinstance(value, str) for value in values):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    return pa.array(values, target)


def find_type(kind: str) -> pa.DataType | None:
    """The Arrow type of a SQL type; None for maps, structs and the like."""
    if kind.endswith("[]"):
        inner = TYPES.get(kind.removesuffix("[]")) if kind not in ("DATE[]", "TIMESTAMP[]") else None
        return (
            pa.list_(inner)
            if inner in (pa.string(), pa.int64(), pa.int32(), pa.float64(), pa.bool_())
            else None
        )
    found = DECIMAL.fullmatch(kind)
    return pa.decimal128(int(found[1]), int(found[2])) if found else TYPES.get(kind)


def show_nested(value: object) -> str:
    """A value as text; a nested one as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
