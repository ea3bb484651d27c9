"""A list of new words, and texts of a window and before it, in; precision and recall of the discovery out."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from pathlib import Path

from nlp.errors import EvaluationError
from nlp.evaluation.intervals import estimate_share
from nlp.labelled_file import read_cell, read_columns, read_rows
from nlp.segment import Segmenter
from nlp.text import fold_case, normalise_text
from nlp.text_encoding import find_encoding
from nlp.words import FEWEST_TEXTS, discover_words

_WORD_COLUMNS = ("word", "term", "text", "label", "词", "词语", "新词")
_RISE = 1.5
"""A listed word counts as new in the window when its share of the texts is this many times that before."""


def read_word_list(path: Path, word_column: str = "word") -> list[str]:
    """Distinct words of a file, normalised and in lower case: a column, or a plain text with one a line."""
    if path.suffix.lower() in (".txt", ".dict", ""):
        try:
            lines = path.read_text(encoding=find_encoding(path)).splitlines()
        except FileNotFoundError as error:
            raise EvaluationError(f"{path} does not exist") from error
        except OSError as error:
            raise EvaluationError(f"{path} cannot be read as a labelled file: {error.strerror}") from error
        words = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    else:
        found = read_columns(path)
        if word_column not in found:
            word_column = next((column for column in _WORD_COLUMNS if column in found), word_column)
        words = [read_cell(row[word_column]) for row in read_rows(path, (word_column,))]
    folded = list(dict.fromkeys(fold_word(word) for word in words if word.strip()))
    if not folded:
        raise EvaluationError(f"{path} has no words")
    return folded


def score_words(
    words: Collection[str], window: Sequence[str], background: Sequence[str], segmenter: Segmenter, most: int
) -> dict[str, object]:
    """Scores of the words ranked best against a list.

    precision: share of the `most` best that are listed, a lower bound, as no list has every new word.
    recall: share found of the listed words that the dictionary lacks and that ten texts of the window hold,
    more often than before.
    """
    started = time.perf_counter()
    found = discover_words(window, background, segmenter, most=100_000)
    seconds = time.perf_counter() - started
    best = [fold_word(word.word) for word in found[:most]]
    listed = set(words)
    hits = sum(word in listed for word in best)
    rising = find_rising(listed, window, background, segmenter)
    recalled = len(rising & {fold_word(word.word) for word in found})
    return {
        "rows": len(words),
        "texts": len(window),
        "texts_before": len(background),
        "found": len(found),
        "judged": len(best),
        **estimate_share(hits, len(best)).name("precision"),
        "listed_in_window": len(rising),
        **estimate_share(recalled, len(rising)).name("recall"),
        "coverage": len(rising) / len(words),
        "texts_per_second": len(window) / max(seconds, 1e-9),
        "not_listed": [word for word in best if word not in listed][:50],
    }


def find_rising(
    words: Collection[str], window: Sequence[str], background: Sequence[str], segmenter: Segmenter
) -> set[str]:
    """Words that the dictionary lacks, that ten texts of the window hold and whose share rose by half.

    Without a background every such word is new.
    """
    inside, outside = ([fold_word(text) for text in texts] for texts in (window, background))
    joined = "\n".join(inside)
    rising = set()
    for word in words:
        # most listed words stand nowhere: a search through all texts at once is a hundred times as fast
        if len(word) < 2 or joined.count(word) < FEWEST_TEXTS or segmenter.has_word(word):
            continue
        count, before = (sum(word in text for text in texts) for texts in (inside, outside))
        if count >= FEWEST_TEXTS and count * max(len(outside), 1) > _RISE * before * len(inside):
            rising.add(word)
    return rising


def fold_word(text: str) -> str:
    """Normalised text in lower case."""
    return fold_case(normalise_text(text).text)
