"""A wish to stop in; the stage at work left at its next step, and its statement at once, out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TypeVar

from warehouse.errors import Stopped

AGAIN_SECONDS = 0.1

Item = TypeVar("Item")


class StopRequest:
    """Whether the work of a command is to stop: who runs the stages asks, the stages look.

    It goes from hand to hand as an argument, since stages work in threads that no signal reaches.
    """

    def __init__(self, tell: Callable[[], None] | None = None) -> None:
        """`tell` says to people that the work is being stopped; it is called once."""
        self.event = Event()
        self._tell = tell
        self._lock = Lock()
        self._interrupts: list[Callable[[], None]] = []

    def request(self) -> None:
        """Have the work stop; asked again, it changes nothing."""
        with self._lock:
            if self.event.is_set():
                return
            self.event.set()
        if self._tell is not None:
            self._tell()
        Thread(target=self._interrupt_work, name="stopping", daemon=True).start()

    def check(self) -> None:
        """Stopped once that was asked for."""
        if self.event.is_set():
            raise Stopped("stopped; what was done before is kept")

    def pause(self, seconds: float) -> None:
        """Sleep; Stopped as soon as that is asked for."""
        self.event.wait(seconds)
        self.check()

    def watch(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, one by one; Stopped between two of them once that is asked for."""
        for item in items:
            self.check()
            yield item

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """In the block a stop calls this, maybe again, to end what has no steps: a statement, a process."""
        with self._lock:
            self._interrupts.append(interrupt)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)

    def _interrupt_work(self) -> None:
        """Until all is given back: an interrupt between two statements is lost."""
        while True:
            with self._lock:
                if not self._interrupts:
                    return
                for interrupt in self._interrupts:
                    interrupt()
            # DuckDB complains at the exit of a connection that somebody still has
            del interrupt
            time.sleep(AGAIN_SECONDS)
