"""A page and its platform in; the page's records as JSON lines, their keys, and the pages it leads to out."""

from __future__ import annotations

from typing import NamedTuple

from spiders.errors import PARSER_FAULTS, ParserFault, SpiderError
from spiders.page import Page
from spiders.platform import PageRequest, Platform
from warehouse.records import BoardEntry, Listing, Post, Rejection


class RecordLine(NamedTuple):
    """One record of a page: its kind, the key that tells repeats within a visit, its JSON line."""

    kind: str
    key: str
    line: str
    reason: str = ""
    """Reason of a rejection."""


class Reading(NamedTuple):
    """What a page gave."""

    records: list[RecordLine]
    follow: list[PageRequest]

    @property
    def keys(self) -> list[str]:
        """Keys of its records, rejections left out."""
        return [record.key for record in self.records if record.key]


def read_page(platform: Platform, page: Page) -> Reading:
    """Parses a page; errors as Platform.parse, ParserFault where the parser itself failed."""
    reading = Reading([], [])
    try:
        for parsed in platform.parse(page):
            if isinstance(parsed, PageRequest):
                reading.follow.append(parsed)
            else:
                reading.records.append(_write_line(parsed))
    except SpiderError:
        raise
    except PARSER_FAULTS as fault:
        raise ParserFault(fault, page.url) from fault
    return reading


def _write_line(record: Post | Listing | BoardEntry | Rejection) -> RecordLine:
    line = record.model_dump_json()
    if isinstance(record, Post):
        return RecordLine("posts", f"posts {record.platform} {record.post_id}", line)
    if isinstance(record, Listing):
        return RecordLine("listings", f"listings {record.platform} {record.listing_id}", line)
    if isinstance(record, BoardEntry):
        place = record.subject_id or record.title
        return RecordLine("board_entries", f"board_entries {record.platform} {record.board} {place}", line)
    return RecordLine("rejections", "", line, record.reason)
