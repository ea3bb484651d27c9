"""Texts of a window and of the time before in -> words that no dictionary has out, most surprising first."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.keywords import NOUNS, read_stop_words
from nlp.ngram_counts import NgramLevel, Vocabulary, count_ngrams
from nlp.segment import Segmenter
from nlp.text import fold_case, normalise_text

FEWEST_TEXTS = 10
_LEAST_FREEDOM = 1.5
_FULL_FREEDOM_TEXTS = 50
_LEAST_COHESION = 2.5
_LEAST_BINDING = 0.02
_AFFIXED_BINDING = 0.1
_COMPOUND_BINDING = 0.4
_PLACED_BINDING = 0.8
_FIRM_BINDING = 0.9
_FIRM_COHESION = 5.0
_PREFIXED_BINDING = 0.6
_PREFIXED_COHESION = 5.0
_LOOSE_TAILS = frozenset("俄乌美日韩法英德首男女称选夺破遭获赴队撞签致已")
_NAMES = frozenset({"nr", "nrt", "nrfg"})
_THINGS = frozenset({"n", "nz", "ng", "nt", "j", "eng"})
_SAMPLED_TEXTS = 7
_EXAMPLE_CHARACTERS = 60
_CONTAINED_SHARE = 0.85
_EDGES = frozenset(
    "的了着过吗呢吧啊呀哦嘛么是在有和与及或把被给让向从对为跟同就都也还又再才只不没别很太最更真好这那哪某每各谁啥我你他她它们"
    "一二两三四五六七八九十几个只张条种次天年月日时分点后前上下里中内外间说称将会能要想去来到看做用等已正则而且但却如若因所以之其于至自由此"
)
_LATIN_PARTS = frozenset(
    {"https", "http", "www", "com", "the", "and", "for", "you", "is", "of", "to", "in", "on", "it"}
)


@dataclass(frozen=True, slots=True)
class NewWord:
    """One word that no dictionary has, with the evidence."""

    word: str
    documents: int
    """Texts of the window that hold it."""
    background: int
    """Texts of the background that hold it."""
    surprise: float
    """Signed log-likelihood ratio against the background's rate, twice the nats; the rank goes by it."""
    cohesion: float
    """Least pointwise mutual information over its splits (凝固度), in nats."""
    binding: float
    """Least share, over its splits, of the rarer part's texts in which it stands whole, 0..1."""
    freedom: float
    """Smaller entropy of its neighbours (自由度), in nats."""
    example: str
    """A text that holds it."""


def discover_words(
    texts: Sequence[str],
    background: Sequence[str],
    segmenter: Segmenter,
    *,
    known: Collection[str] = (),
    fewest: int = FEWEST_TEXTS,
    most: int = 500,
) -> list[NewWord]:
    """New words of the distinct texts of a window, ranked by surprise against the background.

    `known` are words that a person has accepted or rejected already. Method: cohesion and branching entropy
    of n-grams (Matrix67, 2012) with the freedom asked for scaled by ln n / ln 50 for rare words; words of the
    dictionary, loose compounds of its words, and parts of longer words are left out. Deterministic.
    """
    window = list(dict.fromkeys(texts))
    vocabulary = Vocabulary()
    encoded = vocabulary.encode(window)
    before = vocabulary.encode(dict.fromkeys(background))
    judge = _Judge(segmenter, known)
    share = max(encoded.total, 1) / max(before.total, 1)
    found: list[NewWord] = []
    for level in count_ngrams(encoded, before, fewest):
        for at in _find_wordlike(level):
            places = level.find_places(at, _SAMPLED_TEXTS)
            word = vocabulary.decode(encoded.atoms[places[0] : places[0] + level.length].tolist())
            if not judge.is_new(word) or not judge.is_whole(
                word, float(level.cohesion[at]), float(level.binding[at])
            ):
                continue
            examples = [window[int(encoded.texts[place])] for place in places]
            if judge.is_fragment(word, examples):
                continue
            count, times = int(level.documents[at]), int(level.background[at])
            found.append(
                NewWord(
                    word=word,
                    documents=count,
                    background=times,
                    surprise=round(measure_surprise(count, times, share), 2),
                    cohesion=round(min(float(level.cohesion[at]), 99.0), 3),
                    binding=round(float(level.binding[at]), 3),
                    freedom=round(float(level.freedom[at]), 3),
                    example=examples[0][:_EXAMPLE_CHARACTERS],
                )
            )
    rising = [word for word in _drop_joined(_drop_parts(found), segmenter) if word.surprise > 0]
    return sorted(rising, key=lambda word: (-word.surprise, word.word))[:most]


