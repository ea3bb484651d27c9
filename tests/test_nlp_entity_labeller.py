"""The labeller of entities: tags and spans, the best path, and what its training may know."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.character_features import WordClusters
from nlp.entity_labeller import EntityLabeller, Span, find_spans, write_tags
from nlp.errors import ModelError
from nlp.labelled_spans import MarkedText
from nlp.segment import Segmenter
from nlp.sequence_model import allow_transitions, find_best_path, list_tags, run_forward_backward
from nlp.training.entities import LabellerSettings, fit_labeller, learn_names, split_titles


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    EntityLabeller.load().save(tmp_path, "copy")
    weights = tmp_path / "labeller.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match="altered"):
        EntityLabeller.load(tmp_path)


def test_spans_survive_their_tags() -> None:
    names = list_tags(("brand", "product", "ip"))
    spans = [Span(0, 1, "brand", 0.5), Span(1, 4, "product", 0.25), Span(5, 7, "product", 0.75)]
    overlapping = [Span(0, 3, "ip", 1.0), Span(2, 4, "brand", 1.0)]
    tags = [*write_tags(8, spans), *write_tags(2, []), *write_tags(4, overlapping)]
    confidence = np.array([0.5, 0.75, 0.25, 0.5, 0, 0.75, 1, 0] + [0] * 2 + [1.0] * 4, np.float32)
    numbers = np.array([names.index(tag) for tag in tags])
    found = find_spans(numbers, confidence, np.array([0, 8, 10]), names)
    assert list(found) == [*((0, span) for span in spans), (2, overlapping[0])]
    assert not list(find_spans(numbers[8:10], confidence[8:10], np.array([0]), names))


def test_viterbi_and_the_marginals_agree_with_the_sum_over_all_paths() -> None:
    kinds = ("brand", "product")
    rng = np.random.default_rng(3)
    allowed = allow_transitions(kinds)
    tags = list_tags(kinds)
    transitions = np.where(allowed, rng.normal(size=allowed.shape), -np.inf).astype(np.float32)
    emissions = rng.normal(size=(1, 4, len(tags))).astype(np.float32)
    starts, ends = np.isfinite(transitions[0]), np.isfinite(transitions[:, 0])
    best, weights = (-np.inf, ()), np.zeros((4, len(tags)))
    for path in np.ndindex(*[len(tags)] * 4):
        score = sum(emissions[0, place, tag] for place, tag in enumerate(path))
        score += sum(transitions[a, b] for a, b in pairwise(path))
        if not starts[path[0]] or not ends[path[-1]] or not np.isfinite(score):
            continue
        best = max(best, (float(score), path))
        weights[np.arange(4), path] += np.exp(score)
    mask = np.ones((1, 4), np.bool_)
    assert tuple(find_best_path(emissions, transitions, mask)[0]) == best[1]
    marginals = run_forward_backward(emissions, transitions, mask)[0][0]
    assert np.allclose(marginals, weights / weights.sum(axis=1, keepdims=True), atol=1e-5)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(0, 99))
@settings(deadline=None)
def test_the_best_path_of_a_text_does_not_depend_on_those_beside_it(lengths: list[int], seed: int) -> None:
    kinds = ("brand", "product")
    rng = np.random.default_rng(seed)
    allowed = allow_transitions(kinds)
    transitions = np.where(allowed, rng.integers(-2, 3, allowed.shape), -np.inf).astype(np.float32)
    emissions = rng.integers(-2, 3, (len(lengths), max(lengths), len(allowed))).astype(np.float32)
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    paths = find_best_path(emissions, transitions, mask)
    for row, length in enumerate(lengths):
        alone = find_best_path(emissions[row : row + 1, :length], transitions, mask[row : row + 1, :length])
        assert paths[row, :length].tolist() == alone[0].tolist()


def test_a_small_labeller_learns_what_it_is_shown() -> None:
    names = ["青禾", "云朵", "松果", "白鹿", "海盐"]
    goods = ["面霜", "卫衣", "帐篷", "咖啡", "耳机"]
    rows = [
        MarkedText(f"{name}牌{good}正品", [Span(0, 2, "brand"), Span(3, 5, "product")])
        for name in names
        for good in goods
    ]
    none = WordClusters(np.zeros(0, np.uint64), np.zeros((0, 1), np.uint16))
    labeller = fit_labeller(rows, none, LabellerSettings(epochs=12, least_weight=0.0, batch=4, runs=1))
    found = labeller.label(["竹月牌雨伞正品"], [[]], Segmenter())[0]
    assert [span[:3] for span in found] == [(0, 2, "brand"), (3, 5, "product")]


def test_a_title_does_not_know_the_names_that_it_alone_taught() -> None:
    rows = [
        MarkedText("青禾面霜", [Span(0, 2, "brand"), Span(2, 4, "product")]),
        MarkedText("云朵面霜", [Span(0, 2, "brand"), Span(2, 4, "product")]),
    ]
    names, unknown = learn_names(rows)
    assert unknown == [{"青禾"}, {"云朵"}]
    texts = [row.text for row in rows]
    assert names.mark_all(texts).tolist() == [1, 3, 5, 7, 1, 3, 5, 7]
    assert names.mark_all(texts, unknown).tolist() == [0, 0, 5, 7, 0, 0, 5, 7]


def test_one_wording_is_never_in_two_parts() -> None:
    rows = [MarkedText(f"商品{number % 7} {'!' * (number % 3)}", []) for number in range(60)]
    parts = split_titles(rows)
    assert sum(map(len, parts.values())) == 1
    rows = [MarkedText(f"商品{chr(0x4E00 + number)}", []) for number in range(400)]
    parts = split_titles(rows)
    assert sum(map(len, parts.values())) == 400
    assert len(parts["train"]) > 6 * len(parts["test"]) > 0
