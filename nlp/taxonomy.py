"""Taxonomy files (YAML) in -> two levels of interests with their seeds and excludes out, checked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from nlp.lexicon import SHIPPED, LexiconError, read_yaml
from nlp.text import fold_case, normalise_text

SHIPPED_TAXONOMY = SHIPPED / "taxonomy"
"""Folder with one file for each first-level interest."""

TAXONOMY_SCHEMA = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("zh", pa.string(), nullable=False),
        pa.field("en", pa.string(), nullable=False),
        pa.field("level", pa.int8(), nullable=False),
        pa.field("parent_code", pa.string()),
    ]
)
"""Columns of the table that names interests."""

_TOP_KEYS = {"code", "zh", "en", "seeds", "excludes", "children"}
_CHILD_KEYS = {"code", "zh", "en", "seeds", "excludes"}
_TOP_CODE = re.compile(r"\d{2}")
_CHILD_CODE = re.compile(r"\d{2}\.\d{2}")
_MAX_PHRASE = 40


@dataclass(frozen=True, slots=True)
class Interest:
    """One interest of either level."""

    code: str
    """`05` at the first level, `05.02` at the second."""
    zh: str
    """Chinese name."""
    en: str
    """English name."""
    seeds: tuple[str, ...] = ()
    """Phrases that speak for it, normalised and in lower case; at the first level those too general for a
    second one."""
    excludes: tuple[str, ...] = ()
    """Phrases that cancel it wherever they stand in the text."""

    @property
    def level(self) -> int:
        """1 or 2."""
        return 2 if "." in self.code else 1

    @property
    def parent_code(self) -> str | None:
        """Code of the first level above; None at the first level."""
        return self.code.partition(".")[0] if "." in self.code else None


@dataclass(frozen=True)
class Taxonomy:
    """All interests in the order of their codes."""

    interests: tuple[Interest, ...]
    """Each first level before its second levels."""
    version: str
    """Twelve hex digits that change with any file."""

    @cached_property
    def codes_by_seed(self) -> dict[str, tuple[str, ...]]:
        """Seed -> codes it speaks for."""
        codes: dict[str, tuple[str, ...]] = {}
        for interest in self.interests:
            for seed in interest.seeds:
                codes[seed] = (*codes.get(seed, ()), interest.code)
        return codes

    @cached_property
    def voids_by_code(self) -> dict[str, tuple[str, ...]]:
        """Code -> phrases that void the whole interest, since they hold none of its seeds."""
        return {
            each.code: tuple(
                phrase for phrase in each.excludes if not any(seed in phrase for seed in each.seeds)
            )
            for each in self.interests
            if each.excludes
        }

    @cached_property
    def covers_by_seed(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Code and seed -> phrases in which the seed means another thing, where it has any."""
        covers = {
            (each.code, seed): tuple(phrase for phrase in each.excludes if seed in phrase)
            for each in self.interests
            for seed in each.seeds
        }
        return {key: phrases for key, phrases in covers.items() if phrases}


def read_taxonomy(path: Path | None = None) -> Taxonomy:
    """The shipped taxonomy, or the user's: a folder of files, or one with a list, also under `interests:`.

    LexiconError names the file and the interest that is wrong: unknown or missing fields, a code of another
    shape or used twice, a second level outside its first, an empty or over-long phrase.
    """
    interests: dict[str, Interest] = {}
    digests = []
    for file, top, digest in _read_entries(path or SHIPPED_TAXONOMY):
        digests.append(digest)
        for interest in _parse_top(top, str(file)):
            if interest.code in interests:
                raise LexiconError(f"{file}: the code {interest.code} is used twice. Give each its own.")
            interests[interest.code] = interest
    if not interests:
        raise LexiconError(
            f"The taxonomy {path or SHIPPED_TAXONOMY} names no interests. Add one or leave it."
        )
    version = hashlib.sha256("".join(digests).encode()).hexdigest()[:12]
    return Taxonomy(tuple(interests[code] for code in sorted(interests)), version)


