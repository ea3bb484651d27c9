"""`headwater mcp`: the tool server for assistants."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.settings import read_settings, speak

LOOPBACK = "127.0.0.1"


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("mcp")(mcp)


def mcp(
    context: typer.Context,
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP on this machine instead of standard input.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the HTTP server.", min=1024, max=65535)] = 8765,
) -> None:
    """Serve read-only tools to an assistant (Model Context Protocol): trends, topics, brands, SQL."""
    from flows.assistants import build_server

    settings = read_settings(context.obj)
    words = speak(settings)
    server = build_server(settings.home)
    if not http:
        server.run("stdio")
        return
    from flows.dashboard.serve import run_site

    def tell(address: str) -> None:
        typer.echo(words.say("headwater", sentence=words.say("tools", address=f"{address}mcp")), err=True)

    run_site(server.streamable_http_app(host=LOOPBACK), LOOPBACK, port, tell)
