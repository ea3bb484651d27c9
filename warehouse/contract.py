"""A record type in; SQL that names the first field of a row that breaks its contract, or null, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from warehouse.columns import describe_columns, quote_identifier, quote_text, unwrap_type
from warehouse.records import Record


class Breach(NamedTuple):
    """One way to break a contract."""

    column: str
    reason: str
    sql: str
    """True for a value of the column that breaks it."""


def render_reason(record: type[Record]) -> str:
    """SQL over a row of the record's columns: `no_<field>`, `bad_<field>`, or null when it fits.

    It checks what pydantic checks when a record is made, a column at a time: presence, patterns, lengths,
    bounds, finite numbers, allowed words.
    """
    branches = [f"when {breach.sql} then {quote_text(breach.reason)}" for breach in list_breaches(record)]
    return f"case {' '.join(branches)} end"


def list_breaches(record: type[Record]) -> Iterator[Breach]:
    """Each way to break the record's contract."""
    for column, field in zip(describe_columns(record), record.model_fields.values(), strict=True):
        name = quote_identifier(column.name)
        if not column.is_nullable:
            yield Breach(column.name, f"no_{column.name}", f"{name} is null")
        for breach in _render_breaches(name, field):
            yield Breach(column.name, f"bad_{column.name}", breach)


def _render_breaches(name: str, field: FieldInfo) -> Iterator[str]:
    yield from _render_words(name, field.annotation)
    for limit in _collect_limits(field):
        for attribute, template in _BREACHES.items():
            value = getattr(limit, attribute, None)
            if value is not None:
                literal = quote_text(value) if isinstance(value, str) else str(value)
                yield template.format(name=name, value=literal)


_BREACHES: dict[str, str] = {
    "pattern": "not regexp_matches({name}, {value})",
    "min_length": "length({name}) < {value}",
    "max_length": "length({name}) > {value}",
    "ge": "{name} < {value}",
    "le": "{name} > {value}",
    "allow_inf_nan": "not isfinite({name})",
}
"""Attribute of a pydantic constraint -> SQL that is true for a value that breaks it."""


def _render_words(name: str, annotation: object) -> Iterator[str]:
    plain = unwrap_type(annotation)
    if get_origin(plain) is Literal:
        yield f"{name} not in ({_list_words(plain)})"
    elif get_origin(plain) is tuple:
        item = unwrap_type(get_args(plain)[0])
        # A list with a null inside is no list of texts, which `is null` on the whole list does not see.
        yield f"len(list_filter({name}, lambda item: item is null)) > 0"
        if get_origin(item) is Literal:
            yield f"len(list_filter({name}, lambda item: item not in ({_list_words(item)}))) > 0"


def _list_words(literal: object) -> str:
    return ", ".join(quote_text(str(word)) for word in get_args(literal))


def _collect_limits(field: FieldInfo) -> Iterator[Any]:
    yield from _flatten(field.metadata)
    yield from _walk(field.annotation)


def _walk(annotation: object) -> Iterator[Any]:
    """Constraints inside Annotated inside Optional."""
    yield from _flatten(getattr(annotation, "__metadata__", ()))
    if get_origin(annotation) is not tuple:
        for part in get_args(annotation):
            yield from _walk(part)


def _flatten(metadata: Iterable[object]) -> Iterator[Any]:
    for entry in metadata:
        if isinstance(entry, FieldInfo):
            yield from _flatten(entry.metadata)
        else:
            yield entry
