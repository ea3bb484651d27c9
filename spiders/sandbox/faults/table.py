"""Every fault by name: `/fault/<name>/...` breaks the answer to `/...` that way."""

from __future__ import annotations

from collections.abc import Mapping

from spiders.sandbox.connection import Fault
from spiders.sandbox.faults import browser, bytes_sent, documents, redirects, statuses, stop_pages

FAULTS: Mapping[str, Fault] = {
    **statuses.FAULTS,
    **stop_pages.FAULTS,
    **redirects.FAULTS,
    **bytes_sent.FAULTS,
    **documents.FAULTS,
    **browser.FAULTS,
}
