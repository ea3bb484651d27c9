"""Seeds in; false claims after a source began, ended or paused beside another, pooled and of the panel, out.

python -m tests.benchmarks.trends_new_source --json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.machine import describe_machine
from warehouse.bursts import DAILY, SIGNAL, detect_bursts
from warehouse.negative_binomial import Floats
from warehouse.panels import cover_days
from warehouse.planted import plant_world

TOPICS, DAYS, BEGUN = 3000, 140, 70
WEEKS = 4
PAUSE = 2
"""Days of an outage, which leaves the second source in the panel."""
LEAST_COVERAGE = 0.8
SHAPE = 5.0
"""Gamma shape of a topic's daily noise, the middle of plant_world's."""
SIZES, SPREADS = (0.1, 0.3, 1.0), (0.3, 1.0)
"""Documents of the second source over those of the first; log-normal spread between their topics' shares."""


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="worlds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    result = {"rows": [*measure(range(arguments.seeds))], "machine": describe_machine()}
    print(json.dumps(result, ensure_ascii=False, indent=1) if arguments.json else result)


def measure(seeds: range) -> Iterator[dict[str, object]]:
    """A row for each kind, size and spread: false daily claims in each of the four weeks from the change.

    pooled: both sources; covered: both, days below a coverage of .8 left out; of the panel: what the marts
    do, coverage as well, and a source that began or ended out of it.
    """
    for kind in ("begins", "ends", "pauses"):
        for size in SIZES:
            for spread in SPREADS:
                counts = [count_false(seed, kind, size, spread) for seed in seeds]
                pooled, covered, panel = np.mean(counts, axis=0)
                yield {
                    "second_source": kind,
                    "size": size,
                    "spread": spread,
                    "false_by_week_pooled": np.round(pooled, 1).tolist(),
                    "false_by_week_covered": np.round(covered, 1).tolist(),
                    "false_by_week_of_the_panel": np.round(panel, 1).tolist(),
                }


def count_false(seed: int, kind: str, size: float, spread: float) -> list[NDArray[np.int64]]:
    """False claims by week: pooled, covered and of the panel."""
    world = plant_world(seed, TOPICS, DAYS)
    is_flat = world.shape == 0
    random = np.random.default_rng(seed + 10_000)
    share = world.base * np.exp(random.normal(0, spread, TOPICS))
    usual = np.outer(size * world.base.sum() * share / share.sum(), world.exposure / world.exposure.mean())
    second = random.poisson(usual * random.gamma(SHAPE, 1 / SHAPE, usual.shape))
    day = np.arange(DAYS)
    is_there = {
        "begins": day >= BEGUN,
        "ends": day < BEGUN,
        "pauses": (day < BEGUN) | (day >= BEGUN + PAUSE),
    }[kind]
    counts = world.counts + second * is_there
    exposure = world.exposure + np.round(size * world.exposure) * is_there
    pooled = count_claims(counts, exposure, is_flat, np.ones(DAYS))
    covered = count_claims(counts, exposure, is_flat, cover_days(exposure))
    if kind == "pauses":
        return [pooled, covered, covered]
    alone = count_claims(world.counts, world.exposure, is_flat, cover_days(world.exposure))
    return [pooled, covered, alone]


def count_claims(
    counts: NDArray[np.int64], exposure: Floats, is_flat: NDArray[np.bool_], coverage: Floats
) -> NDArray[np.int64]:
    """Claims of topics that nothing was planted in, by week from the change, on days that were covered."""
    days = np.arange(BEGUN, BEGUN + 7 * WEEKS)
    table = detect_bursts(counts, exposure, days, DAILY)
    claims = (table.level[is_flat] >= SIGNAL) & (coverage[days] >= LEAST_COVERAGE)
    found: NDArray[np.int64] = claims.sum(axis=0).reshape(WEEKS, 7).sum(axis=1)
    return found


if __name__ == "__main__":
    main()
