"""Feature columns of characters in -> the most probable tags and their probabilities out: a CRF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from nlp.character_features import FeatureRows

_CHARACTERS_AT_ONCE = 8_000
_TINY = 1e-30
Floats = NDArray[np.float32]


def list_tags(types: Sequence[str]) -> list[str]:
    """O, then B, M, E and S of each type: begin, middle, end and single."""
    return ["O", *(f"{place}-{kind}" for kind in types for place in "BMES")]


def allow_transitions(types: Sequence[str]) -> NDArray[np.bool_]:
    """Which tag may follow which [tags, tags]: inside a span only its own middle and end."""
    tags = list_tags(types)
    allowed = np.zeros((len(tags), len(tags)), np.bool_)
    for before, first in enumerate(tags):
        for after, second in enumerate(tags):
            if first[0] in "BM":
                allowed[before, after] = second[0] in "ME" and first[2:] == second[2:]
            else:
                allowed[before, after] = second[0] in "OBS"
    return allowed


@dataclass(frozen=True)
class SequenceModel:
    """Weights of a linear-chain conditional random field (Lafferty et al. 2001) over hashed features."""

    types: tuple[str, ...]
    codes: NDArray[np.int16]
    """Weight of each used column for each tag, in steps of -127 to 127 [used columns and one of zeros, tags].

    Two bytes hold the sum of a character's columns, and are added up twice as fast as numbers of four.
    """
    step: Floats
    """What one step of a code is worth [tags]."""
    places: NDArray[np.int32]
    """Row of `codes` of every column [2**bits]; the row of zeros for an unused one."""
    transitions: Floats
    """Score of each pair of tags in a row [tags, tags]; -inf where forbidden."""

    @property
    def bits(self) -> int:
        """Columns are below 2**bits."""
        return len(self.places).bit_length() - 1

    @classmethod
    def from_weights(cls, types: Sequence[str], weights: Floats, transitions: Floats) -> SequenceModel:
        """The model of the weights of all columns [2**bits, tags]."""
        step = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
        codes = np.rint(weights / step).astype(np.int16)
        used = np.flatnonzero(codes.any(axis=1))
        return cls._place(types, used, codes[used], step.astype(np.float32), len(weights), transitions)

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[np.generic]], types: Sequence[str]) -> SequenceModel:
        """Unpack the tensors of a model file; 8 bits hold a code there."""
        transitions = tensors["transitions"].astype(np.float32)
        columns = tensors["columns"].astype(np.int64)
        codes, step = tensors["codes"].astype(np.int16), tensors["step"].astype(np.float32)
        between = np.where(allow_transitions(types), transitions, -np.inf).astype(np.float32)
        return cls._place(types, columns, codes, step, 1 << int(tensors["bits"][0]), between)

    @classmethod
    def _place(
        cls,
        types: Sequence[str],
        columns: NDArray[np.int64],
        used: NDArray[np.int16],
        step: Floats,
        size: int,
        transitions: Floats,
    ) -> SequenceModel:
        places = np.full(size, len(columns), np.int32)
        places[columns] = np.arange(len(columns))
        zeros = np.zeros((1, used.shape[1]), np.int16)
        return cls(tuple(types), np.concatenate([used, zeros]), step, places, transitions)

    def to_tensors(self) -> dict[str, NDArray[np.generic]]:
        """Pack the used columns' codes into 8 bits."""
        columns = np.flatnonzero(self.places < len(self.codes) - 1)
        return {
            "bits": np.array([self.bits], np.int64),
            "columns": columns.astype(np.int32),
            "codes": self.codes[self.places[columns]].astype(np.int8),
            "step": self.step,
            "transitions": np.where(np.isfinite(self.transitions), self.transitions, 0).astype(np.float32),
        }

    def decode(self, features: FeatureRows) -> tuple[NDArray[np.int64], Floats]:
        """Best tag of every character and its probability, each text for itself; rows as the features'.

        Texts are laid out side by side, so those of one call should be of like length, and none is empty. A
        text without any span gets no probabilities, since none is asked for: they stay 0.
        """
        mask = np.arange(int(features.lengths.max())) < features.lengths[:, None]
        emissions = np.zeros((*mask.shape, self.codes.shape[1]), np.float32)
        emissions[mask] = self._score(features.columns)
        best = find_best_path(emissions, self.transitions, mask)
        confidence = np.zeros(mask.shape, np.float32)
        has_span = best.any(axis=1)
        if has_span.any():
            marginals = compute_marginals(emissions[has_span], self.transitions, mask[has_span])
            chosen = np.take_along_axis(marginals, best[has_span][..., None], axis=2)
            confidence[has_span] = chosen[..., 0]
        return best[mask], confidence[mask]

    def _score(self, columns: NDArray[np.int32]) -> Floats:
        """Sum of the weights of every character's columns [characters, tags]."""
        steps = np.zeros((len(columns), self.codes.shape[1]), np.int16)
        found = np.empty_like(steps)
        for feature in self.places[columns.T]:
            # Into one array, unchecked: a fancy index takes twice as long, and every place is a row by build.
            np.take(self.codes, feature, axis=0, out=found, mode="clip")
            steps += found
        return steps * self.step


