"""The contract's record types in, the Arrow schemas of their Parquet files out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import pyarrow as pa
from pydantic import AwareDatetime

from warehouse.records import RECORD_KINDS

_ARROW_TYPES: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
    AwareDatetime: pa.timestamp("us", tz="UTC"),
    Decimal: pa.decimal128(18, 4),
}


@cache
def record_schema(kind: str) -> pa.Schema:
    """Arrow schema of a record kind (`posts`, `listings`, `board_entries`): the record's fields, in order."""
    fields = RECORD_KINDS[kind].model_fields
    return pa.schema([pa.field(name, _arrow_type(field.annotation)) for name, field in fields.items()])


def _arrow_type(annotation: object) -> pa.DataType:
    if annotation in _ARROW_TYPES:
        return _ARROW_TYPES[annotation]
    arguments = [item for item in get_args(annotation) if item is not NoneType]
    if get_origin(annotation) is Literal:
        return pa.string()
    if get_origin(annotation) is tuple:
        return pa.list_(_arrow_type(arguments[0]))
    return _arrow_type(arguments[0])
