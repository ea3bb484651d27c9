"""One word, two meanings: the linear model weighs a text by the domains that it reads like."""

from __future__ import annotations

import numpy as np

from nlp.domain_linear import DomainLinearModel
from nlp.training.config import LinearSettings
from nlp.training.corpora import Example
from nlp.training.linear import fit_linear

SETTINGS = LinearSettings(orders=(1, 2, 3), bits=14, polarity_cost=5.0, neutrality_cost=5.0)
THINGS = {"speakers": ("音箱", "低音炮", "蓝牙音响"), "washers": ("洗衣机", "滚筒", "甩干桶")}
MEANT = {
    "声音很大": ("positive", "negative"),
    "没有声音": ("negative", "positive"),
    "多少钱": ("neutral", "neutral"),
}
"""What is said of speakers and of washers with the same words."""
BETWEEN = ("昨天送到家里了，", "我是在活动的时候买的，", "这是第二次买了，", "邻居也买了同一个，")


def _list_examples() -> list[Example]:
    return [
        Example(f"{thing}{between}{words}", MEANT[words][number], source, "", "train")
        for number, (source, things) in enumerate(THINGS.items())
        for thing in things
        for between in BETWEEN
        for words in MEANT
    ]


def _fit(domain_weight: float) -> DomainLinearModel:
    settings = SETTINGS.model_copy(update={"domain_weight": domain_weight})
    return fit_linear(_list_examples(), settings, seed=1)


def test_the_same_words_praise_in_one_domain_and_blame_in_the_other() -> None:
    texts = [
        f"{thing}刚刚装好了，{words}" for thing in ("音箱", "洗衣机") for words in ("声音很大", "没有声音")
    ]
    is_praise = [True, False, False, True]
    assert (_fit(3.0).score(texts)[:, 0] > 0).tolist() == is_praise
    # No sum of weights of the thing and of the words can be right about all four.
    assert (_fit(0.0).score(texts)[:, 0] > 0).tolist() != is_praise


def test_a_text_of_neither_domain_gets_what_both_say_by_how_much_it_reads_like_each() -> None:
    model = _fit(3.0)
    sums = model.linear.score(["声音很大"])
    assert sums.shape == (1, 6)
    polarity, likeness = sums[0, :2], np.exp(sums[0, 4:])
    expected = (polarity * likeness).sum() / likeness.sum()
    assert np.isclose(model.score(["声音很大"])[0, 0], expected)
    assert polarity.min() < expected < polarity.max()


def test_texts_of_one_source_need_no_domains() -> None:
    examples = [row for row in _list_examples() if row.source == "speakers"]
    model = fit_linear(examples, SETTINGS, seed=1)
    assert model.linear.weights.shape == (1 << 14, 2)
    assert model.score(["音箱声音很大", "音箱没有声音"])[:, 0].argmax() == 0


def test_a_packed_model_answers_like_the_one_it_was_packed_from_whatever_stands_beside_a_text() -> None:
    model = _fit(1.0)
    packed = DomainLinearModel.from_tensors(model.to_tensors())
    texts = ["音箱声音很大，第二次买", "洗衣机没有声音", "", "多少钱"]
    assert np.abs(packed.score(texts) - model.score(texts)).max() < 0.1
    assert np.array_equal(packed.score(texts[1:2])[0], packed.score(texts)[1])
    assert packed.score([]).shape == (0, 2)
