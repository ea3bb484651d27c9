"""Columns that every kind of row has, and rows with faults, in; landing tables and rejections out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from spiders.arrow_schemas import record_schema
from spiders.imports.identifiers import LostDigits, normalise_id
from spiders.imports.payloads import describe_row
from spiders.imports.raw_batch import BadRow, Row
from spiders.imports.texts import map_values
from spiders.platform_names import normalise_platform

ID_LIMIT = 512
EXCEL_DIGITS, LEAST_LONG = 15, 17
HEADER_ROW = "repeated_header"
TOTAL_ROW = "total_row"
_SKIPS = (HEADER_ROW, TOTAL_ROW)


def reject_rows(row: Callable[[int], Row], faults: Mapping[int, str]) -> tuple[BadRow, ...]:
    """Rows with a fault -> rejections with their payload; repeated headers and totals are no rows."""
    wrong = sorted((at, reason) for at, reason in faults.items() if reason not in _SKIPS)
    return tuple(BadRow(reason, partial(_describe, row, at)) for at, reason in wrong)


def _describe(row: Callable[[int], Row], at: int) -> str:
    return describe_row(row(at))


def count_skips(faults: Mapping[int, str]) -> dict[str, int]:
    """How many rows only repeated the header, and how many added up the others."""
    numbers = Counter(reason for reason in faults.values() if reason in _SKIPS)
    return {reason: numbers[reason] for reason in _SKIPS if numbers[reason]}


def make_table(
    kind: str, arrays: Mapping[str, Any], rows: int, run_id: str, faults: Mapping[int, str]
) -> pa.Table:
    """Columns by field -> table with the schema of that kind, without the rows that have a fault."""
    columns = []
    schema = record_schema(kind)
    for name, type_ in zip(schema.names, schema.types, strict=True):
        values = arrays.get(name)
        if name == "run_id":
            columns.append(pa.repeat(run_id, rows))
        elif values is None:
            columns.append(pa.nulls(rows, type_))
        else:
            columns.append(values if isinstance(values, pa.Array) else pa.array(values, type_))
    table = pa.Table.from_arrays(columns, schema=schema)
    if not faults:
        return table
    return table.filter(pa.array([at not in faults for at in range(rows)]))


def read_ids(values: Sequence[Any] | None, rows: int, faults: dict[int, str]) -> list[str | None]:
    """A column of ids -> exact strings; rows without one, or with one that lost digits, are faults."""
    if values is not None and _are_rounded(values):
        faults.update({at: "id_lost_digits" for at in range(rows) if at not in faults})
        return list(values)
    if values is not None and _are_plain_ids(values):
        return list(values)
    ids: list[str | None] = []
    for at, value in enumerate(values if values is not None else [None] * rows):
        # Ids of digits or hex are the rule; whatever else is there goes the careful way.
        if type(value) is str and value.isalnum() and value[0].isdecimal():
            ids.append(value)
        else:
            ids.append(_try_id(value, at, faults))
    return ids


def _are_rounded(values: Sequence[Any]) -> bool:
    """Whether all ids of a column are long and end in zeros after 15 digits, all that Excel keeps of them."""
    if not _is_rounded(next((value for value in values if value not in (None, "")), None)):
        return False
    filled = [value for value in values if value not in (None, "")]
    return len(filled) > 1 and all(map(_is_rounded, filled))


def _is_rounded(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) >= LEAST_LONG
        and value.isdecimal()
        and not value[EXCEL_DIGITS:].strip("0")
    )


def _are_plain_ids(values: Sequence[Any]) -> bool:
    """Whether a column is nothing but digits as text, as most ids are: one look at all of them together."""
    if set(map(type, values)) != {str} or "" in values:
        return False
    digits = "".join(values)
    return digits.isascii() and digits.isdecimal() and max(map(len, values)) <= ID_LIMIT


def _try_id(value: object, at: int, faults: dict[int, str]) -> str | None:
    try:
        found = normalise_id(value)
    except LostDigits:
        faults.setdefault(at, "id_lost_digits")
        return None
    if found is None or len(found) > ID_LIMIT:
        faults.setdefault(at, "no_id" if found is None else "id_too_long")
        return None
    return found


def read_platforms(
    values: Sequence[Any] | None, fallback: str | None, rows: int, faults: dict[int, str]
) -> list[str | None]:
    """A column of platforms' names -> slugs, `fallback` where there is none; rows without one are faults."""
    if values is None:
        slugs: list[str | None] = [fallback] * rows
    else:
        slugs = map_values(values, lambda value: _read_platform(value, fallback))
    if None in slugs:
        for at, slug in enumerate(slugs):
            if slug is None:
                faults.setdefault(at, "bad_platform")
    return slugs


def _read_platform(value: object, fallback: str | None) -> str | None:
    """The slug of a name, None of one that is not known; what the user names fills empty cells alone."""
    if isinstance(value, str) and value.strip():
        return normalise_platform(value)
    return fallback


def make_id(*parts: object) -> str:
    """An id for a row whose file has none: `made-` and a hash of what tells the row from others."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return "made-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
