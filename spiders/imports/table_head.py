"""The first lines of a table in; its headings, and how its columns are parted, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from spiders.imports.container import FileIdentity
from spiders.imports.headings import is_known_heading
from spiders.imports.raw_batch import Cell

Line = TypeVar("Line", list[str], tuple[Cell, ...])

LINES_ABOVE = 5
"""Filled lines that may stand above the headings."""

_SEPARATOR = re.compile(r"sep=([,;|\t])", re.IGNORECASE)


def split_heading(lines: Iterator[Line]) -> tuple[list[str], Iterator[Line]]:
    """Lines of cells -> headings, and the lines under them.

    Above the headings people leave blank lines, `sep=;` for Excel, titles, and lines such as 店铺：花西子.
    Only what has one cell and is no known heading is a title; of lines with more cells the first is taken,
    unless it holds no known heading and one of the next lines holds two.
    """
    first: list[Line] = []
    filled: list[tuple[int, list[str]]] = []
    for line in lines:
        first.append(line)
        names = _read_names(line)
        if any(names) and not names[0].lower().startswith("sep="):
            filled.append((len(first), names))
            if len(filled) > LINES_ABOVE:
                break
    if not filled:
        return [], iter(())
    below, names = next((row for row in filled if not _is_title(row[1])), filled[0])
    if not any(map(is_known_heading, names)):
        known = (row for row in filled if _count_known(row[1]) > 1)
        below, names = next(known, (below, names))
    # a line of groups stands above the headings of many reports: 商品,,价格,,销量
    fullest = max(filled, key=lambda row: _count_known(row[1]))
    if fullest[0] > below and _count_known(fullest[1]) > max(1, _count_known(names)):
        below, names = fullest
    return names, chain(first[below:], lines)


def name_columns(header: Sequence[str], lines: Sequence[Sequence[Cell]]) -> dict[str, Sequence[Cell]]:
    """Lines of cells -> columns; one without a heading is no column, of two of one name the first is."""
    columns = zip(*lines, strict=True) if lines else ([] for _ in header)
    named: dict[str, Sequence[Cell]] = {}
    for name, cells in zip(header, columns, strict=False):
        if name:
            named.setdefault(name, cells)
    return named


def _count_known(names: Sequence[str]) -> int:
    return sum(map(is_known_heading, names))


def _is_title(names: Sequence[str]) -> bool:
    filled = [name for name in names if name]
    return len(filled) == 1 and not is_known_heading(filled[0])


def _read_names(line: Sequence[Cell]) -> list[str]:
    return ["" if cell is None else str(cell).strip().strip("\ufeff") for cell in line]


def sniff_delimiter(identity: FileIdentity) -> str:
    """The separator that `sep=` names, or that splits the first line with any most often: , tab ; or |."""
    with identity.path.open(encoding=identity.encoding, errors="replace", newline="") as stream:
        lines = (line.strip("\ufeff \r\n") for line in iter(lambda: stream.readline(1 << 16), ""))
        first = list(islice((line for line in lines if line.strip(",")), LINES_ABOVE + 1))
    named = _SEPARATOR.fullmatch(first[0]) if first else None
    if named:
        return named[1]
    header = next((line for line in first if any(mark in line for mark in ",\t;|")), "")
    return max(",\t;|", key=header.count)
