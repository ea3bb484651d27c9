"""Pages that want the browser in; a turn for each out, with none running while the browser is renewed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class PageTurns:
    """So many pages at a time; after so many turns the running ones end, and `renew` is awaited alone.

    A page that waits for the renewal has its turn after it: none is lost, and its own deadline has not begun.
    """

    def __init__(self, at_once: int, renew_after: int, renew: Callable[[], Awaitable[None]]) -> None:
        """`at_once` pages run together, `renew_after` between two renewals."""
        self._slots = asyncio.Semaphore(at_once)
        self._gate = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._renew_after = renew_after
        self._renew = renew
        self._taken = self._running = 0
        self._is_asked = False
        self.renewals = 0

    def ask_renewal(self) -> None:
        """The next page waits for a renewal, however few turns there were since the last."""
        self._is_asked = self._taken > 0

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """A page's turn."""
        async with self._slots:
            async with self._gate:
                if self._is_asked or self._taken >= self._renew_after:
                    await self._quiet.wait()
                    self._taken, self._is_asked = 0, False
                    await self._renew()
                    self.renewals += 1
                self._taken += 1
                self._running += 1
                self._quiet.clear()
            try:
                yield
            finally:
                self._running -= 1
                if not self._running:
                    self._quiet.set()
