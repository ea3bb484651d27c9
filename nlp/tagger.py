"""What a tagger is: texts in -> labels out, with a name and a version that say who labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

NONE = "none"
"""Label of the one row that says: this tagger has read the text and found nothing."""
FAILED = "failed"
"""Label of the one row that says: this tagger could not read the text."""
INVALID_SCORE = "invalid_score"
"""Label that replaces one whose score was no number between 0 and 1."""

TAGGER_NAMES = (
    "hashtags", "keywords", "interests", "entities", "sentiment", "aspects", "intent", "promotion",
    "quantity", "price_words",
)  # fmt: skip
"""Taggers in the order they run."""


class Label(NamedTuple):
    """One label of one text."""

    label: str
    """What the text is said to be or have."""
    score: float = 1.0
    """Confidence, or weight for keywords, in 0..1."""
    start: int | None = None
    """First character of the evidence in the normalised text; None when the whole text is."""
    end: int | None = None
    """One past the last character of the evidence."""


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """What taggers are built with; None means the file shipped with the package."""

    names: tuple[str, ...] = TAGGER_NAMES
    """Taggers to build, in any order."""
    taxonomy: Path | None = None
    """The user's own taxonomy YAML."""
    cues: Path | None = None
    """The user's own cue ladder YAML."""
    entities: Path | None = None
    """The user's own competitor sets (YAML, a file or a folder), read before the shipped ones."""
    user_dictionary: Path | None = None
    """User dictionary in jieba's format: `word freq tag` lines."""
    model_folder: Path | None = None
    """Folder of the encoder."""
    threads: int = 1
    """Threads the encoder, the entity labeller and the head of the interests may use."""
    abstain_below: float = 0.0
    """Least probability of a sentiment that is written down, 0..1."""
    own: tuple[Path, ...] = ()
    """Folders of classifiers that the user trained."""


@runtime_checkable
class Tagger(Protocol):
    """Texts in, labels out; the same text gets the same labels whatever the batch.

    A tagger's module `nlp/taggers/<name>.py` offers `build_tagger(settings: TaggerSettings) -> Tagger`.
    """

    @property
    def name(self) -> str:
        """Name, equal to the module's."""

    @property
    def version(self) -> str:
        """Changes whenever the labels of any text may change, so that texts are tagged again."""

    @property
    def subjects(self) -> frozenset[str]:
        """Which of post, listing, board_entry it tags."""

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """Labels of each normalised text, in order; an empty list where there is none."""
