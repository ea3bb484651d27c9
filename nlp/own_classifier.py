"""A classifier fitted on a user's labelled file: texts in, calibrated class probabilities out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from scipy import sparse
from scipy.special import log_softmax

from nlp.calibration import Scores
from nlp.character_features import WordClusters
from nlp.encoder import Encoder
from nlp.encoder_text import prepare_text
from nlp.errors import ModelError
from nlp.model_files import read_model_files, write_manifest, write_tensors
from nlp.ngram_space import NgramSpace
from nlp.segment import Segmenter
from nlp.word_space import WordSpace

KIND = "headwater-classifier"
_SETTINGS, _TENSORS = "classifier.json", "classifier.safetensors"
MARGIN_SCALE = 3.0
"""Margins lie about one apart; at three a softmax of them is about as sure as it is right."""


@dataclass(frozen=True)
class Coded:
    """A matrix [rows, classes] in 8 bits: value = code * step of its class."""

    codes: NDArray[np.int8]
    steps: NDArray[np.float32]

    @classmethod
    def encode(cls, values: NDArray[np.floating]) -> Coded:
        """The nearest codes."""
        steps = np.maximum(np.abs(values).max(axis=0), 1e-9) / 127
        return cls(np.rint(values / steps).astype(np.int8), steps.astype(np.float32))

    def decode(self) -> NDArray[np.float32]:
        """The values."""
        return self.codes.astype(np.float32) * self.steps


@dataclass(frozen=True)
class ViewWeights:
    """What the two members that read one view of the texts, n-grams or words, learnt."""

    margins: Coded
    """Support vector machine [columns, classes]."""
    margins_bias: NDArray[np.float32]
    counts: Coded
    """Naive Bayes [columns, classes]."""


@dataclass(frozen=True)
class Weights:
    """What the members learnt; every score is linear in its features."""

    ngrams: ViewWeights
    words: ViewWeights
    states: NDArray[np.float32]
    """[four widths, classes]; the vectors' centre and spread are folded in."""
    states_bias: NDArray[np.float32]


@dataclass(frozen=True)
class Mixture:
    """How the members' opinions add up."""

    weights: NDArray[np.float64]
    """One a member: support vector machine and naive Bayes over n-grams, the same two over words, regression
    over the encoder's vectors."""
    bias: NDArray[np.float64]
    """One a class; with the weights it calibrates."""
    preference: NDArray[np.float64]
    """Added to the logarithms when one class is chosen, so that rare classes are found too."""


def combine(members: Sequence[Scores], mixture: Mixture) -> Scores:
    """Logarithms of probabilities [texts, classes] from those of each member."""
    total = sum(weight * member for weight, member in zip(mixture.weights.tolist(), members, strict=True))
    logs: Scores = log_softmax(total + mixture.bias, axis=1)
    return logs


