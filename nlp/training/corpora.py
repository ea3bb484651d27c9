"""Folder of labelled Parquet files in, deduplicated examples with a fixed split out."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from nlp.encoder_text import duplicate_key, prepare_text
from nlp.errors import TrainingError

_EMOTIONS = {
    "happy": "positive",
    "angry": "negative",
    "sad": "negative",
    "fear": "negative",
    "neutral": "neutral",
}
_POLAR = {"positive": "positive", "negative": "negative"}
_THREE = {**_POLAR, "neutral": "neutral"}


@dataclass(frozen=True)
class LabelledSource:
    """Where labelled texts lie and what their labels mean."""

    name: str
    path: str
    label_column: str
    meaning: Mapping[str, str] | None = None
    """Label in the file -> class, other labels are left out; None takes every label as it is."""
    group_column: str | None = None
    head: str = "sentiment"
    """The question that the labels answer."""
    limit: int | None = None
    """Most rows of one label that are kept, for sets of which one label is half."""
    unknown: str | None = None
    """The label of rows that nobody labelled."""


SENTIMENT_SOURCES = (
    LabelledSource("shopping_reviews", "sentiment/shopping_reviews.parquet", "label", _POLAR, "category"),
    LabelledSource("weibo_2018", "sentiment/weibo_2018.parquet", "label", _POLAR),
    LabelledSource("douyin_comments", "sentiment/douyin_comments_silver.parquet", "label", _THREE),
    LabelledSource("weibo_emotions", "sentiment/weibo_emotions.parquet", "emotion", _EMOTIONS, "domain"),
    LabelledSource("food_delivery", "sentiment/food_delivery_out_of_domain.parquet", "label", _POLAR),
)
TOPIC_SOURCES = (
    LabelledSource("emotions", "sentiment/weibo_emotions.parquet", "emotion", head="emotions"),
    LabelledSource("headlines", "topics/headlines_18.parquet", "label", head="headlines"),
    LabelledSource("captions", "topics/kuaishou_captions.parquet", "level1", head="captions"),
    LabelledSource(
        "caption_details",
        "topics/kuaishou_captions.parquet",
        "level2",
        head="caption_details",
        unknown="UNKNOWN",
    ),
    LabelledSource(
        "hot_titles", "topics/weibo_hot_titles.parquet", "category", head="hot_titles", limit=3000
    ),
)
"""Sets that shape the pooled vector beside sentiment; their heads are not shipped."""
OUT_OF_DOMAIN = frozenset({"food_delivery"})
"""Sources that are only ever tested on."""
POLAR_ONLY = frozenset({"weibo_2018"})
"""Sources whose rows say nothing of neutral: half of weibo_2018's positive rows are plain announcements."""


@dataclass(frozen=True)
class Example:
    """One labelled text in the encoder's form."""

    text: str
    label: str
    source: str
    group: str
    split: str
    """`train`, `validation` or `test`."""
    head: str = "sentiment"
    """The question that the label answers."""


def choose_split(key: str, seed: int, validation_share: float, test_share: float) -> str:
    """Split of a duplicate key: a keyed hash, so that one text is in one split whatever file it is in."""
    digest = hashlib.blake2b(key.encode(), digest_size=8, key=str(seed).encode()).digest()
    place = int.from_bytes(digest, "big") / 2**64
    if place < test_share:
        return "test"
    return "validation" if place < test_share + validation_share else "train"


def read_examples(
    folder: Path, source: LabelledSource, *, seed: int, validation_share: float, test_share: float
) -> Iterator[Example]:
    """Examples of one source, each text once; a text that bears two labels is left out."""
    columns = ["text", source.label_column] + ([source.group_column] if source.group_column else [])
    rows = pq.read_table(folder / source.path, columns=columns).to_pylist()
    kept: dict[str, tuple[str, str, str]] = {}
    labels: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        label = row[source.label_column]
        if source.meaning is not None:
            label = source.meaning.get(label)
        prepared = prepare_text(row["text"] or "")
        if label is None or label == source.unknown or not prepared:
            continue
        key = duplicate_key(prepared)
        labels[key].add(label)
        group = row[source.group_column] if source.group_column else ""
        kept.setdefault(key, (prepared, label, group or ""))
    taken: Counter[str] = Counter()
    for key, (prepared, label, group) in kept.items():
        if len(labels[key]) > 1 or taken[label] == source.limit:
            continue
        taken[label] += 1
        split = choose_split(key, seed, validation_share, test_share)
        if source.name in OUT_OF_DOMAIN:
            split = "test"
        yield Example(prepared, label, source.name, group, split, source.head)


def read_labelled(
    folder: Path,
    *,
    seed: int,
    validation_share: float,
    test_share: float,
    sources: Sequence[LabelledSource] = SENTIMENT_SOURCES,
) -> list[Example]:
    """Examples of every source that the folder has; TrainingError when it has none to train on."""
    found: list[Example] = []
    for source in sources:
        if (folder / source.path).is_file():
            found += read_examples(
                folder, source, seed=seed, validation_share=validation_share, test_share=test_share
            )
    if not any(example.split == "train" for example in found):
        paths = ", ".join(source.path for source in sources)
        raise TrainingError(f"{folder} has no labelled texts to train on; it should hold {paths}")
    return found


def read_pretraining_texts(
    folder: Path, examples: Sequence[Example], shares: Mapping[str, float], seed: int
) -> list[str]:
    """Prepared texts for pre-training, each as often as its source's share says; none is a kept text.

    The texts are those of `pretrain/texts.parquet` where it exists, and the labelled texts of the training
    split.
    """
    rng = np.random.default_rng(seed)
    kept = {duplicate_key(example.text) for example in examples if example.split != "train"}
    texts = [(example.text, example.source) for example in examples if example.split == "train"]
    path = folder / "pretrain" / "texts.parquet"
    if path.is_file():
        table = pq.read_table(path, columns=["text", "source"])
        for text, source in zip(table["text"].to_pylist(), table["source"].to_pylist(), strict=True):
            prepared = prepare_text(text or "")
            if len(prepared) >= 4 and duplicate_key(prepared) not in kept:
                texts.append((prepared, source))
    wanted = np.array([shares.get(source, shares.get("other", 1.0)) for _, source in texts])
    times = wanted.astype(np.int64) + (rng.random(len(texts)) < wanted % 1)
    return [text for (text, _), count in zip(texts, times, strict=True) for _ in range(count)]
