"""A workbook in; its sheets and the cells of each that need care out, read from its parts as they stand."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath

from spiders.xml_text import parse_xml

CHUNK_BYTES = 1 << 20
_HIDDEN_STATES = frozenset({"hidden", "veryHidden"})
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NEVER_CALCULATED = re.compile(rb"""<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad\s*=\s*["'](?:1|true)""")
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\b(?P<about>[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>(?P<value>[^<]*)</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]+)(\d+)["']""")
_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook."""

    title: str
    part: str
    """The file in the workbook that holds it."""
    is_hidden: bool
    """True where no reader of the workbook sees it, by its menu or at all."""


@dataclass(frozen=True, order=True)
class CellPlace:
    """Where a cell stands in its sheet."""

    row: int
    """Counted from 1, as spreadsheets do."""
    column: int
    """Counted from 0."""

    @property
    def name(self) -> str:
        """What spreadsheets call it: C2."""
        letters, left = "", self.column + 1
        while left:
            left, letter = divmod(left - 1, 26)
            letters = chr(65 + letter) + letters
        return f"{letters}{self.row}"


def list_sheets(path: Path) -> list[SheetPart]:
    """The sheets of a workbook; none where it does not say which it has."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return []
        relations, workbook = (
            parse_xml(archive.read(f"xl/{name}").decode("utf-8", "replace"))
            for name in ("_rels/workbook.xml.rels", "workbook.xml")
        )
    targets = {found.get("Id", ""): found.get("Target", "") for found in relations}
    sheets = []
    for found in workbook.iter("{*}sheet"):
        part = normpath(join("xl", targets.get(found.get(_RELATION, ""), ""))).lstrip("/")
        if part in names:
            sheets.append(SheetPart(found.get("name", ""), part, found.get("state") in _HIDDEN_STATES))
    return sheets


def find_uncalculated(path: Path, part: str) -> frozenset[CellPlace]:
    """The formulas of a sheet that no program has calculated: without a value, or with the 0 of a program.

    Programs that write workbooks cannot calculate: they leave the value out, or write 0 and ask the
    spreadsheet to calculate all when it opens the file. An empty text is a value.
    """
    with zipfile.ZipFile(path) as archive:
        is_zero_none = _NEVER_CALCULATED.search(archive.read("xl/workbook.xml")) is not None
        found = (
            match
            for text in _read_rows(archive, part)
            # most sheets have none; to look at every cell for one takes twice as long
            for match in (_FORMULA.finditer(text) if _ANY_FORMULA.search(text) else ())
        )
        return frozenset(
            CellPlace(int(place[2]), number_column(place[1]))
            for match in found
            if (place := _PLACE.search(match["about"]))
            and not _TEXT.search(match["about"])
            and (not match["value"] or (is_zero_none and match["value"].strip() == b"0"))
        )


def _read_rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a sheet in pieces that end where a row does."""
    with archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(CHUNK_BYTES):
            text = rest + chunk
            end = text.rfind(b"row>") + 1
            yield text[:end]
            rest = text[end:]
        yield rest


def number_column(letters: bytes) -> int:
    """A column's letters -> its number, counted from 0."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1
