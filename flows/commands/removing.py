"""`headwater remove`: a file or crawl that should not have been loaded is taken out again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.erasing import tell_unfinished
from flows.commands.stoppable import run_stoppable
from flows.plan import make_plan
from flows.progress import show_progress
from flows.settings import prepare_environment, read_settings, speak
from flows.wording import CommandWording
from spiders.moments import SHANGHAI

if TYPE_CHECKING:
    from warehouse.removals import Load

MOST_LOADS = 20
"""Loads that are listed where no run is named."""


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("remove")(remove)


def remove(
    context: typer.Context,
    run: Annotated[
        str | None, typer.Argument(help="Run, as SOURCE/RUN_ID; default: list the newest ones.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take a file that was imported by mistake, or a crawl, out of every table again.

    Its package is moved to the folder removed of the home, and is loaded again when it is moved back to
    landing. Calls that were made with it stay.
    """
    settings = read_settings(context.obj)
    words = speak(settings)
    tell_unfinished(settings, words)
    prepare_environment(settings.home)
    from flows.removal import read_loads, remove_run

    plan = make_plan(settings, ())
    if run is None:
        print_loads(words, read_loads(plan)[:MOST_LOADS], as_json=as_json)
        return
    with show_progress(words, quiet=as_json):
        removal = run_stoppable(
            lambda stop: remove_run(plan, run, stop, is_dry_run=dry_run), words, "remove_stopped"
        )
    if as_json:
        told = {
            "is_dry_run": dry_run,
            "loads": [asdict(load) for load in removal.loads],
            "folders": [str(folder) for folder in removal.folders],
        }
        print(json.dumps(told, ensure_ascii=False, default=str))
        return
    print(words.say("would_remove" if dry_run else "run_removed"))
    print_loads(words, list(removal.loads), as_json=False)
    for folder in removal.folders:
        print(words.say("put_aside_at", path=folder))


def print_loads(words: CommandWording, loads: list[Load], *, as_json: bool) -> None:
    """One line a load: what it is named, when it was loaded, how much it brought."""
    if as_json:
        print(json.dumps([asdict(load) for load in loads], ensure_ascii=False, default=str))
        return
    for load in loads:
        moment = f"{load.loaded_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        print(words.say("load", name=load.name, moment=moment, n=load.readings))
    if not loads:
        print(words.say("no_loads"))
