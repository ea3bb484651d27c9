"""The command line: arguments in, one command of flows/commands run, an exit code out."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

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
    reporting,
    reviewing,
    serving,
    stages,
    training,
    watching,
)
from flows.exit_codes import ExitCode
from flows.failures import explain_failure

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
    own_taggers,
):
    module.add_commands(app)


def main() -> None:
    """Run the command line; a failure a person can act on is one sentence and an exit code.

    A script that asked with `--json` gets the two as JSON on standard output besides.
    """
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write("headwater: stopped\n")
        sys.exit(130)
    except Exception as failure:
        explained = explain_failure(failure)
        if explained is None:
            raise
        sys.stderr.write(f"headwater: {explained}\n")
        if "--json" in sys.argv:
            answer = {"error": str(explained), "exit_code": int(explained.exit_code)}
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.exit(int(explained.exit_code))
    sys.exit(int(ExitCode.OK))
