"""A sheet of a workbook in; its lines with what merged cells say in each of the rows that they span, out."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from posixpath import join, normpath

from spiders.imports.raw_batch import Cell
from spiders.xml_text import parse_xml

CHUNK_BYTES = 1 << 20
OVERLAP = 512
"""Bytes of a chunk that are looked at with the next one, which may hold the rest of a tag."""
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*["']([A-Z]+)(\d+):[A-Z]+(\d+)["']""")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class MergedCell:
    """A cell that spans rows; columns that it spans stay empty."""

    column: int
    """Counted from 0."""
    first_row: int
    """Counted from 1, as spreadsheets do."""
    last_row: int


def find_merged_cells(path: Path) -> Mapping[str, tuple[MergedCell, ...]]:
    """Title of each sheet -> its cells that span several rows."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        sheets = {title: name for title, name in _list_sheets(archive, names).items() if name in names}
        return {title: tuple(_read_merged(archive, name)) for title, name in sheets.items()}


def fill_merged_cells(
    lines: Iterator[tuple[Cell, ...]], merged: tuple[MergedCell, ...]
) -> Iterator[tuple[Cell, ...]]:
    """Every line from the first row on, with what a merged cell above it says of it too."""
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
            cells[cell.column] = value
    return tuple(cells)


def _list_sheets(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Title of each sheet -> the file in the workbook that holds it."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    relations, workbook = (
        parse_xml(archive.read(f"xl/{name}").decode("utf-8", "replace"))
        for name in ("_rels/workbook.xml.rels", "workbook.xml")
    )
    targets = {found.get("Id", ""): found.get("Target", "") for found in relations}
    sheets = (found for found in workbook.iter("{*}sheet"))
    return {
        sheet.get("name", ""): normpath(join("xl", targets.get(sheet.get(_RELATION, ""), ""))).lstrip("/")
        for sheet in sheets
    }


def _read_merged(archive: zipfile.ZipFile, name: str) -> Iterator[MergedCell]:
    with archive.open(name) as stream:
        rest = b""
        while chunk := stream.read(CHUNK_BYTES):
            text, end = rest + chunk, 0
            for found in _MERGED.finditer(text):
                end = found.end()
                first, last = int(found[2]), int(found[3])
                if last > first:
                    yield MergedCell(_number_column(found[1]), first, last)
            rest = text[max(end, len(text) - OVERLAP) :]


def _number_column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1
