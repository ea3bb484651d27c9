"""Things that were read in, one by one; what a thread makes of them, beside what is done meanwhile, out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Generic, TypeVar

Reading = TypeVar("Reading")
Made = TypeVar("Made")


class WorkBeside(Generic[Reading, Made]):
    """Arithmetic by a thread while the connection, which does one thing at a time, is busy with the next."""

    def __init__(self, beside: Executor, work: Callable[[Reading], Made]) -> None:
        self._beside = beside
        self._work = work
        self._awaited: deque[Future[Made]] = deque()
        self._made: list[Made] = []

    def give(self, reading: Reading) -> None:
        """Have the work done on a reading; waits for the one before, so that no more than two are held."""
        self._awaited.append(self._beside.submit(self._work, reading))
        while len(self._awaited) > 1:
            self._made.append(self._awaited.popleft().result())

    def take(self) -> list[Made]:
        """What was made of all readings, in their order."""
        while self._awaited:
            self._made.append(self._awaited.popleft().result())
        return self._made
