"""sitemap.xml, sitemap.txt and sitemap indexes in (plain or gzipped); the addresses they list out."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from typing import NamedTuple

from spiders.errors import BadPayload
from spiders.page import decode_body
from spiders.xml_text import local_name, parse_xml

MAX_BYTES = 50 * 1024 * 1024
"""Limit of the sitemap protocol for one file, unpacked."""


_ADDRESS = re.compile(r"https?://\S+")
"""A line of a sitemap in plain text holds one address and nothing else (sitemaps.org/protocol.html)."""


class Sitemap(NamedTuple):
    """What one sitemap file lists."""

    sitemaps: list[str]
    """Addresses of further sitemaps, when the file is an index."""
    pages: list[str]
    """Addresses of pages."""


def read_sitemap(body: bytes) -> Sitemap:
    """A sitemap file -> its addresses in order; BadPayload when it is no sitemap, cut, or over 50 MiB."""
    if body[:2] == b"\x1f\x8b":
        body = _unpack(body)
    text = decode_body(body, {})
    lines = [line for line in map(str.strip, text.lstrip("\ufeff").splitlines()) if line]
    if lines and all(_ADDRESS.fullmatch(line) for line in lines):
        return Sitemap([], list(dict.fromkeys(lines)))
    root = parse_xml(text)
    kind = local_name(root)
    if kind not in {"urlset", "sitemapindex"}:
        raise BadPayload("no sitemap", body[:80])
    addresses = [
        (element.text or "").strip()
        for element in root.iterfind(".//{*}loc")
        if local_name(element.getparent()) in {"url", "sitemap"}
    ]
    listed = list(dict.fromkeys(address for address in addresses if address))
    return Sitemap(listed, []) if kind == "sitemapindex" else Sitemap([], listed)


def _unpack(body: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(body)) as stream:
            unpacked = stream.read(MAX_BYTES + 1)
    except EOFError as error:
        raise BadPayload("gzip that is cut", body[:20]) from error
    except (OSError, zlib.error) as error:
        raise BadPayload("broken gzip", body[:20]) from error
    if len(unpacked) > MAX_BYTES:
        raise BadPayload("a sitemap over 50 MiB", body[:20])
    return unpacked
