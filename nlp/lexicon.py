"""Lexicon files (YAML, word lists) in -> checked plain values out, or one sentence that says what to mend."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).parent / "lexicons"
"""Folder of the lexicons that come with the package."""


class LexiconError(ValueError):
    """A lexicon file cannot be used; the message names the file, the place and the remedy."""


def read_lexicon(path: Path) -> tuple[str, str]:
    """Text of a UTF-8 file and the first 12 hex digits of its SHA-256; LexiconError if it has none."""
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig"), hashlib.sha256(content).hexdigest()[:12]
    except FileNotFoundError as error:
        raise LexiconError(f"The lexicon {path} does not exist. Create it or name another.") from error
    except IsADirectoryError as error:
        raise LexiconError(f"The lexicon {path} is a folder. Name a file.") from error
    except UnicodeDecodeError as error:
        raise LexiconError(f"The lexicon {path} is not UTF-8 text. Save it as UTF-8.") from error


def read_yaml(path: Path) -> tuple[Any, str]:
    """Plain values of a YAML file and the short hash of its bytes; LexiconError names line and column."""
    text, digest = read_lexicon(path)
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), digest
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1} column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise LexiconError(f"{path}{place}: {problem}. Mend the file or leave the setting empty.") from error


def read_patterns(path: Path, fields: Collection[str]) -> tuple[dict[str, re.Pattern[str]], str]:
    """One pattern of each field's list of regular expressions, and the short hash of the file's bytes.

    LexiconError when a field is missing or unknown, or a pattern is none or matches the empty text.
    """
    content, version = read_yaml(path)
    if not isinstance(content, dict) or set(content) != set(fields):
        raise LexiconError(f"{path}: expected exactly the fields {', '.join(fields)}.")
    try:
        compiled = {name: re.compile("|".join(rows)) for name, rows in content.items()}
    except (re.error, TypeError) as error:
        raise LexiconError(f"{path}: a pattern is none: {error}.") from error
    if any(pattern.search("") for pattern in compiled.values()):
        raise LexiconError(f"{path}: a pattern matches the empty text.")
    return compiled, version
