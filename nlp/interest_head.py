"""Texts and what the lexicon found in them in -> the one first-level interest to add, if any, out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from nlp.calibration import softmax
from nlp.character_features import WordClusters
from nlp.errors import ModelError
from nlp.linear import LinearModel
from nlp.model_files import read_model_files, write_manifest, write_tensors
from nlp.segment import Segmenter
from nlp.word_company import CompanyModel

SHIPPED_HEAD = Path(__file__).parent / "interest_model"
WEIGHTS_FILE = "head.safetensors"
_TEXTS_AT_ONCE = 1_000
"""Texts that one thread reads at a stretch."""
_WORDLY = re.compile(r"[^\W\d_]")
CODES = tuple(f"{number:02d}" for number in range(1, 21))
"""First-level interests of the shipped taxonomy, which the head was trained on; its last class is none."""


@dataclass(frozen=True)
class InterestHead:
    """Multinomial regression over hashed character n-grams, clusters of words, and the interests the lexicon
    found."""

    model: LinearModel
    """A margin for each of CODES and for none, over the characters of the text."""
    company: CompanyModel
    """What the clusters of its words add to the margins."""
    lift: NDArray[np.float32]
    """What an interest that the lexicon found adds to the margins [CODES, CODES and none]."""
    add_from: NDArray[np.float32]
    """Least probability at which the likeliest interest is added [CODES]."""
    version: str
    threads: int = 1
    """Threads that read stretches of texts side by side."""

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 1) -> InterestHead:
        """Read and verify a model folder, the shipped one by default; ModelError says what is wrong."""
        files = read_model_files(folder or SHIPPED_HEAD)
        try:
            tensors = load_tensors(files.content[WEIGHTS_FILE])
            model = LinearModel.from_tensors(tensors)
            clusters = WordClusters(tensors["cluster_hashes"], tensors["cluster_levels"])
            company = CompanyModel(clusters, tensors["company_rarity"], tensors["company_weights"])
            lift, add_from = tensors["lift"], tensors["add_from"]
        except (KeyError, ValueError, SafetensorError) as error:
            raise ModelError(f"the model in {folder or SHIPPED_HEAD} cannot be used: {error}") from error
        return cls(model, company, lift, add_from, f"{files.name}-{files.digest[:12]}", threads)

    def save(self, folder: Path, name: str) -> None:
        """Write the model and its manifest."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {
            **self.model.to_tensors(),
            "cluster_hashes": self.company.clusters.hashes,
            "cluster_levels": self.company.clusters.levels,
            "company_rarity": self.company.rarity,
            "company_weights": self.company.weights,
            "lift": self.lift,
            "add_from": self.add_from,
        }
        write_tensors(folder / WEIGHTS_FILE, tensors)
        write_manifest(folder, name, [WEIGHTS_FILE])

    def find_additions(
        self, texts: Sequence[str], named: Sequence[Collection[str]], segmenter: Segmenter
    ) -> Iterator[tuple[int, str, float]]:
        """Row, interest and probability of each addition to those `named` in lower-case texts."""
        found = np.zeros((len(named), len(CODES)), np.bool_)
        for row, codes in enumerate(named):
            if codes:
                found[row] = [code in codes for code in CODES]
        starts = range(0, len(texts), _TEXTS_AT_ONCE)
        parts = [slice(start, start + _TEXTS_AT_ONCE) for start in starts]
        with ThreadPoolExecutor(max_workers=max(1, self.threads)) as pool:
            estimates = pool.map(lambda part: self.estimate(texts[part], found[part], segmenter), parts)
            shares = np.concatenate([self.estimate([], found[:0], segmenter), *estimates])
        for row, column in np.argwhere(self.choose_added(shares, found)).tolist():
            if _WORDLY.search(texts[row]):
                yield row, CODES[column], float(shares[row, column])

    def estimate(
        self, texts: Sequence[str], found: NDArray[np.bool_], segmenter: Segmenter
    ) -> NDArray[np.float64]:
        """Probabilities [texts, CODES and none]; each row depends on its own text alone."""
        if not texts:
            return np.zeros((0, len(CODES) + 1))
        # A matrix product may round differently for other batch sizes; einsum adds up each row by itself.
        lifts = np.einsum("tc,cd->td", found.astype(np.float64), self.lift.astype(np.float64))
        return softmax(self.model.score(texts) + self.company.score(texts, segmenter) + lifts)

    def choose_added(self, shares: NDArray[np.float64], found: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which interest is added to those found [texts, CODES]: the likeliest of all, where it is sure."""
        is_likeliest = np.arange(len(CODES)) == shares.argmax(axis=1)[:, None]
        added: NDArray[np.bool_] = is_likeliest & ~found & (shares[:, :-1] >= self.add_from)
        return added
