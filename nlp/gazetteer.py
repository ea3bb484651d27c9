"""Entity lexicons (YAML) and a text in -> the listed brands and IPs it names out, with spans and ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from nlp.automaton import compile_phrases
from nlp.edges import cuts_latin_word, find_inner_edges, is_free_standing
from nlp.lexicon import SHIPPED, LexiconError, read_yaml
from nlp.segment import Segmenter
from nlp.text import fold_case, normalise_text

SHIPPED_ENTITIES = SHIPPED / "entities"
"""Folder with one file for each competitor set."""
KINDS = ("brand", "ip")

BRAND_SCHEMA = pa.schema(
    [
        pa.field("brand_id", pa.string(), nullable=False),
        pa.field("category_id", pa.string(), nullable=False),
        pa.field("set_ver", pa.string(), nullable=False),
    ]
)
"""Columns of the table that declares which brands compete."""

_FILE_KEYS = {"set", "zh", "en", "type", "interests", "context", "entities"}
_ENTITY_KEYS = {"names", "near", "not"}
_LONGEST_NAME = 40
_SHORT = 2
UNSURE = "?"


@dataclass(frozen=True, slots=True)
class Entity:
    """One brand or IP."""

    entity_id: str
    """The name it is known by, which must not change."""
    kind: str
    """brand or ip."""
    names: tuple[str, ...]
    """All its names as written in the file."""
    near: frozenset[str]
    """Words of which one must be in a text that has no other name of it than an everyday word."""
    excludes: tuple[str, ...]
    """Phrases that say the everyday word is meant."""


@dataclass(frozen=True, slots=True)
class CompetitorSet:
    """The entities of one file, which compete with each other."""

    code: str
    zh: str
    en: str
    category_id: str
    """First-level interest that the set belongs to; its own code when it names none."""
    entities: tuple[Entity, ...]
    version: str
    """Twelve hex digits that change with the file."""


class Mention(NamedTuple):
    """One place where a text names a listed entity."""

    start: int
    end: int
    entity: Entity
    is_sure: bool
    """False where the name is an everyday word and nothing in the text says which is meant."""
    is_denied: bool = False
    """True where the text says that the everyday word is meant."""


class Gazetteer:
    """Finds the listed names in texts, the longest at each place."""

    def __init__(self, sets: Sequence[CompetitorSet], segmenter: Segmenter) -> None:
        self.version = hashlib.sha256("".join(each.version for each in sets).encode()).hexdigest()[:12]
        self._segmenter = segmenter
        self._entities: dict[str, tuple[Entity, bool]] = {}
        for entity in (entity for each in sets for entity in each.entities):
            for name in entity.names:
                for spelling in spell_name(name.removesuffix(UNSURE)):
                    self._entities.setdefault(spelling, (entity, name.endswith(UNSURE)))
        self._find = compile_phrases(self._entities).finditer
        self._near = {
            near: compile_phrases(near).finditer
            for near in {entity.near for each in sets for entity in each.entities}
        }

    def find_entity(self, surface: str) -> Entity | None:
        """The entity with that name, whatever case it is in."""
        found = self._entities.get(fold_case(surface))
        return found[0] if found else None

    def find_mentions(self, text: str) -> list[Mention]:
        """Mentions in a normalised text in lower case, in order, none overlapping."""
        mentions: list[Mention] = []
        edges: dict[int, tuple[str, str]] | None = None
        for match in self._find(text):
            start, end = match.span()
            if cuts_latin_word(text, start, end):
                continue
            if end - start <= _SHORT and not text[start:end].isascii():
                edges = find_inner_edges(text, self._segmenter) if edges is None else edges
                if not is_free_standing(start, end, edges):
                    continue
            entity, is_unsure = self._entities[match[0]]
            is_denied = is_unsure and any(phrase in text for phrase in entity.excludes)
            is_sure = not is_unsure or (not is_denied and self._has_context(entity, text, match))
            mentions.append(Mention(start, end, entity, is_sure, is_denied))
        sure = {mention.entity.entity_id for mention in mentions if mention.is_sure}
        return [
            each if each.is_sure or each.entity.entity_id not in sure else each._replace(is_sure=True)
            for each in mentions
        ]

    def _has_context(self, entity: Entity, text: str, match: re.Match[str]) -> bool:
        spans = (found.span() for found in self._near[entity.near](text))
        return any(end <= match.start() or start >= match.end() for start, end in spans)


def load_gazetteer(user_file: Path | None, segmenter: Segmenter) -> Gazetteer:
    """The shipped sets and the user's own, whose names go before."""
    return Gazetteer(read_competitor_sets(user_file), segmenter)


