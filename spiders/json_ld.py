"""The JSON-LD scripts of a page, however they are wrapped, in; the things that they describe out."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from spiders.page import Json

Thing = dict[str, Any]

MAX_DEPTH = 12
MAX_FILLED = 20_000
"""Objects that references of one page are filled with; a page that needs more is an attack."""

NESTED = (
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "itemListElement",
    "item",
    "isVariantOf",
    "video",
)
"""Members that hold things of their own; `hasVariant` is a matter of the product that has them."""

_NOISE = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*+"?)'
    r"|<!--[^<{}\[\]]{0,300}?-->"
    r"|(?://|/\*)?[ \t]*(?:<!\[CDATA\[|\]\]>|<!--|-->)(?:[ \t]*\*/)?"
    r"|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])",
    re.DOTALL,
)
"""What sites write around JSON (comments, CDATA marks) and in it (a comma too many)."""

_BETWEEN = re.compile(r"[\s;,]*")


def read_script(script: str) -> list[Json]:
    """Objects and arrays of one script, one as a rule; none when it is no JSON at all.

    Several, or one with a semicolon or a mark of CDATA behind it, are read as far as they can be.
    """
    plain = script if '"' in script or "&quot;" not in script else html.unescape(script)
    decoder = json.JSONDecoder(strict=False)
    for text in (plain, _NOISE.sub(lambda found: found["text"] or "", plain)):
        values: list[Json] = []
        place = _skip(text, 0)
        # where the rest is no JSON, what stands before it is kept
        with suppress(ValueError, RecursionError):
            while place < len(text):
                value, place = decoder.raw_decode(text, place)
                values.append(value)
                place = _skip(text, place)
        found = [value for value in values if isinstance(value, dict | list)]
        if found:
            return found
    return []


def list_things(blocks: list[Json]) -> list[Thing]:
    """Objects with a type of all blocks of a page, nested ones included, in document order.

    A member that is a mere reference (`{"@id": "#offer"}`) is filled with what it refers to, once in each.
    """
    named: dict[str, Thing] = {}
    referred: set[str] = set()
    for thing in _list_objects(blocks):
        name = thing.get("@id")
        if not isinstance(name, str):
            continue
        if _is_reference(thing):
            referred.add(name)
        else:
            named.setdefault(name, thing)
    links = _Links(named if referred & named.keys() else {})
    things = (thing for block in blocks for thing in _walk(block, 0))
    return [links.fill(thing) for thing in things if not (_is_reference(thing) and thing["@id"] in named)]


class _Links:
    """What the references of one page stand for."""

    def __init__(self, named: dict[str, Thing]) -> None:
        self._named = named
        self._left = MAX_FILLED

    def fill(self, thing: Thing) -> Thing:
        """A thing whose references are filled; the same thing where a page has none."""
        if not self._named:
            return thing
        filled: Thing = self._fill_value(thing, {str(thing.get("@id"))}, 0)
        return filled

    def _fill_value(self, value: Json, seen: set[str], depth: int) -> Json:
        if depth > MAX_DEPTH or self._left <= 0 or not isinstance(value, dict | list):
            return value
        self._left -= 1
        if isinstance(value, list):
            return [self._fill_value(member, seen, depth + 1) for member in value]
        if _is_reference(value) and value["@id"] in self._named and value["@id"] not in seen:
            seen.add(value["@id"])
            value = self._named[value["@id"]]
        return {name: self._fill_value(member, seen, depth + 1) for name, member in value.items()}


def _is_reference(thing: Thing) -> bool:
    return isinstance(thing.get("@id"), str) and thing.keys() <= {"@id", "@type"}


def _list_objects(blocks: list[Json]) -> Iterator[Thing]:
    waiting = list(blocks)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _walk(value: Json, depth: int) -> Iterator[Thing]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for member in value:
            yield from _walk(member, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name in NESTED:
            if name in value:
                yield from _walk(
                    _give_address(value[name], value) if name == "item" else value[name], depth + 1
                )


def _give_address(item: Json, line: Thing) -> Json:
    """The item of a line of a list, with the line's address where it has none of its own."""
    has_own = not isinstance(item, dict) or not item.keys().isdisjoint({"url", "@id"})
    return item if has_own or not isinstance(line.get("url"), str) else {**item, "url": line["url"]}


def _skip(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place
