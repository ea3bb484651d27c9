"""`headwater sql`: SQL on the published file, from another process, while loads run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.answers import Shape, choose_shape, print_rows, write_rows
from flows.exit_codes import CommandError
from flows.settings import read_settings, speak

MOST_BYTES = 200_000_000
"""Bytes of rows that one statement of the machine's own user may give; visitors of the dashboard get less."""


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("sql")(sql)


def sql(
    context: typer.Context,
    statement: Annotated[
        str | None,
        typer.Argument(help="One SELECT; default: a prompt on a terminal, else standard input."),
    ] = None,
    shape: Annotated[
        Shape | None,
        typer.Option("--format", "-f", help="How to give the rows; default: by the file's ending."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the rows: .csv, .json, .md, .parquet.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Most rows to give.", min=1, max=1_000_000)] = 10_000,
    seconds: Annotated[float, typer.Option(help="Longest the statement may take.", min=0.1, max=600)] = 30.0,
) -> None:
    """Run one SELECT on the published marts and core tables, read-only; without one, a prompt."""
    from flows.published import require_published
    from warehouse.query import run_query

    settings = read_settings(context.obj)
    words = speak(settings)
    if statement is None and sys.stdin.isatty():
        from flows.commands.sql_prompt import run_prompt

        run_prompt(settings.home, limit, seconds, words)
        return
    chosen = choose_shape(Shape.JSON if as_json else shape, output)
    text = statement if statement is not None else sys.stdin.read()
    if not text.strip():
        raise CommandError(
            'no statement given; for example: headwater sql "select * from mart_topic limit 5"'
        )
    result = run_query(require_published(settings.home), text, limit, seconds, limit_bytes=MOST_BYTES)
    if output is None:
        print_rows(result, chosen, words)
    else:
        write_rows(result, chosen, output)
        typer.echo(words.say("rows_in", n=len(result.rows), path=output))
    if result.truncated:
        typer.echo(words.say("headwater", sentence=words.say("rows_cut", n=limit)), err=True)
