"""Texts in -> whether each is hard news (crime, politics, disaster, ...) that speaks for no wish to buy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nlp.lexicon import SHIPPED, LexiconError, read_yaml

SHIPPED_NEWS_GATE = SHIPPED / "news_gate.yaml"
_KEYS = {"topics", "exceptions", "longest"}


@dataclass(frozen=True)
class NewsGate:
    """Cues of hard news and the signs of commerce that overrule the weaker ones."""

    strong: re.Pattern[str]
    """One of them makes a short text news."""
    weak: re.Pattern[str]
    """Two different ones make it news, or one without a sign of commerce."""
    exceptions: re.Pattern[str]
    """Signs of commerce."""
    longest: int
    """Longest text that can be a headline; a longer one is a caption and speaks for itself."""
    version: str
    """Twelve hex digits that change with the file."""

    def is_news(self, text: str) -> bool:
        """Whether a normalised, lower-case text is a headline of hard news."""
        if len(text) > self.longest:
            return False
        weak = {found[0] for found in self.weak.finditer(text)}
        if self.strong.search(text):
            return bool(weak) or not self.exceptions.search(text)
        return len(weak) > 1 or (len(weak) == 1 and not self.exceptions.search(text))


def read_news_gate(path: Path = SHIPPED_NEWS_GATE) -> NewsGate:
    """The gate of a file; LexiconError when a field is missing or a pattern is none."""
    content, version = read_yaml(path)
    if not isinstance(content, dict) or set(content) != _KEYS:
        raise LexiconError(f"{path}: expected exactly the fields {', '.join(sorted(_KEYS))}.")
    topics = content["topics"]
    return NewsGate(
        strong=_compile([cue for topic in topics for cue in topic.get("strong", ())], path),
        weak=_compile([cue for topic in topics for cue in topic.get("weak", ())], path),
        exceptions=_compile(content["exceptions"], path),
        longest=int(content["longest"]),
        version=version,
    )


def _compile(cues: list[str], path: Path) -> re.Pattern[str]:
    for cue in cues:
        try:
            re.compile(cue)
        except re.error as error:
            raise LexiconError(f"{path}: the cue {cue!r} is no pattern: {error}.") from error
    return re.compile("|".join(cues) if cues else r"(?!)")
