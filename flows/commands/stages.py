"""`headwater enrich` and `headwater trends`: single stages of a run."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer

from flows.plan import make_plan
from flows.progress import show_progress
from flows.settings import prepare_environment, read_settings, speak


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("enrich")(enrich)
    app.command("trends")(trends)


def enrich(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tag every text that today's taggers have not seen; safe to stop and to repeat."""
    settings = read_settings(context.obj)
    words = speak(settings)
    prepare_environment(settings.home)
    from flows.enrich import enrich_subjects

    with show_progress(words, quiet=as_json):
        tagged = enrich_subjects(make_plan(settings, ()))
    print(json.dumps({"texts_tagged": tagged}) if as_json else words.say("texts_tagged", n=tagged))
    if tagged and not as_json:
        print(words.say("tagged_next"))


def trends(
    context: typer.Context,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Last day, Asia/Shanghai.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tag what is untagged, compute every mart, publish the file that readers open."""
    settings = read_settings(context.obj)
    words = speak(settings)
    prepare_environment(settings.home)
    from flows.enrich import enrich_subjects
    from flows.trends import build_trends, check_day
    from warehouse.packages import find_packages

    plan = make_plan(settings, ()).model_copy(update={"as_of": as_of.date() if as_of else None})
    check_day(plan)
    with show_progress(words, quiet=as_json):
        tagged = enrich_subjects(plan)
        published = build_trends(plan)
    if as_json:
        print(json.dumps({"texts_tagged": tagged, "published": str(published)}, ensure_ascii=False))
    else:
        print(words.say("texts_tagged", n=tagged))
        print(words.say("published", path=published))
    if not find_packages(settings.landing_root):
        typer.echo(words.say("headwater", sentence=words.say("nothing_read")), err=True)
