"""The name of a mart's SQL file in, its text out; and what each mart and column means."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from warehouse.shipped_yaml import read_shipped_yaml
from warehouse.sql_files import SQL_FOLDER, read_sql_file

DESCRIPTIONS_FILE = SQL_FOLDER / "mart" / "columns.yaml"


class _Described(BaseModel):
    """A part of columns.yaml. A bare comma ends a text within {}: what follows it is refused as a key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MartDescription(_Described):
    """What a mart or view means."""

    row: str
    """What one row is."""
    columns: dict[str, str] = {}
    """What a column means here, where it is not what it means in every mart."""


class Descriptions(_Described):
    """What the marts mean."""

    columns: dict[str, str]
    """What a column means in every mart that does not say otherwise."""
    marts: dict[str, MartDescription]


def read_sql(name: str) -> str:
    """Text of a mart's SQL file."""
    return read_sql_file("mart", name)


@cache
def read_descriptions(path: Path = DESCRIPTIONS_FILE) -> Descriptions:
    """What columns.yaml says; raises pydantic.ValidationError for a key it does not know or an empty text."""
    return Descriptions.model_validate(read_shipped_yaml(path))
