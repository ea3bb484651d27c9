"""`headwater parse`: the records a saved page or payload yields."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.exit_codes import ExitCode
from flows.secret import find_secret_key
from flows.settings import read_settings, speak


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("parse")(parse)


def parse(
    context: typer.Context,
    platform: Annotated[str, typer.Argument(help="Platform the page is of.")],
    file: Annotated[Path, typer.Argument(help="Saved page or payload.")],
    url: Annotated[str | None, typer.Option("--url", help="Address it was read from.")] = None,
    captured_at: Annotated[
        datetime | None, typer.Option("--captured-at", help="When it was read (UTC); default: now.")
    ] = None,
) -> None:
    """Print the records of a saved page as JSON lines; nothing is stored."""
    from flows.plan import find_platform
    from spiders.parse import parse_saved
    from spiders.privacy import Pseudonymiser
    from warehouse.records import Rejection

    find_platform(platform)
    settings = read_settings(context.obj)
    words = speak(settings)
    moment = captured_at.replace(tzinfo=UTC) if captured_at else datetime.now(UTC)
    rejected = 0
    for record in parse_saved(
        platform, file.read_bytes(), url, moment, Pseudonymiser(find_secret_key(settings.home))
    ):
        if isinstance(record, Rejection):
            rejected += 1
            told = words.say("rejected", reason=words.name(record.reason), detail=record.detail)
            typer.echo(words.say("headwater", sentence=told), err=True)
            continue
        print(record.model_dump_json())
    if rejected:
        raise typer.Exit(int(ExitCode.PARTIAL))
