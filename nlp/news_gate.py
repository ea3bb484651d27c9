"""Texts in -> whether each is hard news (crime, politics, disaster, ...) that speaks for no wish to buy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nlp.edges import find_inner_edges
from nlp.lexicon import SHIPPED, LexiconError, read_yaml
from nlp.segment import Segmenter

SHIPPED_NEWS_GATE = SHIPPED / "news_gate.yaml"
_KEYS = {"topics", "exceptions", "longest"}
_TOPIC_KEYS = {"topic", "strong", "weak", "slight", "spares"}
_POINTS = {"strong": 2.0, "weak": 1.0, "slight": 0.5}
_ENOUGH = 1.0
_WHATEVER = 3.0


@dataclass(frozen=True, slots=True)
class NewsTopic:
    """Cues of one kind of news."""

    cues: tuple[tuple[float, re.Pattern[str]], ...]
    """Points of a cue and the pattern of all cues that count so much."""
    spares: frozenset[str]
    """First-level interests that this kind of news does speak for."""


@dataclass(frozen=True)
class NewsGate:
    """Cues of hard news and the signs of commerce that overrule the weaker ones."""

    topics: tuple[NewsTopic, ...]
    any_cue: re.Pattern[str]
    exceptions: re.Pattern[str]
    """Signs of commerce."""
    longest: int
    """Longest text that can be a headline; a longer one is a caption and speaks for itself."""
    version: str
    """Twelve hex digits that change with the file."""

    def is_news(self, text: str, segmenter: Segmenter) -> bool:
        """Whether a normalised, lower-case text is a headline of hard news."""
        return self.find_spared(text, segmenter) is not None

    def find_spared(self, text: str, segmenter: Segmenter) -> frozenset[str] | None:
        """None when the text is no news, else the interests that may be labelled all the same.

        A cue that shares only some of its characters with a dictionary word is none: 台海 in 烟台海鲜.
        """
        if len(text) > self.longest or not self.any_cue.search(text):
            return None
        points, spared = self._count_points(text, {})
        if self._decides(points, text):
            points, spared = self._count_points(text, find_inner_edges(text, segmenter))
        return spared if self._decides(points, text) else None

    def _decides(self, points: float, text: str) -> bool:
        return points >= _ENOUGH and (points >= _WHATEVER or not self.exceptions.search(text))

    def _count_points(self, text: str, inner: dict[int, tuple[str, str]]) -> tuple[float, frozenset[str]]:
        points, spared = 0.0, None
        for topic in self.topics:
            scored = sum(
                each * len({match[0] for match in pattern.finditer(text) if not _is_cut(match, inner)})
                for each, pattern in topic.cues
            )
            if scored:
                points += scored
                spared = topic.spares if spared is None else spared & topic.spares
        return points, spared or frozenset()


def read_news_gate(path: Path = SHIPPED_NEWS_GATE) -> NewsGate:
    """The gate of a file; LexiconError when a field is missing or a pattern is none."""
    content, version = read_yaml(path)
    if not isinstance(content, dict) or set(content) != _KEYS:
        raise LexiconError(f"{path}: expected exactly the fields {', '.join(sorted(_KEYS))}.")
    topics = tuple(_parse_topic(entry, path) for entry in content["topics"])
    patterns = [pattern.pattern for topic in topics for _, pattern in topic.cues]
    return NewsGate(
        topics=topics,
        any_cue=_compile(patterns, path),
        exceptions=_compile(content["exceptions"], path),
        longest=int(content["longest"]),
        version=version,
    )


def _is_cut(match: re.Match[str], inner: dict[int, tuple[str, str]]) -> bool:
    """Whether a dictionary word begins before the match and ends inside it, or the other way round."""
    start, end = match.span()
    return (start in inner and start + len(inner[start][1]) < end) or (
        end in inner and end - len(inner[end][0]) > start
    )


def _parse_topic(entry: object, path: Path) -> NewsTopic:
    if not isinstance(entry, dict) or not set(entry) <= _TOPIC_KEYS:
        raise LexiconError(f"{path}: a topic has at most the fields {', '.join(sorted(_TOPIC_KEYS))}.")
    cues = [(points, _compile(entry[key], path)) for key, points in _POINTS.items() if entry.get(key)]
    return NewsTopic(tuple(cues), frozenset(map(str, entry.get("spares", ()))))


def _compile(cues: Iterable[str], path: Path) -> re.Pattern[str]:
    patterns = list(cues)
    for cue in patterns:
        try:
            re.compile(cue)
        except (re.error, TypeError) as error:
            raise LexiconError(f"{path}: the cue {cue!r} is no pattern: {error}.") from error
    return re.compile("|".join(patterns) if patterns else r"(?!)")
