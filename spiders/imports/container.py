"""A path in, what kind of file it is, how its text is encoded and which run id its bytes give out."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from spiders.errors import ImportRefused

Container = Literal[
    "parquet",
    "csv",
    "json_lines",
    "json_array",
    "json_object",
    "json_objects",
    "sqlite",
    "xlsx",
    "html",
    "mhtml",
]

HEAD_BYTES = 1 << 16
CHUNK_BYTES = 1 << 20
LINE_LIMIT = 1 << 26
FIRST_LINES = 10
"""Lines that tell one object a line from one object over many."""
FIRST_OBJECT = 1 << 22
"""Characters within which the first of several objects over many lines ends."""
BLANKS = " \t\r\n,\x00\ufeff"
"""What may stand between two values of JSON."""
TEXT_CONTAINERS = frozenset(
    {"csv", "json_lines", "json_array", "json_object", "json_objects", "html", "mhtml"}
)

_NO_TEXT = frozenset({"Cc", "Cn", "Co"})
"""Controls, places without a letter, places for one's own."""
_COUNTS_FROM_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)""")
_MARKS = ",\t;|:\n"
_LAYOUT = dict.fromkeys(map(ord, "\t\r\n\ufeff"))

_WORKBOOKS = frozenset({".xls", ".xlsx", ".xlsm"})
"""Back ends of shops call a page with a table so, which spreadsheets open."""

_FOREIGN_SIGNATURES: Mapping[bytes, str] = {
    b"\x1f\x8b": "{file} is a gzip file: unpack it first.",
    b"\x28\xb5\x2f\xfd": "{file} is a Zstandard file: unpack it first.",
    b"BZh": "{file} is a bzip2 file: unpack it first.",
    b"7z\xbc\xaf\x27\x1c": "{file} is a 7-Zip archive: unpack it first.",
    b"Rar!": "{file} is a RAR archive: unpack it first.",
    b"\xd0\xcf\x11\xe0": "{file} is an old Excel file (.xls): save it as .xlsx or CSV.",
    b"%PDF": "{file} is a PDF: only tables and saved pages can be imported.",
    b"\x89PNG": "{file} is a picture: only tables and saved pages can be imported.",
    b"\xff\xd8\xff": "{file} is a picture: only tables and saved pages can be imported.",
    b"DUCK": "{file} is a DuckDB file: export the table as Parquet.",
}


@dataclass(frozen=True)
class FileIdentity:
    """What the bytes of a file are."""

    path: Path
    size: int
    container: Container
    encoding: str
    """Codec of the text: utf-8, utf-8-sig, utf-16 (with -le or -be), gb18030; utf-8 for binary containers."""
    digest: str
    """SHA-256 of the bytes, and of the choices that change what is read from them, as hex."""

    @property
    def run_id(self) -> str:
        """The run id of an import of this file: the same bytes and choices give the same package."""
        return f"import-{self.digest[:16]}"


def identify_file(path: Path, choices: Mapping[str, str]) -> FileIdentity:
    """Read the whole file once: kind, encoding and hash. ImportRefused when it cannot be a source."""
    head = _read_head(path)
    container = _identify_container(path, head)
    hasher = hashlib.sha256()
    tally = _EncodingTally()
    is_text = container in TEXT_CONTAINERS
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                hasher.update(chunk)
                if is_text:
                    tally.update(chunk)
    except OSError as error:
        raise ImportRefused(f"{path.name} cannot be read: {error.strerror or error}.") from error
    for name, value in sorted(choices.items()):
        hasher.update(f"\x1f{name}\x1e{value}".encode("utf-8", "replace"))
    encoding = _encoding_of(head, tally) if is_text else "utf-8"
    return FileIdentity(path, path.stat().st_size, container, encoding, hasher.hexdigest())


class _EncodingTally:
    """Counts what UTF-8 and GB18030 cannot decode, so that one torn character does not decide."""

    def __init__(self) -> None:
        self._decoders = {
            name: codecs.getincrementaldecoder(name)(errors="replace") for name in ("utf-8", "gb18030")
        }
        self._failures = dict.fromkeys(self._decoders, 0)
        self._is_utf8 = True
        self._strict = codecs.getincrementaldecoder("utf-8")()
        self.characters = 0

    def update(self, chunk: bytes) -> None:
        """Take one more piece of the file."""
        if self._is_utf8:
            try:
                self.characters += len(self._strict.decode(chunk))
                return
            except UnicodeDecodeError:
                self._is_utf8 = False
        for name, decoder in self._decoders.items():
            text = decoder.decode(chunk)
            self._failures[name] += text.count("\ufffd")
        self.characters += len(chunk) // 3

    @property
    def encoding(self) -> str:
        """utf-8 while under one character in a thousand is torn, else whichever tears less."""
        if self._is_utf8 or self._failures["utf-8"] * 1000 <= self.characters:
            return "utf-8"
        return "gb18030" if self._failures["gb18030"] <= self._failures["utf-8"] else "utf-8"


def _encoding_of(head: bytes, tally: _EncodingTally) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _find_utf16(head) or tally.encoding


def _find_utf16(head: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, told by its commas, digits and line ends; None for other text.

    Of Latin letters every second byte is NUL, of Chinese ones hardly any. Read in the wrong order, commas and
    digits fall on places of Unicode that hold no letter.
    """
    if b"\x00" not in head or (head.count(b"\x00") * 10 < len(head) and _decode_whole(head, "utf-8")):
        return None
    texts = {codec: _decode_whole(head, codec) for codec in ("utf-16-le", "utf-16-be")}
    marks = {codec: sum(map(text.count, _MARKS)) for codec, text in texts.items() if _is_written(text)}
    best = max(marks, key=lambda codec: marks[codec], default=None)
    return best if best and marks[best] else None


