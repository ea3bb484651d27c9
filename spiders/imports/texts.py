"""Columns of raw text in, columns of clean text out: each distinct text is cleaned and masked once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from decimal import Decimal
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from spiders.imports.tables import RawBatch, list_values
from spiders.privacy import clean_text, mask_personal

_Out = TypeVar("_Out")

TEXT_LIMIT = 100_000
"""Longer texts are cut: no platform shows more, and a 100 MB cell must not stop a run."""


def read_text(value: object) -> str | None:
    """A cell -> text fit to be stored, personal data masked; None when nothing is left of it."""
    text = read_name(value)
    return None if text is None else mask_personal(text)


def read_name(value: object) -> str | None:
    """A cell -> clean text without masking, for names of brands, shops and categories; None when empty."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, int | float | Decimal) and value == value:
        value = str(value)
    # A list or an object where text belongs is a fault of the file, never its text.
    return clean_text(value[:TEXT_LIMIT]).strip() or None if isinstance(value, str) else None


def map_values(values: Iterable[Any], convert: Callable[[Any], _Out]) -> list[_Out]:
    """`convert` over the values, called once for each distinct one."""
    known: dict[Hashable, _Out] = {}
    out: list[_Out] = []
    for value in values:
        key = (value, value.__class__)
        try:
            out.append(known[key])
        except KeyError:
            known[key] = converted = convert(value)
            out.append(converted)
        except TypeError:
            out.append(convert(value))
    return out


def map_column(
    batch: RawBatch, name: str | None, convert: Callable[[Any], Any], type_: pa.DataType
) -> pa.Array:
    """A column of a batch through `convert`, as an Arrow array of that type; all null without a column."""
    if name is None:
        return pa.nulls(batch.rows, type_)
    if batch.records is not None:
        return pa.array(map_values(batch.values(name), partial(_skip_none, convert)), type_)
    return map_array(batch.column(name), convert, type_)


def _skip_none(convert: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else convert(value)


def map_array(array: pa.Array, convert: Callable[[Any], Any], type_: pa.DataType) -> pa.Array:
    """Arrow array through `convert`, called once for each distinct value; nulls stay null."""
    if not pa.types.is_dictionary(array.type):
        if pa.types.is_nested(array.type):
            return pa.array([convert(value) for value in list_values(array)], type_)
        array = pc.dictionary_encode(array)
    converted: Sequence[Any] = [None if v is None else convert(v) for v in list_values(array.dictionary)]
    return pa.array(converted, type_).take(array.indices)
