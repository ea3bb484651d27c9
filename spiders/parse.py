"""A page or payload that a user saved in; the records it yields, of any platform known, out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from spiders.errors import Blocked
from spiders.page import Page
from spiders.platform import PageRequest, find_platform
from spiders.privacy import Pseudonymiser
from spiders.stop_signs import find_stop_sign
from warehouse.records import BoardEntry, Listing, Post, Rejection

SAVED_RUN_ID = "saved"
"""Run id of records from a saved page that belongs to no run."""


def parse_saved(
    platform: str,
    content: bytes,
    url: str | None,
    captured_at: datetime,
    pseudonymiser: Pseudonymiser,
    *,
    run_id: str = SAVED_RUN_ID,
) -> Iterator[Post | Listing | BoardEntry | Rejection]:
    """Records and rejections of a saved page; without `url` the kind of page is recognised by its content.

    UnknownPlatform when no platform has that name or none of its parsers knows the page; PageChanged, Blocked
    and BadPayload when the page is not what it should be.
    """
    reader = find_platform(platform)(pseudonymiser)
    page = Page(url or "", 200, {}, content, captured_at, run_id)
    sign = find_stop_sign(page)
    if sign:
        raise Blocked(sign, url or "the saved page")
    for parsed in reader.parse(page):
        if not isinstance(parsed, PageRequest):
            yield parsed
