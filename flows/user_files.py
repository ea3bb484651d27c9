"""The name of a file of the user's own in, its path out: words, taxonomy, cues, entities and the like."""

from __future__ import annotations

from pathlib import Path

ENTITIES_FILE = "entities.yaml"
"""Brands and other names of the user's own, with the brand sets that are compared."""


def find_user_file(home: Path, name: str) -> Path | None:
    """A file of the user's own in the home, when there is one."""
    path = home / name
    return path if path.exists() else None
