"""A seed in, a world of counts with planted trends out; burst tables over such worlds in, scores out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from warehouse.bursts import DAILY, SIGNAL, WEEKLY, BurstTable, detect_bursts
from warehouse.negative_binomial import Floats, sum_windows
from warehouse.replication import add_replications, measure_replication, thin_world

TOPICS, DAYS, TESTED_DAYS = 3000, 84, 14
SPIKE, RAMP, STEP, NEW = 1, 2, 3, 4
PLANTED_TRENDS, BORN_TOPICS = 150, 50
WEEKDAY_LEVELS = np.array([1.0, 0.97, 0.96, 0.98, 1.02, 1.12, 1.10])
DAILY_TRUE_RATIO, WEEKLY_TRUE_RATIO = 1.5, 1.3
SUPPORTED_BASE = 5.0

ONE_DAY = replace(DAILY, windows=(1,), weights=(1.0,), family_allowance=1.0, alert_q=0.0)
"""METRICS §5.4 without the evidence of the days before, for comparison with its table."""


@dataclass(frozen=True, slots=True)
class PlantedWorld:
    """counts and lift are [topics, days]; lift is the planted factor on the usual count, 0 before birth."""

    counts: NDArray[np.int64]
    exposure: Floats
    usual: Floats
    lift: Floats
    base: Floats
    shape: NDArray[np.int64]
    onset: NDArray[np.int64]
    promo_day: int


@dataclass(frozen=True, slots=True)
class GrainScores:
    """Scores of one grain; topic-days are the unit, faded days are left out (METRICS §4.1).

    fdp_with_baseline: of the claims on topics that are not born in the tested days, which carry a q.
    """

    fdp: float
    fdp_with_baseline: float
    recall: float
    recall_supported: float
    median_delay_days: float
    false_per_week: float
    promo_day_false: float


@dataclass(frozen=True, slots=True)
class BurstScores:
    """Scores of the daily and the weekly engine, of the one-day test for comparison, and what was run."""

    daily: GrainScores
    weekly: GrainScores
    one_day: GrainScores
    alert: GrainScores
    replicated_share: float
    """Of the daily claims on half of the authors, those with p below .05 on the other half."""
    seeds: tuple[int, ...]
    topics: int
    days: int

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return asdict(self)


def plant_world(seed: int, topics: int = TOPICS, days: int = DAYS) -> PlantedWorld:
    """Counts of `topics` topics over `days` days with trends planted in the last 14.

    Log-normal base with median 6 a day, negative binomial with k about 5 that differs by topic, platform
    and topic weekdays, slow seasons, one half-crawled day, one promotion day of +80 %; one topic in
    twenty carries a spike, ramp or step, one in sixty is born. Effect sizes are set so that the one-day
    test scores METRICS §4.1's row.
    """
    random = np.random.default_rng(seed)
    base = np.exp(random.normal(np.log(6.0), 1.2, topics))
    size = np.exp(random.normal(np.log(5.0), 0.25, topics))
    day = np.arange(days)
    volume = WEEKDAY_LEVELS[day % 7] * np.exp(random.normal(0, 0.05, days))
    half_day, promo_day = random.choice(np.arange(days - TESTED_DAYS + 1, days), 2, replace=False)
    volume[half_day] *= 0.5
    volume[promo_day] *= 1.8
    season = random.uniform(0, 0.1, topics)[:, None] * np.sin(
        2 * np.pi * day / random.uniform(40, 160, topics)[:, None]
        + random.uniform(0, 2 * np.pi, topics)[:, None]
    )
    week = np.exp(random.normal(0, 0.04, (topics, 7)))[:, day % 7]
    lift = np.ones((topics, days))
    shape = np.zeros(topics, dtype=np.int64)
    onset = np.full(topics, days, dtype=np.int64)
    born = topics * BORN_TOPICS // TOPICS
    chosen = random.choice(topics, topics * PLANTED_TRENDS // TOPICS + born, replace=False)
    for place, topic in enumerate(chosen):
        start = days - TESTED_DAYS + int(random.integers(0, TESTED_DAYS - 1))
        onset[topic] = start
        shape[topic] = NEW if place < born else 1 + place % 3
        if shape[topic] == NEW:
            lift[topic, :start] = 0.0
            base[topic] = random.uniform(10, 40)
        else:
            lift[topic, start:] = draw_lift(random, int(shape[topic]), days - start)
    usual = base[:, None] * (1 + season) * week * volume
    noise = random.gamma(size[:, None], 1 / size[:, None], (topics, days))
    return PlantedWorld(
        counts=random.poisson(usual * lift * noise),
        exposure=np.round(volume * base.sum() * 5),
        usual=usual,
        lift=lift,
        base=base,
        shape=shape,
        onset=onset,
        promo_day=int(promo_day),
    )


def draw_lift(random: np.random.Generator, shape: int, days: int) -> Floats:
    """Factor by day since onset: a spike that fades, a ramp over three to seven days, or a step."""
    age = np.arange(days)
    if shape == SPIKE:
        height, length = random.uniform(7, 16), int(random.integers(1, 4))
        return 1 + (height - 1) * 0.35 ** np.maximum(age - length + 1, 0)
    if shape == RAMP:
        height, length = random.uniform(6, 15), int(random.integers(3, 8))
        return 1 + (height - 1) * np.minimum(1.0, (age + 1) / length)
    return np.full(days, random.uniform(4, 9))


def score_table(world: PlantedWorld, table: BurstTable, claim_days: int, level: int = SIGNAL) -> GrainScores:
    """Scores of the table's claims at `level` or above.

    True: the planted lift of the claimed day (week) is at least 1.5 (1.3), or the topic was born; days
    of a planted trend below that have faded and count neither way.
    """
    days = table.days
    usual = sum_windows(world.usual, claim_days)[:, days - claim_days + 1]
    lifted = sum_windows(world.usual * world.lift, claim_days)[:, days - claim_days + 1]
    active = days >= world.onset[:, None]
    least = DAILY_TRUE_RATIO if claim_days == 1 else WEEKLY_TRUE_RATIO
    true = active & ((lifted >= least * usual) | (world.shape == NEW)[:, None])
    claimed = (table.level >= level) & (true | ~active)
    false = claimed & ~true
    hits = claimed & true
    supported = (world.base >= SUPPORTED_BASE) | (world.shape == NEW)
    found = (claimed & active).any(axis=1)
    delays = days[(claimed & active)[found].argmax(axis=1)] - world.onset[found]
    promo = days == world.promo_day
    carries_q = ~table.is_new
    return GrainScores(
        fdp=float(false.sum() / max(claimed.sum(), 1)),
        fdp_with_baseline=float(false[carries_q].sum() / max(claimed[carries_q].sum(), 1)),
        recall=float(hits.sum() / max(true.sum(), 1)),
        recall_supported=float(hits[supported].sum() / max(true[supported].sum(), 1)),
        median_delay_days=float(np.median(delays)) if len(delays) else float("nan"),
        false_per_week=float(false.sum() * 7 / len(days)),
        promo_day_false=float(false[:, promo].sum()),
    )


def evaluate_planted(seeds: Sequence[int]) -> BurstScores:
    """Mean scores of both engines over worlds of the seeds."""
    rows: dict[str, list[GrainScores]] = {"daily": [], "weekly": [], "one_day": [], "alert": []}
    halves = []
    for seed in seeds:
        world = plant_world(seed, TOPICS, DAYS)
        tested = np.arange(DAYS - TESTED_DAYS, DAYS)
        table = detect_bursts(world.counts, world.exposure, tested, DAILY)
        rows["daily"].append(score_table(world, table, 1))
        rows["alert"].append(score_table(world, table, 1, SIGNAL + 1))
        table = detect_bursts(world.counts, world.exposure, tested, ONE_DAY)
        rows["one_day"].append(score_table(world, table, 1))
        table = detect_bursts(world.counts, world.exposure, tested, WEEKLY)
        rows["weekly"].append(score_table(world, table, 7))
        halves.append(measure_replication(*thin_world(world.counts, world.exposure, seed), tested))
    means = {name: average_scores(scores) for name, scores in rows.items()}
    replicated = add_replications(halves).share
    return BurstScores(**means, replicated_share=replicated, seeds=tuple(seeds), topics=TOPICS, days=DAYS)


def average_scores(scores: Sequence[GrainScores]) -> GrainScores:
    """Mean of every field."""
    table = [asdict(score) for score in scores]
    return GrainScores(**{name: round(float(np.mean([row[name] for row in table])), 4) for name in table[0]})
