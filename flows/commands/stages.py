"""`headwater enrich` and `headwater trends`: single stages of a run."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.erasing import tell_unfinished
from flows.commands.stoppable import run_stoppable
from flows.plan import make_plan, refuse_future
from flows.progress import show_progress
from flows.settings import prepare_environment, read_settings, speak
from flows.stopping import StopRequest
from flows.wording import CommandWording

if TYPE_CHECKING:
    from warehouse.load import LoadResult


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("enrich")(enrich)
    app.command("trends")(trends)


def enrich(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Load and tag every text that today's taggers have not seen; safe to stop and to repeat."""
    settings = read_settings(context.obj)
    words = speak(settings)
    tell_unfinished(settings, words)
    prepare_environment(settings.home)
    from flows.enrich import enrich_subjects
    from flows.load import load_landing

    plan = make_plan(settings, ())
    with show_progress(words, quiet=as_json):
        landed, tagged = run_stoppable(
            lambda stop: (load_landing(plan, stop), enrich_subjects(plan, stop)), words
        )
    if as_json:
        print(json.dumps({"packages_loaded": len(landed.loaded), "texts_tagged": tagged}))
        return
    print_landed(words, landed)
    print(words.say("texts_tagged", n=tagged))
    if tagged:
        print(words.say("tagged_next"))


def trends(
    context: typer.Context,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Last day, Asia/Shanghai.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Load and tag what is new, compute every mart, publish the file that readers open."""
    settings = read_settings(context.obj)
    words = speak(settings)
    tell_unfinished(settings, words)
    prepare_environment(settings.home)
    from flows.enrich import enrich_subjects
    from flows.load import load_landing
    from flows.trends import build_trends, check_day
    from warehouse.packages import find_packages

    plan = make_plan(settings, ()).model_copy(update={"as_of": as_of.date() if as_of else None})
    refuse_future(plan.as_of)

    def build_all(stop: StopRequest) -> tuple[LoadResult, int, Path]:
        landed = load_landing(plan, stop)
        check_day(plan, stop)
        return landed, enrich_subjects(plan, stop), build_trends(plan, stop)

    with show_progress(words, quiet=as_json):
        landed, tagged, published = run_stoppable(build_all, words)
    if as_json:
        told = {
            "packages_loaded": len(landed.loaded),
            "texts_tagged": tagged,
            "published": str(published),
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        print_landed(words, landed)
        print(words.say("texts_tagged", n=tagged))
        print(words.say("published", path=published))
    if not find_packages(settings.landing_root):
        typer.echo(words.say("headwater", sentence=words.say("nothing_read")), err=True)


def print_landed(words: CommandWording, landed: LoadResult) -> None:
    """What was loaded first, where there was something that no command had loaded yet."""
    if landed.loaded:
        print(words.say("packages", loaded=len(landed.loaded), known=len(landed.already_loaded)))
    if landed.quarantined:
        print(words.say("quarantined", n=len(landed.quarantined)))
