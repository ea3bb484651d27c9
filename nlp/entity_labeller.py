"""Short texts in -> spans of brands, products, models, IPs and people out, by the trained sequence model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from nlp.character_features import FeatureRows, WordClusters, hash_features, mark_span
from nlp.errors import ModelError
from nlp.gazetteer import Mention
from nlp.known_names import KnownNames
from nlp.model_files import read_model_files, write_manifest, write_tensors
from nlp.segment import Segmenter
from nlp.sequence_model import SequenceModel, list_tags
from nlp.text import fold_case

SHIPPED_LABELLER = Path(__file__).parent / "entity_model"
WEIGHTS_FILE, CONFIG_FILE = "labeller.safetensors", "config.json"
_SURE, _UNSURE, _IP = 1, 5, 9


class Span(NamedTuple):
    """One stretch of a text and what it names."""

    start: int
    end: int
    kind: str
    """brand, product, model, ip, person or other."""
    score: float = 1.0
    """Least probability of its characters' tags."""


@dataclass(frozen=True)
class EntityLabeller:
    """The sequence model with the words it knows."""

    model: SequenceModel
    clusters: WordClusters
    names: KnownNames
    version: str

    @classmethod
    def load(cls, folder: Path | None = None) -> EntityLabeller:
        """Read and verify a model folder, the shipped one by default; ModelError says what is wrong."""
        files = read_model_files(folder or SHIPPED_LABELLER)
        try:
            config = json.loads(files.content[CONFIG_FILE])
            tensors = load_tensors(files.content[WEIGHTS_FILE])
            model = SequenceModel.from_tensors(tensors, config["types"])
            clusters = WordClusters(tensors["cluster_hashes"], tensors["cluster_levels"])
            names = KnownNames(tensors["name_hashes"], tensors["name_kinds"])
        except (KeyError, ValueError, SafetensorError) as error:
            raise ModelError(f"the model in {folder or SHIPPED_LABELLER} cannot be used: {error}") from error
        return cls(model, clusters, names, f"{files.name}-{files.digest[:12]}")

    def save(self, folder: Path, name: str) -> None:
        """Write the model and its manifest."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {
            **self.model.to_tensors(),
            "cluster_hashes": self.clusters.hashes,
            "cluster_levels": self.clusters.levels,
            "name_hashes": self.names.hashes,
            "name_kinds": self.names.kinds,
        }
        write_tensors(folder / WEIGHTS_FILE, tensors)
        config = json.dumps({"types": list(self.model.types)}, indent=1)
        (folder / CONFIG_FILE).write_text(config + "\n", encoding="utf-8")
        write_manifest(folder, name, [WEIGHTS_FILE, CONFIG_FILE])

    def label(
        self,
        texts: Sequence[str],
        mentions: Sequence[Sequence[Mention]],
        segmenter: Segmenter,
        threads: int = 1,
    ) -> list[list[Span]]:
        """Spans of each normalised text in order; `mentions` are what the gazetteer found in it."""
        if not texts:
            return []
        known = self.names.mark_all(texts)
        features = build_features(texts, mentions, known, segmenter, self.clusters, self.model.bits)
        tags, confidence = self.model.decode(features, threads)
        names = list_tags(self.model.types)
        owners = np.repeat(np.arange(len(texts)), features.lengths)
        spans: list[list[Span]] = [[] for _ in texts]
        for text in np.unique(owners[tags > 0]).tolist():
            start, size = int(features.starts[text]), int(features.lengths[text])
            named = [names[tag] for tag in tags[start : start + size].tolist()]
            spans[text] = read_spans(named, confidence[start : start + size])
        return spans


def build_features(
    texts: Sequence[str],
    mentions: Sequence[Sequence[Mention]],
    names: NDArray[np.uint8],
    segmenter: Segmenter,
    clusters: WordClusters,
    bits: int,
) -> FeatureRows:
    """Feature columns of every character of the texts; `names` are the marks of KnownNames."""
    words = [segmenter.segment(fold_case(text)) for text in texts]
    marks = [mark_mentions(len(text), found) for text, found in zip(texts, mentions, strict=True)]
    return hash_features(texts, words, (np.concatenate(marks), names), clusters, bits)


def mark_mentions(length: int, mentions: Sequence[Mention]) -> NDArray[np.uint8]:
    """For each character where in which kind of listed name it stands: begin, inside, end; 0 for none."""
    marks = np.zeros(length, np.uint8)
    for start, end, entity, is_sure, _ in mentions:
        base = (_SURE if entity.kind == "brand" else _IP) + (0 if is_sure else _UNSURE - _SURE)
        mark_span(marks, start, end, base)
    return marks


def write_tags(length: int, spans: Sequence[Span]) -> list[str]:
    """Tags of a text's characters; of spans that overlap the first counts."""
    tags = ["O"] * length
    for start, end, kind, _ in spans:
        if any(tag != "O" for tag in tags[start:end]):
            continue
        tags[start:end] = [f"M-{kind}"] * (end - start)
        tags[start], tags[end - 1] = f"B-{kind}", f"E-{kind}"
        if end - start == 1:
            tags[start] = f"S-{kind}"
    return tags


def read_spans(tags: Sequence[str], confidence: NDArray[np.float32] | None = None) -> list[Span]:
    """Spans of a text's tags; the inverse of `write_tags`."""
    spans, begin = [], 0
    for place, tag in enumerate(tags):
        if tag[0] in "BS":
            begin = place
        if tag[0] in "ES":
            score = 1.0 if confidence is None else round(float(confidence[begin : place + 1].min()), 4)
            spans.append(Span(begin, place + 1, tag[2:], score))
    return spans
