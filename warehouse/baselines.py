"""Counts and exposure of baseline days in; each topic's rate, dispersion and drift out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.negative_binomial import Floats, sum_windows

Bins = NDArray[np.int64]

FIRST_DISPERSION = 0.25
"""Where the capping starts: k = 4, the middle of what hot-list terms show."""


SHAPE_LIMITS = (0.05, 20.0)
"""Least and greatest shape of a parent's prior: one dominant tag, and siblings all alike."""


@dataclass(frozen=True, slots=True)
class BaselineSettings:
    """How a baseline is estimated; the defaults are METRICS §5.4's where it names one."""

    winsor_quantile: float = 0.9
    rate_cap: float = 3.0
    dispersion_cap: float = 6.0
    pseudo_count: float = 0.5
    dispersion_floor: float = 0.05
    least_drift: float = 0.015
    volume_bins: int = 10
    least_topics_in_bin: int = 20
    least_days: int = 10
    birth_days: int = 21
    least_siblings: int = 10
    weekday_effect: bool = True


@dataclass(frozen=True, slots=True)
class Baseline:
    """One row of each array per topic.

    rate: documents per unit of exposure; total: expected documents of the whole baseline; dispersion:
    1/k of one day; spread: posterior standard deviation of it; drift: relative variance of the rate from
    baseline to test day; share: dispersion of a sum of w days as a part of one day's, by bin and window;
    weekday: factor by weekday. Of a newborn topic with a parent, rate and total are those of its posterior.
    """

    rate: Floats
    total: Floats
    dispersion: Floats
    spread: Floats
    drift: Floats
    share: dict[int, Floats]
    weekday: Floats
    is_new: NDArray[np.bool_]
    days: int


def estimate_baseline(
    counts: Floats,
    exposure: Floats,
    weekdays: Bins,
    windows: tuple[int, ...],
    settings: BaselineSettings,
    parents: Bins | None = None,
) -> Baseline:
    """Baseline of each topic from counts [topics, days], exposure [days] and weekdays [days, 0..6].

    parents: number of each topic's parent [topics], -1 for none; topics of one parent are siblings.

    Days without exposure carry no weight. Past bursts are capped before the rate is taken (at residuals of 3
    standard deviations) and, more loosely, before the dispersion is: a hard cap there would hide the
    noise it measures.
    """
    covered = exposure > 0
    counts, exposure, weekdays = counts[:, covered], exposure[covered], weekdays[covered]
    counts, span, is_new = cut_births(counts, exposure, settings)
    rate = winsorise_rate(counts, exposure, span, settings)
    expected = rate[:, None] * exposure
    spread_of = expected + FIRST_DISPERSION * expected**2
    capped = np.minimum(counts, expected + settings.rate_cap * np.sqrt(spread_of) + 1.0)
    rate = (capped.sum(axis=1) + settings.pseudo_count) / span
    bins = assign_bins(rate, settings)
    expected = rate[:, None] * exposure
    weekday = np.ones((len(rate), 7))
    dispersion, spread, share = estimate_dispersion(counts, expected, bins, windows, settings)
    if settings.weekday_effect and len(exposure) >= 28:
        weekday = estimate_weekdays(capped, expected, weekdays, dispersion, bins)
    drift = estimate_drift(capped, expected, dispersion, bins)
    total = rate * span
    if parents is not None:
        rate, total = inherit_rates(rate, total, span, is_new, dispersion, len(exposure), parents, settings)
    return Baseline(
        rate=rate,
        total=total,
        dispersion=dispersion,
        spread=spread,
        drift=drift,
        share=share,
        weekday=weekday,
        is_new=is_new,
        days=int(covered.sum()),
    )


