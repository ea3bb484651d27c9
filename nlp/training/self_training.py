"""Unlabelled texts and a first model in, those that it is sure of as further examples out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from nlp.classifier import SENTIMENT_CLASSES
from nlp.encoder import Encoder
from nlp.encoder_text import prepare_text
from nlp.training.config import SelfTrainingSettings
from nlp.training.corpora import Example, duplicate_key

SOURCE = "self_training"
_BATCH = 4096
_MIN_CHARACTERS = 6


def read_unlabelled(
    data_folder: Path, examples: Sequence[Example], shares: Mapping[str, float], seed: int
) -> list[str]:
    """A seeded share of the texts of each named source of `pretrain/texts.parquet`, none a labelled text."""
    path = data_folder / "pretrain" / "texts.parquet"
    if not path.is_file():
        return []
    rng = np.random.default_rng(seed)
    labelled = {duplicate_key(example.text) for example in examples}
    table = pq.read_table(path, columns=["text", "source"])
    chosen = []
    for text, source in zip(table["text"].to_pylist(), table["source"].to_pylist(), strict=True):
        share = shares.get(source, 0.0)
        if share == 0 or rng.random() >= share:
            continue
        prepared = prepare_text(text or "")
        if len(prepared) >= _MIN_CHARACTERS and duplicate_key(prepared) not in labelled:
            chosen.append(prepared)
    return chosen


def label_texts(encoder: Encoder, texts: Sequence[str], settings: SelfTrainingSettings) -> Iterator[Example]:
    """The texts that the model is sure of, with its label; neutral needs less, as it is seldom sure of it."""
    neutral = SENTIMENT_CLASSES.index("neutral")
    for start in range(0, len(texts), _BATCH):
        part = texts[start : start + _BATCH]
        for text, row in zip(part, encoder.classify(part), strict=True):
            best = int(row.argmax())
            needed = settings.min_neutral_confidence if best == neutral else settings.min_confidence
            if row[best] >= needed:
                yield Example(text, SENTIMENT_CLASSES[best], SOURCE, "", "train")
