"""Sitemaps found in; the next to ask for out, one of each host at a time."""

from __future__ import annotations

from collections import deque
from urllib.parse import urlsplit

from spiders.outbox import PendingPage

SITEMAP = "sitemap"
"""Kind of pages that list others and give no records."""


class SitemapQueue:
    """Sitemaps that wait until the one before them on their host has been read, or is lost."""

    def __init__(self) -> None:
        """Begins empty."""
        self._held: dict[tuple[int, str], deque[PendingPage]] = {}
        self._open: set[tuple[int, str]] = set()

    def hold(self, pending: PendingPage) -> None:
        """Puts a sitemap behind the others of its host."""
        self._held.setdefault(_host_of(pending), deque()).append(pending)

    def take(self) -> PendingPage | None:
        """The next sitemap of a host of which none is being read; None when there is none."""
        for host, held in self._held.items():
            if held and host not in self._open:
                self._open.add(host)
                return held.popleft()
        return None

    def close(self, pending: PendingPage) -> None:
        """Notes that a sitemap that was taken has been read, or is lost."""
        self._open.discard(_host_of(pending))

    def drop(self) -> list[PendingPage]:
        """Every sitemap that still waits; none waits after it."""
        dropped = [pending for held in self._held.values() for pending in held]
        self._held.clear()
        return dropped


def _host_of(pending: PendingPage) -> tuple[int, str]:
    try:
        return pending.visit, urlsplit(pending.request.url).netloc
    except ValueError:
        return pending.visit, ""