def read_competitor_sets(user_file: Path | None = None) -> list[CompetitorSet]:
    """The user's sets (a file or a folder), then the shipped ones; LexiconError tells what to mend."""
    files = sorted(SHIPPED_ENTITIES.glob("*.yaml"))
    if user_file is not None:
        files = [*(sorted(user_file.glob("*.yaml")) if user_file.is_dir() else [user_file]), *files]
    return [_parse_set(file) for file in files]


def read_brand_table(user_file: Path | None = None) -> pa.Table:
    """One row for each brand and set that declares it: brand_id, category_id (the first-level interest
    of the set, else its name), set_ver."""
    rows = [
        {
            "brand_id": entity.entity_id,
            "category_id": each.category_id,
            "set_ver": each.version,
        }
        for each in read_competitor_sets(user_file)
        for entity in each.entities
        if entity.kind == "brand"
    ]
    return pa.Table.from_pylist(rows, BRAND_SCHEMA)


def spell_name(name: str) -> set[str]:
    """The ways a name is written: normalised, lower case, with either apostrophe."""
    folded = fold_case(normalise_text(name).text)
    return {folded, folded.replace("'", "’")}


def _parse_set(path: Path) -> CompetitorSet:
    content, version = read_yaml(path)
    if not isinstance(content, dict) or not {"set", "zh", "en", "type", "entities"} <= set(content):
        raise LexiconError(f"{path}: expected the fields {', '.join(sorted(_FILE_KEYS))}.")
    if unknown := sorted(set(content) - _FILE_KEYS):
        raise LexiconError(f"{path}: unknown fields {', '.join(unknown)}.")
    if content["type"] not in KINDS:
        raise LexiconError(f"{path}: the type is brand or ip, not {content['type']!r}.")
    shared = frozenset(
        spelling for word in content.get("context") or [] for spelling in spell_name(str(word))
    )
    return CompetitorSet(
        code=str(content["set"]),
        zh=str(content["zh"]),
        en=str(content["en"]),
        category_id=str((content.get("interests") or [content["set"]])[0]).partition(".")[0],
        entities=tuple(_parse_entities(content["entities"], str(content["type"]), shared, path)),
        version=version,
    )


def _parse_entities(entries: object, kind: str, shared: frozenset[str], path: Path) -> Iterator[Entity]:
    if not isinstance(entries, Mapping) or not entries:
        raise LexiconError(f"{path}: `entities` must name at least one entity.")
    for key, entry in entries.items():
        fields = entry if isinstance(entry, Mapping) else {"names": entry}
        if unknown := sorted(set(map(str, fields)) - _ENTITY_KEYS):
            raise LexiconError(f"{path}: {key} has unknown fields {', '.join(unknown)}.")
        names = fields.get("names") or []
        if not isinstance(names, list):
            raise LexiconError(f"{path}: {key} needs a list of other names, which may be empty.")
        written = [str(name) for name in names]
        if f"{key}{UNSURE}" not in written:
            written.insert(0, str(key))
        if wrong := [name for name in written if not 1 <= len(name.strip(UNSURE)) <= _LONGEST_NAME]:
            raise LexiconError(f"{path}: {key} has the name {wrong[0]!r}; one to {_LONGEST_NAME} characters.")
        near = frozenset(spelling for word in fields.get("near") or [] for spelling in spell_name(str(word)))
        yield Entity(
            str(key),
            kind,
            tuple(written),
            near | shared,
            tuple(fold_case(str(phrase)) for phrase in fields.get("not") or []),
        )
