"""HTML in; its schema.org items (JSON-LD) and OpenGraph properties out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from spiders.errors import BadPayload
from spiders.page import Json

_LD_SCRIPT = re.compile(
    r"<script[^<>]{0,500}application/ld\+json[^<>]{0,500}>\s*+(?!</script)\S", re.IGNORECASE
)
"""The beginning of JSON-LD that is not empty."""
MAX_DEPTH = 12


class StructuredData(NamedTuple):
    """What a page says of itself."""

    items: list[dict[str, Any]]
    """JSON-LD objects with a type, nested ones included, in document order."""
    properties: dict[str, str]
    """OpenGraph and product properties, first value of each."""

    def of_type(self, *names: str) -> list[dict[str, Any]]:
        """Items of any of the schema.org types named."""
        return [item for item in self.items if names_of_type(item) & set(names)]


def read_structured_data(text: str, url: str) -> StructuredData:
    """HTML -> items and properties; BadPayload when it has JSON-LD but none that can be read."""
    import extruct  # heavy, and only pages of shops need it

    found = extruct.extract(
        text, base_url=url or None, syntaxes=["json-ld", "opengraph"], uniform=False, errors="ignore"
    )
    items = [item for block in found.get("json-ld", []) for item in _walk(block, 0)]
    if not items and _LD_SCRIPT.search(text):
        raise BadPayload("JSON-LD that cannot be read", text[:80])
    properties: dict[str, str] = {}
    for group in found.get("opengraph", []):
        for name, value in group.get("properties", []):
            properties.setdefault(str(name), str(value))
    return StructuredData(items, properties)


def names_of_type(item: Json) -> set[str]:
    """Names of an item's schema.org types, without the address of the vocabulary."""
    types = item.get("@type") if isinstance(item, dict) else None
    listed = types if isinstance(types, list) else [types]
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in listed if isinstance(name, str)}


def as_list(value: Json) -> list[Any]:
    """schema.org writes one value bare and several as an array: always an array."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def name_of(value: Json) -> Json:
    """Name of a thing given as text or as an object with a name."""
    first = as_list(value)[:1]
    return first[0].get("name") if first and isinstance(first[0], dict) else (first[0] if first else None)


def _walk(value: Json, depth: int) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for member in value:
            yield from _walk(member, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "itemListElement",
            "item",
            "hasVariant",
            "isVariantOf",
            "video",
        ):
            if name in value:
                yield from _walk(value[name], depth + 1)
