"""A payload in whatever wrapping it was saved in; the members of given names, wherever they lie, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spiders.page import Json


def find_members(value: Json, *names: str) -> Iterator[Json]:
    """Objects and arrays under members of those names, outermost only, nearly in order of appearance."""
    waiting: list[Any] = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            nested = [(name, member) for name, member in current.items() if isinstance(member, dict | list)]
            yield from (member for name, member in nested if name in names)
            waiting.extend(member for name, member in reversed(nested) if name not in names)
        elif isinstance(current, list):
            waiting.extend(member for member in reversed(current) if isinstance(member, dict | list))


def find_items(value: Json, *names: str) -> list[Json] | None:
    """Elements of the arrays, and the objects, under members of those names; None when no such member is."""
    found: list[Json] = []
    is_known = False
    for member in find_members(value, *names):
        is_known = True
        found.extend(member if isinstance(member, list) else [member])
    return found if is_known else None
