"""The worked queries that ship with the product in, questions with their statements out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql" / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """A question in Chinese and English, and the statement that answers it."""

    name: str
    zh: str
    en: str
    sql: str
    """With its first line, which says what one row of the answer is."""


@cache
def read_examples() -> tuple[Example, ...]:
    """Every worked query, in the order of docs/sql.md."""
    return tuple(map(read_example, sorted(FOLDER.glob("*.sql"))))


def read_example(path: Path) -> Example:
    """One file: what one row is, the question in both languages, the statement."""
    row, zh, en, *statement = path.read_text(encoding="utf-8").rstrip().splitlines()
    return Example(
        name=path.stem,
        zh=zh.removeprefix("-- zh: "),
        en=en.removeprefix("-- en: "),
        sql="\n".join([row, *statement]),
    )
