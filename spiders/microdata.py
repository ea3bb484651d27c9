"""The tree of a page in; its microdata (`itemscope`, `itemprop`) as JSON-LD writes it out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]

Item = dict[str, Any]

MAX_TEXT = 100_000
MAX_HOLDERS = 50
"""Items one in another; deeper ones stand for themselves."""

SOURCES = {
    "meta": "content",
    "a": "href",
    "area": "href",
    "link": "href",
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "source": "src",
    "track": "src",
    "video": "src",
    "object": "data",
    "data": "value",
    "meter": "value",
    "time": "datetime",
}
"""Attribute that holds an element's value (HTML, 5.2.4); that of others is their text."""

WORDS = {
    "name",
    "headline",
    "brand",
    "category",
    "author",
    "seller",
    "description",
    "sku",
    "price",
    "keywords",
}
"""Properties that are never addresses: of a link that bears one, the text is meant."""

BLOCKS = {"br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "li", "p", "td", "th", "tr"}
"""Elements that end a line."""

ONCE = {
    "name",
    "headline",
    "description",
    "sku",
    "productID",
    "url",
    "price",
    "priceCurrency",
    "ratingValue",
    "reviewCount",
    "reviewBody",
    "datePublished",
}
"""Properties that a thing has once, however often a page shows it: the first is kept."""


def read_microdata(root: Any, base: str) -> list[Item]:  # noqa: ANN401 - lxml has no types
    """Items that are no part of another, in document order, in time linear in the page.

    Types are under `@type`, an `itemid` under `@id`; a property shown several times is a list.
    """
    items: dict[Any, Item] = {}
    referred: dict[str, Any] = {}
    for element in root.iter("*"):
        if element.get("itemscope") is not None:
            items[element] = _begin_item(element)
            referred.update((name, element) for name in element.get("itemref", "").split())
    found: list[Item] = []
    owners: dict[Any, Any] = {}
    holders: dict[Any, Any] = {}
    for element in root.iter("*") if items else ():
        owner = owners.get(element.getparent())
        if element.get("id") in referred and referred[element.get("id")] is not element:
            owner = referred[element.get("id")]
        names, item = element.get("itemprop", "").split(), items.get(element)
        owners[element] = owner if item is None else element
        if item is not None and (not names or owner is None or _is_within(owner, element, holders)):
            found.append(item)
        elif names and owner is not None:
            holders[element] = owner
            for name in names:
                _add(items[owner], name, _read_value(element, name, base) if item is None else item)
    return found


def _begin_item(element: Any) -> Item:  # noqa: ANN401
    types, name = element.get("itemtype", "").split(), element.get("itemid", "").strip()
    begun: Item = {"@type": types[0] if len(types) == 1 else types} if types else {}
    return begun | ({"@id": name} if name else {})


def _is_within(owner: Any, element: Any, holders: dict[Any, Any]) -> bool:  # noqa: ANN401
    """Whether an item is the element, or held by it: what refers to itself would have no end."""
    for _ in range(MAX_HOLDERS):
        if owner is element:
            return True
        owner = holders.get(owner)
        if owner is None:
            return False
    return True


def _add(item: Item, name: str, value: object) -> None:
    if name not in item:
        item[name] = value
    elif name not in ONCE:
        if not isinstance(item[name], list):
            item[name] = [item[name]]
        item[name].append(value)


def _read_value(element: Any, name: str, base: str) -> str:  # noqa: ANN401
    source = SOURCES.get(element.tag)
    shown = element.get("content") or (element.get(source) if source else None)
    if shown is None or (source == "href" and name in WORDS and element.tag != "link"):
        return _read_text(element) or (shown or "")
    try:
        return str(urljoin(base, shown.strip()) if source in {"href", "src", "data"} else shown.strip())
    except ValueError:
        return str(shown)


def _read_text(element: Any) -> str:  # noqa: ANN401
    parts: list[str] = []
    length = 0
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            part = "" if node.tag in {"script", "style"} else node.text or ""
        else:
            space = " " if event == "end" and node.tag in BLOCKS else ""
            part = space + ((node.tail or "") if node is not element else "")
        parts.append(part)
        length += len(part)
        if length > MAX_TEXT:
            break
    return " ".join("".join(parts).split())
