"""RSS, Atom and JSON Feed documents in; their items in one neutral form out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]

from spiders.errors import Blocked, PageChanged
from spiders.fields import pick, pick_list
from spiders.page import Json, Page
from spiders.xml_text import local_name, parse_xml

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"

MEDIA = ("{http://search.yahoo.com/mrss/}", "{http://search.yahoo.com/mrss}")
"""Media RSS: what it calls content is a file, with the name of whoever made it, and no text of the item."""

ROOTS = {"rss", "feed", "RDF"}
STATS = {
    "attitudes_count": "likes",
    "upvotes": "likes",
    "reposts_count": "shares",
    "comments_count": "comments",
    "comments": "comments",
}
"""Elements by which RSSHub (two versions) and the slash module tell engagement -> count of a Post."""


class Feed(NamedTuple):
    """A feed."""

    title: str
    address: str
    """Its own address as it states it; empty when it does not."""
    items: list[dict[str, Any]]
    """Items as `id, url, title, content, published, author, tags, stats`, addresses absolute."""
    home: str
    """Address of the site whose feed it is; the feed's own where it names none."""


def read_feed(page: Page) -> Feed:
    """A document of any of the three kinds; Blocked for a page of HTML, PageChanged for anything else."""
    text = page.text.lstrip("\ufeff \r\n\t")
    if not text:
        raise Blocked("empty answer", page.url)
    if text[0] in "{[":
        return _read_json_feed(page)
    root = parse_xml(text)
    name = local_name(root)
    if name.lower() == "html":
        raise Blocked("HTML where a feed was asked for", page.url)
    if name not in ROOTS:
        raise PageChanged("rss, feed or RDF", page.url)
    head = root if name == "feed" else next(iter(root.iterfind("{*}channel")), root)
    elements = root.iterfind(".//{*}entry" if name == "feed" else ".//{*}item")
    address = _find_own_address(head)
    home = _join(page.url, head.get(XML_BASE) or _find_link(head) or address)
    return Feed(
        _text(head, "title"), address, [_settle(_read_element(item), home) for item in elements], home
    )


def _read_json_feed(page: Page) -> Feed:
    answer = page.json()
    items = pick(answer, "items")
    if not isinstance(items, list):
        raise PageChanged("items", page.url)
    named = [pick(answer, "title"), pick(answer, "feed_url")]
    title, address = (value if isinstance(value, str) else "" for value in named)
    shown = pick(answer, "home_page_url")
    home = _join(page.url, shown if isinstance(shown, str) else address)
    return Feed(title, address, [_settle(_read_json_item(item), home) for item in items], home)


def _settle(item: dict[str, Any], home: str) -> dict[str, Any]:
    """An item with its address, which may be written against that of its site, made absolute."""
    url = item["url"]
    return {**item, "url": _join(home, url)} if isinstance(url, str) and url else item


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _read_json_item(item: Json) -> dict[str, Any]:
    stats = {count: pick(item, "_extra", name) for name, count in STATS.items()}
    return {
        "id": pick(item, "id"),
        "url": pick(item, "url") or pick(item, "external_url"),
        "title": pick(item, "title"),
        "content": pick(item, "content_html") or pick(item, "content_text") or pick(item, "summary"),
        "published": pick(item, "date_published") or pick(item, "date_modified"),
        "author": pick(item, "authors", 0, "name") or pick(item, "author", "name"),
        "tags": pick_list(item, "tags"),
        "stats": {name: value for name, value in stats.items() if value is not None},
    }


def _read_element(item: Any) -> dict[str, Any]:  # noqa: ANN401 - lxml has no types
    return {
        "id": _first(item, "guid", "id") or item.get(f"{RDF}about"),
        "url": _find_link(item),
        "title": _text(item, "title"),
        "content": _first(item, "encoded", "content", "description", "summary"),
        "published": _first(item, "pubDate", "published", "date", "updated"),
        "author": _first(item, "creator", "author/{*}name", "author"),
        "tags": [tag.get("term") or (tag.text or "") for tag in item.iterfind("{*}category")],
        "stats": dict(_find_stats(item)),
    }


def _find_stats(item: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    for group in (item, *item.iterfind("{*}stats")):
        for element in group.iterchildren(tag=etree.Element):
            name = STATS.get(local_name(element))
            # RSS has a `comments` of its own: the address of the comments, no count.
            if name and (element.text or "").strip() and "://" not in element.text:
                yield name, element.text.strip()


def _find_link(item: Any) -> str | None:  # noqa: ANN401
    for link in item.iterfind("{*}link"):
        if link.get("rel", "alternate") == "alternate" and (link.get("href") or (link.text or "").strip()):
            return str(link.get("href") or link.text.strip())
    given = _text(item, "guid")
    return given if given.startswith("http") else None


def _find_own_address(head: Any) -> str:  # noqa: ANN401
    links = [link.get("href") for link in head.iterfind("{*}link") if link.get("rel") == "self"]
    return str(links[0]) if links and links[0] else ""


def _text(element: Any, name: str) -> str:  # noqa: ANN401
    named = (one for one in element.iterfind(f"{{*}}{name}") if not str(one.tag).startswith(MEDIA))
    found = next(named, None)
    return "" if found is None else "".join(found.itertext()).strip()


def _first(element: Any, *names: str) -> str:  # noqa: ANN401
    return next((text for name in names if (text := _text(element, name))), "")