def find_best_path(emissions: Floats, transitions: Floats, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Best tags [texts, places] by Viterbi; emissions are [texts, places, tags].

    Which tag came before is asked again on the way back, of one tag a place instead of all.
    """
    texts, places, _ = emissions.shape
    starts_span, ends_span = _edges(transitions)
    steps = np.ascontiguousarray(emissions.transpose(1, 2, 0))
    scores = np.empty_like(steps)
    scores[0] = np.where(starts_span[:, None], steps[0], -np.inf)
    arrivals = _list_arrivals(transitions)
    for place in range(1, places):
        for tags, before in arrivals:
            paths = (scores[place - 1, each] + transitions[each, tags][:, None] for each in before)
            scores[place, tags] = reduce(np.maximum, paths)
        scores[place] += steps[place]
    last = mask.sum(axis=1) - 1
    final = np.where(ends_span, scores[last, :, np.arange(texts)], -np.inf).argmax(axis=1)
    path = np.empty((texts, places), np.int64)
    current = final
    for place in range(places - 1, -1, -1):
        if place < places - 1:
            before = (scores[place] + transitions[:, current]).argmax(axis=0)
            current = np.where(place < last, before, final)
        path[:, place] = current
    return path


def _list_arrivals(transitions: Floats) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Tags that equally many tags may stand before, and those [number before, tags], ascending."""
    allowed = np.isfinite(transitions)
    numbers = allowed.sum(axis=0)
    groups = [np.flatnonzero(numbers == number) for number in sorted(set(numbers.tolist()))]
    return [(tags, np.nonzero(allowed[:, tags].T)[1].reshape(len(tags), -1).T) for tags in groups]


def compute_marginals(emissions: Floats, transitions: Floats, mask: NDArray[np.bool_]) -> Floats:
    """Probability of each tag at each place [texts, places, tags], by scaled forward and backward sums."""
    return run_forward_backward(emissions, transitions, mask)[0]


def run_forward_backward(
    emissions: Floats, transitions: Floats, mask: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Marginals, scaled forward and backward sums [texts, places, tags], and the emissions' factors."""
    starts_span, ends_span = _edges(transitions)
    steps = _order_by_place(emissions)
    factor = np.exp(steps - steps.max(axis=2, keepdims=True))
    step = np.exp(transitions)
    forward, backward = np.zeros_like(factor), np.zeros_like(factor)
    is_there = np.ascontiguousarray(mask.T)[..., None]
    is_last = is_there & ~np.concatenate([is_there[1:], np.zeros_like(is_there[:1])])
    forward[0] = _scale(factor[0] * starts_span)
    for place in range(1, len(factor)):
        state = (forward[place - 1] @ step) * factor[place]
        forward[place] = np.where(is_there[place], _scale(state), forward[place - 1])
    following = np.zeros_like(factor[0])
    for place in range(len(factor) - 1, -1, -1):
        state = np.where(is_last[place], ends_span.astype(np.float32), following)
        backward[place] = _scale(state)
        following = (backward[place] * factor[place]) @ step.T
    marginals = forward * backward
    marginals /= np.maximum(marginals.sum(axis=2, keepdims=True), _TINY)
    return (
        marginals.swapaxes(0, 1),
        forward.swapaxes(0, 1),
        backward.swapaxes(0, 1),
        factor.swapaxes(0, 1),
    )


def _order_by_place(emissions: Floats) -> Floats:
    """[texts, places, tags] as [places, texts, tags]: what is read together lies together."""
    return np.ascontiguousarray(emissions.swapaxes(0, 1))


def _scale(state: Floats) -> Floats:
    scaled: Floats = state / np.maximum(state.sum(axis=1, keepdims=True), _TINY)
    return scaled


def _edges(transitions: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tags a text may begin with (those that may follow O) and end with (those that O may follow)."""
    return np.isfinite(transitions[0]), np.isfinite(transitions[:, 0])


def group_by_length(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Texts of like length together, so that little of a group is padding; empty ones are in none."""
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and lengths[order[end]] * (end - start + 1) <= _CHARACTERS_AT_ONCE:
            end += 1
        yield order[start:end]
        start = end


def lay_out_rows(
    features: FeatureRows, group: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Row of each place of the texts of a group [texts, places], and which places they have."""
    lengths = features.lengths[group]
    places = np.arange(int(lengths.max()))
    mask = places[None] < lengths[:, None]
    rows = np.where(mask, features.starts[group][:, None] + places[None], 0)
    return rows, mask
