"""Files of categorised texts in -> distinct texts with the interests right for each, in three parts, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.encoder_text import duplicate_key
from nlp.errors import TrainingError
from nlp.evaluation.interests import Wanted, read_categorised
from nlp.evaluation.names import read_map
from nlp.interest_head import CODES
from nlp.tagger import NONE, Tagger
from nlp.taxonomy import read_taxonomy
from nlp.text import fold_case
from nlp.training.corpora import choose_split

SOURCES = (
    ("kuaishou_captions", "text,cover_text", "level1"),
    ("headlines_18", "text", "label"),
    ("weibo_hot_titles", "text", "category"),
)
"""File, columns of its text, column of its category."""
OPEN_CATEGORIES = Path(__file__).parent / "open_categories.yaml"
_SEED, _VALIDATION, _TEST = 7, 0.15, 0.2


@dataclass(frozen=True)
class Categorised:
    """Distinct texts with what they are wanted to be labelled with and what the lexicon finds."""

    texts: list[str]
    """Normalised, in lower case."""
    source: NDArray[np.int64]
    """Number of the file in SOURCES [texts]."""
    wanted: NDArray[np.bool_]
    """Interests any of which is right; the last column is none [texts, CODES and none]."""
    found: NDArray[np.bool_]
    """What the lexicon finds [texts, CODES]."""
    is_open: NDArray[np.bool_]
    """Whether a text's category holds several things, so that nothing can be missed in it [texts]."""

    def pick(self, chosen: NDArray[np.bool_]) -> Categorised:
        """The chosen rows."""
        texts = [self.texts[place] for place in np.flatnonzero(chosen).tolist()]
        columns = (getattr(self, name) for name in ("source", "wanted", "found", "is_open"))
        return Categorised(texts, *(column[chosen] for column in columns))

    def join(self, other: Categorised) -> Categorised:
        """These rows and the other's."""
        names = ("source", "wanted", "found", "is_open")
        columns = ((getattr(each, name) for each in (self, other)) for name in names)
        return Categorised(self.texts + other.texts, *(np.concatenate(list(column)) for column in columns))


def split_categorised(
    texts: Sequence[str], wanted: Sequence[Wanted]
) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Train, validation and test texts, 65 to 15 to 20, each wording once; by a keyed hash of the wording."""
    parts: dict[str, list[tuple[str, frozenset[str]]]] = {"train": [], "validation": [], "test": []}
    seen = set()
    for text, (codes, _) in zip(texts, wanted, strict=True):
        key = duplicate_key(fold_case(text))
        if key not in seen:
            seen.add(key)
            parts[choose_split(key, _SEED, _VALIDATION, _TEST)].append((text, codes))
    return parts


def read_parts(folder: Path, lexicon: Tagger) -> dict[str, Categorised]:
    """The three files of a folder; a wording that two files share counts in the first.

    A text of an open category in which the lexicon finds an interest beyond it is left out: it may be right.
    """
    texts: list[str] = []
    wanted: list[Wanted] = []
    source: dict[str, int] = {}
    for number, each in enumerate(SOURCES):
        for text, codes in _read_source(folder, *each):
            source.setdefault(text, number)
            texts.append(text)
            wanted.append(codes)
    parts = {}
    for part, rows in split_categorised(texts, wanted).items():
        if not rows:
            raise TrainingError(f"{folder} has too few texts for a {part} part")
        named = [{label.label for label in labels} for labels in lexicon.tag([text for text, _ in rows])]
        table = Categorised(
            [fold_case(text) for text, _ in rows],
            np.array([source[text] for text, _ in rows]),
            np.array([[*(code in codes for code in CODES), not codes or NONE in codes] for _, codes in rows]),
            np.array([[code in labels for code in CODES] for labels in named]),
            np.array([NONE in codes for _, codes in rows]),
        )
        goes_beyond = (table.found & ~table.wanted[:, :-1]).any(axis=1)
        parts[part] = table.pick(~(table.is_open & goes_beyond))
    return parts


def _read_source(folder: Path, name: str, columns: str, label: str) -> Iterator[tuple[str, Wanted]]:
    """Texts of a file with the interests right for them; with NONE too where the category is open."""
    open_names = read_map(OPEN_CATEGORIES)
    rows = read_categorised(folder / f"{name}.parquet", columns, label, read_taxonomy(), open_names)
    for text, (codes, seconds), category in zip(rows.texts, rows.wanted, rows.categories, strict=True):
        yield text, (codes | {NONE} if category in open_names else codes, seconds)
