"""`headwater alerts`: tell the channels what is new."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.exit_codes import CommandError, ExitCode
from flows.settings import read_settings, speak
from flows.wording import CommandWording

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

    if action == "test" and dry_run:
        raise CommandError(
            "a test is a message that is sent: leave --dry-run out; "
            "headwater alerts --dry-run shows what holds"
        )
    settings = read_settings(context.obj)
    words = speak(settings)
    if action == "test":
        taken = try_channels(settings)
        lines = (words.say("tested" if sent else "untested", name=name) for name, sent in taken.items())
        print(json.dumps(taken) if as_json else "\n".join(lines))
        if not all(taken.values()):
            raise typer.Exit(int(ExitCode.TEMPORARY))
        return
    outcome = send_alerts(settings, datetime.now(UTC), dry_run=dry_run)
    if as_json:
        print(json.dumps(asdict(outcome), ensure_ascii=False))
    else:
        print_outcome(outcome, words, dry_run=dry_run)
    if outcome.failed:
        raise typer.Exit(int(ExitCode.TEMPORARY))


def print_outcome(outcome: AlertOutcome, words: CommandWording, *, dry_run: bool) -> None:
    """What holds, and what became of it, in lines."""
    if dry_run:
        for alert in outcome.alerts:
            print(f"{alert.title}\n  {alert.text}")
            for post in alert.posts:
                print(f"  - {post.title} ({post.platform}) {post.url or ''}".rstrip())
            print(words.say("alert_query", query=alert.query))
    new = {key for keys in outcome.new_by_channel.values() for key in keys}
    print(words.say("alerts", n=len(outcome.alerts), new=len(new)))
    if not outcome.new_by_channel:
        print(words.say("no_channel"))
    if outcome.is_quiet:
        print(words.say("quiet_hours"))
    for name, count in outcome.told.items():
        print(words.say("channel_told", name=name, n=count))
    for name in outcome.failed:
        print(words.say("channel_failed", name=name))
