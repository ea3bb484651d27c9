"""A workbook in; the tables that its readers see, and what a person should know of the rest, out."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, time
from itertools import count, islice

from openpyxl import load_workbook

from spiders.errors import BadPayload, ImportRefused
from spiders.imports.container import FileIdentity
from spiders.imports.damage import refuse_damage, shorten_error
from spiders.imports.merged_cells import Repeated, fill_merged_cells, find_merged_cells
from spiders.imports.raw_batch import Cell, RawBatch
from spiders.imports.table_head import name_columns, split_heading
from spiders.imports.workbook_parts import CellPlace, find_uncalculated, list_sheets

_FAULTS = (KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile, zlib.error, BadPayload)
_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
"""What formulas that failed show in the place of a value."""


def read_workbook(identity: FileIdentity, rows: int) -> Iterator[Iterator[RawBatch]]:
    """Every sheet that is not hidden, batch by batch. ImportRefused when the file is damaged."""
    path = identity.path
    try:
        parts = {sheet.title: sheet for sheet in list_sheets(path)}
        workbook = load_workbook(path, read_only=True, data_only=True)
    except _FAULTS as error:
        raise ImportRefused(f"{path.name} is a damaged Excel file: {shorten_error(error)}.") from error
    with closing(workbook):
        for sheet in workbook.worksheets:
            part = parts.get(sheet.title)
            if part is not None and part.is_hidden:
                continue
            # Tools that write sheets piece by piece leave a wrong size in them, which would hide rows.
            sheet.reset_dimensions()
            lines: Iterator[tuple[Cell, ...]] = sheet.iter_rows(values_only=True)
            try:
                if part is not None:
                    lines = _empty_uncalculated(lines, find_uncalculated(path, part.part))
                    lines = fill_merged_cells(lines, find_merged_cells(path, part.part))
            except _FAULTS as error:
                raise ImportRefused(
                    f"{path.name} is a damaged Excel file: {shorten_error(error)}."
                ) from error
            yield refuse_damage(identity, "Excel", _read_sheet(sheet.title, lines, rows))


def describe_workbook(identity: FileIdentity) -> tuple[str, ...]:
    """What a person should know of a workbook: sheets not read, and formulas without a value."""
    if identity.container != "xlsx":
        return ()
    sheets = list_sheets(identity.path)
    told = []
    if hidden := [sheet.title for sheet in sheets if sheet.is_hidden]:
        told.append(
            f"Hidden sheets, left out: {', '.join(hidden)}. To import them, show them and save the file."
        )
    for sheet in sheets:
        cells = () if sheet.is_hidden else find_uncalculated(identity.path, sheet.part)
        if cells:
            told.append(
                f"Formulas without a value in the sheet {sheet.title}, left empty: {len(cells):,}, "
                f"the first in {min(cells).name}. Open the file in Excel or WPS, save it and import it again."
            )
    return tuple(told)


def _empty_uncalculated(
    lines: Iterator[tuple[Cell, ...]], cells: frozenset[CellPlace]
) -> Iterator[tuple[Cell, ...]]:
    """The lines of a sheet; the 0 that stands for a formula which nobody has calculated is none."""
    if not cells:
        yield from lines
        return
    for row, line in zip(count(1), lines, strict=False):
        yield tuple(
            None if cell == 0 and CellPlace(row, column) in cells else cell
            for column, cell in enumerate(line)
        )


def _read_sheet(title: str, lines: Iterator[tuple[Cell, ...]], rows: int) -> Iterator[RawBatch]:
    # A sheet's line ends at its last filled cell, so that a title alone is one cell wide.
    header, body = split_heading(line if len(line) > 1 else (*line, None) for line in lines)
    while some := list(islice(body, rows)):
        width = len(header)
        filled = [
            (*line[:width], *[None] * (width - len(line)))
            for line in some
            if any(cell is not None for cell in line)
        ]
        columns = name_columns(header, filled)
        repeated = {
            name: frozenset(at for at, cell in enumerate(cells) if isinstance(cell, Repeated))
            for name, cells in columns.items()
        }
        yield RawBatch(
            title,
            columns={name: _read_days(list(map(_read_cell, cells))) for name, cells in columns.items()},
            repeated={name: places for name, places in repeated.items() if places},
        )


def _read_cell(cell: Cell) -> Cell:
    value = cell.value if isinstance(cell, Repeated) else cell
    return None if isinstance(value, str) and value in _ERRORS else value


def _read_days(cells: Sequence[Cell]) -> Sequence[Cell]:
    """A sheet has no days, only moments: a column of nothing but midnights is one of days."""
    moments = [cell for cell in cells if isinstance(cell, datetime)]
    if not moments or any(moment.time() != time() for moment in moments):
        return cells
    return [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
