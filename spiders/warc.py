"""Pages as fetched in, WARC records out, and back: what a later parser needs to read them again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.page import Page

WARC_NAME = "responses.warc.gz"
_DROPPED_HEADERS = {"content-encoding", "transfer-encoding", "content-length", "set-cookie", "connection"}


def open_private(path: Path) -> IO[bytes]:
    """A new file that its owner alone may read: responses hold the pages as they were, with their authors."""
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))


def pack_page(page: Page, number: int) -> bytes:
    """A page -> one gzipped WARC response record, the same bytes for the same page and number.

    The body is kept as decoded by the fetcher, so encodings go from the headers; cookies are not kept.
    """
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    headers = [(name, value) for name, value in page.headers.items() if name.lower() not in _DROPPED_HEADERS]
    record = writer.create_warc_record(
        page.url,
        "response",
        payload=BytesIO(page.body),
        length=len(page.body),
        http_headers=StatusAndHeaders(f"{page.status} ", headers, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{page.run_id} {number} {page.url}')}>",
            "WARC-Date": page.captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Headwater-Run": page.run_id,
            "Headwater-Captured-At": page.captured_at.isoformat(),
            "Headwater-Context": json.dumps(dict(page.context)),
        },
    )
    writer.write_record(record)
    return buffer.getvalue()


def read_pages(path: Path) -> Iterator[Page]:
    """A WARC file written by pack_page -> its pages, in order."""
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type != "response":
                continue
            about = record.rec_headers
            yield Page(
                url=about.get_header("WARC-Target-URI"),
                status=int(record.http_headers.get_statuscode()),
                headers=dict(record.http_headers.headers),
                body=record.content_stream().read(),
                captured_at=datetime.fromisoformat(about.get_header("Headwater-Captured-At")),
                run_id=about.get_header("Headwater-Run"),
                context=json.loads(about.get_header("Headwater-Context")),
            )
