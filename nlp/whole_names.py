"""Competitor sets in -> names that no cut may run through, and a segmenter that heeds them, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlp.gazetteer import UNSURE, CompetitorSet, Entity, read_competitor_sets, spell_name
from nlp.segment import Segmenter, UserWord, read_user_dictionary
from nlp.text import fold_case

_PART_OF_SPEECH = "nz"
_CHINESE = re.compile("[\u4e00-\u9fff]")


def list_whole_names(sets: Iterable[CompetitorSet]) -> list[UserWord]:
    """Names in Chinese of all sets that are no everyday words, each once, in lower case.

    jieba's dictionary knows few brands: 三只松鼠 falls into 三只 and 松鼠, and what is left of it rises as a
    topic of its own. A name that only adds a product to another one is cut: 美的电饭煲.
    """
    entities = [entity for each in sets for entity in each.entities]
    unsure = {
        name.removesuffix(UNSURE) for entity in entities for name in entity.names if name.endswith(UNSURE)
    }
    names = {
        spelling: None
        for entity in entities
        for name in _choose_names(entity)
        for spelling in spell_name(name)
        if name not in unsure and _CHINESE.search(spelling)
    }
    return [UserWord(name, None, _PART_OF_SPEECH) for name in names if len(name) > 1]


def load_topic_segmenter(user_dictionary: Path | None, user_entities: Path | None) -> Segmenter:
    """A segmenter into the words that tell topics: listed names and the user's own words stay whole."""
    names = list_whole_names(read_competitor_sets(user_entities))
    return Segmenter([*names, *read_user_dictionary(user_dictionary)])


def _choose_names(entity: Entity) -> Sequence[str]:
    """The names that hold neither another name of the entity nor, at their end, a word of what it sells."""
    written = [name.removesuffix(UNSURE) for name in entity.names]
    return [
        name
        for name in written
        if not any(other != name and name.startswith(other) for other in written)
        and not fold_case(name).endswith(tuple(entity.near))
    ]
