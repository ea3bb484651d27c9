"""Names that models and files give to sentiments in; the numbers of the three classes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SENTIMENT_CLASSES = ("negative", "neutral", "positive")

LABEL_WORDS: Mapping[str, tuple[str, ...]] = {
    "negative": (
        "negative", "neg", "-1", "负面", "负向", "消极", "差评", "1 star", "2 stars", "star 1", "star 2"
    ),
    "neutral": ("neutral", "neu", "0", "中性", "中立", "3 stars", "star 3"),
    "positive": (
        "positive", "pos", "1", "正面", "正向", "积极", "好评", "4 stars", "5 stars", "star 4", "star 5"
    ),
}  # fmt: skip
"""Class -> what models and files call it, in lower case."""


def number_labels(names: Iterable[str]) -> dict[str, int | None]:
    """Each distinct name -> the number of its class; None for one that is no sentiment.

    A name may say more than its class (positive (stars 4 and 5)). 1, 0 and -1 are the three classes; 1 and 0
    alone are positive and negative.
    """
    folded = {name: name.strip().lower().removesuffix(".0") for name in names}
    numbers = {name: _find_class(text) for name, text in folded.items()}
    if set(folded.values()) <= {"0", "1"}:
        numbers |= {name: 0 for name, text in folded.items() if text == "0"}
    return numbers


def _find_class(text: str) -> int | None:
    words = [(word, number) for number, name in enumerate(SENTIMENT_CLASSES) for word in LABEL_WORDS[name]]
    for word, number in words:
        if text == word:
            return number
    for word, number in words:
        if not word.lstrip("-").isdigit() and text.startswith((f"{word} ", f"{word}(", f"{word}_")):
            return number
    return None
