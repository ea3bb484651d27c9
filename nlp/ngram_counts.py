"""Texts in -> count, cohesion and freedom of every frequent run of up to six characters out, as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.text import fold_case, normalise_text

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LONGEST = 6
_ATOM = re.compile(r"[a-z0-9]+(?:[.&'-][a-z0-9]+)*|[\u3400-\u9fff]|\S")
_WORDLIKE = re.compile(r"[a-z0-9.&'-]*[a-z][a-z0-9.&'-]*|[\u3400-\u9fff]")
_GAP = -1


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """Texts as one row of numbers: one for a Han character or a Latin word, -1 for all else and between."""

    atoms: Integers
    texts: Integers
    """Which text each place is of."""
    total: int
    """Number of texts."""


@dataclass(frozen=True, slots=True)
class NgramLevel:
    """The frequent n-grams of one length; all arrays have one place for each of them."""

    length: int
    ordered: Integers
    """All places in the encoded texts, those of one n-gram side by side."""
    starts: Integers
    """Where the places of each n-gram begin in `ordered`."""
    documents: Integers
    """Texts that hold it."""
    cohesion: Floats
    """Least pointwise mutual information over its splits, in nats; infinite for one atom."""
    binding: Floats
    """Least share, over its splits, of the rarer part's texts in which it stands whole; 1 for one atom."""
    freedom: Floats
    """The smaller of the entropies of its left and right neighbours, in nats."""
    background: Integers
    """Texts of the background that hold it."""

    def find_places(self, at: int, most: int) -> list[int]:
        """The first places in the encoded texts of one n-gram."""
        begin = int(self.starts[at])
        end = int(self.starts[at + 1]) if at + 1 < len(self.starts) else len(self.ordered)
        return [int(place) for place in self.ordered[begin : min(end, begin + most)]]


class Vocabulary:
    """Numbers for atoms, given in order of appearance."""

    def __init__(self) -> None:
        self.atoms: list[str] = []
        self._numbers: dict[str, int] = {}

    def encode(self, texts: Iterable[str], longest: int = 400) -> EncodedTexts:
        """Encode the first `longest` characters of each text."""
        numbers: list[int] = [_GAP]
        owners: list[int] = [0]
        total = 0
        known = self._numbers
        for text in texts:
            for atom in _ATOM.findall(fold_case(normalise_text(text).text[:longest])):
                number = known.get(atom)
                numbers.append(self._add(atom) if number is None else number)
            numbers.append(_GAP)
            owners += [total] * (len(numbers) - len(owners))
            total += 1
        return EncodedTexts(np.asarray(numbers, np.int64), np.asarray(owners, np.int64), total)

    def decode(self, atoms: Iterable[int]) -> str:
        """The word that atoms spell; Latin words stand apart from each other."""
        word = ""
        for number in atoms:
            atom = self.atoms[number]
            word += f" {atom}" if word[-1:].isascii() and word and atom[0].isascii() else atom
        return word

    def _add(self, atom: str) -> int:
        number = _GAP
        if _WORDLIKE.fullmatch(atom):
            number = len(self.atoms)
            self.atoms.append(atom)
        self._numbers[atom] = number
        return number


def count_ngrams(window: EncodedTexts, background: EncodedTexts, fewest: int) -> list[NgramLevel]:
    """Levels for lengths 1 to 6 of the n-grams that at least `fewest` texts of the window hold."""
    size = int(max(window.atoms.max(initial=0), background.atoms.max(initial=0))) + 1
    codes, other = window.atoms.copy(), background.atoms.copy()
    levels: list[NgramLevel] = []
    history: list[tuple[Integers, Integers]] = []
    for length in range(1, LONGEST + 1):
        if length > 1:
            codes = _extend(codes, window.atoms, length, size)
            other = _extend(other, background.atoms, length, size)
        codes, counts, kept = _keep_frequent(codes, window, fewest)
        if not len(counts):
            break
        other = _renumber(other, kept)
        spots = np.flatnonzero(codes >= 0)
        ordered = spots[np.argsort(codes[spots], kind="stable")]
        starts = np.searchsorted(codes[ordered], np.arange(len(counts)))
        history.append((codes, counts))
        cohesion, binding = _measure_splits(ordered[starts], length, history, window)
        levels.append(
            NgramLevel(
                length,
                ordered,
                starts,
                counts,
                cohesion,
                binding,
                _measure_freedom(codes, spots, length, counts, window.atoms, size),
                np.bincount(_list_by_text(other, background), minlength=len(counts)).astype(np.int64),
            )
        )
    return levels


