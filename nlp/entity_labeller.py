"""Short texts in -> spans of brands, products, models, IPs and people out, by the trained sequence model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from nlp.character_features import FeatureRows, WordClusters, hash_features, mark_spans
from nlp.errors import ModelError
from nlp.gazetteer import Mention
from nlp.known_names import KnownNames
from nlp.model_files import read_model_files, write_manifest, write_tensors
from nlp.segment import Segmenter
from nlp.sequence_model import SequenceModel, group_by_length, list_tags

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
        """Spans of each lower-case text in order; `mentions` are what the gazetteer found in it.

        Texts of like length are read together, each such group by one of the threads.
        """
        words = segmenter.segment_all(texts)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        groups = [group.tolist() for group in group_by_length(lengths)]

        def read_group(group: Sequence[int]) -> Iterator[tuple[int, Span]]:
            chosen = [texts[place] for place in group]
            features = build_features(
                chosen,
                [words[place] for place in group],
                [mentions[place] for place in group],
                self.names.mark_all(chosen),
                self.clusters,
                self.model.bits,
            )
            tags, confidence = self.model.decode(features)
            return find_spans(tags, confidence, features.starts, list_tags(self.model.types))

        spans: list[list[Span]] = [[] for _ in texts]
        # NumPy lets go of the interpreter while it counts, so that groups are read side by side
        with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
            for group, found in zip(groups, pool.map(read_group, groups), strict=True):
                for text, span in found:
                    spans[group[text]].append(span)
        return spans


def build_features(
    texts: Sequence[str],
    words: Sequence[Sequence[str]],
    mentions: Sequence[Sequence[Mention]],
    names: NDArray[np.uint8],
    clusters: WordClusters,
    bits: int,
) -> FeatureRows:
    """Feature columns of every character of lower-case texts; `words` are what the segmenter cut them into,
    `names` the marks of KnownNames."""
    return hash_features(texts, words, (mark_mentions(texts, mentions), names), clusters, bits)


def mark_mentions(texts: Sequence[str], mentions: Sequence[Sequence[Mention]]) -> NDArray[np.uint8]:
    """For each character of all texts in a row where in which kind of listed name it stands: begin, inside,
    end; 0 for none."""
    spans, position = [], 0
    for text, found in zip(texts, mentions, strict=True):
        for start, end, entity, is_sure, _ in found:
            base = (_SURE if entity.kind == "brand" else _IP) + (0 if is_sure else _UNSURE - _SURE)
            spans.append((position + start, position + end, base))
        position += len(text)
    return mark_spans(position, spans)


def find_spans(
    tags: NDArray[np.int64], confidence: NDArray[np.float32], starts: NDArray[np.int64], names: Sequence[str]
) -> Iterator[tuple[int, Span]]:
    """Number of the text and span of every span in the tags of texts in a row, which begin at `starts`.

    The inverse of `write_tags` for each text.
    """
    opens, closes = (np.array([name[0] in places for name in names]) for places in ("BS", "ES"))
    begins, lasts = np.flatnonzero(opens[tags]), np.flatnonzero(closes[tags])
    owners = np.searchsorted(starts, begins, side="right") - 1
    offsets = starts[owners]
    stretches = np.stack([begins, lasts + 1], axis=1).ravel()
    least = (
        np.minimum.reduceat(np.append(confidence, np.float32(1)), stretches)[::2] if len(begins) else begins
    )
    rows = (each.tolist() for each in (owners, begins - offsets, lasts + 1 - offsets, tags[begins], least))
    for owner, begin, end, tag, score in zip(*rows, strict=True):
        yield owner, Span(begin, end, names[tag][2:], round(score, 4))


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
