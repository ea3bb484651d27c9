"""The command line: arguments in, one command of flows/commands run, an exit code out."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from flows.commands import (
    adding,
    alerting,
    ask,
    assisting,
    crawling,
    demonstrate,
    erasing,
    evaluating,
    importing,
    inspect,
    keep_running,
    own_taggers,
    parsing,
    removing,
    reporting,
    reviewing,
    serving,
    stages,
    training,
    watching,
)
from flows.commands.help import translate_help, translate_marks
from flows.failures import explain_failure
from flows.settings import find_language
from flows.wording import CommandWording

INTERRUPTED = 130
"""Exit code of a command that was stopped with Ctrl-C, as shells have it."""

app = typer.Typer(
    name="headwater",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Find the interests that are rising, and whether anyone sells them yet. 发现正在升温的兴趣。",
)


@app.callback()
def configure(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings file; default headwater.toml here.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens, step by step.")] = False,
) -> None:
    """Read no more than the global options; a command reads the settings when it needs them."""
    context.obj = config
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(name)s %(message)s"
    )


for module in (
    demonstrate,
    keep_running,
    crawling,
    adding,
    importing,
    parsing,
    stages,
    reporting,
    ask,
    assisting,
    serving,
    inspect,
    reviewing,
    watching,
    alerting,
    training,
    evaluating,
    erasing,
    removing,
    own_taggers,
):
    module.add_commands(app)


def find_config(arguments: list[str]) -> Path | None:
    """The settings file that the arguments name."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--config", type=Path)
    named: Path | None = parser.parse_known_args(arguments)[0].config
    return named


def main() -> None:
    """Run the command line; what a person can act on is one sentence and an exit code.

    A script that asked with `--json` gets the two as JSON on standard output besides.
    """
    command = get_command(app)
    words = CommandWording(find_language(find_config(sys.argv[1:])))
    if words.language != "en" and isinstance(command, TyperGroup):
        translate_help(command, words)
        if "--help" in sys.argv:
            translate_marks(words)
    try:
        sys.exit(command(standalone_mode=False))
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except typer.TyperException as misuse:
        sentence, exit_code = explain_misuse(misuse, words), misuse.exit_code
    except Exception as failure:
        from warehouse.faults import is_interrupted

        if is_interrupted(failure):
            sys.exit(INTERRUPTED)
        explained = explain_failure(failure)
        if explained is None:
            raise
        sentence, exit_code = words.translate(str(explained)), int(explained.exit_code)
    if sentence:
        sys.stderr.write(words.say("headwater", sentence=sentence) + "\n")
        if "--json" in sys.argv:
            answer = {"error": sentence, "exit_code": exit_code}
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.exit(exit_code)


def explain_misuse(misuse: typer.TyperException, words: CommandWording) -> str:
    """What is wrong with the arguments, and the command that tells how they are meant.

    Empty where a group of commands was called alone, which shows its help.
    """
    sentence = words.translate(misuse.format_message().replace("Value error, ", ""))
    context: typer.Context | None = getattr(misuse, "ctx", None)
    path = context.command_path if context else app.info.name
    return sentence and words.say("misuse", sentence=sentence, command=path)
