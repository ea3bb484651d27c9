"""Texts and the aspect lexicon in -> which aspects each clause speaks of, how it judges them, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nlp.automaton import compile_phrases
from nlp.lexicon import SHIPPED, LexiconError, read_yaml

SHIPPED_ASPECTS = SHIPPED / "aspects.yaml"
ASPECTS = (
    "efficacy", "quality", "material", "look", "fit", "taste", "price", "packaging", "delivery", "service",
    "authenticity", "ease", "durability",
)  # fmt: skip
"""The aspects of METRICS 5.7, in its order."""
POLARITIES = ("negative", "neutral", "positive")

_LISTS = ("good", "bad", "flat", "negations", "affirmed", "contrasts", "ironies", "unreal", "unmeant")
_STOPS = r"[,，.。!！?？;；~～…\n]+|\s{2,}|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])"
_REACH = 4
"""Characters before an opinion within which a negation reaches it."""
_ASKS_NOTHING = re.compile(r"[这那什怎多要]么|[要需追]求|多少(?=有|会|还是)")
"""Words that hold a word of asking and do not ask: 这么好看, 没什么效果, 要求不高, 多少有点贵."""
_WORSE_THAN = re.compile(
    r"(?:没有?[^没有,，。]{1,8}|(?:不如|比不上)[^,，。]{1,8})(?=好|强|香|大|快|舒服|好看|好用|好吃|实惠|稳|精致|划算)"
)


class Opinion(NamedTuple):
    """One clause's judgement of one aspect."""

    aspect: str
    polarity: str
    """negative, neutral or positive."""
    start: int
    """First character of what says it."""
    end: int
    is_said: bool
    """True where a word of the clause judges; False where it only names the aspect."""
    is_plain: bool = False
    """True where one phrase both names and judges the aspect (物流快)."""


@dataclass(frozen=True)
class AspectLexicon:
    """Which phrases name an aspect and which judge one."""

    names: Mapping[str, str]
    """Aspect -> its Chinese name."""
    aspects_by_cue: Mapping[str, tuple[tuple[str, int], ...]]
    """Phrase -> aspects it names, each with the sign it judges it by (0 for none)."""
    signs: Mapping[str, int]
    """Phrase that judges any aspect -> its sign."""
    negations: tuple[str, ...]
    affirmed: re.Pattern[str]
    """Words that hold a negation and are none: 特别, 不仅."""
    clauses: re.Pattern[str]
    """What parts clauses: marks and words of contrast."""
    find: re.Pattern[str]
    ironies: re.Pattern[str]
    unreal: re.Pattern[str]
    version: str

    def find_opinions(self, text: str) -> list[Opinion]:
        """Opinions of a normalised text in lower case, clause by clause, one for an aspect and clause."""
        opinions: list[Opinion] = []
        is_ironic = self.ironies.search(text) is not None
        for start, end in self.split_clauses(text):
            opinions += self._read_clause(text, start, end, is_ironic)
        return opinions

    def split_clauses(self, text: str) -> Iterator[tuple[int, int]]:
        """First and past-the-last character of each clause."""
        begin = 0
        for stop in self.clauses.finditer(text):
            # A question mark belongs to the clause it closes.
            end = stop.end() if stop[0][0] in "?？" else stop.start()
            if end > begin:
                yield begin, end
            begin = stop.end()
        if begin < len(text):
            yield begin, len(text)

    def _read_clause(self, text: str, start: int, end: int, is_ironic: bool) -> list[Opinion]:
        hits = list(self.find.finditer(text, start, end))
        named: dict[str, tuple[int, int, int]] = {}
        general: tuple[int, int, int] | None = None
        for hit in hits:
            for aspect, sign in self.aspects_by_cue.get(hit[0], ()):
                judged = self._judge(text, start, hit, sign)
                if aspect not in named or (sign and not named[aspect][0]):
                    named[aspect] = judged, hit.start(), hit.end()
            if hit[0] in self.signs:
                judged = self._judge(text, start, hit, self.signs[hit[0]])
                if general is None or not general[0]:
                    general = judged, hit.start(), hit.end()
        is_unreal = self._is_unreal(text, start, end)
        opinions = []
        for aspect, (sign, begin, past) in named.items():
            is_said = is_plain = sign != 0
            if not sign and general is not None:
                sign, is_said = general[0], True
                begin, past = min(begin, general[1]), max(past, general[2])
            if is_unreal:
                sign = 0
            elif is_ironic and sign > 0:
                sign = -1
            opinions.append(Opinion(aspect, POLARITIES[sign + 1], begin, past, is_said, is_plain))
        return opinions

    def _is_unreal(self, text: str, start: int, end: int) -> bool:
        """Whether a clause asks or wishes."""
        found = self.unreal.search(text, start, end)
        while found is not None:
            stated = _ASKS_NOTHING.finditer(text, max(start, found.start() - 1), end)
            if not any(each.start() <= found.start() < each.end() for each in stated):
                return True
            found = self.unreal.search(text, found.end(), end)
        return False

    def _judge(self, text: str, start: int, hit: re.Match[str], sign: int) -> int:
        """The sign of an opinion after negation and comparison."""
        if not sign:
            return 0
        clause = self.affirmed.sub(_blank, text[start : hit.end() + 1])
        opened = hit.start() - start
        before = clause[max(0, opened - _REACH) : opened]
        count, place = 0, 0
        while place < len(before):
            found = next((word for word in self.negations if before.startswith(word, place)), None)
            count += found is not None
            place += len(found) if found else 1
        if count == 0 and sign > 0 and _WORSE_THAN.search(clause):
            return -1
        return -sign if count % 2 else sign


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])


