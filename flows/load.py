"""Load: landing packages in, rows of the warehouse out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flows.plan import RunPlan
from flows.progress import track_step
from flows.stopping import StopRequest
from warehouse.erasures import delete_unfinished
from warehouse.faults import interrupted_statements
from warehouse.load import LoadResult, load_packages
from warehouse.store import Warehouse


@contextmanager
def open_warehouse(plan: RunPlan, stop: StopRequest | None = None) -> Iterator[Warehouse]:
    """The writer's warehouse of the plan; LockHeld when another run has it.

    Once it is to stop, a statement that runs in the block ends in Stopped, and so does the wait for the lock.
    """
    stop = stop or StopRequest()
    with (
        Warehouse.open(
            plan.home,
            memory_limit=plan.memory_limit,
            threads=plan.threads,
            wait_seconds=plan.wait_seconds,
            pause=stop.pause,
        ) as warehouse,
        interrupted_statements(),
        stop.interrupting(warehouse.connection.interrupt),
    ):
        yield warehouse


def load_landing(plan: RunPlan, stop: StopRequest | None = None) -> LoadResult:
    """Load every landing package that the ledger does not know.

    What an erasure that was killed has left goes from the tables: what is built next would publish it.
    """
    with open_warehouse(plan, stop) as warehouse, track_step("load", stop) as advance:
        loaded = load_packages(warehouse, plan.home / "landing", on_progress=advance, now=plan.present)
        delete_unfinished(warehouse)
        return loaded
