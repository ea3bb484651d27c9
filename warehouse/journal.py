"""Records in; a file of JSON lines that only grows, each line on the disk before it counts, and back, out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from warehouse.errors import StorageError
from warehouse.records import Record

Line = TypeVar("Line", bound=Record)


def read_journal(path: Path, record: type[Line], advice: str) -> list[Line]:
    """Lines of the file; a last line cut by a kill was not acknowledged and is left out.

    StorageError, with the advice, when a line is no such record.
    """
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    try:
        return [record.model_validate_json(line) for line in lines[:-1] if line]
    except ValidationError as error:
        raise StorageError(f"{path}: it is damaged; {advice}") from error


def append_journal(path: Path, records: Iterable[Record]) -> None:
    """Append records and have them on the disk before returning."""
    text = "".join(record.model_dump_json() + "\n" for record in records)
    if not text:
        return
    with path.open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(0)
        whole = file.read().rfind(b"\n") + 1
        if whole < end:
            file.truncate(whole)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