class OwnClassifier:
    """A fitted classifier beside the encoder whose vectors it reads."""

    def __init__(
        self,
        *,
        name: str,
        class_names: Sequence[str],
        ngrams: NgramSpace,
        words: WordSpace,
        token_weights: NDArray[np.float32],
        weights: Weights,
        mixture: Mixture,
        encoder: Encoder,
        version: str = "",
    ) -> None:
        self.name = name
        self.class_names = tuple(class_names)
        self.version = version or f"{name}-unsaved"
        self._ngrams, self._words = ngrams, words
        self._token_weights = token_weights
        self._weights = weights
        self._decoded = [
            (view.margins.decode(), view.margins_bias, view.counts.decode())
            for view in (weights.ngrams, weights.words)
        ]
        self._mixture = mixture
        self._encoder = encoder

    def classes(self) -> tuple[str, ...]:
        """Labels of the training file, in the order of the columns of classify."""
        return self.class_names

    def classify(self, texts: Sequence[str]) -> Scores:
        """Calibrated probabilities [texts, classes]; each row depends on its own text alone."""
        return np.exp(self._score(texts))

    def predict(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], Scores]:
        """Class numbers [texts] and the probabilities [texts, classes] they were chosen by."""
        logs = self._score(texts)
        return (logs + self._mixture.preference).argmax(axis=1), np.exp(logs)

    def _score(self, texts: Sequence[str]) -> Scores:
        if not texts:
            return np.zeros((0, len(self.class_names)))
        prepared = [prepare_text(text) for text in texts]
        views = (self._ngrams.vectorise(prepared), self._words.vectorise(prepared))
        states = self._encoder.embed(texts, self._token_weights)
        return combine(self._ask_members(views, states), self._mixture)

    def _ask_members(self, views: Sequence[sparse.csr_array], states: NDArray[np.float32]) -> list[Scores]:
        opinions: list[Scores] = []
        for rows, (margins, bias, counts) in zip(views, self._decoded, strict=True):
            opinions += [to_logs(MARGIN_SCALE * (rows @ margins + bias)), to_logs(rows @ counts)]
        # A dense product may round differently for other batch sizes; einsum adds up each row by itself.
        read = np.einsum("td,dc->tc", states, self._weights.states) + self._weights.states_bias
        return [*opinions, to_logs(read)]

    def save(self, folder: Path) -> None:
        """Write the folder anew with its manifest: JSON and safetensors, nothing pickled."""
        building = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        settings = {
            "kind": KIND,
            "name": self.name,
            "classes": self.class_names,
            "encoder": self._encoder.version,
            "orders": self._ngrams.orders,
            "bits": self._ngrams.bits,
        }
        rendered = json.dumps(settings, indent=1, ensure_ascii=False, sort_keys=True)
        (building / _SETTINGS).write_text(rendered + "\n", encoding="utf-8")
        write_tensors(building / _TENSORS, self._list_tensors())
        write_manifest(building, self.name, [_SETTINGS, _TENSORS])
        shutil.rmtree(folder, ignore_errors=True)
        building.rename(folder)

    def _list_tensors(self) -> dict[str, NDArray[np.generic]]:
        weights, mixture = self._weights, self._mixture
        tensors: dict[str, NDArray[np.generic]] = {
            "columns": self._ngrams.columns,
            "rarity": self._ngrams.rarity,
            "words": self._words.words,
            "word_rarity": self._words.word_rarity,
            "cluster_hashes": self._words.clusters.hashes,
            "cluster_levels": self._words.clusters.levels,
            "cluster_rarity": self._words.cluster_rarity,
            "token_weights": self._token_weights,
            "states": weights.states,
            "states_bias": weights.states_bias,
            "mixture": mixture.weights,
            "bias": mixture.bias,
            "preference": mixture.preference,
        }
        for name, view in (("ngrams", weights.ngrams), ("words", weights.words)):
            tensors |= {
                f"{name}_margins": view.margins.codes,
                f"{name}_margins_steps": view.margins.steps,
                f"{name}_margins_bias": view.margins_bias,
                f"{name}_counts": view.counts.codes,
                f"{name}_counts_steps": view.counts.steps,
            }
        return tensors

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, segmenter: Segmenter | None = None) -> OwnClassifier:
        """Verify and load a folder; ModelError when a byte differs or it was fitted on another encoder.

        `segmenter` is one without words of a user's own; several classifiers may share it.
        """
        files = read_model_files(folder)
        try:
            settings = json.loads(files.content[_SETTINGS])
            tensors = load_tensors(files.content[_TENSORS])
            if settings["encoder"] != encoder.version:
                raise ModelError(
                    f"{folder} was trained on encoder {settings['encoder']}, this is {encoder.version}; "
                    f"run `headwater train classifier` again for {settings['name']}"
                )
            orders = tuple(int(order) for order in settings["orders"])
            return cls(
                name=settings["name"],
                class_names=settings["classes"],
                ngrams=NgramSpace(tensors["columns"], tensors["rarity"], orders, int(settings["bits"])),
                words=WordSpace(
                    tensors["words"],
                    tensors["word_rarity"],
                    WordClusters(tensors["cluster_hashes"], tensors["cluster_levels"]),
                    tensors["cluster_rarity"],
                    segmenter or Segmenter(),
                ),
                token_weights=tensors["token_weights"],
                weights=Weights(
                    _read_view(tensors, "ngrams"),
                    _read_view(tensors, "words"),
                    tensors["states"],
                    tensors["states_bias"],
                ),
                mixture=Mixture(tensors["mixture"], tensors["bias"], tensors["preference"]),
                encoder=encoder,
                version=f"{settings['name']}-{files.digest[:12]}",
            )
        except (KeyError, TypeError, ValueError, SafetensorError) as error:
            raise ModelError(f"{folder} is no classifier that this version can read: {error}") from error


def _read_view(tensors: Mapping[str, NDArray[Any]], name: str) -> ViewWeights:
    return ViewWeights(
        Coded(tensors[f"{name}_margins"], tensors[f"{name}_margins_steps"]),
        tensors[f"{name}_margins_bias"],
        Coded(tensors[f"{name}_counts"], tensors[f"{name}_counts_steps"]),
    )


def to_logs(scores: NDArray[np.floating]) -> Scores:
    """Scores [texts, classes] as logarithms of probabilities."""
    logs: Scores = log_softmax(scores.astype(np.float64), axis=1)
    return logs
