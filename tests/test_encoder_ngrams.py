"""Hashed n-grams and the linear model over them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.linear import LinearModel
from nlp.ngrams import hash_ngrams

_TEXTS = st.lists(st.text(alphabet="好坏质量不错差快慢a1!", max_size=12), min_size=1, max_size=6)


def _columns_of(texts: list[str], place: int) -> set[int]:
    found = hash_ngrams(texts, (1, 2, 3), 16)
    return set(found.columns[found.rows == place].tolist())


def test_a_text_has_each_ngram_once_and_shares_those_of_a_like_text() -> None:
    assert len(_columns_of(["好好好好"], 0)) == 9
    assert _columns_of(["质量好"], 0) & _columns_of(["质量差"], 0)
    assert not _columns_of(["质量好"], 0) >= _columns_of(["质量差"], 0)


def test_ngrams_do_not_cross_from_one_text_into_the_next() -> None:
    assert _columns_of(["不", "好"], 0) == _columns_of(["不"], 0)
    assert _columns_of(["不", "好"], 1) == _columns_of(["好"], 0)


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_columns_of_a_text_do_not_depend_on_its_batch(texts: list[str]) -> None:
    for place, text in enumerate(texts):
        assert _columns_of(texts, place) == _columns_of([text], 0)


def test_a_packed_model_scores_like_the_one_it_was_packed_from() -> None:
    rng = np.random.default_rng(7)
    model = LinearModel(
        rarity=rng.uniform(1, 12, 1 << 12).astype(np.float32),
        weights=rng.normal(0, 1, (1 << 12, 2)).astype(np.float32),
        bias=np.array([0.25, -0.5], dtype=np.float32),
        orders=(1, 2),
    )
    unpacked = LinearModel.from_tensors(model.to_tensors())
    texts = ["裤子质量很好，物流也快", "用了两天就坏了", ""]
    assert np.abs(model.score(texts) - unpacked.score(texts)).max() < 0.1
    assert np.array_equal(unpacked.score(texts[1:2])[0], unpacked.score(texts)[1])


def test_a_text_of_a_million_characters_is_scored_like_any_other() -> None:
    model = LinearModel(
        rarity=np.ones(1 << 10, dtype=np.float32),
        weights=np.ones((1 << 10, 2), dtype=np.float32),
        bias=np.zeros(2, dtype=np.float32),
        orders=(1, 2),
    )
    scores = model.score(["好" * 1_000_000, "好"])
    assert np.isfinite(scores).all()
    assert scores[1, 0] > 0
