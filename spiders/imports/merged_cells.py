"""A sheet of a workbook in; its lines with what merged cells say in each of the rows that they span, out."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from spiders.imports.raw_batch import Cell
from spiders.imports.workbook_parts import CHUNK_BYTES, number_column

OVERLAP = 512
"""Bytes of a chunk that are looked at with the next one, which may hold the rest of a tag."""
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*["']([A-Z]+)(\d+):[A-Z]+(\d+)["']""")


@dataclass(frozen=True)
class MergedCell:
    """A cell that spans rows; columns that it spans stay empty."""

    column: int
    """Counted from 0."""
    first_row: int
    """Counted from 1, as spreadsheets do."""
    last_row: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a merged cell above says of this row too."""

    value: Cell

    def __str__(self) -> str:
        """As the value itself would be written."""
        return str(self.value)


def find_merged_cells(path: Path, part: str) -> tuple[MergedCell, ...]:
    """The cells of a sheet that span several rows."""
    with zipfile.ZipFile(path) as archive:
        return tuple(_read_merged(archive, part))


def fill_merged_cells(
    lines: Iterator[tuple[Cell, ...]], merged: tuple[MergedCell, ...]
) -> Iterator[tuple[Cell, ...]]:
    """Every line from the first row on, with what a merged cell above it says of it too as Repeated."""
    if not merged:
        yield from lines
        return
    beginning: dict[int, list[MergedCell]] = defaultdict(list)
    for cell in merged:
        beginning[cell.first_row].append(cell)
    open_cells: dict[MergedCell, Cell] = {}
    for row, line in zip(count(1), lines, strict=False):
        open_cells = {cell: value for cell, value in open_cells.items() if cell.last_row >= row}
        yield _fill(line, open_cells)
        for cell in beginning.pop(row, ()):
            value = line[cell.column] if cell.column < len(line) else None
            if value is not None:
                open_cells[cell] = value


def _fill(line: tuple[Cell, ...], open_cells: Mapping[MergedCell, Cell]) -> tuple[Cell, ...]:
    # an empty line stays one: a merged cell says nothing of rows that are not there
    if not open_cells or all(cell is None for cell in line):
        return line
    width = max(len(line), 1 + max(cell.column for cell in open_cells))
    cells = [*line, *[None] * (width - len(line))]
    for cell, value in open_cells.items():
        if cells[cell.column] is None:
            cells[cell.column] = Repeated(value)
    return tuple(cells)


def _read_merged(archive: zipfile.ZipFile, name: str) -> Iterator[MergedCell]:
    with archive.open(name) as stream:
        rest = b""
        while chunk := stream.read(CHUNK_BYTES):
            text, end = rest + chunk, 0
            for found in _MERGED.finditer(text):
                end = found.end()
                first, last = int(found[2]), int(found[3])
                if last > first:
                    yield MergedCell(number_column(found[1]), first, last)
            rest = text[max(end, len(text) - OVERLAP) :]
