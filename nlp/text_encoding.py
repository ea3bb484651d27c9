"""A text file in -> the codec that reads it out: UTF-8, marked UTF-16 or the GB18030 of spreadsheets."""

from __future__ import annotations

import codecs
from pathlib import Path

from nlp.errors import EvaluationError

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def find_encoding(path: Path) -> str:
    """`utf-8-sig`, `utf-16` or `gb18030`; EvaluationError when none reads all of the file.

    UTF-8 with a torn character is a damaged file, not GB18030, which reads almost any bytes as something.
    """
    content = path.read_bytes()
    if content.startswith(_UTF16_MARKS):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            torn = content.decode("utf-8", "replace")
            if 2 * torn.count("\ufffd") < sum(character > "\x7f" for character in torn):
                break
        else:
            return encoding
    raise EvaluationError(f"{path} is neither UTF-8 nor GB18030 text")
