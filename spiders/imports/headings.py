"""Names of columns as people and tools write them in; the record field each one means out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

import yaml

from spiders.errors import ImportRefused

OPTIONS = frozenset({"kind", "zone"})
"""Keys of a mapping that are no columns: the file's record kind, and the zone of times without one."""


@cache
def read_headings(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Record field -> the headings it is known by, its own name first; from `headings.yaml`."""
    listed = yaml.safe_load(resources.files(__package__).joinpath("headings.yaml").read_text("utf-8"))
    merged = {**listed["any_kind"], **listed[kind]}
    return {field: (field, *_list_names(names)) for field, names in merged.items()}


def _list_names(names: Iterable[object]) -> Iterator[str]:
    """The headings of a list, those of lists that it takes over with them."""
    for name in names:
        if isinstance(name, list):
            yield from _list_names(name)
        else:
            yield str(name)


_BRACKETS = re.compile(r"\(([^()]{1,8})\)")


@cache
def _list_known() -> frozenset[str]:
    kinds = ("posts", "listings", "board_entries")
    return frozenset(
        fold_heading(name) for kind in kinds for names in read_headings(kind).values() for name in names
    )


def is_known_heading(name: str) -> bool:
    """True where a column of any record kind may bear this heading."""
    return fold_heading(name) in _list_known()


def fold_heading(name: str) -> str:
    """A heading as it is compared: NFKC, lower case, without blanks, `(个)` and other marks."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return "".join(letter for letter in folded.split("(")[0] if letter.isalnum() or letter == "_").strip("_")


def find_unit(name: str) -> str:
    """What a heading says in brackets: 万 of 播放量(万), 美元 of 价格（美元）; empty without."""
    found = _BRACKETS.search(unicodedata.normalize("NFKC", name).lower())
    return found[1].strip() if found else ""


def match_columns(kind: str, names: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Record field -> column of the file, by the user's mapping first, then by heading; each column once."""
    available = list(names)
    chosen = {field: name for field, name in mapping.items() if field not in OPTIONS}
    by_heading: dict[str, str] = {}
    for name in available:
        by_heading.setdefault(fold_heading(name), name)
    taken = set(chosen.values())
    for field, aliases in read_headings(kind).items():
        for alias in aliases:
            column = by_heading.get(fold_heading(alias))
            if field not in chosen and column is not None and column not in taken:
                chosen[field] = column
                taken.add(column)
    return chosen


def check_mapping(kind: str, names: Iterable[str], mapping: Mapping[str, str], file: str) -> None:
    """ImportRefused when the mapping names a column that the file lacks or a field that the kind lacks."""
    known, available = read_headings(kind), list(names)
    for field, name in mapping.items():
        if field in OPTIONS:
            continue
        if field not in known:
            fields = ", ".join(sorted(known))
            raise ImportRefused(f"{file} holds {kind}, which have no field {field}: known are {fields}.")
        if name not in available:
            raise ImportRefused(f"{file} has no column {name}: it has {', '.join(available[:40])}.")
