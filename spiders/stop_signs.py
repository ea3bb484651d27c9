"""An answer with status 200 in; the sign that it is a wall all the same, or nothing, out (PLATFORMS 0.1)."""

from __future__ import annotations

import re

from spiders.page import Page
from spiders.schema_posts import POST_TYPES
from spiders.schema_products import PRODUCT_TYPES

_TITLE = re.compile(rb"<title[^>]{0,100}>(.{0,200}?)</title", re.IGNORECASE | re.DOTALL)
WALL_TITLES = ("验证", "Sina Visitor System", "京东验证", "Please wait", "安全检查", "访问受限", "人机验证")

CONTENT_TYPES = (
    *PRODUCT_TYPES,
    *POST_TYPES,
    "VideoObject",
    "ItemList",
    "BreadcrumbList",
    "CollectionPage",
)
"""schema.org types that tell of a page's content; a wall in a site's template has Organization at most."""

_DESCRIBED_CONTENT = re.compile(
    rb'(?:"@type"\s*:\s*\[?\s*|\bitemtype\s*=\s*)"(?:[^"]{0,100}[/:])?(?:%b)"'
    rb"|<meta(?=[^>]{0,300}\bog:type\b)[^>]{0,300}\bcontent\s*=\s*[\"']?(?:product|video|article)\b"
    % "|".join(CONTENT_TYPES).encode(),
    re.IGNORECASE,
)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)


def find_stop_sign(page: Page) -> str | None:
    """The stop sign a page carries, in words; None when it carries none.

    A page whose markup describes its content, and a feed, are no walls whatever their titles say.
    """
    body = page.body[:4096].strip()
    if not body:
        return "empty answer"
    if body == b"blocked":
        return "the answer `blocked`"
    title = _TITLE.search(page.body[:65_536])
    if title is None:
        return None
    text = title[1].decode("utf-8", "replace") + title[1].decode("gb18030", "replace")
    found = next((sign for sign in WALL_TITLES if sign in text), None)
    if found is None or _FEED.search(page.body, 0, title.start()) or _DESCRIBED_CONTENT.search(page.body):
        return None
    return f"page titled {found}"
