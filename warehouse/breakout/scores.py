"""Probabilities and outcomes in; AUC, Brier score, calibration and recall at 4 % false alarms out.

A case is one title at one snapshot, so one title makes many cases; intervals draw whole titles again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Floats, Ints

FALSE_ALARM_RATE = 0.04
BINS = 15
DRAWS = 200


@dataclass(frozen=True, slots=True)
class ForecastScores:
    """How good a forecast was. Intervals are 95 %, from titles drawn again with replacement.

    snapshots: cases, each one title at one snapshot; base_rate: share of them that reached the top ten
    within 24 hours; recall, precision and median_lead_hours hold at the threshold that lets 4 % of the cases
    that did not reach it pass; title_recall: share of the titles that reached it that were flagged before.
    """

    snapshots: int
    titles: int
    base_rate: float
    auc: float
    auc_interval: tuple[float, float]
    brier: float
    brier_skill: float
    calibration_error: float
    false_alarm_rate: float
    threshold: float
    recall: float
    recall_interval: tuple[float, float]
    precision: float
    title_recall: float
    median_lead_hours: float | None

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return asdict(self)


def score_forecast(
    probability: Floats, is_hit: NDArray[np.bool_], lead_hours: Floats, title: Ints, *, seed: int = 7
) -> ForecastScores:
    """Score cases; ValueError when all ended alike, so that nothing can be told apart."""
    if is_hit.all() or not is_hit.any():
        raise ValueError("every case ended alike; a forecast cannot be scored on them")
    threshold = find_threshold(probability, is_hit)
    flagged = probability > threshold
    caught = flagged & is_hit
    names = np.unique(title[is_hit])
    base_rate = float(is_hit.mean())
    brier = float(np.mean((probability - is_hit) ** 2))
    draws = draw_intervals(probability, is_hit, title, np.random.default_rng(seed))
    return ForecastScores(
        snapshots=len(is_hit),
        titles=len(np.unique(title)),
        base_rate=round(base_rate, 5),
        auc=round(area_under_curve(probability, is_hit), 5),
        auc_interval=draws[0],
        brier=round(brier, 5),
        brier_skill=round(1 - brier / (base_rate * (1 - base_rate)), 5),
        calibration_error=round(calibration_error(probability, is_hit), 5),
        false_alarm_rate=round(float(flagged[~is_hit].mean()), 5),
        threshold=round(threshold, 5),
        recall=round(float(caught.sum() / is_hit.sum()), 5),
        recall_interval=draws[1],
        precision=round(float(caught.sum() / max(flagged.sum(), 1)), 5),
        title_recall=round(len(np.unique(title[caught])) / len(names), 5),
        median_lead_hours=median_lead(lead_hours, caught, title),
    )


def median_lead(lead_hours: Floats, caught: NDArray[np.bool_], title: Ints) -> float | None:
    """Median over caught titles of the hours from their first flagged case to the top ten; None for none."""
    if not caught.any():
        return None
    _, place = np.unique(title[caught], return_inverse=True)
    longest = np.full(place.max() + 1, -np.inf)
    np.maximum.at(longest, place, lead_hours[caught])
    return round(float(np.median(longest)), 2)


def find_threshold(probability: Floats, is_hit: NDArray[np.bool_]) -> float:
    """The probability above which at most FALSE_ALARM_RATE of the cases without a hit lie."""
    misses = np.sort(probability[~is_hit])
    return float(misses[max(len(misses) - 1 - int(FALSE_ALARM_RATE * len(misses)), 0)])


def area_under_curve(probability: Floats, is_hit: NDArray[np.bool_]) -> float:
    """Chance that a hit is rated above a miss, ties half (Hanley & McNeil 1982)."""
    levels, place = np.unique(probability, return_inverse=True)
    hits = np.bincount(place, is_hit.astype(np.float64), minlength=len(levels))
    misses = np.bincount(place, (~is_hit).astype(np.float64), minlength=len(levels))
    below = np.cumsum(misses) - misses
    return float((hits * (below + misses / 2)).sum() / (hits.sum() * misses.sum()))


def calibration_error(probability: Floats, is_hit: NDArray[np.bool_], bins: int = BINS) -> float:
    """Mean distance of forecast and outcome over bins of equal width (Naeini et al. 2015), 0..1."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    said = np.bincount(place, probability, minlength=bins)
    came = np.bincount(place, is_hit.astype(np.float64), minlength=bins)
    return float(np.abs(said - came).sum() / len(is_hit))


def draw_intervals(
    probability: Floats, is_hit: NDArray[np.bool_], title: Ints, random: np.random.Generator
) -> tuple[tuple[float, float], tuple[float, float]]:
    """95 % intervals of AUC and of recall at the false-alarm rate, drawing titles with replacement."""
    order = np.argsort(probability, kind="stable")
    hit = is_hit[order]
    names, place = np.unique(title[order], return_inverse=True)
    areas, recalls = [], []
    for _ in range(DRAWS):
        weight = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))[place]
        hits, misses = weight * hit, weight * ~hit
        below = np.cumsum(misses)
        if not below[-1] or not hits.sum():
            continue
        areas.append(float((hits * (below - misses / 2)).sum() / (hits.sum() * below[-1])))
        cut = np.searchsorted(below, (1 - FALSE_ALARM_RATE) * below[-1])
        recalls.append(float(hits[cut + 1 :].sum() / hits.sum()))
    return interval_of(areas), interval_of(recalls)


def interval_of(values: list[float]) -> tuple[float, float]:
    """2.5th and 97.5th percentile; NaN twice when nothing could be drawn."""
    if not values:
        return (float("nan"), float("nan"))
    low, high = np.quantile(values, (0.025, 0.975))
    return (round(float(low), 5), round(float(high), 5))
