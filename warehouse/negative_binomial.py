"""Over-dispersed counts in; negative-binomial tails and Benjamini-Hochberg q-values out, as arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, gammaln

Floats = NDArray[np.float64]

SMALLEST_P = 1e-300
"""Tails below this are all the same to a reader, and zero has no place in a product or a logarithm."""


def compute_upper_tail(counts: Floats, expected: Floats, dispersion: Floats) -> Floats:
    """Mid-p upper tail P(X > x) + P(X = x) / 2 of a negative binomial.

    Its mean is mu, its variance mu + dispersion * mu^2.

    The mid-p makes the p-values of small counts uniform on average (METRICS §5.4). Shapes must
    broadcast; expected and dispersion above zero and finite. Where the dispersion is so large that the
    success probability is 1 in double precision, the tail is computed from its complement, not lost.
    """
    size = 1.0 / dispersion
    share = expected / (expected + size)
    rest = size / (expected + size)
    log_mass = (
        gammaln(counts + size)
        - gammaln(size)
        - gammaln(counts + 1.0)
        - size * np.log1p(expected * dispersion)
        - counts * np.log1p(size / expected)
    )
    near_one = share > 0.5
    tail = np.empty(np.broadcast_shapes(np.shape(counts), np.shape(share)))
    betainc(counts + 1.0, size, share, out=tail, where=~near_one)
    betaincc(size, counts + 1.0, rest, out=tail, where=near_one)
    tail += 0.5 * np.exp(log_mass)
    return np.clip(tail, SMALLEST_P, 1.0)


def adjust_p_values(p_values: Floats) -> Floats:
    """Benjamini-Hochberg q-values over the last axis; NaN means not tested and stays NaN.

    q_(k) = min over j >= k of p_(j) * m / j, at most 1, with m the number of finite p-values of the row.
    """
    order = np.argsort(p_values, axis=-1, kind="stable")
    ordered = np.take_along_axis(p_values, order, axis=-1)
    tested = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    ranks = np.arange(1, p_values.shape[-1] + 1)
    scaled = np.where(np.isfinite(ordered), ordered * tested / ranks, np.inf)
    smallest = np.minimum.accumulate(scaled[..., ::-1], axis=-1)[..., ::-1]
    q_values = np.empty_like(ordered)
    np.put_along_axis(q_values, order, np.minimum(smallest, 1.0), axis=-1)
    return np.where(np.isfinite(p_values), q_values, np.nan)


def adjust_p_values_by_event(p_values: Floats, events: NDArray[np.str_], tested: NDArray[np.int64]) -> Floats:
    """q-values of topics that a list shows by event, so that its rows are controlled, not its topics alone.

    q_i = min over t >= p_i of t * tested / (events of which a topic has p <= t), at most 1; where each topic
    is an event of its own, those of Benjamini-Hochberg. Rises share events and chance does not: the 75 topics
    of five events of fifteen names carry four false ones, four rows of nine. False rows at t are at most the
    false topics at t, of which t * tested are expected, so that the bound holds for what merging leaves
    (Katsevich, Sabatti and Bogomolov 2023, "Filtering the rejection set while preserving false discovery
    rate control"). p_values, events, tested: [topics] that were found, the event of each, and how many were
    tested with it.
    """
    order = np.argsort(p_values, kind="stable")
    ordered = p_values[order]
    first = np.zeros(len(order), dtype=np.bool_)
    first[np.unique(events[order], return_index=True)[1]] = True
    # what has the same p is found at the same threshold
    found = np.cumsum(first)[np.searchsorted(ordered, ordered, side="right") - 1]
    q_values = np.empty_like(ordered)
    q_values[order] = np.minimum.accumulate((ordered * tested[order] / found)[::-1])[::-1]
    return np.minimum(q_values, 1.0)


def combine_p_values(p_values: Floats, weights: Floats) -> Floats:
    """Cauchy combination over the first axis: one p-value from several that depend on each other.

    T = sum of w_i * cot(pi * p_i) has a Cauchy tail whatever the dependence (Liu and Xie 2020), so that
    tests over one, two and four days of the same counts need no Bonferroni factor.
    """
    bounded = np.clip(p_values, SMALLEST_P, 1.0 - 1e-9)
    statistic = np.tensordot(weights, 1.0 / np.tan(np.pi * bounded), axes=(0, 0))
    combined: Floats = np.arctan2(1.0, statistic) / np.pi
    return combined


def sum_windows(values: Floats, length: int) -> Floats:
    """Sums of `length` neighbours along the last axis: [.., n] -> [.., n - length + 1]."""
    if length == 1:
        return values
    number = values.shape[-1] - length + 1
    total = values[..., :number] + values[..., 1 : number + 1]
    for place in range(2, length):
        total += values[..., place : place + number]
    return total