def _extend(codes: Integers, atoms: Integers, length: int, size: int) -> Integers:
    """Codes of n-grams from those of (n-1)-grams: -1 where either part is missing."""
    extended = np.full(len(codes), _GAP, np.int64)
    head, tail = codes[: len(codes) - length + 1], atoms[length - 1 :]
    both = (head >= 0) & (tail >= 0)
    extended[: len(head)][both] = head[both] * size + tail[both]
    return extended


def _keep_frequent(codes: Integers, window: EncodedTexts, fewest: int) -> tuple[Integers, Integers, Integers]:
    """Dense codes of the n-grams in enough texts, their document counts, and the old codes in order."""
    values, counts = np.unique(_list_by_text(codes, window), return_counts=True)
    enough = counts >= fewest
    return _renumber(codes, values[enough]), counts[enough].astype(np.int64), values[enough]


def _list_by_text(codes: Integers, texts: EncodedTexts) -> Integers:
    """Codes, each once for every text that holds it, in order."""
    spots = np.flatnonzero(codes >= 0)
    number = max(texts.total, 1)
    return np.unique(codes[spots] * number + texts.texts[spots]) // number


def _renumber(codes: Integers, kept: Integers) -> Integers:
    renumbered = np.full(len(codes), _GAP, np.int64)
    if len(kept):
        at = np.minimum(np.searchsorted(kept, codes), len(kept) - 1)
        found = kept[at] == codes
        renumbered[found] = at[found]
    return renumbered


def _measure_splits(
    places: Integers, length: int, history: list[tuple[Integers, Integers]], window: EncodedTexts
) -> tuple[Floats, Floats]:
    """Least mutual information and least share of the rarer part over all splits."""
    codes, counts = history[length - 1]
    whole = counts[codes[places]].astype(np.float64)
    total = float(np.count_nonzero(window.atoms >= 0))
    cohesion, binding = np.full(len(places), np.inf), np.ones(len(places))
    for cut in range(1, length):
        left_codes, left_counts = history[cut - 1]
        right_codes, right_counts = history[length - cut - 1]
        left = left_counts[left_codes[places]].astype(np.float64)
        right = right_counts[right_codes[places + cut]].astype(np.float64)
        cohesion = np.minimum(cohesion, np.log(whole * total / (left * right)))
        binding = np.minimum(binding, whole / np.minimum(left, right))
    return cohesion, binding


def _measure_freedom(
    codes: Integers, spots: Integers, length: int, counts: Integers, atoms: Integers, size: int
) -> Floats:
    owners = codes[spots]
    occurrences = np.bincount(owners, minlength=len(counts)).astype(np.float64)
    entropies = []
    for neighbours in (atoms[spots - 1], atoms[np.minimum(spots + length, len(atoms) - 1)]):
        inside = neighbours >= 0
        pairs, times = np.unique(owners[inside] * size + neighbours[inside], return_counts=True)
        sums = np.bincount(pairs // size, weights=times * np.log(times), minlength=len(counts))
        # Each text's edge counts as a neighbour of its own: a word that ends texts is free there.
        entropies.append(np.log(occurrences) - sums / occurrences)
    return np.minimum(*entropies)
