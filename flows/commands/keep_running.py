"""`headwater run` and `headwater schedule`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.crawling import print_report
from flows.commands.erasing import tell_unfinished
from flows.commands.stoppable import make_stop_request
from flows.exit_codes import CommandError, ExitCode
from flows.home import check_home
from flows.listeners import STOP_SECONDS, end_on_signals
from flows.plan import RunPlan, make_plan
from flows.prefect_server import locate_server, run_private_server, run_server
from flows.progress import show_progress
from flows.settings import find_api, prepare_environment, read_settings, speak
from flows.wording import CommandWording
from warehouse.errors import LockHeld

if TYPE_CHECKING:
    from flows.summary import RunSummary


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("run")(run)
    app.command("schedule")(schedule)


def run(
    context: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(help="Platforms; default: all that headwater.toml switches on.")
    ] = None,
    run_id: Annotated[str | None, typer.Option("--run-id", help="Repeat or resume a run by its id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Crawl, load, enrich, compute trends and write the report: one flow, safe to repeat."""
    from flows.alerts import tell_after_run

    settings = read_settings(context.obj)
    check_home(settings.home)
    plan = make_plan(settings, tuple(sources) if sources else None, run_id)
    if not plan.orders:
        raise CommandError(
            "nothing to crawl: name platforms (headwater run bilibili douyin) "
            "or switch sources on in headwater.toml"
        )
    prepare_environment(plan.home)
    words = speak(settings)
    tell_unfinished(settings, words)
    try:
        summary = execute_plan(plan, words, quiet=as_json)
    except (KeyboardInterrupt, SystemExit):
        typer.echo(words.say("stopped", run_id=plan.run_id), err=True)
        raise
    if summary.crawls or not as_json:
        print_summary(summary, words, as_json=as_json)
    for line in tell_after_run(settings, datetime.now(UTC)):
        typer.echo(words.translate(line), err=True)
    summary.require_answer()
    if summary.missing_sources:
        raise typer.Exit(int(ExitCode.PARTIAL))


def execute_plan(plan: RunPlan, words: CommandWording, *, quiet: bool = False) -> RunSummary:
    """Run the plan as one Prefect flow, with progress on the terminal."""
    with end_on_signals(), reach_server(plan.home):
        from prefect.exceptions import TerminationSignal

        from flows.run import run_plan
        from flows.run_log import hide_explained

        hide_explained()
        try:
            with show_progress(words, quiet=quiet):
                return asyncio.run(run_plan(plan, make_stop_request(words)))
        except TerminationSignal as end:
            # what Prefect makes of SIGTERM while a flow runs
            raise SystemExit(128 + end.signal) from None
        except LockHeld as busy:
            raise CommandError(
                f"{busy}; what was crawled has landed, and the next run goes on with it", ExitCode.BUSY
            ) from busy


@contextmanager
def reach_server(home: Path) -> Iterator[None]:
    """Prefect's server for the flow of this process: the one that the environment names, or one of its own.

    Prefect must not have been imported before: it reads the address of its server once.
    """
    if find_api() is not None:
        yield
        return
    with run_private_server(home) as api:
        prepare_environment(home, api=api)
        try:
            yield
        finally:
            send_notes()


def send_notes() -> None:
    """Have what Prefect noted of the flow sent before its server ends; else it complains at the exit."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogHandler

    APILogHandler().flush()
    EventsWorker.drain_all(timeout=STOP_SECONDS)


def print_summary(summary: RunSummary, words: CommandWording, *, as_json: bool) -> None:
    """The run in numbers: a few lines, or JSON."""
    if as_json:
        json.dump(
            {
                "run_id": summary.run_id,
                "crawls": [report.model_dump(mode="json", exclude={"files"}) for report in summary.crawls],
                "failures": summary.failures,
                "packages": {
                    "loaded": summary.packages_loaded,
                    "known": summary.packages_known,
                    "quarantined": summary.packages_quarantined,
                },
                "texts_tagged": summary.texts_tagged,
                "report": summary.report,
            },
            sys.stdout,
            ensure_ascii=False,
        )
        print()
        return
    for report in summary.crawls:
        print_report(words, "crawl_of_run", report)
    for source, reason in summary.failures.items():
        print(words.say("crawl_without", source=source, reason=words.translate(reason)))
    print(words.say("packages", loaded=summary.packages_loaded, known=summary.packages_known))
    if summary.packages_quarantined:
        print(words.say("quarantined", n=summary.packages_quarantined))
    print(words.say("texts_tagged", n=summary.texts_tagged))
    if summary.report:
        print(words.say("report", path=summary.report))


def schedule(
    context: typer.Context,
) -> None:
    """Serve the run flow by the cron or interval of each source, with Prefect's page."""
    config: Path | None = context.obj
    settings = read_settings(config)
    check_home(settings.home)
    address = locate_server(settings)
    prepare_environment(settings.home, api=f"{address}/api")
    from flows.schedule import check_sources, serve_schedule

    check_sources(settings)
    with run_server(settings):
        print(speak(settings).say("schedule", address=address), flush=True)
        serve_schedule(settings, config)
