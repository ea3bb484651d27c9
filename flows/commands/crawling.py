"""`headwater crawl` and `headwater platforms`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.erasing import tell_unfinished
from flows.exit_codes import CommandError, ExitCode
from flows.listeners import end_on_signals
from flows.plan import check_run_id, make_order, make_run_id, require_targets
from flows.progress import show_progress
from flows.settings import read_settings, speak
from flows.wording import CommandWording

if TYPE_CHECKING:
    from spiders.order import CrawlOrder
    from warehouse.records import CrawlReport


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("crawl")(crawl)
    app.command("platforms")(platforms)


def crawl(
    context: typer.Context,
    platform: Annotated[str, typer.Argument(help="Platform to crawl; headwater platforms lists them.")],
    targets: Annotated[list[str] | None, typer.Argument(help="Addresses or ids to read.")] = None,
    run_id: Annotated[str | None, typer.Option("--run-id", help="Resume a crawl by its id.")] = None,
    replayed: Annotated[
        str | None, typer.Option("--replay", help="Parse the kept responses of this run again; no request.")
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Read only known videos whose engagement is due to be read again.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the crawl report as JSON.")] = False,
) -> None:
    """Crawl one platform politely into a landing package; no database is touched."""
    from flows.crawl import crawl_source, recall_order, replay_run
    from flows.revisits import add_due_posts

    if due and (targets or replayed is not None):
        raise CommandError("--due reads what the warehouse knows; give it neither targets nor --replay")
    settings = read_settings(context.obj)
    named = check_run_id(run_id) if run_id else make_run_id()
    words = speak(settings)
    tell_unfinished(settings, words)
    with show_progress(words, quiet=as_json):
        if replayed is not None:
            report = replay_run(settings, platform, replayed, named)
        else:
            chosen = tuple(targets) if targets else None
            order = make_order(settings, platform, named, chosen)
            if run_id and not targets:
                order = recall_order(order)
            if due:
                order = add_due_posts(settings, order, due_only=True)
            if order.revisits_only and not order.revisits:
                print(json.dumps({"due": 0}) if as_json else words.say("nothing_due", platform=platform))
                return
            with tell_how_to_resume(words, order):
                report = crawl_source(order if order.revisits_only else require_targets(order))
    if as_json:
        print(report.model_dump_json(indent=None))
    else:
        print_report(words, "crawl", report)
    if report.outcome == "failed":
        raise typer.Exit(int(ExitCode.TEMPORARY))
    if report.outcome != "complete":
        raise typer.Exit(int(ExitCode.PARTIAL))


@contextmanager
def tell_how_to_resume(words: CommandWording, order: CrawlOrder) -> Iterator[None]:
    """Where Ctrl-C or another signal ends the crawl in the block, say which command goes on with it."""
    try:
        with end_on_signals():
            yield
    except (KeyboardInterrupt, SystemExit):
        typer.echo(words.say("crawl_stopped", source=order.source, run_id=order.run_id), err=True)
        raise


def print_report(words: CommandWording, heading: str, report: CrawlReport) -> None:
    """What a crawl gave, and what it could not read and why, in lines."""
    records = words.count(report.records_by_kind, "no_records")
    outcome = words.name(report.outcome)
    print(words.say(heading, source=report.source, run_id=report.run_id, outcome=outcome, records=records))
    for reason, count in sorted(report.skips_by_reason.items()):
        print(words.say("skipped", n=count, name=words.name(reason)))
    for block in report.blocks:
        print(words.say("blocked", reason=block))
    for message in report.messages:
        print(f"  {message}")


def platforms(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List every platform: its routes, what it needs, and its last result."""
    from flows.inventory import list_platforms

    settings = read_settings(context.obj)
    words = speak(settings)
    rows = list_platforms(settings)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    from rich.cells import cell_len, set_cell_size

    name, title = (max(cell_len(row[column]) for row in rows) for column in ("platform", "title"))
    for row in rows:
        head = f"{set_cell_size(row['platform'], name)}  {set_cell_size(row['title'], title)}"
        needs = words.join(map(words.translate, row["needs"].split(", ")))
        result = words.translate(row["last_result"])
        print(f"{head}  {words.list_names(row['routes'].split(', '))}")
        print(f"{'':<{name}}  {words.say('platform', needs=needs, result=result)}")
