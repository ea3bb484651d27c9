"""A PDF as Chromium prints it in; the same pages with Chinese text that can be searched and copied out.

A font has one glyph for 豆 and for the radical ⾖, and Chromium notes the radical as its meaning: whoever
searches the file for 拼豆 finds nothing. The character maps are written again at the end of the file, as an
incremental update; nothing before it changes.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping

OBJECT = re.compile(rb"(\d+) 0 obj\n<</Filter /FlateDecode\n/Length (\d+)>> stream\n")
BLOCK = re.compile(r"\d+ begin(bfchar|bfrange)\n(.*?)end\1\n", re.DOTALL)
MOST_ENTRIES = 100
"""Entries that one block of a character map may hold."""
RADICALS = dict(
    zip(
        "⺁⺄⺈⺒⺟⺠⺩⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻫⻬⻮⻯⻰⻳",
        "厂乙刀巳母民王虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄斉齐齿竜龙龟",
        strict=True,
    )
)
"""Radicals of the supplement block that are whole characters too; Unicode's EquivalentUnifiedIdeograph."""


def restore_characters(pdf: bytes) -> bytes:
    """The PDF with every radical in its character maps as the character that people write."""
    updates = {number: text for number, text in read_maps(pdf) if text is not None}
    return append_update(pdf, updates) if updates else pdf


def read_maps(pdf: bytes) -> Iterator[tuple[int, str | None]]:
    """Object number and new text of every character map; None where nothing changes."""
    for found in OBJECT.finditer(pdf):
        content = zlib.decompress(pdf[found.end() : found.end() + int(found[2])])
        if b"begincmap" in content:
            text = content.decode("latin-1")
            entries = dict(read_entries(text))
            changed = {code: unify(meaning) for code, meaning in entries.items()}
            yield int(found[1]), None if changed == entries else write_map(text, changed)


def read_entries(text: str) -> Iterator[tuple[str, str]]:
    """Glyph code (hex) and meaning of every entry."""
    for block in BLOCK.finditer(text):
        for line in block[2].splitlines():
            codes = re.findall(r"<([0-9A-Fa-f]+)>", line)
            meaning = bytes.fromhex(codes[-1]).decode("utf-16-be")
            first, last = int(codes[0], 16), int(codes[-2], 16)
            for step in range(last - first + 1):
                yield f"{first + step:0{len(codes[0])}X}", meaning[:-1] + chr(ord(meaning[-1]) + step)


def unify(meaning: str) -> str:
    """The text with radicals as the characters they look like."""
    return "".join(
        RADICALS.get(character)
        or (unicodedata.normalize("NFKC", character) if "\u2f00" <= character <= "\u2fdf" else character)
        for character in meaning
    )


def write_map(text: str, entries: Mapping[str, str]) -> str:
    """The character map with these entries in place of its own."""
    lines = [f"<{code}> <{meaning.encode('utf-16-be').hex().upper()}>" for code, meaning in entries.items()]
    blocks = [lines[start : start + MOST_ENTRIES] for start in range(0, len(lines), MOST_ENTRIES)]
    written = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    first = BLOCK.search(text)
    assert first is not None
    return text[: first.start()] + written + BLOCK.sub("", text[first.start() :])


def append_update(pdf: bytes, texts: Mapping[int, str]) -> bytes:
    """The PDF with new streams for these objects: their bytes, a table of their places, a trailer."""
    ending = re.search(rb"trailer\n<<(.*?)>>\nstartxref\n(\d+)\n%%EOF\n$", pdf, re.DOTALL)
    if ending is None:
        return pdf
    out, table = bytearray(pdf), bytearray(b"xref\n0 1\n0000000000 65535 f \n")
    for number, text in sorted(texts.items()):
        content = zlib.compress(text.encode("latin-1"))
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n<</Filter /FlateDecode\n/Length %d>> stream\n" % (number, len(content))
        out += content + b"\nendstream\nendobj\n"
    place = len(out)
    out += table + b"trailer\n<<%b\n/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (ending[1], ending[2], place)
    return bytes(out)
