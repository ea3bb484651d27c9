"""`headwater alerts`: tell the channels what is new."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.exit_codes import ExitCode
from flows.settings import read_settings

if TYPE_CHECKING:
    from flows.alerts import AlertOutcome


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("alerts")(alerts)


def alerts(
    context: typer.Context,
    action: Annotated[
        Literal["send", "test"], typer.Argument(help="send what is new, or a test to every channel.")
    ] = "send",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what holds; send and keep nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, evidence included.")] = False,
) -> None:
    """Tell your channels of significant rises, watched words, falls in sentiment, sources that fail."""
    from flows.alerts import send_alerts, try_channels

    settings = read_settings(context.obj)
    if action == "test":
        taken = try_channels(settings)
        print(
            json.dumps(taken)
            if as_json
            else "\n".join(f"{n}: {'sent' if t else 'failed'}" for n, t in taken.items())
        )
        if not all(taken.values()):
            raise typer.Exit(int(ExitCode.TEMPORARY))
        return
    outcome = send_alerts(settings, datetime.now(UTC), dry_run=dry_run)
    if as_json:
        print(json.dumps(asdict(outcome), ensure_ascii=False))
    else:
        print_outcome(outcome, dry_run=dry_run)
    if outcome.failed:
        raise typer.Exit(int(ExitCode.TEMPORARY))


def print_outcome(outcome: AlertOutcome, *, dry_run: bool) -> None:
    """What holds, and what became of it, in lines."""
    if dry_run:
        for alert in outcome.alerts:
            print(f"{alert.title}\n  {alert.text}")
            for post in alert.posts:
                print(f"  - {post.title} ({post.platform}) {post.url or ''}".rstrip())
            print(f"  query {alert.query}")
    new = {key for keys in outcome.new_by_channel.values() for key in keys}
    print(f"alerts that hold: {len(outcome.alerts)}, new to a channel: {len(new)}")
    if not outcome.new_by_channel:
        print("no channel is set: docs/alerts.md shows how")
    if outcome.is_quiet:
        print("quiet hours: nothing is sent now")
    for name, count in outcome.told.items():
        print(f"{name}: told of {count}")
    for name in outcome.failed:
        print(f"{name}: did not take the message; it is tried again next time")
