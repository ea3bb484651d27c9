"""HTML in; its schema.org items (JSON-LD, microdata) and OpenGraph properties out."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from lxml import etree, html  # type: ignore[import-untyped]

from spiders.errors import BadPayload
from spiders.json_ld import list_things, read_script
from spiders.microdata import read_microdata
from spiders.page import Json

_LD_SCRIPT = re.compile(
    r"<script[^<>]{0,500}application/ld\+json[^<>]{0,500}>\s*+(?!</script)\S", re.IGNORECASE
)
"""The beginning of JSON-LD that is not empty."""

_LD_TYPE = "application/ld+json"
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
"""XHTML may begin with it; the parser refuses text that names a charset."""


class StructuredData(NamedTuple):
    """What a page says of itself."""

    items: list[dict[str, Any]]
    """JSON-LD objects with a type, nested ones included, in document order."""
    properties: dict[str, str]
    """OpenGraph and product properties, first value of each."""
    microdata: list[dict[str, Any]]
    """Microdata items with a type, in the same form."""
    unread: list[str]
    """JSON-LD scripts that cannot be read."""

    def of_type(self, *names: str) -> list[dict[str, Any]]:
        """Items of any of the schema.org types named; those of microdata where JSON-LD has none."""
        for items in (self.items, self.microdata):
            found = [item for item in items if names_of_type(item) & set(names)]
            if found:
                return found
        return []


def read_structured_data(text: str, url: str) -> StructuredData:
    """HTML -> items and properties; BadPayload when it has JSON-LD, and nothing else, that cannot be read."""
    import extruct  # heavy, and only pages of shops need it

    try:
        root = html.fromstring(_DECLARATION.sub("", text), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as error:
        if _LD_SCRIPT.search(text):
            raise BadPayload("JSON-LD in a page that cannot be read", text[:80]) from error
        return StructuredData([], {}, [], [])
    blocks, unread = _read_scripts(root)
    microdata = list_things([read_microdata(root, url)])
    if unread and not blocks and not microdata:
        raise BadPayload("JSON-LD that cannot be read", unread[0][:80])
    found = extruct.extract(
        root, base_url=url or None, syntaxes=["opengraph"], uniform=False, errors="ignore"
    )
    properties: dict[str, str] = {}
    for group in found.get("opengraph", []):
        for name, value in group.get("properties", []):
            properties.setdefault(str(name), str(value))
    return StructuredData(list_things(blocks), properties, microdata, unread)


def _read_scripts(root: Any) -> tuple[list[Json], list[str]]:  # noqa: ANN401 - lxml has no types
    """The JSON-LD that can be read, and the scripts that cannot: one is no matter of the others."""
    blocks: list[Json] = []
    unread: list[str] = []
    for element in root.iter("script"):
        if element.get("type", "").split(";")[0].strip().lower() != _LD_TYPE:
            continue
        script = "".join(element.itertext()).strip()
        values = read_script(script)
        blocks.extend(values)
        if script and not values:
            unread.append(script)
    return blocks, unread


def names_of_type(item: Json) -> set[str]:
    """Names of an item's schema.org types, without the address of the vocabulary."""
    types = item.get("@type") if isinstance(item, dict) else None
    listed = types if isinstance(types, list) else [types]
    return {
        name.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in listed if isinstance(name, str)
    }


def as_list(value: Json) -> list[Any]:
    """schema.org writes one value bare and several as an array: always an array."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def name_of(value: Json) -> Json:
    """Name of a thing given as text or as an object with a name, the first of several."""
    first = next(iter(as_list(value)), None)
    if not isinstance(first, dict):
        return first
    named = first.get("name", first.get("@value"))
    return name_of(named) if isinstance(named, list) else named


def value_of(value: Json) -> Json:
    """An identifier given bare or as a PropertyValue, the first of several."""
    first = next(iter(as_list(value)), None)
    return first.get("value", first.get("@value")) if isinstance(first, dict) else first
