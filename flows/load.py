"""Load: landing packages in, rows of the warehouse out."""

from __future__ import annotations

from flows.plan import RunPlan
from flows.progress import track_step
from warehouse.load import LoadResult, load_packages
from warehouse.store import Warehouse


def open_warehouse(plan: RunPlan) -> Warehouse:
    """The writer's warehouse of the plan; LockHeld when another run has it."""
    return Warehouse.open(
        plan.home, memory_limit=plan.memory_limit, threads=plan.threads, wait_seconds=plan.wait_seconds
    )


def load_landing(plan: RunPlan) -> LoadResult:
    """Load every landing package that the ledger does not know."""
    with open_warehouse(plan) as warehouse, track_step("load") as advance:
        return load_packages(warehouse, plan.home / "landing", on_progress=advance, now=plan.present)
