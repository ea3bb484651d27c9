"""The published file in, what the loads put aside out, in lines a person can act on."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from warehouse.published_file import open_readonly


def read_put_aside(published: Path) -> list[str]:
    """Packages that could not be loaded, each with its reason, and rejected records counted by reason."""
    sql = (files("warehouse") / "sql" / "read" / "put_aside.sql").read_text(encoding="utf-8")
    with open_readonly(published) as connection:
        return [line for (line,) in connection.execute(sql).fetchall()]
