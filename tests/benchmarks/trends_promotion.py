"""Seeds in; false claims on a promotion that lifts some categories, untold and told of it, out.

python -m tests.benchmarks.trends_promotion --json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.machine import describe_machine
from warehouse.bursts import DAILY, SIGNAL, WEEKLY, BurstSettings, detect_bursts
from warehouse.negative_binomial import Floats
from warehouse.planted import DAILY_TRUE_RATIO, TESTED_DAYS, WEEKLY_TRUE_RATIO, plant_world

CATEGORIES = 20
PLATFORM_LIFT = 1.8
"""What plant_world multiplies its promotion's day by, taken back here."""
GRAINS: dict[str, tuple[BurstSettings, float]] = {
    "daily": (DAILY, DAILY_TRUE_RATIO),
    "weekly": (WEEKLY, WEEKLY_TRUE_RATIO),
}
EFFECTS = (
    (1.0, 0.0, 0.3),
    (1.8, 0.15, 0.3),
    (2.5, 0.15, 0.3),
    (2.5, 0.4, 0.3),
    (4.0, 0.3, 0.3),
    (2.5, 0.15, 0.8),
)
"""Median factor of the categories that the promotion lifts, log-normal spread of their topics, their part."""


@dataclass(frozen=True, slots=True)
class PromotedWorld:
    """A planted world: counts and lift [topics, days], exposure and promoted [days], parents [topics]."""

    counts: NDArray[np.int64]
    exposure: Floats
    parents: NDArray[np.int64]
    promoted: NDArray[np.bool_]
    lift: Floats
    is_flat: NDArray[np.bool_]


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="worlds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    result = {"rows": [*measure(range(arguments.seeds))], "machine": describe_machine()}
    print(json.dumps(result, ensure_ascii=False, indent=1) if arguments.json else result)


def measure(seeds: range) -> Iterator[dict[str, object]]:
    """A row for each effect and grain; each figure is a pair, without and with what the categories did."""
    for factor, spread, part in EFFECTS:
        worlds = [plant_promotion(seed, factor, spread, part) for seed in seeds]
        for grain, (settings, ratio) in GRAINS.items():
            scores = [
                np.mean([score(world, settings, ratio, is_told) for world in worlds], axis=0)
                for is_told in (False, True)
            ]
            names = ("false_on_the_day", "false_on_the_others", "recall_on_the_day", "fdp")
            yield {
                "grain": grain,
                "factor": factor,
                "spread_of_topics": spread,
                "part_of_categories": part,
            } | {
                name: [round(float(figures[place]), 3) for figures in scores]
                for place, name in enumerate(names)
            }


def plant_promotion(seed: int, factor: float, spread: float, part: float) -> PromotedWorld:
    """The world of the seed; its promotion's day lifts some of twenty categories instead of the platform."""
    world = plant_world(seed)
    random = np.random.default_rng(seed + 20_000)
    topics, days = world.counts.shape
    parents = np.asarray(random.integers(0, CATEGORIES, topics))
    is_lifted = random.random(CATEGORIES) < part
    effect = np.where(is_lifted, factor * np.exp(random.normal(0, 0.2, CATEGORIES) * (factor > 1)), 1.0)
    of_topic = effect[parents] * np.where(is_lifted[parents], np.exp(random.normal(0, spread, topics)), 1.0)
    counts, exposure = world.counts.copy(), world.exposure.copy()
    counts[:, world.promo_day] = random.poisson(counts[:, world.promo_day] / PLATFORM_LIFT * of_topic)
    exposure[world.promo_day] *= (world.base * of_topic).sum() / world.base.sum() / PLATFORM_LIFT
    return PromotedWorld(
        counts, exposure, parents, np.arange(days) == world.promo_day, world.lift, world.shape == 0
    )


def score(world: PromotedWorld, settings: BurstSettings, true_ratio: float, is_told: bool) -> list[float]:
    """False claims on the promotion's day and on the others, recall that day, false-discovery proportion."""
    last = world.counts.shape[1]
    days = np.arange(last - TESTED_DAYS, last)
    promoted = world.promoted if is_told else None
    table = detect_bursts(
        world.counts, world.exposure, days, settings, parents=world.parents, promoted=promoted
    )
    claims = table.level >= SIGNAL
    on_day = world.promoted[days]
    is_true = world.lift[:, days] >= true_ratio
    false = claims[world.is_flat]
    return [
        float(false[:, on_day].sum()),
        float(false[:, ~on_day].sum()),
        float(claims[:, on_day][is_true[:, on_day]].mean()),
        float(false.sum() / max(int(claims.sum()), 1)),
    ]


if __name__ == "__main__":
    main()
