"""The burst test keeps its promise on worlds whose trends are known (METRICS §4.1, §5.4)."""

from __future__ import annotations

import numpy as np
import pytest

from warehouse.bursts import DAILY, SIGNAL, detect_bursts
from warehouse.planted import NEW, BurstScores, evaluate_planted, plant_world
from warehouse.replication import Half, measure_replication


@pytest.fixture(scope="module")
def scores() -> BurstScores:
    return evaluate_planted(range(300, 304))


def test_daily_claims_are_true_and_complete(scores: BurstScores) -> None:
    assert scores.daily.fdp <= 0.06
    assert scores.daily.recall >= 0.80
    assert scores.daily.recall_supported >= 0.90
    assert scores.daily.median_delay_days <= 1
    assert scores.daily.promo_day_false <= 8


def test_weekly_claims_are_true_and_complete(scores: BurstScores) -> None:
    assert scores.weekly.fdp <= 0.04
    assert scores.weekly.recall >= 0.83


def test_a_q_keeps_its_promise_of_the_topics_that_carry_one(scores: BurstScores) -> None:
    """Nearly every newborn topic rises; what they all do says nothing of one with a baseline."""
    assert scores.daily.fdp_with_baseline <= 0.045
    assert scores.weekly.fdp_with_baseline <= 0.028


def test_the_days_before_add_evidence(scores: BurstScores) -> None:
    assert scores.daily.recall > scores.one_day.recall + 0.05


def test_alerts_are_hardly_ever_false(scores: BurstScores) -> None:
    assert scores.alert.fdp <= 0.025


def test_the_same_seed_plants_the_same_world() -> None:
    one, other = plant_world(7, topics=300), plant_world(7, topics=300)
    assert (one.counts == other.counts).all()
    assert (one.lift[one.shape == NEW][:, 0] == 0).all()


def test_a_growth_rule_is_mostly_wrong_on_the_same_world() -> None:
    world = plant_world(300)
    days = np.arange(70, 84)
    growth = (world.counts[:, days] >= 5) & (world.counts[:, days] >= 2 * world.counts[:, days - 7])
    true = (days >= world.onset[:, None]) & (world.lift[:, days] >= 1.5)
    assert (growth & ~true).sum() / growth.sum() > 0.8


def test_without_exposure_a_promotion_day_fills_the_list() -> None:
    world = plant_world(301)
    day = np.array([world.promo_day])
    untouched = (world.shape == 0)[:, None]
    blind = detect_bursts(world.counts, np.full(84, 1e5), day, DAILY)
    seeing = detect_bursts(world.counts, world.exposure, day, DAILY)
    assert ((blind.level >= SIGNAL) & untouched).sum() > 100
    assert ((seeing.level >= SIGNAL) & untouched).sum() <= 10


def test_what_half_of_the_authors_show_the_other_half_confirms(scores: BurstScores) -> None:
    assert scores.replicated_share >= 0.80


def test_chance_is_confirmed_as_rarely_as_it_should_be() -> None:
    random = np.random.default_rng(8)
    one, other = (
        Half(random.poisson(4 * random.gamma(5, 0.2, (3000, 80))), np.full(80, 60_000.0)) for _ in range(2)
    )
    table = detect_bursts(one.counts, one.exposure, np.array([79]), DAILY)
    found = measure_replication(one, other, np.arange(60, 80))
    assert found.discoveries < 20
    assert found.confirmed <= 3
    assert (table.tested == 3000).all()
