"""Texts in -> whether each is hard news (crime, politics, disaster, ...) that speaks for no wish to buy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nlp.cue_index import CueIndex
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
class NewsCues:
    """Cues of one kind of news that count alike."""

    points: float
    """What each cue counts."""
    pattern: re.Pattern[str]
    spares: frozenset[str]
    """First-level interests that this kind of news does speak for."""


@dataclass(frozen=True)
class NewsGate:
    """Cues of hard news and the signs of commerce that overrule the weaker ones."""

    cues: tuple[NewsCues, ...]
    index: CueIndex
    """Says which of `cues` may stand in a text."""
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
        if len(text) > self.longest:
            return None
        cues = [self.cues[number] for number in self.index.find_groups(text)]
        points, spared = _count_points(text, cues, {})
        if self._decides(points, text):
            points, spared = _count_points(text, cues, find_inner_edges(text, segmenter))
        return spared if self._decides(points, text) else None

    def _decides(self, points: float, text: str) -> bool:
        return points >= _ENOUGH and (points >= _WHATEVER or not self.exceptions.search(text))


def read_news_gate(path: Path = SHIPPED_NEWS_GATE) -> NewsGate:
    """The gate of a file; LexiconError when a field is missing or a pattern is none."""
    content, version = read_yaml(path)
    if not isinstance(content, dict) or set(content) != _KEYS:
        raise LexiconError(f"{path}: expected exactly the fields {', '.join(sorted(_KEYS))}.")
    topics = [_check_topic(entry, path) for entry in content["topics"]]
    groups = [(topic, key) for topic in topics for key in _POINTS if topic.get(key)]
    return NewsGate(
        cues=tuple(
            NewsCues(_POINTS[key], _compile(topic[key], path), frozenset(map(str, topic.get("spares", ()))))
            for topic, key in groups
        ),
        index=CueIndex.build(topic[key] for topic, key in groups),
        exceptions=_compile(content["exceptions"], path),
        longest=int(content["longest"]),
        version=version,
    )


def _count_points(
    text: str, cues: Iterable[NewsCues], inner: dict[int, tuple[str, str]]
) -> tuple[float, frozenset[str]]:
    points, spared = 0.0, None
    for each in cues:
        found = {match[0] for match in each.pattern.finditer(text) if not _is_cut(match, inner)}
        if found:
            points += each.points * len(found)
            spared = each.spares if spared is None else spared & each.spares
    return points, spared or frozenset()


def _is_cut(match: re.Match[str], inner: dict[int, tuple[str, str]]) -> bool:
    """Whether a dictionary word begins before the match and ends inside it, or the other way round."""
    start, end = match.span()
    return (start in inner and start + len(inner[start][1]) < end) or (
        end in inner and end - len(inner[end][0]) > start
    )


def _check_topic(entry: object, path: Path) -> dict[str, list[str]]:
    if not isinstance(entry, dict) or not set(entry) <= _TOPIC_KEYS:
        raise LexiconError(f"{path}: a topic has at most the fields {', '.join(sorted(_TOPIC_KEYS))}.")
    return entry


def _compile(cues: Iterable[str], path: Path) -> re.Pattern[str]:
    patterns = list(cues)
    for cue in patterns:
        try:
            re.compile(cue)
        except (re.error, TypeError) as error:
            raise LexiconError(f"{path}: the cue {cue!r} is no pattern: {error}.") from error
    return re.compile("|".join(patterns) if patterns else r"(?!)")