def measure_surprise(count: int, times: int, share: float) -> float:
    """Twice the Poisson log-likelihood ratio of a count against `times` in a background 1/share as large."""
    expected = (times + 0.5) * share
    ratio = 2.0 * (count * math.log(count / expected) - (count - expected))
    return ratio if count > expected else -ratio


def _find_wordlike(level: NgramLevel) -> Iterator[int]:
    for at, (count, freedom, cohesion) in enumerate(
        zip(level.documents.tolist(), level.freedom.tolist(), level.cohesion.tolist(), strict=True)
    ):
        asked = _LEAST_FREEDOM * min(1.0, math.log(count) / math.log(_FULL_FREEDOM_TEXTS))
        if freedom >= asked and cohesion >= _LEAST_COHESION:
            yield at


def _drop_parts(words: Sequence[NewWord]) -> list[NewWord]:
    """Words without those that nearly always stand inside a longer one."""
    within: dict[str, int] = {}
    for word in words:
        for start in range(len(word.word)):
            for end in range(start + 2, len(word.word) + 1):
                part = word.word[start:end]
                if part != word.word:
                    within[part] = max(within.get(part, 0), word.documents)
    return [word for word in words if within.get(word.word, 0) < _CONTAINED_SHARE * word.documents]


def _drop_joined(words: Sequence[NewWord], segmenter: Segmenter) -> list[NewWord]:
    """Words without those that are another new word with something loose beside it: two names, 玩黑神话."""
    documents = {word.word: word.documents for word in words}
    return [word for word in words if not _is_joined(word, documents, segmenter)]


def _is_joined(word: NewWord, documents: Mapping[str, int], segmenter: Segmenter) -> bool:
    for cut in range(1, len(word.word)):
        left, right = word.word[:cut].strip(), word.word[cut:].strip()
        for part, rest in ((left, right), (right, left)):
            if documents.get(part, 0) <= word.documents:
                continue
            is_stray = len(rest) == 1 or rest in documents
            if is_stray or (segmenter.has_word(rest) and not _is_bound_noun(word, rest, segmenter)):
                return True
    return False


def _is_bound_noun(word: NewWord, rest: str, segmenter: Segmenter) -> bool:
    return word.binding >= _COMPOUND_BINDING and segmenter.find_part_of_speech(rest) in _THINGS


class _Judge:
    """Says whether a run of characters is a word that nobody knows yet."""

    def __init__(self, segmenter: Segmenter, known: Collection[str]) -> None:
        self._segmenter = segmenter
        self._known = frozenset(known)
        self._stop_words, _ = read_stop_words()

    def is_new(self, word: str) -> bool:
        if len(word) < 2 or " " in word or self._is_known(word):
            return False
        return word not in _LATIN_PARTS

    def _is_known(self, word: str) -> bool:
        return word in self._known or word in self._stop_words or self._segmenter.has_word(word)

    def is_whole(self, word: str, cohesion: float, binding: float) -> bool:
        """Whether a run is more than dictionary words side by side or one with a stray character."""
        if binding >= _FIRM_BINDING and cohesion >= _FIRM_COHESION and word[-1] not in _LOOSE_TAILS:
            return True
        if word[0] in _EDGES or word[-1] in _EDGES:
            return False
        parts = self._segmenter.cut_by_dictionary(word)
        if any(part in self._stop_words for part in parts):
            return False
        long = [part for part in parts if len(part) > 1]
        if not long:
            return binding >= _LEAST_BINDING
        kinds = [self._segmenter.find_part_of_speech(part) for part in parts]
        if len(parts[0]) > 1 and kinds[0] == "ns":
            return binding >= _PLACED_BINDING
        if len(long) == len(parts):
            # A name with what it did or whose it is, and a thing with what became of it, are news.
            is_news = kinds[0] in _NAMES or kinds[-1] not in _THINGS
            return binding >= (_FIRM_BINDING if is_news else _COMPOUND_BINDING) and NOUNS.issuperset(kinds)
        if len(parts[0]) == 1 and len(long) == len(parts) - 1:
            return binding >= _PREFIXED_BINDING and cohesion >= _PREFIXED_COHESION
        return binding >= _AFFIXED_BINDING and (len(parts[0]) == 1 or parts[-1] not in _LOOSE_TAILS)

    def is_fragment(self, word: str, examples: Sequence[str]) -> bool:
        """Whether a dictionary word reaches over an edge of the run in most of the texts."""
        cuts = 0
        for example in examples:
            text = fold_case(normalise_text(example).text)
            start = text.find(word)
            position = 0
            for part in self._segmenter.cut_by_dictionary(text) if start >= 0 else ():
                end = position + len(part)
                if position < start < end or position < start + len(word) < end:
                    cuts += 1
                    break
                position = end
        return 2 * cuts > len(examples)