def read_aspects(path: Path = SHIPPED_ASPECTS) -> AspectLexicon:
    """The lexicon of a file; LexiconError when an aspect or a list is missing."""
    content, version = read_yaml(path)
    if not isinstance(content, dict) or set(content) != {"aspects", *_LISTS}:
        raise LexiconError(f"{path}: expected exactly the fields aspects, {', '.join(_LISTS)}.")
    aspects = content["aspects"]
    if not isinstance(aspects, dict) or sorted(aspects) != sorted(ASPECTS):
        raise LexiconError(f"{path}: expected exactly the aspects {', '.join(ASPECTS)}.")
    cues: dict[str, dict[str, int]] = {}
    for aspect, entry in aspects.items():
        for key, sign in (("cues", 0), ("good", 1), ("bad", -1)):
            for phrase in _read_phrases(entry, key, path):
                cues.setdefault(phrase, {})[aspect] = sign
    signs = {
        phrase: sign
        for key, sign in (("flat", 0), ("good", 1), ("bad", -1))
        for phrase in _read_phrases(content, key, path)
    }
    negations = sorted(_read_phrases(content, "negations", path), key=len, reverse=True)
    contrasts = sorted(map(re.escape, _read_phrases(content, "contrasts", path)), key=len, reverse=True)
    return AspectLexicon(
        names={aspect: str(entry["zh"]) for aspect, entry in aspects.items()},
        aspects_by_cue={phrase: tuple(found.items()) for phrase, found in cues.items()},
        signs=signs,
        negations=tuple(negations),
        affirmed=compile_phrases(_read_phrases(content, "affirmed", path)),
        clauses=re.compile(f"{_STOPS}|{'|'.join(contrasts)}"),
        find=compile_phrases([*cues, *signs, *_read_phrases(content, "unmeant", path)]),
        ironies=compile_phrases(_read_phrases(content, "ironies", path)),
        unreal=compile_phrases(_read_phrases(content, "unreal", path)),
        version=version,
    )


def _read_phrases(entry: Mapping[str, object], key: str, path: Path) -> Sequence[str]:
    phrases = entry.get(key)
    if not isinstance(phrases, list) or not phrases:
        raise LexiconError(f"{path}: `{key}` must be a list of phrases.")
    return [str(phrase).lower() for phrase in phrases]