def _decode_whole(head: bytes, codec: str) -> str:
    """The beginning of a file as text, its last character whole or not; empty where it is in another code."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return ""


def _is_written(text: str) -> bool:
    categories = Counter(map(unicodedata.category, text.translate(_LAYOUT)))
    return sum(categories[name] for name in _NO_TEXT) * 100 <= len(text)


def _read_head(path: Path) -> bytes:
    try:
        if not path.exists():
            raise ImportRefused(f"There is no file {path}.")
        if not path.is_file():
            raise ImportRefused(f"{path} is not a file: name one file to import.")
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise ImportRefused(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if not head:
        raise ImportRefused(f"{path.name} is empty.")
    return head


def _identify_container(path: Path, head: bytes) -> Container:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\x00"):
        return "sqlite"
    if head.startswith(b"PK"):
        return _identify_zip(path)
    for signature, refusal in _FOREIGN_SIGNATURES.items():
        if head.startswith(signature) or head[8:12] == signature:
            raise ImportRefused(refusal.format(file=path.name))
    return _identify_text(path, head)


def _identify_zip(path: Path) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise ImportRefused(f"{path.name} is a damaged ZIP or Excel file: {error}.") from error
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise ImportRefused(f"{path.name} is a ZIP archive: unpack it and import the files in it.")


def counts_from_1904(identity: FileIdentity) -> bool:
    """True for a workbook whose days are counted from 1904 instead of 1900."""
    if identity.container != "xlsx":
        return False
    with zipfile.ZipFile(identity.path) as archive:
        return "xl/workbook.xml" in archive.namelist() and bool(
            _COUNTS_FROM_1904.search(archive.read("xl/workbook.xml"))
        )


def _identify_text(path: Path, head: bytes) -> Container:
    encoding = _encoding_of(head, _tally(head))
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise ImportRefused(f"{path.name} holds nothing but blanks.")
    # A table of text has hardly any control character; a picture or a program is a third of them.
    sample = text[:4096]
    noise = sum(1 for character in sample if character < " " and character not in "\t\r\n\x00")
    if noise > len(sample) // 20 or sample.count("\x00") > len(sample) // 4:
        raise ImportRefused(f"{path.name} is a binary file of an unknown kind.")
    if text[0] in "{[":
        return _identify_json(path, encoding, text)
    lowered = text[:2048].lower()
    if text[0] == "<":
        if path.suffix.lower() in _WORKBOOKS:
            raise ImportRefused(
                f"{path.name} is a table in HTML or XML, called an Excel file: "
                "open it in Excel or WPS and save it as .xlsx."
            )
        return "html"
    if "mime-version:" in lowered and "multipart/related" in lowered:
        return "mhtml"
    return "csv"


def _tally(head: bytes) -> _EncodingTally:
    tally = _EncodingTally()
    tally.update(head)
    return tally


def _identify_json(path: Path, encoding: str, text: str) -> Container:
    """One object a line, or one object over all lines, whose inner lines do not begin and end as objects do.

    A writer that was stopped leaves half a line, often the first one of a file that it went on with.
    """
    if text[0] == "[":
        return "json_array"
    with path.open(encoding=encoding, errors="replace") as stream:
        lines = (line.strip("\ufeff \t\r\n\x00") for line in iter(lambda: stream.readline(LINE_LIMIT), ""))
        filled = list(islice((line for line in lines if line), FIRST_LINES))
    if len(filled) > 1:
        is_first_whole = filled[0].rstrip(BLANKS).endswith("}") and filled[1].startswith("{")
        wholes = sum(line.startswith('{"') and line.endswith("}") for line in filled)
        if is_first_whole or 2 * wholes > len(filled):
            return "json_lines"
    return "json_objects" if _holds_several(path, encoding) else "json_object"


def _holds_several(path: Path, encoding: str) -> bool:
    """True where another object follows the first, which may be over many lines."""
    with path.open(encoding=encoding, errors="replace") as stream:
        text = stream.read(FIRST_OBJECT).lstrip(BLANKS)
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return text[end:].lstrip(BLANKS).startswith("{")
