"""JSON files in (lines, one array, one object), values out one by one; torn ones as error values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO, AnyStr

from spiders.errors import ImportRefused
from spiders.imports.container import BLANKS, CHUNK_BYTES, FileIdentity

OBJECT_LIMIT_BYTES = 1 << 30
LINES_AT_ONCE = 1000
VALUE_LIMIT = 64 * 1024 * 1024


class TornJson(ValueError):
    """The rest of an array that cannot be read past a damaged place, cut short."""


def read_json_lines(identity: FileIdentity) -> Iterator[object]:
    """One value a line; a line that is no JSON comes out as a ValueError that holds the line."""
    encoding = identity.encoding
    if encoding.startswith("utf-16"):
        with identity.path.open(encoding=encoding, errors="replace") as text:
            yield from chain.from_iterable(map(_load_lines, _take_lines(text)))
        return
    with identity.path.open("rb", buffering=CHUNK_BYTES) as stream:
        for lines in _take_lines(stream):
            # Decoding many lines at once is three times as fast as the text layer's 8 KiB pieces.
            yield from _load_lines(b"".join(lines).decode(encoding, "replace").split("\n"))


def _take_lines(stream: IO[AnyStr]) -> Iterator[list[AnyStr]]:
    while lines := list(islice(stream, LINES_AT_ONCE)):
        yield lines


def _load_lines(lines: list[str]) -> list[object]:
    """One call of the parser for many lines costs a third of one each; a fault goes line by line."""
    if not lines[-1]:
        lines.pop()
    try:
        values: list[object] = json.loads("[" + ",".join(lines) + "]")
    except (ValueError, RecursionError):
        bare = (line.strip(BLANKS) for line in lines)
        return [_load_or_error(line) for line in bare if line]
    return values


def _load_or_error(text: str) -> object:
    try:
        return json.loads(text.replace("\x00", ""))
    except (ValueError, RecursionError):
        return ValueError(text[:4000])


def read_json_array(identity: FileIdentity) -> Iterator[object]:
    """The values of one array, or of several in a row, as a stream; damage ends it with a TornJson."""
    return _read_values(identity, in_array=True)


def read_json_objects(identity: FileIdentity) -> Iterator[object]:
    """Values one after another, over any lines, with or without commas; damage ends them with a TornJson."""
    return _read_values(identity, in_array=False)


def _read_values(identity: FileIdentity, *, in_array: bool) -> Iterator[object]:
    decoder = json.JSONDecoder()
    with identity.path.open(encoding=identity.encoding, errors="replace") as stream:
        buffer = stream.read(CHUNK_BYTES).lstrip(" \t\r\n\x00\ufeff")
        position = 1 if in_array else 0
        while True:
            position = _skip_blanks(buffer, position)
            if in_array and position < len(buffer) and buffer[position] == "]":
                buffer, position = _find_next_array(buffer, position + 1, stream)
                if not buffer:
                    return
                continue
            try:
                value, position = decoder.raw_decode(buffer, position)
            except (ValueError, RecursionError) as error:
                more = stream.read(max(CHUNK_BYTES, len(buffer) - position))
                if not more and position == len(buffer) and not in_array:
                    return
                if not more or isinstance(error, RecursionError) or len(buffer) - position > VALUE_LIMIT:
                    yield TornJson(buffer[position : position + 4000])
                    return
                buffer, position = buffer[position:] + more, 0
                continue
            yield value
            if position > CHUNK_BYTES:
                buffer, position = buffer[position:], 0


def _find_next_array(buffer: str, position: int, stream: IO[str]) -> tuple[str, int]:
    """Behind an array's end: the text and the place where the next one begins; no text at the end of all.

    Whoever appends a list to a file a day leaves many. Anything else is taken for torn: text that is no JSON.
    """
    while True:
        position = _skip_blanks(buffer, position)
        if position < len(buffer):
            return (buffer, position + 1) if buffer[position] == "[" else (buffer, position)
        buffer, position = stream.read(CHUNK_BYTES), 0
        if not buffer:
            return "", 0


def _skip_blanks(buffer: str, position: int) -> int:
    while position < len(buffer) and buffer[position] in BLANKS:
        position += 1
    return position


def read_json_object(identity: FileIdentity) -> dict[str, object]:
    """The one object of the file. ImportRefused when it is too large or no JSON."""
    name = identity.path.name
    if identity.size > OBJECT_LIMIT_BYTES:
        raise ImportRefused(f"{name} is one JSON object of over 1 GiB: split it.")
    text = identity.path.read_text(encoding=identity.encoding, errors="replace").strip(" \t\r\n\x00\ufeff")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ImportRefused(f"{name} starts like JSON but is not: {error}.") from error
    except RecursionError as error:
        raise ImportRefused(f"{name} is nested too deeply to be read.") from error
    if not isinstance(value, dict):
        raise ImportRefused(f"{name} holds a JSON {type(value).__name__}, not rows.")
    return value
