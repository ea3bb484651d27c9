"""What a long step reports while it works -> bars on a terminal, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

OnProgress = Callable[[int, int], None]
"""Called with (done, total); total 0 = not known."""

_bars: ContextVar[Progress | None] = ContextVar("bars", default=None)


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[None]:
    """Show a bar for every step inside; off when quiet. Bars go to stderr, so results can be piped."""
    if quiet:
        yield
        return
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as bars:
        token = _bars.set(bars)
        try:
            yield
        finally:
            _bars.reset(token)


@contextmanager
def track_step(description: str) -> Iterator[OnProgress]:
    """One bar for one step; the step calls what this yields."""
    bars = _bars.get()
    if bars is None:
        yield lambda done, total: None
        return
    task = bars.add_task(description, total=None)

    def advance(done: int, total: int) -> None:
        bars.update(task, completed=done, total=total or None)

    yield advance
    finished = bars.tasks[bars.task_ids.index(task)]
    total = finished.total if finished.total is not None else max(1.0, finished.completed)
    bars.update(task, completed=total, total=total)
