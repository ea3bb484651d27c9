"""Work of a command in; the same done in a thread that Ctrl-C and signals stop, its result out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import TypeVar

import typer

from flows.listeners import end_on_signals
from flows.stopping import StopRequest
from flows.wording import CommandWording
from warehouse.errors import Stopped

Result = TypeVar("Result")


def make_stop_request(words: CommandWording) -> StopRequest:
    """A request that tells on the terminal when it is made."""
    return StopRequest(lambda: typer.echo(words.say("stopping"), err=True))


@contextmanager
def tell_when_stopped(words: CommandWording) -> Iterator[None]:
    """A block that Ctrl-C and signals end at once, wherever it is; that it can be repeated is told."""
    with end_on_signals():
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            typer.echo(words.say("stage_stopped"), err=True)
            raise


def run_stoppable(
    work: Callable[[StopRequest], Result], words: CommandWording, when_stopped: str = "stage_stopped"
) -> Result:
    """The work's result; where Ctrl-C or another signal comes, the work is stopped and waited for first.

    The work has a thread of its own: on the main one DuckDB takes Ctrl-C for a fault of the statement, and
    nothing could be said before the statement ends.
    """
    stop = make_stop_request(words)
    with end_on_signals(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="stages") as stages:
        at_work = stages.submit(copy_context().run, work, stop)
        try:
            return at_work.result()
        except (KeyboardInterrupt, SystemExit):
            stop.request()
            with suppress(Stopped):
                at_work.result()
            typer.echo(words.say(when_stopped), err=True)
            raise
