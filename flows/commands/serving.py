"""`headwater serve`: the dashboard, read-only, on this machine unless told otherwise."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.exit_codes import CommandError
from flows.settings import read_secret, read_settings, speak

TOKEN_VARIABLE = "HEADWATER_TOKEN"


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own needs a token.")
    ] = ("127.0.0.1"),
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8420,
    token: Annotated[
        str | None,
        typer.Option(help=f"What visitors must show; {TOKEN_VARIABLE} keeps it out of the process list."),
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--name", help="Another name that visitors reach this machine by.")
    ] = None,
) -> None:
    """Show the published trends in a browser: curves, opportunities, brands, sources, SQL."""
    settings = read_settings(context.obj)
    words = speak(settings)
    from flows.dashboard.application import build_application
    from flows.dashboard.guard import LEAST_TOKEN_LETTERS, Gate, is_loopback, list_hosts
    from flows.dashboard.serve import run_site
    from flows.dashboard.site import Site

    shown = token or read_secret(TOKEN_VARIABLE) or None
    if shown is None and not is_loopback(host):
        raise CommandError(
            f"{host} can be reached by others: give a token (--token, or {TOKEN_VARIABLE} in the environment)"
        )
    if shown is not None and len(shown) < LEAST_TOKEN_LETTERS:
        raise CommandError(
            f"the token is too short to be one; take at least {LEAST_TOKEN_LETTERS} characters"
        )
    app = build_application(Site(settings.home, Gate(shown)), list_hosts(host, tuple(names or ())))

    def tell(address: str) -> None:
        sys.stdout.write(words.say("headwater", sentence=words.say("dashboard", address=address)) + "\n")
        sys.stdout.flush()

    run_site(app, host, port, tell)
