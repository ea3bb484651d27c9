"""What a long step reports while it works -> bars on a terminal, a line a step elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.cells import set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from flows.stopping import StopRequest
from flows.wording import CommandWording

STEP_WIDTH = 28
"""Cells of the terminal that the name of a step gets."""

OnProgress = Callable[[int, int], None]
"""Called with (done, total); total 0 = not known."""

Tracker = Callable[[str], tuple[OnProgress, Callable[[], None]]]
"""Begins a step; gives what reports its progress and what ends it."""

_tracker: ContextVar[Tracker | None] = ContextVar("tracker", default=None)


@contextmanager
def show_progress(words: CommandWording, *, quiet: bool = False) -> Iterator[None]:
    """Show every step inside, on stderr, so that results can be piped; nothing when quiet."""
    if quiet:
        yield
        return
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        with use_tracker(lambda text: begin_line(words, text)):
            yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=console) as bars,
        use_tracker(lambda text: begin_bar(bars, words.name(text))),
    ):
        yield


@contextmanager
def use_tracker(tracker: Tracker) -> Iterator[None]:
    """Report the steps inside to the tracker."""
    token = _tracker.set(tracker)
    try:
        yield
    finally:
        _tracker.reset(token)


@contextmanager
def track_step(description: str, stop: StopRequest | None = None) -> Iterator[OnProgress]:
    """One step; it calls what this yields with (done, total), and is left there once it is to stop."""
    tracker = _tracker.get() or begin_silence
    stop = stop or StopRequest()
    stop.check()
    show, end = tracker(description)

    def advance(done: int, total: int) -> None:
        show(done, total)
        stop.check()

    yield advance
    end()


def begin_silence(_: str) -> tuple[OnProgress, Callable[[], None]]:
    """A step that nobody watches."""
    return lambda done, total: None, lambda: None


def begin_bar(bars: Progress, description: str) -> tuple[OnProgress, Callable[[], None]]:
    """A bar on the terminal; it stands full when the step ends well."""
    task = bars.add_task(set_cell_size(description, STEP_WIDTH), total=None)
    reached = [0, 0]

    def advance(done: int, total: int) -> None:
        reached[:] = [done, total]
        bars.update(task, completed=done, total=total or None)

    def end() -> None:
        full = max(1, *reached)
        bars.update(task, completed=full, total=full)

    return advance, end


def begin_line(words: CommandWording, description: str) -> tuple[OnProgress, Callable[[], None]]:
    """One line when the step has ended: what, how many, how long."""
    started = time.monotonic()
    reached = [0]

    def advance(done: int, total: int) -> None:
        reached[0] = done

    def end() -> None:
        seconds = f"{time.monotonic() - started:.1f}"
        line = "step_of" if reached[0] else "step"
        sys.stderr.write(words.say(line, step=words.name(description), n=reached[0], seconds=seconds) + "\n")

    return advance, end
