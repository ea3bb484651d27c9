"""A seed in, topics whose lives are known out; weekly marts over them in, scores out (METRICS §4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.negative_binomial import Floats
from warehouse.planted import NEW, TESTED_DAYS, WEEKDAY_LEVELS, plant_world
from warehouse.week_replay import WeekMarts, replay_weeks, sum_weeks

TOPICS, WEEKS, SCORED_WEEKS = 1500, 40, 13
SHARE_FLAT = 0.4
TURNING = 0.10
"""Growth a week (ln) from which on a true level counts as going up or down."""
NOISY_WEEK, USUAL_WEEK = 8.0, 35.0
"""k of a week's count: METRICS §4.5's, and that of the planted trends (5 a day)."""
FUTURE_WEEKS, QUIET_WEEKS = 4, 4
UP_STAGES = ("new", "emerging", "rising")


@dataclass(frozen=True, slots=True)
class PlantedLives:
    """counts, usual (their mean) [topics, days]; peak [topics, 2]: first and last day on top, -1 if flat."""

    counts: NDArray[np.int64]
    usual: Floats
    exposure: Floats
    peak: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LifeScores:
    """Topic-weeks with a stage are the unit, of topics that truly go up or down that week."""

    up_shown_as_fading: float
    fading_shown_as_up: float
    up_shown_as_up: float
    fading_shown_as_fading: float
    flat_shown_as_moving: float
    direction_up_right: float
    direction_down_right: float
    direction_reversed: float
    peaks_confirmed: int
    peak_week_right: float
    flip_flop_per_week: float
    staged_weeks: int


@dataclass(frozen=True, slots=True)
class VelocityScores:
    """interval_coverage: of the true growth, by the 95 % interval; sign_agreement: with other authors.

    false_acceleration: topic-weeks of flat topics whose acceleration is claimed to differ from zero.
    """

    interval_coverage: float
    sign_agreement: float
    false_acceleration: float
    velocity_weeks: int


def plant_lives(seed: int, week_size: float = NOISY_WEEK, topics: int = TOPICS) -> PlantedLives:
    """Topics of 10 to 200 documents a week over WEEKS weeks; six in ten rise once, stay and fall.

    They rise to 2.5 to 8 times their level within two to eight weeks, stay for up to four and fall within
    three to ten. Counts are negative binomial, so that a week's has k = `week_size`; the platform has
    weekdays and noise of its own.
    """
    random = np.random.default_rng(seed)
    days = 7 * WEEKS
    level = np.zeros((topics, days))
    peak = np.full((topics, 2), -1, dtype=np.int64)
    for topic in np.flatnonzero(random.random(topics) >= SHARE_FLAT):
        onset = 7 * int(random.integers(8, WEEKS - 1))
        rise, stay, fall = (int(7 * random.uniform(*span)) for span in ((2, 8), (0, 4), (3, 10)))
        top = np.log(random.uniform(2.5, 8))
        knots = np.cumsum([onset, rise, stay, fall])
        level[topic] = np.interp(np.arange(days), knots, [0, top, top, top * random.uniform(0, 0.2)])
        peak[topic] = knots[1], knots[2]
    base = np.exp(random.uniform(np.log(10), np.log(200), topics)) / 7
    volume = WEEKDAY_LEVELS[np.arange(days) % 7] * np.exp(random.normal(0, 0.05, days))
    usual = base[:, None] * np.exp(level) * volume
    size = week_size / 7
    return PlantedLives(
        counts=random.poisson(usual * random.gamma(size, 1 / size, usual.shape)),
        usual=usual,
        exposure=np.round(volume * base.sum() * 5),
        peak=peak,
    )


def measure_growth(lives: PlantedLives) -> Floats:
    """True growth a week (ln of shares) [topics, weeks], the first without one."""
    share = sum_weeks(lives.usual) / sum_weeks(lives.exposure)
    growth = np.full(share.shape, np.nan)
    growth[:, 1:] = np.diff(np.log(share), axis=1)
    return growth


def score_stages(lives: PlantedLives, marts: WeekMarts) -> LifeScores:
    """Confusion of directions, peaks and flip-flops."""
    table = marts.stage.filter(pc.is_valid(marts.stage["stage"]))
    topic, ago = table["topic"].to_numpy(), table["weeks_ago"].to_numpy()
    stage = np.array(table["stage"].to_pylist(), dtype=object)
    growth = measure_growth(lives)
    true = growth[topic, growth.shape[1] - 1 - ago]
    up, down, flat = true >= TURNING, true <= -TURNING, lives.peak[topic, 0] < 0
    is_up, is_fading = np.isin(stage, UP_STAGES), stage == "fading"
    way = np.array(table["direction"].to_pylist(), dtype=object)
    confirmed = table["peak_confirmed"].to_numpy(zero_copy_only=False)
    last = lives.counts.shape[1] - 1
    weeks = np.array(table["week"].to_pylist(), dtype="datetime64[D]")
    peaked = np.array(table["peak_week"].to_pylist(), dtype="datetime64[D]")
    peak_day = last - 7 * ago - (weeks - peaked).astype(np.int64)
    first, past = lives.peak[topic].T
    # the two-week mean ends on the last day of its week; a plateau is right anywhere
    right = (first >= 0) & (peak_day >= first - 7) & (peak_day - 6 <= past + 7)
    return LifeScores(
        up_shown_as_fading=share_of(is_fading[up]),
        fading_shown_as_up=share_of(is_up[down]),
        up_shown_as_up=share_of(is_up[up]),
        fading_shown_as_fading=share_of(is_fading[down]),
        flat_shown_as_moving=share_of((is_up | is_fading)[flat]),
        direction_up_right=share_of(way[up] == "up"),
        direction_down_right=share_of(way[down] == "down"),
        direction_reversed=share_of(np.concatenate([way[up] == "down", way[down] == "up"])),
        peaks_confirmed=int(confirmed.sum()),
        peak_week_right=share_of(right[confirmed]),
        flip_flop_per_week=measure_flip_flops(topic, ago, stage),
        staged_weeks=len(stage),
    )


def measure_flip_flops(topic: NDArray[np.int64], ago: NDArray[np.int64], stage: NDArray[np.object_]) -> float:
    """Part of the weeks whose stage differs from the week before and is what it was then the week after."""
    order = np.lexsort((-ago, topic))
    topic, ago, stage = topic[order], ago[order], stage[order]
    joined = (topic[2:] == topic[:-2]) & (ago[:-2] - ago[2:] == 2)
    flipped = (stage[1:-1] != stage[:-2]) & (stage[2:] == stage[:-2])
    return share_of(flipped[joined])


def score_velocity(lives: PlantedLives, marts: WeekMarts, other: WeekMarts | None = None) -> VelocityScores:
    """Coverage, false acceleration, and the agreement of signs with `other`, the other half of authors."""
    table = marts.velocity.filter(pc.equal(marts.velocity["status"], "ok"))
    topic, ago = table["topic"].to_numpy(), table["weeks_ago"].to_numpy()
    growth = measure_growth(lives)
    true = growth[topic, growth.shape[1] - 1 - ago]
    low, high, value = (table[name].to_numpy() for name in ("v_lo", "v_hi", "v_log"))
    accel = marts.accel.filter(pc.equal(marts.accel["status"], "ok"))
    flat = lives.peak[accel["topic"].to_numpy(), 0] < 0
    claimed = (accel["acc_lo"].to_numpy() > 0) | (accel["acc_hi"].to_numpy() < 0)
    agreement = float("nan")
    if other is not None:
        places = other.velocity["topic"].to_numpy() * 1000 + other.velocity["weeks_ago"].to_numpy()
        order = np.argsort(places)
        found = np.searchsorted(places[order], topic * 1000 + ago)
        found = np.minimum(found, len(places) - 1)
        known = places[order][found] == topic * 1000 + ago
        second = other.velocity["v_log"].to_numpy()[order][found]
        sure = known & ((low > 0) | (high < 0))
        agreement = share_of((np.sign(second) == np.sign(value))[sure])
    return VelocityScores(
        interval_coverage=share_of((low <= true) & (true <= high)),
        sign_agreement=agreement,
        false_acceleration=share_of(claimed[flat]),
        velocity_weeks=len(topic),
    )


@dataclass(frozen=True, slots=True)
class FutureScores:
    """Stages of real topics against the mean share of the four weeks after, and stages that flip and flop."""

    rising_went_on: float
    rising_weeks: int
    fading_went_on: float
    fading_weeks: int
    others_rose: float
    flip_flop_per_week: float
    staged_weeks: int


def score_future(counts: NDArray[np.int64], exposure: Floats, marts: WeekMarts) -> FutureScores:
    """How many topics shown as rising (fading) had a higher (lower) share over the next four weeks.

    Higher than in the week before the stage was shown, as its own week was chosen for being high or low.
    """
    table = marts.stage.filter(pc.is_valid(marts.stage["stage"]))
    share = sum_weeks(counts) / np.maximum(sum_weeks(exposure), 1)
    topic, ago = table["topic"].to_numpy(), table["weeks_ago"].to_numpy()
    stage = np.array(table["stage"].to_pylist(), dtype=object)
    column = share.shape[1] - 1 - ago
    known = ago >= FUTURE_WEEKS
    place, week = topic[known], column[known]
    later = np.mean([share[place, week + ahead] for ahead in range(1, FUTURE_WEEKS + 1)], axis=0)
    before, shown = share[place, week - 1], stage[known]
    is_up, is_down = np.isin(shown, UP_STAGES), shown == "fading"
    return FutureScores(
        rising_went_on=share_of((later > before)[is_up]),
        rising_weeks=int(is_up.sum()),
        fading_went_on=share_of((later < before)[is_down]),
        fading_weeks=int(is_down.sum()),
        others_rose=share_of((later > before)[~is_up & ~is_down]),
        flip_flop_per_week=measure_flip_flops(topic, ago, stage),
        staged_weeks=len(stage),
    )


def share_of(flags: NDArray[np.bool_]) -> float:
    """Part that is true, to four places; nan of none."""
    return round(float(flags.mean()), 4) if len(flags) else float("nan")


def evaluate_lives(seeds: Sequence[int] = range(4), topics: int = TOPICS) -> dict[str, object]:
    """Mean scores of stages over planted lives, at METRICS §4.5's noise and at that of the planted trends."""
    scores = {}
    for name, size in (("noisy", NOISY_WEEK), ("usual", USUAL_WEEK)):
        rows = []
        for seed in seeds:
            lives = plant_lives(seed, size, topics)
            rows.append(asdict(score_stages(lives, replay_weeks(lives.counts, lives.exposure, SCORED_WEEKS))))
        scores[name] = average(rows)
    return {**scores["noisy"], "usual_noise": scores["usual"], "seeds": len(seeds), "topics": topics}


