"""sitemap.xml and sitemap indexes in (plain or gzipped); the addresses they list out."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from lxml import etree  # type: ignore[import-untyped]

from spiders.errors import BadPayload

MAX_BYTES = 50 * 1024 * 1024
"""Limit of the sitemap protocol for one file, unpacked."""


class Sitemap(NamedTuple):
    """What one sitemap file lists."""

    sitemaps: list[str]
    """Addresses of further sitemaps, when the file is an index."""
    pages: list[str]
    """Addresses of pages."""


def read_sitemap(body: bytes) -> Sitemap:
    """A sitemap file -> its addresses in order; BadPayload when it is no sitemap, or over 50 MiB."""
    if body[:2] == b"\x1f\x8b":
        body = _unpack(body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadPayload("no XML", body[:80]) from error
    if root is None or etree.QName(root).localname not in {"urlset", "sitemapindex"}:
        raise BadPayload("no sitemap", body[:80])
    addresses = [
        (element.text or "").strip()
        for element in root.iterfind(".//{*}loc")
        if etree.QName(element.getparent()).localname in {"url", "sitemap"}
    ]
    listed = list(dict.fromkeys(address for address in addresses if address))
    return Sitemap(listed, []) if etree.QName(root).localname == "sitemapindex" else Sitemap([], listed)


def _unpack(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise BadPayload("broken gzip", body[:20]) from error
    if unpacker.unconsumed_tail:
        raise BadPayload("a sitemap over 50 MiB", body[:20])
    return unpacked
