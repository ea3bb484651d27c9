"""Texts and their words in -> hashed feature columns of every character out, as one array."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xFF51AFD7ED558CCD)
_SHIFT = np.uint64(32)
_EDGE = 3
"""Empty places before, between and after texts, so that no window reaches from one into the next."""
_PLANE = 0x10000
_LONGEST_WORD = 7
_CHARACTERS_AT_ONCE = 8_000

_WINDOWS: tuple[tuple[int, ...], ...] = (
    (-2,), (-1,), (0,), (1,), (2,),
    (-2, -1), (-1, 0), (0, 1), (1, 2), (-1, 1), (0, 2), (-2, 0),
    (-2, -1, 0), (-1, 0, 1), (0, 1, 2), (-1, 0, 1, 2), (0, 1, 2, 3), (-3, -2, -1, 0),
)  # fmt: skip
"""Offsets of the characters of each character feature."""
_CLASS_WINDOWS = ((-1, 0, 1), (-2, -1, 0, 1, 2), (0, 1, 2, 3))
_MARK_WINDOWS = ((0,), (-1, 0, 1))
_WORD_WINDOWS = ((0,), (-1,), (1,), (-1, 0), (0, 1))
_CLUSTER_WINDOWS = ((0,), (-1,), (1,), (-1, 0), (0, 1), (-1, 0, 1))


@dataclass(frozen=True)
class WordClusters:
    """Words that stand in like company, at several levels: their vectors' nearest centres."""

    hashes: NDArray[np.uint64]
    """Hashes of the known words, ascending."""
    levels: NDArray[np.uint16]
    """Cluster of each known word at each level [words, levels], from 1."""

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Clusters of words by their hash [words, levels]; 0 for unknown ones."""
        places = find_places(self.hashes, hashes)
        known = places >= 0
        levels = np.zeros((len(hashes), self.levels.shape[1]), np.uint64)
        levels[known] = self.levels[places[known]]
        return levels


@dataclass(frozen=True)
class FeatureRows:
    """Feature columns of the characters of several texts, one row for each character."""

    columns: NDArray[np.int32]
    """Hashed columns [characters, features]; those of one feature lie together."""
    starts: NDArray[np.int64]
    """First row of each text."""
    lengths: NDArray[np.int64]
    """Characters of each text."""


def hash_features(
    texts: Sequence[str],
    words: Sequence[Sequence[str]],
    matches: Sequence[NDArray[np.uint8]],
    clusters: WordClusters,
    bits: int,
) -> FeatureRows:
    """Columns below 2**bits of every character: itself and its neighbours, their classes, the words around.

    `words` cut each text, `clusters` say which words are used alike, each of `matches` for every character of
    all texts in a row where in which name of a list it stands (0 for none). The hash is arithmetic on code
    points and the same on every machine.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(lengths)
    starts = ends - lengths
    columns = []
    for part in _split_evenly(ends):
        span = slice(int(starts[part.start]), int(ends[part.stop - 1]))
        features = _list_features(texts[part], lengths[part], [each[span] for each in matches])
        features += _hash_neighbours(words[part], clusters)
        shortened = np.empty((len(features), span.stop - span.start), np.int32)
        for number, feature in enumerate(features):
            shortened[number] = _shorten(feature, number + 1, bits)
        columns.append(shortened)
    return FeatureRows(np.concatenate(columns, axis=1).T, starts, lengths)


def _shorten(feature: NDArray[np.uint64], number: int, bits: int) -> NDArray[np.uint64]:
    """Column below 2**bits of each value of the feature of that number."""
    state = feature ^ np.uint64(number)
    # in place: an array made anew for each step takes twice as long
    state *= _MULTIPLIER
    state ^= state >> _SHIFT
    state *= _MIXER
    state >>= np.uint64(64 - bits)
    return state


def _split_evenly(ends: NDArray[np.int64]) -> Iterator[slice]:
    """Stretches of texts of about as many characters as the processor's cache takes the features of."""
    numbers = (ends - 1).clip(0) // _CHARACTERS_AT_ONCE
    cuts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(ends)]
    return (slice(begin, past) for begin, past in pairwise(cuts))


def _list_features(
    texts: Sequence[str], lengths: NDArray[np.int64], matches: Sequence[NDArray[np.uint8]]
) -> list[NDArray[np.uint64]]:
    """Features of each character by its neighbours, their classes and their marks."""
    owners = np.repeat(np.arange(len(texts)), lengths)
    rows = np.arange(len(owners)) + _EDGE * (owners + 1)
    size = len(owners) + _EDGE * (len(texts) + 1)
    points = np.zeros(size, np.uint64)
    points[rows] = _fold_points(texts)
    classes = np.zeros(size, np.uint64)
    classes[rows] = _character_classes()[np.minimum(points[rows], _PLANE - 1).astype(np.int64)]
    features = [*_combine_all(points, rows, _WINDOWS), *_combine_all(classes, rows, _CLASS_WINDOWS)]
    for marks in matches:
        listed = np.zeros(size, np.uint64)
        listed[rows] = marks
        features += _combine_all(listed, rows, _MARK_WINDOWS)
    return features


