"""Members of a classifier of one's own: what their machines look at."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy import sparse
from sklearn.svm import LinearSVC

from nlp.ngram_space import NgramSpace
from nlp.own_members import fit_machines, weigh_features

TELLING = {
    0: "火锅奶茶烧烤螺粉早餐麻辣龙虾寿司",
    1: "卫衣靴裤裙帽袜衫耳环披肩围巾腰带",
}
COMMON = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能"


def write_texts(count: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Texts of fourteen common characters and one that tells the class."""
    rng = random.Random(seed)
    target = [rng.randrange(2) for _ in range(count)]
    texts = []
    for number in target:
        characters = [*rng.choices(COMMON, k=14), rng.choice(TELLING[number])]
        rng.shuffle(characters)
        texts.append("".join(characters))
    return texts, np.array(target)


def test_a_feature_counts_by_how_differently_often_a_class_has_it() -> None:
    texts = ["火锅好吃", "奶茶好吃", "火锅推荐", "奶茶推荐"]
    space = NgramSpace.fit(texts, orders=(2,))
    strength = weigh_features(space.vectorise(texts), np.array([True, False, True, False]))
    told, untold = (strength[space.vectorise([text]).indices].max() for text in ("火锅", "好吃"))
    assert told > 1
    assert untold == pytest.approx(0, abs=1e-9)
    assert strength.mean() == pytest.approx(1)


def test_the_machines_find_the_telling_character_among_common_ones_better_than_a_plain_one() -> None:
    texts, target = write_texts(200, seed=1)
    others, truth = write_texts(2000, seed=2)
    space = NgramSpace.fit(texts)
    rows, asked = space.vectorise(texts), space.vectorise(others)
    ours = fit_machines(rows, target, 2, cost=0.15).score(asked).argmax(axis=1)
    plain = LinearSVC(C=0.15, random_state=0).fit(rows, target).predict(asked)
    assert (ours == truth).mean() > (plain == truth).mean() + 0.02


def test_of_two_classes_one_is_the_others_opposite_and_a_third_is_never_said() -> None:
    texts, target = write_texts(100, seed=3)
    rows = NgramSpace.fit(texts).vectorise(texts)
    scores = fit_machines(rows, 2 * target, 3, cost=0.15).score(rows)
    assert np.allclose(scores[:, 0], -scores[:, 2])
    assert (scores[:, 1] < -10).all()


def test_texts_of_one_class_say_that_class() -> None:
    rows = sparse.csr_array(np.eye(4, dtype=np.float32))
    scores = fit_machines(rows, np.full(4, 1), 2, cost=0.15).score(rows)
    assert (scores.argmax(axis=1) == 1).all()