def evaluate_velocity(seeds: Sequence[int] = range(4), topics: int = TOPICS) -> dict[str, object]:
    """Mean scores of velocity and acceleration over planted lives, halves of their authors, quiet worlds."""
    scores = {}
    for name, size in (("usual", USUAL_WEEK), ("noisy", NOISY_WEEK)):
        rows = []
        for seed in seeds:
            lives = plant_lives(seed, size, topics)
            whole = replay_weeks(lives.counts, lives.exposure, SCORED_WEEKS)
            half = np.random.default_rng(seed).binomial(lives.counts, 0.5)
            one, other = (
                replay_weeks(part, lives.exposure / 2, SCORED_WEEKS) for part in (half, lives.counts - half)
            )
            agreement = score_velocity(lives, one, other).sign_agreement
            rows.append({**asdict(score_velocity(lives, whole)), "sign_agreement": agreement})
        scores[name] = average(rows)
    worlds = [quiet_world(seed, 2 * topics) for seed in seeds]
    scores["worlds"] = average(
        [asdict(score_velocity(one, replay_weeks(one.counts, one.exposure, QUIET_WEEKS))) for one in worlds]
    )
    return {
        **scores["usual"],
        "noisy_weeks": scores["noisy"],
        "before_trends": {
            name: scores["worlds"][name] for name in ("interval_coverage", "false_acceleration")
        },
        "seeds": len(seeds),
        "topics": topics,
    }


def quiet_world(seed: int, topics: int) -> PlantedLives:
    """The weeks of a planted world (METRICS §4.1) before its trends: weekdays, slow seasons and noise."""
    world = plant_world(seed, topics)
    kept = world.shape != NEW
    counts = world.counts[kept, :-TESTED_DAYS]
    return PlantedLives(
        counts=counts,
        usual=world.usual[kept, :-TESTED_DAYS],
        exposure=world.exposure[:-TESTED_DAYS],
        peak=np.full((len(counts), 2), -1, dtype=np.int64),
    )


def average(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """Mean of every field."""
    return {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}
