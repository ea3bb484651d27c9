"""Folders of classifiers that a user trained in, taggers out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from nlp.encoder import Encoder
from nlp.errors import ModelError
from nlp.model_files import MANIFEST
from nlp.own_classifier import OwnClassifier
from nlp.segment import Segmenter
from nlp.tagger import TAGGER_NAMES, Label
from warehouse.records import RESERVED_TAGGERS

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class OwnTagger:
    """Labels every text with the class of a user's own classifier."""

    subjects = frozenset({"post", "listing", "board_entry"})

    def __init__(self, classifier: OwnClassifier) -> None:
        self._classifier = classifier
        self.name = classifier.name
        self.version = classifier.version

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """The chosen class of each text with its calibrated probability; none for an empty text."""
        worded = [place for place, text in enumerate(texts) if text.strip()]
        labels: list[list[Label]] = [[] for _ in texts]
        numbers, probabilities = self._classifier.predict([texts[place] for place in worded])
        for place, number, row in zip(worded, numbers, probabilities, strict=True):
            labels[place] = [Label(self._classifier.class_names[number], float(row[number]))]
        return labels


def load_own_taggers(folders: Sequence[Path], *, threads: int = 1) -> list[OwnTagger]:
    """A tagger a folder, all on one encoder; ModelError when a folder was altered or its name is taken."""
    if not folders:
        return []
    encoder, segmenter = Encoder.load(threads=threads), Segmenter()
    taggers = [OwnTagger(OwnClassifier.load(folder, encoder, segmenter)) for folder in folders]
    folder_of: dict[str, Path] = {}
    for folder, tagger in zip(folders, taggers, strict=True):
        try:
            check_tagger_name(tagger.name)
        except ValueError as problem:
            raise ModelError(
                f"{folder}: {problem}; run `headwater train remove {folder.name}` and train it again"
            ) from problem
        if (first := folder_of.setdefault(tagger.name, folder)) != folder:
            raise ModelError(
                f"{first} and {folder} are both the tagger {tagger.name}; run "
                f"`headwater train remove {folder.name}`, or train it again under another name"
            )
    return taggers


def check_tagger_name(name: str) -> str:
    """The name; ValueError when it cannot be one, or is one of ours."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no tagger's name: take small letters, digits and underscores, at most 40"
        )
    if name in (*TAGGER_NAMES, *RESERVED_TAGGERS):
        raise ValueError(f"{name} is a tagger that Headwater has already; take another name")
    return name


def find_own_folders(models: Path) -> tuple[Path, ...]:
    """Folders of trained classifiers below `models`, by name; none when there is no such folder."""
    return tuple(path.parent for path in sorted(models.glob(f"[a-z]*/{MANIFEST}")))


def remove_own_tagger(models: Path, name: str) -> None:
    """Remove a trained classifier's folder; LookupError names those there are when it is none of them."""
    known = {folder.name: folder for folder in find_own_folders(models)}
    if name not in known:
        listed = ", ".join(known) or "none yet"
        raise LookupError(f"there is no trained tagger {name!r}; there are: {listed}")
    shutil.rmtree(known[name])
