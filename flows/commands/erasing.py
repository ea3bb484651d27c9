"""`headwater erase`: an author, a post or a listing is removed from everything, for good."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.stoppable import run_stoppable
from flows.plan import make_plan
from flows.progress import show_progress
from flows.settings import Settings, prepare_environment, read_settings, speak
from flows.wording import CommandWording


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("erase")(erase)


def tell_unfinished(settings: Settings, words: CommandWording) -> None:
    """Say that an erasure was killed: what it was to erase leaves the tables now, and not the packages."""
    from flows.inventory import ERASURE_UNFINISHED
    from warehouse.erasures import is_erasure_unfinished

    if is_erasure_unfinished(settings.home):
        typer.echo(words.say("headwater", sentence=words.translate(ERASURE_UNFINISHED)), err=True)


def erase(
    context: typer.Context,
    keys: Annotated[
        list[str] | None, typer.Argument(help="Posts or listings, as PLATFORM:ID (the subject_id column).")
    ] = None,
    authors: Annotated[
        list[str] | None,
        typer.Option("--author", help="Author key, as in the author_key column."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would go; change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Remove an author, a post or a listing, and all that stands under it, for good.

    From landing packages, kept responses included, every table, the marts and the published file; what is
    erased is not loaded again, from whatever package. Without a name it finishes what was asked before.
    """
    settings = read_settings(context.obj)
    prepare_environment(settings.home)
    from flows.erasure import erase as erase_asked
    from flows.erasure import parse_keys

    asked = parse_keys(authors or (), keys or ())
    words = speak(settings)
    with show_progress(words, quiet=as_json):
        plan = make_plan(settings, ())
        summary = run_stoppable(
            lambda stop: erase_asked(plan, asked, stop, is_dry_run=dry_run),
            words,
            "stage_stopped" if dry_run else "erase_stopped",
        )
    if as_json:
        print(summary.model_dump_json())
        return
    print(words.say("would_erase" if summary.is_dry_run else "erased"))
    print(words.say("kept_out", authors=summary.authors, subjects=summary.subjects))
    for table, count in summary.rows_by_table.items():
        print(words.say("erased_rows", table=table, n=count))
    records = words.count({kind: n for kind, n in summary.package_rows.items() if n}, "no_records")
    taken = {"records": records, "responses": summary.responses}
    print(words.say("erased_packages", n=summary.packages, **taken))
    for report in summary.reports:
        print(words.say("report_names_it", path=report))
