"""`headwater status` and `headwater doctor`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from flows.exit_codes import ExitCode
from flows.settings import read_settings, speak


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("status")(status)
    app.command("doctor")(doctor)


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what has landed, what is loaded and published, and what was put aside."""
    from flows.inventory import describe_state

    settings = read_settings(context.obj)
    words = speak(settings)
    state = describe_state(settings)
    if as_json:
        print(json.dumps(state, ensure_ascii=False, default=str))
        return
    for name, value in state.items():
        lines = value if isinstance(value, list) else []
        text = "" if lines else words.translate("nothing" if value == [] else str(value))
        print(words.say("entry", name=words.name(name), text=text).rstrip())
        for line in lines:
            head, colon, rest = str(line).partition(": ")
            told = words.say("entry", name=head, text=words.translate(rest)) if colon else head
            print(f"  {told}")


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check everything a run needs and say what to do about what is missing."""
    from flows.diagnosis import diagnose

    settings = read_settings(context.obj)
    words = speak(settings)
    findings = diagnose(settings)
    if as_json:
        rows = [{"part": f.part, "works": f.works, "detail": f.detail} for f in findings]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for finding in findings:
            line = "works" if finding.works else "fails"
            print(words.say(line, part=words.name(finding.part), detail=words.translate(finding.detail)))
    if not all(finding.works for finding in findings):
        raise typer.Exit(int(ExitCode.USAGE))
