"""Words of training texts and clusters of words used alike as rows: what a tagger of the user's own reads."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.character_features import WordClusters, hash_words
from nlp.encoder_text import prepare_text
from nlp.rarity import measure_rarity
from nlp.segment import Segmenter
from nlp.word_space import WordSpace

TEXTS = ["今天的火锅", "我的火锅排队", "我的猫咪到了", "猫咪测评", "哈哈"]


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


@pytest.fixture(scope="module")
def clusters() -> WordClusters:
    """火锅 and 烧烤 are used alike, 猫咪 otherwise: cluster 1 and 2 of one level."""
    words = ["火锅", "烧烤", "猫咪"]
    hashes = hash_words(words)
    order = np.argsort(hashes)
    levels = np.array([[1], [1], [2]], np.uint16)
    return WordClusters(hashes[order], levels[order])


@pytest.fixture(scope="module")
def space(clusters: WordClusters, segmenter: Segmenter) -> WordSpace:
    return WordSpace.fit([prepare_text(text) for text in TEXTS], clusters, segmenter)


def test_what_every_text_has_is_not_rare_and_what_few_have_is_rarer() -> None:
    assert measure_rarity(np.array([99, 9, 0]), 99).tolist() == pytest.approx(
        [1, 1 + np.log(10), 1 + np.log(100)]
    )


def test_only_words_that_two_texts_have_are_columns(space: WordSpace) -> None:
    assert sorted(space.words.tolist()) == sorted(hash_words(["火锅", "猫咪"]).tolist())
    assert space.vectorise(["火锅"]).shape == (1, 2 + 3)


def test_words_and_clusters_are_half_of_a_row_each(space: WordSpace) -> None:
    row = space.vectorise(["火锅和猫咪"]).toarray()[0]
    assert (row[:2] ** 2).sum() == pytest.approx(0.5)
    assert (row[2:] ** 2).sum() == pytest.approx(0.5)


def test_a_word_that_no_training_text_has_says_what_words_like_it_say(space: WordSpace) -> None:
    unknown, known = space.vectorise(["这里的烧烤", "这里的火锅"]).toarray()
    assert not unknown[:2].any()
    assert np.array_equal(unknown[2:], known[2:])
    assert unknown[2:].any()


def test_a_word_said_twice_counts_once_and_a_row_depends_on_its_own_text_alone(space: WordSpace) -> None:
    texts = ["火锅火锅火锅", "火锅", "", "，。", "猫咪" * 300]
    together = space.vectorise(texts).toarray()
    assert np.array_equal(together[0], together[1])
    assert not together[2:4].any()
    alone = np.concatenate([space.vectorise([text]).toarray() for text in texts])
    assert np.array_equal(together, alone)
    assert np.array_equal(space.vectorise(texts[::-1]).toarray(), together[::-1])


def test_texts_without_a_common_word_make_a_space_of_clusters_alone(
    clusters: WordClusters, segmenter: Segmenter
) -> None:
    space = WordSpace.fit(["火锅", "，", ""], clusters, segmenter)
    assert len(space.words) == 0
    assert space.vectorise(["烧烤", "别的"]).toarray().astype(bool).sum(axis=1).tolist() == [1, 0]
