"""`headwater demo`: the whole product against the sandbox, no internet."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.keep_running import execute_plan, print_summary
from flows.exit_codes import ExitCode
from flows.settings import prepare_environment, read_settings, speak

DEMO_SEED = 20261122


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="Simulated days.", min=21, max=120)] = 30,
    seed: Annotated[int, typer.Option(help="Seed of the simulated world.")] = DEMO_SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Crawl thirty simulated days of a local sandbox, find its planted trends, write the report."""
    settings = read_settings(context.obj)
    words = speak(settings)
    from flows.demo import demo_plan, make_demo_world

    world = make_demo_world(days, seed)
    with demo_plan(settings, world) as plan:
        prepare_environment(plan.home)
        summary = execute_plan(plan, words, quiet=as_json)
    summary.require_answer()
    print_summary(summary, words, as_json=as_json)
    if not as_json:
        rises = [trend.topic for trend in world.planted if trend.factor > 1]
        print(words.say("planted", topics=", ".join(rises)))
    if summary.missing_sources:
        raise typer.Exit(int(ExitCode.PARTIAL))
