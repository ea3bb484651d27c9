"""The name of a run in; tables, marts and the published file without it, and its package put aside, out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.enrich import enrich_subjects
from flows.exit_codes import CommandError
from flows.load import open_warehouse
from flows.plan import RunPlan
from flows.progress import track_step
from flows.stopping import StopRequest
from flows.trends import build_trends
from warehouse.removals import Load, list_loads, remove_loads
from warehouse.store import DATABASE_NAME


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken out, or on a dry run would be."""

    loads: tuple[Load, ...]
    folders: tuple[Path, ...]
    """Where the packages lie now; empty on a dry run."""


def read_loads(plan: RunPlan) -> list[Load]:
    """Every package that is loaded, newest first."""
    if not (plan.home / DATABASE_NAME).exists():
        return []
    with open_warehouse(plan) as warehouse:
        return list_loads(warehouse.connection)


def remove_run(
    plan: RunPlan, name: str, stop: StopRequest | None = None, *, is_dry_run: bool = False
) -> Removal:
    """Take a run out of the warehouse, and build the marts and the published file without it.

    CommandError when no such run is loaded. Stopped, the run is out or not, and `headwater trends` builds the
    marts of what there is.
    """
    if not (plan.home / DATABASE_NAME).exists():
        raise CommandError("nothing is loaded yet, so there is nothing to remove")
    with open_warehouse(plan, stop) as warehouse:
        loads = list_loads(warehouse.connection, name)
        if not loads:
            raise CommandError(f"no run {name!r} is loaded; headwater remove alone lists those that are")
        if is_dry_run:
            return Removal(tuple(loads), ())
        with track_step("remove", stop):
            folders = remove_loads(warehouse, loads)
    # texts that say something else without the run are tagged anew, and copies are looked for anew
    enrich_subjects(plan, stop)
    build_trends(plan, stop)
    return Removal(tuple(loads), tuple(folders))
