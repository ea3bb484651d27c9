"""`headwater report`, `headwater verify` and `headwater export`."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.commands.stoppable import run_stoppable
from flows.exit_codes import CommandError, ExitCode
from flows.plan import make_plan, refuse_future
from flows.progress import show_progress
from flows.settings import read_settings, speak
from flows.stopping import StopRequest

if TYPE_CHECKING:
    from warehouse.reports.report import ReportFiles

MOST_DIFFERENCES = 50
"""Differences that are printed one by one."""
MOST_QUERIES = 5
"""Changed queries that are named."""


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("report")(report)
    app.command("verify")(verify)
    app.command("export")(export)


def report(
    context: typer.Context,
    about: Annotated[
        Literal["topic", "brand"] | None, typer.Argument(help="For a brief: on a topic or on a brand.")
    ] = None,
    name: Annotated[str | None, typer.Argument(help="Its name, such as 拼豆 or 花西子.")] = None,
    kind: Annotated[Literal["weekly", "daily"] | None, typer.Option(help="Which report.")] = None,
    language: Annotated[Literal["zh", "en"] | None, typer.Option(help="Its language.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Last day, Asia/Shanghai.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print it to report.pdf too, by the browser.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the files as JSON.")] = False,
) -> None:
    """Write the report, or a brief on one topic or brand: HTML, Markdown, XLSX, CSV, Parquet, JSON, RSS."""
    from flows.published import require_records
    from flows.report import add_pdf, write_brief, write_reports

    if (about is None) != (name is None):
        raise CommandError("a brief needs a name: headwater report topic 拼豆, headwater report brand 花西子")
    settings = read_settings(context.obj)
    words = speak(settings)
    require_records(settings.home)
    refuse_future(as_of.date() if as_of else None)
    plan = make_plan(settings, ())
    chosen: dict[str, object] = {
        "report_kind": kind or plan.report_kind,
        "language": language or plan.language,
        "as_of": as_of.date() if as_of else None,
    }
    chosen_plan = plan.model_copy(update=chosen)

    def write(stop: StopRequest) -> ReportFiles:
        if about and name:
            return write_brief(chosen_plan, about, name, stop)
        return write_reports(chosen_plan, stop)

    with show_progress(words, quiet=as_json):
        files = run_stoppable(write, words)
        printed = add_pdf(files, settings.chromium_path) if pdf else None
    if as_json:
        found = {
            "html": str(files.html),
            "folder": str(files.folder),
            "pdf": str(printed) if printed else None,
        }
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(words.say("report", path=files.html))
        if printed is not None:
            print(words.say("pdf", path=printed))


def verify(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="Report: its folder, or one of its files.")],
) -> None:
    """Compute every figure of a report again from the warehouse and fail on any difference."""
    from flows.verify import verify_files
    from warehouse.reports.verify import find_changed_queries

    settings = read_settings(context.obj)
    words = speak(settings)
    differences = verify_files(path, settings)
    changed = find_changed_queries(path) if differences else []
    if changed:
        names = ", ".join(changed[:MOST_QUERIES]) + (" ..." if len(changed) > MOST_QUERIES else "")
        print(words.say("other_queries", n=len(changed), names=names))
    for difference in differences[:MOST_DIFFERENCES]:
        print(difference)
    if len(differences) > MOST_DIFFERENCES:
        print(words.say("more_differences", n=len(differences) - MOST_DIFFERENCES))
    if differences:
        raise typer.Exit(int(ExitCode.GATE))
    print(words.say("every_figure_holds"))


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    tables: Annotated[list[str] | None, typer.Argument(help="Tables; default: every mart.")] = None,
    shape: Annotated[
        Literal["parquet", "csv"], typer.Option("--format", "-f", help="File format.")
    ] = "parquet",
) -> None:
    """Write marts as Parquet or CSV files, each complete or absent."""
    from flows.published import require_published
    from warehouse.export import export_tables

    settings = read_settings(context.obj)
    words = speak(settings)
    published = require_published(settings.home)

    def write_all(stop: StopRequest) -> None:
        with closing(
            export_tables(published, folder, tuple(tables or ()), shape, stop.interrupting)
        ) as files:
            for written in stop.watch(files):
                print(words.say("exported", n=written.rows, path=written.path))

    run_stoppable(write_all, words)
