"""`headwater new-platform`: the start of a new platform."""

from __future__ import annotations

from typing import Annotated

import typer


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("new-platform")(new_platform)


def new_platform(
    name: Annotated[str, typer.Argument(help="Name of the platform: small letters, digits, underscores.")],
) -> None:
    """Write a new platform's one file and its fixture folder into this checkout; its test passes at once."""
    from flows.new_platform import find_checkout, write_platform

    root = find_checkout()
    for path in write_platform(name, root):
        print(path.relative_to(root))
    print(f"next: python -m pytest tests/test_platforms.py -k {name}; then docs/add-a-platform.md")
