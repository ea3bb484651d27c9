"""`headwater report`, `headwater verify` and `headwater export`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.exit_codes import ExitCode
from flows.plan import make_plan
from flows.progress import show_progress
from flows.settings import read_settings


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("report")(report)
    app.command("verify")(verify)
    app.command("export")(export)


def report(
    context: typer.Context,
    kind: Annotated[Literal["weekly", "daily"] | None, typer.Option(help="Which report.")] = None,
    language: Annotated[Literal["zh", "en"] | None, typer.Option(help="Its language.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Last day, Asia/Shanghai.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the files as JSON.")] = False,
) -> None:
    """Write the report: one HTML file, and the same numbers as Markdown, XLSX, CSV, Parquet and JSON."""
    from flows.report import write_reports

    settings = read_settings(context.obj)
    plan = make_plan(settings, ())
    chosen = {
        "report_kind": kind or plan.report_kind,
        "language": language or plan.language,
        "as_of": as_of.date() if as_of else None,
    }
    with show_progress(quiet=as_json):
        files = write_reports(plan.model_copy(update=chosen))
    if as_json:
        print(json.dumps({"html": str(files.html), "folder": str(files.folder)}, ensure_ascii=False))
    else:
        print(f"report: {files.html}")


def verify(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="Report: its folder, HTML or JSON file.")],
) -> None:
    """Compute every figure of a report again from the warehouse and fail on any difference."""
    from flows.published import require_published
    from warehouse.reports.verify import verify_report

    differences = verify_report(path, require_published(read_settings(context.obj).home))
    for difference in differences:
        print(difference)
    if differences:
        raise typer.Exit(int(ExitCode.GATE))
    print("every figure holds")


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

    published = require_published(read_settings(context.obj).home)
    for written in export_tables(published, folder, tuple(tables or ()), shape):
        print(f"{written.rows:>10,} rows  {written.path}")
