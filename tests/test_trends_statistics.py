"""Tails, q-values and baselines agree with references and with what they are for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from warehouse.baselines import Baseline, BaselineSettings, estimate_baseline
from warehouse.bursts import ALERT, DAILY, SIGNAL, WEEKLY, compute_window_tail, detect_bursts
from warehouse.negative_binomial import (
    adjust_p_values,
    combine_p_values,
    compute_upper_tail,
    sum_windows,
)


@given(
    x=st.integers(0, 500),
    mu=st.floats(0.01, 300),
    dispersion=st.floats(0.02, 5),
)
def test_the_tail_is_scipys_negative_binomial_with_half_the_mass_at_the_count(
    x: int, mu: float, dispersion: float
) -> None:
    reference = stats.nbinom(1 / dispersion, 1 / (1 + mu * dispersion))
    expected = reference.sf(x) + 0.5 * reference.pmf(x)
    found = compute_upper_tail(np.array([float(x)]), np.array([mu]), np.array([dispersion]))[0]
    assert found == pytest.approx(max(expected, 1e-300), rel=1e-6, abs=1e-290)


@pytest.mark.filterwarnings("error")
def test_the_tail_of_a_count_that_scatters_beyond_double_precision_is_not_certain() -> None:
    dispersion = np.array([1e3, 1e12, 1e17, 5e31])
    found = compute_upper_tail(np.array([16.0]), np.array([0.03]), dispersion)
    reference = stats.nbinom(1 / dispersion, 1 / (1 + 0.03 * dispersion))
    assert found == pytest.approx(reference.sf(16) + 0.5 * reference.pmf(16), rel=1e-6)
    assert (np.diff(found) < 0).all()


@pytest.mark.filterwarnings("error")
def test_a_topic_whose_noise_is_far_less_known_than_large_still_rises() -> None:
    # measured on a small archive: a dispersion held by its floor, its posterior forty times as wide
    topics = 3
    base = Baseline(
        rate=np.full(topics, 0.03),
        total=np.full(topics, 1.0),
        dispersion=np.full(topics, 0.05),
        spread=np.array([0.0, 0.05, 2.194]),
        drift=np.zeros(topics),
        share={1: np.ones(topics)},
        weekday=np.ones((topics, 7)),
        is_new=np.zeros(topics, dtype=bool),
        days=28,
    )
    observed, expected = np.full(topics, 16.0), np.full(topics, 0.034)
    p_value = compute_window_tail(observed, expected, base, 1, DAILY)
    assert (np.diff(p_value) > 0).all()
    assert p_value[2] < 1e-3


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_q_values_are_scipys_benjamini_hochberg(p_values: list[float]) -> None:
    p = np.array(p_values)
    assert adjust_p_values(p) == pytest.approx(stats.false_discovery_control(p, method="bh"), abs=1e-12)


def test_topics_that_were_not_tested_are_not_counted_and_get_no_q_value() -> None:
    p = np.array([0.01, np.nan, 0.02, np.nan])
    assert adjust_p_values(p)[[0, 2]] == pytest.approx([0.02, 0.02])
    assert np.isnan(adjust_p_values(p)[[1, 3]]).all()


def test_combining_equal_p_values_changes_nothing_and_one_strong_one_carries() -> None:
    weights = np.array([0.5, 0.25, 0.25])
    same = combine_p_values(np.full((3, 1), 0.03), weights)
    assert same[0] == pytest.approx(0.03)
    mixed = combine_p_values(np.array([[1e-6], [0.4], [0.7]]), weights)
    assert mixed[0] == pytest.approx(2e-6, rel=0.01)


def test_windows_are_sums_of_neighbours() -> None:
    values = np.array([[1.0, 2, 3, 4]])
    assert sum_windows(values, 3).tolist() == [[6, 9]]


def draw_counts(topics: int, days: int, mean: float, dispersion: float, seed: int = 5) -> np.ndarray:
    """Counts of topics without any trend."""
    random = np.random.default_rng(seed)
    rate = random.gamma(1 / dispersion, dispersion, (topics, days))
    return random.poisson(mean * rate)


def test_a_baseline_finds_the_rate_and_dispersion_that_made_it_and_ignores_a_past_burst() -> None:
    counts = draw_counts(400, 42, 20.0, 0.2).astype(float)
    counts[0, 10:13] = 400
    base = estimate_baseline(
        counts, np.full(42, 1000.0), np.arange(42) % 7, (1,), BaselineSettings(weekday_effect=False)
    )
    assert np.median(base.rate) * 1000 == pytest.approx(20, rel=0.05)
    assert base.rate[0] * 1000 < 30
    assert np.median(base.dispersion) == pytest.approx(0.2, rel=0.15)


def test_p_values_of_topics_without_a_trend_are_as_small_as_they_say() -> None:
    counts = draw_counts(2000, 60, 8.0, 0.2)
    table = detect_bursts(counts, np.full(60, 30_000.0), np.arange(55, 60), DAILY)
    small = float((table.p_value < 0.01).mean())
    assert 0.004 < small < 0.013
    assert (table.level >= SIGNAL).sum() <= 3


def test_a_bigger_crawl_is_no_trend_but_the_same_counts_from_a_smaller_one_are() -> None:
    counts = draw_counts(300, 60, 10.0, 0.1)
    counts[:, 59] *= 2
    exposure = np.full(60, 5_000.0)
    flat = detect_bursts(counts, exposure, np.array([59]), DAILY)
    exposure[59] = 10_000
    explained = detect_bursts(counts, exposure, np.array([59]), DAILY)
    assert (flat.level >= SIGNAL).sum() > 30
    assert (explained.level >= SIGNAL).sum() <= 1


def test_a_topic_born_this_week_is_compared_with_the_time_before_it() -> None:
    counts = draw_counts(200, 60, 6.0, 0.2)
    counts[7] = 0
    counts[7, 52:] = 12
    table = detect_bursts(counts, np.full(60, 2_000.0), np.array([59]), DAILY)
    assert table.is_new[7, 0]
    assert table.level[7, 0] >= SIGNAL


def draw_siblings(shape: float, number: int, days: int, random: np.random.Generator) -> np.ndarray:
    """Counts of topics whose rates are Gamma with this shape and a mean of one document in two days."""
    rate = random.gamma(shape, 0.5 / shape, (number, 1))
    return random.poisson(np.broadcast_to(rate, (number, days)))


def estimate_newborns(parents: np.ndarray | None) -> Baseline:
    """Baseline of 300 topics alike, 300 unlike, and a newborn one of each, of few and of nobody."""
    random = np.random.default_rng(3)
    older = [draw_siblings(8.0, 300, 42, random), draw_siblings(0.3, 300, 42, random)]
    newborn = np.zeros((4, 42))
    newborn[:, 35:] = 3
    counts = np.concatenate([*older, newborn]).astype(float)
    settings = BaselineSettings(weekday_effect=False)
    return estimate_baseline(counts, np.full(42, 1000.0), np.arange(42) % 7, (1,), settings, parents)


def test_a_newborn_topic_is_expected_to_have_what_its_siblings_and_its_silence_say() -> None:
    parents = np.repeat([0, 1, -1], [300, 300, 4])
    parents[600:] = [0, 1, 2, -1]
    parents[:9] = 2
    base, plain = estimate_newborns(parents), estimate_newborns(None)
    assert base.is_new[600:].all()
    alike, unlike, of_few, of_nobody = base.rate[600:] * 1000
    # the posterior's mean after 35 silent days is shape / (shape / mean + 35)
    assert alike == pytest.approx(8 / (8 / 0.5 + 35), rel=0.3)
    assert unlike == pytest.approx(0.3 / (0.3 / 0.5 + 35), rel=0.5)
    assert base.total[600:602] == pytest.approx([8, 0.3], rel=0.5)
    # nine older siblings are too few to say anything
    assert of_few == of_nobody == pytest.approx(0.5 / 35)
    assert (base.rate == plain.rate)[~base.is_new].all() and (base.dispersion == plain.dispersion).all()


def test_a_few_documents_are_a_rise_of_a_newborn_topic_only_where_its_siblings_do_not_start_so() -> None:
    random = np.random.default_rng(4)
    older = [draw_siblings(20.0, 200, 46, random) * 2, draw_siblings(0.3, 200, 46, random)]
    newborn = np.zeros((2, 46), dtype=int)
    newborn[:, 45] = 5
    counts = np.concatenate([*older, newborn])
    parents = np.repeat([0, 1, 0, 1], [200, 200, 1, 1])
    table = detect_bursts(counts, np.full(46, 1000.0), np.array([45]), DAILY, parents=parents)
    steady, uneven = table.p_value[400:, 0]
    assert uneven < steady / 100


def test_two_days_in_a_row_make_an_alert() -> None:
    counts = draw_counts(200, 60, 10.0, 0.1)
    counts[3, 58:] = 60
    table = detect_bursts(counts, np.full(60, 2_000.0), np.array([57, 58, 59]), DAILY)
    assert table.level[3].tolist() == [0, SIGNAL, ALERT]


def test_support_filters_come_after_the_correction() -> None:
    counts = draw_counts(200, 60, 0.05, 0.1)
    counts[3, 59] = 4
    table = detect_bursts(counts, np.full(60, 2_000.0), np.array([59]), DAILY)
    assert table.q_value[3, 0] < 0.05
    assert table.level[3, 0] == 0
    assert table.tested[3, 0] == (counts[:, 14:60].sum(axis=1) > 0).sum()


def test_newborn_topics_lend_no_rank_to_those_with_a_baseline() -> None:
    counts = draw_counts(300, 60, 3.0, 0.2)
    counts[:80, :58] = 0
    counts[:80, 58:] = 12
    for settings in (DAILY, WEEKLY):
        table = detect_bursts(counts, np.full(60, 2_000.0), np.array([59]), settings)
        is_new, p = table.is_new[:, 0], table.p_value[:, 0]
        assert is_new.tolist() == [True] * 80 + [False] * 220
        among_all = stats.false_discovery_control(p)
        assert table.q_value[~is_new, 0] == pytest.approx(stats.false_discovery_control(p[~is_new]))
        assert table.q_value[is_new, 0] == pytest.approx(among_all[is_new])
        assert (table.q_value[~is_new, 0] > among_all[~is_new]).any()
        assert table.tested[:, 0].tolist() == [300] * 80 + [220] * 220


def test_without_ten_covered_days_nothing_is_tested() -> None:
    counts = draw_counts(50, 20, 10.0, 0.1)
    exposure = np.full(20, 1_000.0)
    exposure[2:12] = 0
    table = detect_bursts(counts, exposure, np.array([19]), DAILY)
    assert np.isnan(table.p_value).all()
    assert not table.tested.any()


def test_the_order_of_topics_does_not_matter() -> None:
    counts = draw_counts(120, 70, 5.0, 0.3)
    counts[4, 64:] += 30
    order = np.random.default_rng(1).permutation(120)
    one = detect_bursts(counts, np.full(70, 900.0), np.array([69]), WEEKLY)
    other = detect_bursts(counts[order], np.full(70, 900.0), np.array([69]), WEEKLY)
    assert (one.level[order] == other.level).all()
