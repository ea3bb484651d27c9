"""A file of texts with judged aspects and a reader in, the scores of both questions with intervals out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.aspect_reader import AspectReader
from nlp.aspects import ASPECTS, POLARITIES
from nlp.evaluation.intervals import estimate_macro_f1, estimate_matches, estimate_share
from nlp.labelled_aspects import JudgedText, read_judged_texts
from nlp.text import fold_case

_BATCH = 2_000

FindAspects = Callable[[Sequence[str]], list[dict[str, str]]]
JudgePairs = Callable[[Sequence[str], Sequence[tuple[int, str]]], list[str]]


def evaluate_aspects(
    path: Path,
    text_column: str,
    aspect_column: str,
    polarity_column: str,
    reader: AspectReader,
    names: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, object]:
    """Score a reader on a file.

    macro_f1 is the mean over the file's aspects of how well they are found in the texts; accuracy is that of
    the polarity, told which aspect is meant, beside what always saying the most frequent one scores;
    precision, recall and f1 count an aspect with its polarity.
    """
    rows, unknown, skipped = read_judged_texts(path, text_column, aspect_column, polarity_column, names)

    def find(texts: Sequence[str]) -> list[dict[str, str]]:
        return [{judged.aspect: judged.polarity for judged in found} for found in reader.read(texts)]

    scores = score_aspects(rows, find, lambda texts, pairs: judge_pairs(reader, texts, pairs))
    left_out = {"skipped": skipped, "left_out": sum(unknown.values())}
    return {"rows": len(rows), **left_out, **scores, "model": reader.version}


def judge_pairs(reader: AspectReader, texts: Sequence[str], pairs: Sequence[tuple[int, str]]) -> list[str]:
    """Polarity of given aspects of texts."""
    folded = [fold_case(text) for text in texts]
    opinions = [reader.lexicon.find_opinions(text) for text in folded]
    return [
        POLARITIES[int(best)] for best in reader.estimate_polarity(folded, opinions, pairs).argmax(axis=1)
    ]


def score_most_frequent(one_hot: NDArray[np.int64]) -> dict[str, float | str]:
    """What who always says the most frequent polarity scores, for comparison; one-hot [pairs, polarities]."""
    counts = one_hot.sum(axis=0)
    most = int(counts.argmax())
    share = float(counts[most] / max(len(one_hot), 1))
    return {
        "most_frequent": POLARITIES[most],
        "most_frequent_accuracy": share,
        "most_frequent_macro_f1": 2 * share / (1 + share) / max(int((counts > 0).sum()), 1),
    }


def score_aspects(rows: Sequence[JudgedText], find: FindAspects, judge: JudgePairs) -> dict[str, object]:
    """Figures of found aspects and of the polarity of the wanted ones."""
    texts = [row.text for row in rows]
    started = time.perf_counter()
    given = [found for begin in range(0, len(texts), _BATCH) for found in find(texts[begin : begin + _BATCH])]
    seconds = time.perf_counter() - started
    gold = [row.polarities for row in rows]
    present = {aspect for wanted in gold for aspect in wanted}
    wanted_table = np.array([[aspect in wanted for aspect in ASPECTS] for wanted in gold], np.int64)
    given_table = np.array(
        [[aspect in found and aspect in present for aspect in ASPECTS] for found in given], np.int64
    )
    hits = wanted_table * given_table
    pairs = [(row, aspect) for row, wanted in enumerate(gold) for aspect in wanted]
    judged = judge(texts, pairs)
    aimed = [gold[row][aspect] for row, aspect in pairs]
    agreeing = sum(one == other for one, other in zip(judged, aimed, strict=True))
    one_hot = np.array([[name == polarity for polarity in POLARITIES] for name in aimed], np.int64)
    said = np.array([[name == polarity for polarity in POLARITIES] for name in judged], np.int64)
    scores: dict[str, object] = {
        **estimate_macro_f1(hits, given_table, wanted_table).name("macro_f1"),
        **estimate_share(agreeing, len(pairs)).name("accuracy"),
        **estimate_macro_f1(one_hot * said, said, one_hot).name("polarity_macro_f1"),
        **score_most_frequent(one_hot),
    }
    both = [
        sum(found.get(aspect) == polarity for aspect, polarity in wanted.items())
        for wanted, found in zip(gold, given, strict=True)
    ]
    figures = estimate_matches(both, given_table.sum(axis=1), wanted_table.sum(axis=1))
    for key, estimate in zip(("precision", "recall", "f1"), figures, strict=True):
        scores.update(estimate.name(key))
    totals = zip(ASPECTS, hits.sum(axis=0), given_table.sum(axis=0), wanted_table.sum(axis=0), strict=True)
    scores["judged"] = len(pairs)
    scores["coverage"] = float((given_table.sum(axis=1) > 0).mean())
    scores["by_aspect"] = {
        aspect: {"wanted": int(want), "f1": float(2 * hit / (give + want))}
        for aspect, hit, give, want in totals
        if want
    }
    scores["texts_per_second"] = len(texts) / max(seconds, 1e-9)
    return scores