def cut_births(
    counts: Floats, exposure: Floats, settings: BaselineSettings
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Counts, exposure behind each topic's rate [topics], and whether the topic was born just now.

    A topic without one document until the last three weeks of a baseline is compared with the time
    before its birth: its own first days must not become the norm that hides its rise.
    """
    days = len(exposure)
    span = np.full(len(counts), exposure.sum())
    is_new = np.zeros(len(counts), dtype=np.bool_)
    if days < settings.least_days + 1:
        return counts, span, is_new
    seen = counts > 0
    first = np.where(seen.any(axis=1), seen.argmax(axis=1), days)
    is_new = first >= max(settings.least_days, days - settings.birth_days)
    before = np.concatenate([[0.0], np.cumsum(exposure)])
    span = np.where(is_new, before[first], span)
    return np.where(is_new[:, None], 0.0, counts), span, is_new


def inherit_rates(
    rate: Floats,
    total: Floats,
    span: Floats,
    is_new: NDArray[np.bool_],
    dispersion: Floats,
    days: int,
    parents: Bins,
    settings: BaselineSettings,
) -> tuple[Floats, Floats]:
    """Rates and totals, those of newborn topics from their parent's Gamma prior (METRICS §5.4).

    The prior is fitted by moments to the rates of the older siblings, less what their own noise explains.
    After a span without a document before its birth a topic's posterior has the prior's shape and the mean
    shape / (shape / prior mean + span), which is its rate; the shape stands for the documents known of it.
    Where older siblings are few, and where there is no parent, the pseudo-count stays.
    """
    number = int(parents.max(initial=-1)) + 1
    older = (parents >= 0) & ~is_new
    siblings = parents[older]
    size = np.bincount(siblings, minlength=number)
    mean = np.bincount(siblings, rate[older], number) / np.maximum(size, 1)
    noise = rate[older] / span[older] + dispersion[older] * rate[older] ** 2 / days
    spread = np.bincount(siblings, (rate[older] - mean[siblings]) ** 2, number) / np.maximum(size - 1, 1)
    variance = spread - np.bincount(siblings, noise, number) / np.maximum(size, 1)
    heirs = np.flatnonzero(is_new & (parents >= 0))
    heirs = heirs[size[parents[heirs]] >= settings.least_siblings]
    middle = mean[parents[heirs]]
    # siblings as like as their noise lets them be would leave no spread at all
    shape = np.clip(middle**2 / np.maximum(variance[parents[heirs]], 1e-12), *SHAPE_LIMITS)
    rate, total = rate.copy(), total.copy()
    rate[heirs] = shape / (shape / middle + span[heirs])
    total[heirs] = shape
    return rate, total


def winsorise_rate(counts: Floats, exposure: Floats, span: Floats, settings: BaselineSettings) -> Floats:
    """First rate: daily rates cut at the topic's own 90th percentile, then at what noise explains."""
    rates = counts / exposure
    place = int(settings.winsor_quantile * (counts.shape[1] - 1))
    cut = np.partition(rates, place, axis=1)[:, place : place + 1]
    rate = (np.minimum(rates, cut) * exposure).sum(axis=1) / span
    expected = rate[:, None] * exposure
    cap = expected + settings.rate_cap * np.sqrt(expected + FIRST_DISPERSION * expected**2) + 1.0
    total: Floats = np.minimum(counts, cap).sum(axis=1) / span
    return total


def assign_bins(rate: Floats, settings: BaselineSettings) -> Bins:
    """Volume bin of each topic, equal numbers in each, by rate; fewer bins where topics are few."""
    number = int(np.clip(len(rate) // settings.least_topics_in_bin, 1, settings.volume_bins))
    order = np.argsort(rate, kind="stable")
    bins = np.empty(len(rate), dtype=np.int64)
    bins[order] = np.arange(len(rate)) * number // max(len(rate), 1)
    return bins


def estimate_dispersion(
    counts: Floats, expected: Floats, bins: Bins, windows: tuple[int, ...], settings: BaselineSettings
) -> tuple[Floats, Floats, dict[int, Floats]]:
    """Dispersion of a day, its posterior spread, and that of longer windows as a part of a day's.

    Moments per topic, pooled by volume bin; each topic is drawn to its bin as far as its two halves
    disagree: the reliability of the topic's own estimate is the covariance of the halves over the
    variance of the whole.
    """
    noise = np.sqrt(expected + FIRST_DISPERSION * expected**2)
    counts = np.minimum(counts, expected + settings.dispersion_cap * noise + 1.0)
    excess = counts - expected
    excess *= excess
    excess -= expected
    square = expected * expected
    half = counts.shape[1] // 2
    number = int(bins.max(initial=0)) + 1
    size = np.maximum(np.bincount(bins, minlength=number), 1)
    days = counts.shape[1]
    # the mean was fitted to the same days, which takes one degree of freedom from their scatter
    pooled = pool(bins, excess.sum(axis=1), square.sum(axis=1), number) * days / (days - 1)
    pooled = np.maximum(pooled, settings.dispersion_floor)
    prior = pooled[bins]

    def deviate(part: slice) -> Floats:
        own = excess[:, part].sum(axis=1) / np.maximum(square[:, part].sum(axis=1), 1e-12)
        deviation: Floats = np.clip(own - prior, -3 * prior, 3 * prior)
        return deviation

    whole = deviate(slice(None))
    between = np.maximum(
        np.bincount(bins, deviate(slice(None, half)) * deviate(slice(half, None)), number) / size, 0
    )
    variance = np.maximum(np.bincount(bins, whole**2, number) / size, 1e-12)
    reliability = np.minimum(between / variance, 0.95)[bins]
    own = np.maximum(prior + reliability * whole, settings.dispersion_floor)
    spread: Floats = np.sqrt(between[bins] * (1 - reliability))
    share = {1: np.ones(len(prior))}
    for length in windows:
        if 1 < length <= counts.shape[1]:
            means = sum_windows(expected, length)
            gaps = sum_windows(counts, length)
            gaps -= means
            scatter = np.einsum("ij,ij->i", gaps, gaps) - means.sum(axis=1)
            long = pool(bins, scatter, np.einsum("ij,ij->i", means, means), number)
            long *= days / max(days - length, 1)
            share[length] = np.clip(long / pooled, 1.0 / length, 1.0)[bins]
    return own, spread, share


def estimate_drift(counts: Floats, expected: Floats, dispersion: Floats, bins: Bins) -> Floats:
    """Relative variance of the true rate between two halves of the baseline, beyond what noise explains.

    The tested day lies as far from the baseline's middle as the halves lie from each other, so this is
    what a flat rate misses: slow seasons and fading topics.
    """
    half = counts.shape[1] // 2
    if half < 7:
        return np.zeros(len(counts))
    early, late = expected[:, :half].sum(axis=1), expected[:, half:].sum(axis=1)
    gap = counts[:, half:].sum(axis=1) / late - counts[:, :half].sum(axis=1) / early
    noise = 1 / early + 1 / late + 2 * dispersion / half
    weight = 1 / noise
    number = int(bins.max(initial=0)) + 1
    extra = np.minimum(gap**2, 9 * noise) - noise
    pooled = np.bincount(bins, extra * weight, number) / np.bincount(bins, weight, number)
    drift: Floats = np.maximum(pooled, 0)[bins]
    return drift


def estimate_weekdays(
    counts: Floats, expected: Floats, weekdays: Bins, dispersion: Floats, bins: Bins
) -> Floats:
    """Factor of each topic's weekdays beyond the platform's [topics, 7], drawn to 1 by their noise."""
    observed = np.stack([counts[:, weekdays == day].sum(axis=1) for day in range(7)], axis=1)
    mean = np.maximum(np.stack([expected[:, weekdays == day].sum(axis=1) for day in range(7)], axis=1), 1e-9)
    observed *= (mean.sum(axis=1) / np.maximum(observed.sum(axis=1), 1e-9))[:, None]
    visits = np.maximum(np.bincount(weekdays, minlength=7), 1)
    noise = 1 / mean + dispersion[:, None] / visits
    gap = np.clip(observed / mean - 1, -1, 2)
    number = int(bins.max(initial=0)) + 1
    weight = 1 / noise
    extra = ((np.minimum(gap**2, 9 * noise) - noise) * weight).sum(axis=1)
    between = np.maximum(
        np.bincount(bins, extra, number) / np.bincount(bins, weight.sum(axis=1), number), 0.0
    )[bins][:, None]
    factor: Floats = 1 + between / (between + noise) * gap
    return factor


def pool(bins: Bins, parts: Floats, wholes: Floats, number: int) -> Floats:
    """Ratio of the sums by bin."""
    ratio: Floats = np.bincount(bins, parts, number) / np.maximum(np.bincount(bins, wholes, number), 1e-12)
    return ratio
