"""Tables whose file may turn out to be damaged in; the same tables, or a refusal that says so, out."""

from __future__ import annotations

import sqlite3
import zipfile
import zlib
from collections.abc import Iterator

from spiders.errors import ImportRefused
from spiders.imports.container import FileIdentity
from spiders.imports.raw_batch import RawBatch


def refuse_damage(identity: FileIdentity, kind: str, batches: Iterator[RawBatch]) -> Iterator[RawBatch]:
    """The batches of a table; ImportRefused where the file turns out to be damaged further on."""
    try:
        yield from batches
    except (sqlite3.Error, zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, ValueError) as error:
        raise ImportRefused(
            f"{identity.path.name} is a damaged {kind} file: {shorten_error(error)}."
        ) from error


def shorten_error(error: Exception) -> str:
    """The first line of what an error says, or what it is called."""
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
