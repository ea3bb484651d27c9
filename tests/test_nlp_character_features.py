"""Hashes of words and names, and where in a known name each character stands."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.character_features import WordClusters, hash_features, hash_words
from nlp.known_names import KnownNames
from nlp.ngrams import list_distinct

NAMES = {"华为": 0, "华为手机壳": 1, "小": 0, "小米粥": 1, "米": 2, "口红套装": 1, "青禾": 0}
LETTERS = "华为手机壳小米粥口红套装青禾的𠮷"


def test_words_are_hashed_by_fnv_1a_over_code_points() -> None:
    """The reference values of FNV-1a in 64 bits; in ASCII a code point is a byte."""
    assert hash_words(["", "a", "foobar"]).tolist() == [
        0xCBF29CE484222325,
        0xAF63DC4C8601EC8C,
        0x85944171F73967E8,
    ]
    assert hash_words(["口红", "口红色"])[0] == hash_words(["口红"])[0] != hash_words(["口红色"])[0]


@given(st.lists(st.text(LETTERS, max_size=12), max_size=6))
@settings(deadline=None)
def test_the_longest_known_name_counts_from_left_to_right(texts: list[str]) -> None:
    marks = KnownNames.learn(NAMES).mark_all(texts)
    assert marks.tolist() == [mark for text in texts for mark in mark_slowly(text, set())]


def test_a_name_that_a_text_shall_not_know_leaves_the_shorter_ones() -> None:
    names = KnownNames.learn(NAMES)
    texts = ["华为手机壳", "华为手机壳"]
    marks = names.mark_all(texts, [{"华为手机壳"}, set()])
    assert marks.tolist() == mark_slowly(texts[0], {"华为手机壳"}) + mark_slowly(texts[1], set())
    assert marks[:5].tolist() != marks[5:].tolist()


def test_features_of_a_text_do_not_depend_on_the_texts_beside_it() -> None:
    """Nine thousand characters before it, so that it lies in another stretch than alone."""
    clusters = WordClusters(np.sort(hash_words(["面霜", "卫衣"])), np.array([[1, 2], [3, 4]], np.uint16))
    others = ["青禾牌面霜正品" * 3] * 430

    def list_columns(texts: list[str]) -> object:
        marks = np.zeros(sum(map(len, texts)), np.uint8)
        words = [[text[at : at + 2] for at in range(0, len(text), 2)] for text in texts]
        found = hash_features(texts, words, [marks], clusters, 12)
        last = found.columns[found.starts[-1] :]
        assert found.lengths.tolist() == [len(text) for text in texts]
        return last.tolist()

    assert list_columns([*others, "松果牌卫衣"]) == list_columns(["松果牌卫衣"])


@given(st.lists(st.integers(-3, 3)))
def test_distinct_keys_are_those_of_numpy(keys: list[int]) -> None:
    values = np.array(keys, np.int64)
    assert list_distinct(values).tolist() == np.unique(values).tolist()


def mark_slowly(text: str, unknown: set[str]) -> list[int]:
    """The definition: four marks a kind, for the begin, the middle, the end and the whole of a name."""
    marks = [0] * len(text)
    start = 0
    while start < len(text):
        found = [name for name in NAMES if text.startswith(name, start) and name not in unknown]
        if not found:
            start += 1
            continue
        name = max(found, key=len)
        base, end = NAMES[name] * 4 + 1, start + len(name)
        marks[start:end] = [base + 1] * len(name)
        marks[start], marks[end - 1] = base, base + 2
        if len(name) == 1:
            marks[start] = base + 3
        start = end
    return marks
