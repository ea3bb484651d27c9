"""Pages and answers that somebody's browser saved in; what the platforms' own parsers know of them out."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import pyarrow as pa

from spiders.arrow_schemas import record_schema
from spiders.errors import BadValue, Blocked, PageChanged, SourceFailed, UnknownPlatform
from spiders.imports.payloads import describe_text
from spiders.imports.raw_batch import BadRow
from spiders.imports.request import Harvest, ImportRequest
from spiders.parse import parse_saved
from spiders.platform import discover_platforms
from warehouse.records import RECORD_KINDS, Record, Rejection

GENERIC_PLATFORM = "shop"
"""Reads schema.org data of pages of any site."""

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE)
_LINKS = (
    re.compile(r"""<link[^>]{0,200}rel=["']?canonical["']?[^>]{0,200}href=["']([^"']+)""", re.IGNORECASE),
    re.compile(r"""<meta[^>]{0,200}property=["']og:url["'][^>]{0,200}content=["']([^"']+)""", re.IGNORECASE),
    re.compile(
        r"""<meta[^>]{0,200}content=["']([^"']+)["'][^>]{0,200}property=["']og:url["']""", re.IGNORECASE
    ),
)
_KIND_OF = {record: kind for kind, record in RECORD_KINDS.items()}


@dataclass(frozen=True)
class SavedPage:
    """One page or answer as it was saved."""

    platform: str
    url: str | None
    content: bytes
    captured_at: datetime


def parse_pages(pages: Iterable[SavedPage], request: ImportRequest) -> Iterator[Harvest]:
    """Pages -> harvests, one a page and kind; a page that cannot be read is counted with its reason."""
    for page in pages:
        records: dict[str, list[Record]] = {}
        rejected: list[BadRow] = []
        skipped: Counter[str] = Counter()
        try:
            for parsed in parse_saved(
                page.platform,
                page.content,
                page.url,
                page.captured_at,
                request.pseudonymiser,
                run_id=request.run_id,
            ):
                if isinstance(parsed, Rejection):
                    rejected.append(BadRow(parsed.reason, parsed.payload, parsed.detail))
                else:
                    records.setdefault(_KIND_OF[type(parsed)], []).append(parsed)
        except UnknownPlatform:
            skipped["page_not_known"] += 1
        except Blocked:
            skipped["stop_sign_instead_of_a_page"] += 1
        except SourceFailed as error:
            rejected.append(BadRow("source_error", detail=error.what))
        except PageChanged as error:
            rejected.append(BadRow("page_changed", detail=error.selector))
        except BadValue as error:
            rejected.append(BadRow(error.reason, describe_text(error.raw), error.what))
        yield Harvest(rejected=tuple(rejected), skipped=skipped)
        for kind, found in records.items():
            rows = [record.model_dump() for record in found]
            yield Harvest(kind=kind, table=pa.Table.from_pylist(rows, schema=record_schema(kind)))


def recognise_platform(text: str) -> str | None:
    """The platform whose pages look like this one by content; None when none or more than one does."""
    platforms = discover_platforms()
    found = [
        name
        for name, platform in platforms.items()
        if name != GENERIC_PLATFORM
        and any(kind.content and re.search(kind.content, text) for kind in platform.page_kinds.values())
    ]
    # What a gateway answers may look like the pages of its platform too; the gateway's own parser knows more.
    official = [name for name in found if set(found) <= {name, getattr(platforms[name], "platform", name)}]
    return official[0] if official else None


def find_saved_address(text: str) -> str | None:
    """The address a saved page says it came from: the browser's comment, canonical link, OpenGraph."""
    head = text[: 1 << 18]
    for pattern in (_SAVED_FROM, *_LINKS):
        found = pattern.search(head)
        if found:
            return found[1]
    return None


def open_mhtml(content: bytes) -> tuple[str | None, bytes] | None:
    """An MHTML file -> the address and the bytes of its page; None when it holds no page."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    address = message.get("Snapshot-Content-Location") or message.get("Content-Location")
    for part in message.walk():
        if part.get_content_type() == "text/html" and isinstance(part, EmailMessage):
            body = part.get_payload(decode=True)
            where = address or part.get("Content-Location")
            return (str(where) if where else None), body if isinstance(body, bytes) else b""
    return None
