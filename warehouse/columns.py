"""A record type in, its columns out: SQL type, Arrow type, whether it may be null, and the comment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import pyarrow as pa
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from warehouse.records import LandedFile, Record, Search

_SQL_TYPES: dict[Any, str] = {
    str: "varchar",
    int: "bigint",
    float: "double",
    bool: "boolean",
    datetime: "timestamp with time zone",
    date: "date",
    Decimal: "decimal(18,4)",
    LandedFile: "struct(name varchar, record_kind varchar, rows bigint, sha256 varchar)",
    Search: "struct(query varchar, platform varchar, record_kind varchar, "
    "asked_at timestamp with time zone, found bigint)",
}
_LANDED_FILE = pa.struct(
    [("name", pa.string()), ("record_kind", pa.string()), ("rows", pa.int64()), ("sha256", pa.string())]
)
_SEARCH = pa.struct(
    [
        ("query", pa.string()),
        ("platform", pa.string()),
        ("record_kind", pa.string()),
        ("asked_at", pa.timestamp("us", tz="UTC")),
        ("found", pa.int64()),
    ]
)
_ARROW_TYPES: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
    Decimal: pa.decimal128(18, 4),
    LandedFile: _LANDED_FILE,
    Search: _SEARCH,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    sql_type: str
    arrow_type: pa.DataType
    is_nullable: bool
    comment: str
    default: str | None
    """SQL of the value that stands for an absent column; None when the column must be there."""


@cache
def describe_columns(record: type[Record]) -> tuple[Column, ...]:
    """Columns of a record type in the order of its fields."""
    return tuple(_describe_field(name, field) for name, field in record.model_fields.items())


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Arrow schema of the columns."""
    return pa.schema([pa.field(column.name, column.arrow_type) for column in columns])


def tabulate_records(records: Sequence[Record], record: type[Record]) -> pa.Table:
    """Records of one type -> an Arrow table of their columns."""
    rows = [entry.model_dump() for entry in records]
    schema = arrow_schema(describe_columns(record))
    for name in (field.name for field in schema if pa.types.is_map(field.type)):
        for row in rows:
            row[name] = list(row[name].items())
    return pa.Table.from_pylist(rows, schema=schema)


def quote_identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text as an SQL literal, for statements that take no bound parameter (DDL)."""
    return "'" + text.replace("'", "''") + "'"


def unwrap_type(annotation: object) -> object:
    """The type behind Annotated and Optional."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        inner = [part for part in get_args(annotation) if part is not NoneType]
        if NoneType in get_args(annotation) and len(inner) == 1:
            annotation = inner[0]
            continue
        return datetime if annotation is AwareDatetime else annotation


def _describe_field(name: str, field: FieldInfo) -> Column:
    sql_type, arrow_type = _map_type(field.annotation)
    is_nullable = NoneType in get_args(field.annotation)
    return Column(
        name=name,
        sql_type=sql_type,
        arrow_type=arrow_type,
        is_nullable=is_nullable,
        comment=" ".join((field.description or "").split()),
        default=None if field.is_required() else _default_sql(field.default, sql_type),
    )


def _map_type(annotation: object) -> tuple[str, pa.DataType]:
    plain = unwrap_type(annotation)
    origin, arguments = get_origin(plain), get_args(plain)
    if origin is Literal:
        plain = str
    elif origin is tuple:
        sql_type, arrow_type = _map_type(arguments[0])
        return f"{sql_type}[]", pa.list_(arrow_type)
    elif origin is dict:
        (key_sql, key_arrow), (value_sql, value_arrow) = map(_map_type, arguments)
        return f"map({key_sql}, {value_sql})", pa.map_(key_arrow, value_arrow)
    return _SQL_TYPES[plain], _ARROW_TYPES[plain]


def _default_sql(default: object, sql_type: str) -> str:
    if default is None:
        return f"cast(null as {sql_type})"
    if default == ():
        return f"cast([] as {sql_type})"
    if isinstance(default, str):
        return quote_text(default)
    return f"cast(map() as {sql_type})"