def read_taxonomy_table(path: Path | None = None) -> pa.Table:
    """One row for each interest of either level: code, zh, en, level, parent_code."""
    rows = [
        {
            "code": interest.code,
            "zh": interest.zh,
            "en": interest.en,
            "level": interest.level,
            "parent_code": interest.parent_code,
        }
        for interest in read_taxonomy(path).interests
    ]
    return pa.Table.from_pylist(rows, TAXONOMY_SCHEMA)


def _read_entries(path: Path) -> Iterator[tuple[Path, Any, str]]:
    if path.is_dir():
        for file in sorted(path.glob("*.yaml")):
            top, digest = read_yaml(file)
            yield file, top, digest
        return
    content, digest = read_yaml(path)
    tops = content.get("interests", [content]) if isinstance(content, dict) else content
    if not isinstance(tops, list):
        raise LexiconError(f"{path}: `interests` must be a list. See the shipped taxonomy for the shape.")
    for top in tops:
        yield path, top, digest


def _parse_top(top: object, file: str) -> Iterator[Interest]:
    entry = _check_fields(top, _TOP_KEYS, {"code", "zh", "en", "children"}, file)
    code = _read_code(entry, _TOP_CODE, "05", file)
    yield _build_interest(entry, code, file)
    children = entry["children"]
    if not isinstance(children, list) or not children:
        raise LexiconError(f"{file}: interest {code} needs a list under `children`.")
    for child in children:
        yield _parse_child(child, code, file)


def _parse_child(child: object, parent: str, file: str) -> Interest:
    entry = _check_fields(child, _CHILD_KEYS, {"code", "zh", "en", "seeds"}, f"{file}: below {parent}")
    code = _read_code(entry, _CHILD_CODE, f"{parent}.02", file)
    if not code.startswith(f"{parent}."):
        raise LexiconError(f"{file}: {code} stands below {parent}; its code must begin with {parent}.")
    interest = _build_interest(entry, code, file)
    if not interest.seeds:
        raise LexiconError(f"{file}: interest {code} has no seeds. Add one or take it out.")
    return interest


def _build_interest(entry: dict[str, Any], code: str, file: str) -> Interest:
    return Interest(
        code=code,
        zh=_read_name(entry, "zh", file, code),
        en=_read_name(entry, "en", file, code),
        seeds=_read_phrases(entry.get("seeds") or [], f"{file}: seeds of {code}"),
        excludes=_read_phrases(entry.get("excludes") or [], f"{file}: excludes of {code}"),
    )


def _check_fields(entry: object, known: set[str], required: set[str], place: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise LexiconError(f"{place}: expected an interest with {', '.join(sorted(required))}.")
    if unknown := sorted(set(map(str, entry)) - known):
        raise LexiconError(
            f"{place}: unknown fields {', '.join(unknown)}; known are {', '.join(sorted(known))}."
        )
    if missing := sorted(required - entry.keys()):
        raise LexiconError(f"{place}: {entry.get('code', 'an interest')} lacks {', '.join(missing)}.")
    return entry


def _read_code(entry: dict[str, Any], pattern: re.Pattern[str], example: str, file: str) -> str:
    code = entry["code"]
    if not isinstance(code, str) or not pattern.fullmatch(code):
        raise LexiconError(f'{file}: {code!r} is no code. Write it in quotes, as in "{example}".')
    return code


def _read_name(entry: dict[str, Any], key: str, file: str, code: str) -> str:
    name = entry[key]
    if not isinstance(name, str) or not name.strip():
        raise LexiconError(f"{file}: interest {code} needs a name under `{key}`.")
    return name.strip()


def _read_phrases(entries: object, place: str) -> tuple[str, ...]:
    if not isinstance(entries, list):
        raise LexiconError(f"{place}: expected a list of phrases.")
    phrases: dict[str, None] = {}
    for entry in entries:
        # YAML reads a bare 618 as a number.
        is_phrase = isinstance(entry, str | int) and not isinstance(entry, bool)
        phrase = fold_case(normalise_text(str(entry)).text) if is_phrase else ""
        if not 1 <= len(phrase) <= _MAX_PHRASE:
            raise LexiconError(f"{place}: {entry!r} is no phrase of 1 to {_MAX_PHRASE} characters.")
        phrases[phrase] = None
    return tuple(phrases)