def _hash_neighbours(words: Sequence[Sequence[str]], clusters: WordClusters) -> list[NDArray[np.uint64]]:
    """Features of the word a character stands in, of its neighbours, and of the place within it."""
    flat = [word for text in words for word in text]
    hashes = hash_words(flat)
    counts = np.fromiter(map(len, words), np.int64, len(words))
    owners = np.repeat(np.arange(len(words)), counts)
    rows = np.arange(len(flat)) + _EDGE * (owners + 1)
    padded = np.zeros(len(flat) + _EDGE * (len(words) + 1), np.uint64)
    padded[rows] = hashes
    sizes = np.fromiter(map(len, flat), np.int64, len(flat))
    place = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    size = np.repeat(sizes, sizes)
    is_last = place == size - 1
    spot = (np.where(place == 0, 1, 2) + 2 * is_last).astype(np.uint64)
    span = np.minimum(size, _LONGEST_WORD).astype(np.uint64)
    features = [_spread(each, sizes, spot) for each in _combine_all(padded, rows, _WORD_WINDOWS)]
    for level in clusters.find(hashes).T:
        padded_level = np.zeros(len(padded), np.uint64)
        padded_level[rows] = level
        features += [
            _spread(each, sizes, spot) for each in _combine_all(padded_level, rows, _CLUSTER_WINDOWS)
        ]
    before, after = padded[rows - 1], padded[rows + 1]
    features.append(spot * np.uint64(16) + span)
    features.append(np.repeat((before * _MULTIPLIER) ^ after, sizes))
    return features


SEED = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)


def step_hashes(states: NDArray[np.uint64], points: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """FNV-1a over code points, one character on for each of the states."""
    return (states ^ points) * _PRIME


def hash_words(words: Sequence[str]) -> NDArray[np.uint64]:
    """Each word as 64 bits, by FNV-1a over its code points."""
    points = read_points("".join(words))
    sizes = np.fromiter(map(len, words), np.int64, len(words))
    starts = np.cumsum(sizes) - sizes
    hashes = np.full(len(words), SEED, np.uint64)
    going = np.flatnonzero(sizes > 0)
    place = 0
    while len(going):
        hashes[going] = step_hashes(hashes[going], points[starts[going] + place])
        place += 1
        going = going[sizes[going] > place]
    return hashes


def find_places(known: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Place of each hash among the known ones, which ascend; -1 for an unknown one."""
    if not len(known):
        return np.full(len(hashes), -1, np.int64)
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.where(known[at] == hashes, at, -1)


def mark_spans(size: int, spans: Sequence[tuple[int, int, int]]) -> NDArray[np.uint8]:
    """Marks of the characters in spans (start, end, base), none overlapping; 0 elsewhere.

    A span's mark is its base where it begins, + 1 inside, + 2 where it ends, + 3 for one character.
    """
    marks = np.zeros(size, np.uint8)
    starts, ends, bases = np.array(spans, np.int64).reshape(-1, 3).T
    lengths = ends - starts
    befores = np.cumsum(lengths) - lengths
    marks[np.repeat(starts - befores, lengths) + np.arange(int(lengths.sum()))] = np.repeat(
        bases + 1, lengths
    )
    marks[starts] = bases
    marks[ends - 1] = bases + np.where(lengths > 1, 2, 3)
    return marks


def read_points(text: str) -> NDArray[np.uint64]:
    """Code point of every character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)


def _combine_all(
    values: NDArray[np.uint64], rows: NDArray[np.int64], windows: Sequence[Sequence[int]]
) -> Iterator[NDArray[np.uint64]]:
    """Hash of what stands in each of the windows around each of the rows.

    Windows of one shape read the same, one a place after the other: each shape is hashed once for all places.
    """
    states: dict[tuple[int, ...], NDArray[np.uint64]] = {(): np.zeros(len(values), np.uint64)}
    for first, *others in windows:
        shape: tuple[int, ...] = ()
        for distance in (0, *(other - first for other in others)):
            before, shape = states[shape], (*shape, distance)
            if shape not in states:
                states[shape] = _step(before[: len(values) - distance], values[distance:])
        yield states[shape][rows + first]


def _step(states: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    following = states ^ values
    following *= _MULTIPLIER
    following ^= following >> _SHIFT
    return following


def _spread(
    hashes: NDArray[np.uint64], sizes: NDArray[np.int64], spot: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """What is said of each word, of each of its characters, which knows its spot in the word."""
    spread = np.repeat(hashes * np.uint64(8), sizes)
    spread += spot
    return spread


def _fold_points(texts: Sequence[str]) -> NDArray[np.uint64]:
    points = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    folded = np.where(points < _PLANE, _folded_characters()[np.minimum(points, _PLANE - 1)], points)
    return folded.astype(np.uint64)


@cache
def _folded_characters() -> NDArray[np.int64]:
    """Lower case and half width of every character of the first plane that has one of one character."""
    table = np.arange(_PLANE, dtype=np.int64)
    for code in range(_PLANE):
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(folded) == 1:
            table[code] = ord(folded)
    return table


@cache
def _character_classes() -> NDArray[np.uint64]:
    """1 for Han, 2 for digits, 3 for Latin, 4 for space, 5 for marks, 6 for the rest."""
    table = np.full(_PLANE, 6, np.uint64)
    for code in range(_PLANE):
        character = chr(code)
        if 0x3400 <= code <= 0x9FFF:
            table[code] = 1
        elif character.isdigit():
            table[code] = 2
        elif character.isascii() and character.isalpha():
            table[code] = 3
        elif character.isspace():
            table[code] = 4
        elif unicodedata.category(character)[0] in "PS":
            table[code] = 5
    table[0] = 0
    return table
