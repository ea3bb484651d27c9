"""Daily counts and exposures in; expected count, p, q and level of topics by day out (METRICS §5.4)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from warehouse.baselines import Baseline, BaselineSettings, estimate_baseline
from warehouse.negative_binomial import Floats, adjust_p_values, combine_p_values, compute_upper_tail
from warehouse.platform_mix import PlatformMix
from warehouse.promotions import raise_expected

LEVELS = ("none", "hint", "signal", "alert")
"""What a level number stands for."""

HINT, SIGNAL, ALERT = 1, 2, 3
MOST_WORKERS = 4
LEAST_CELLS = 200_000
"""Cells to test from which more than one thread is worth starting."""


@dataclass(frozen=True, slots=True)
class BurstSettings:
    """The burst test of one grain.

    windows, weights: lengths in days of the sums tested together; family_allowance: factor on their
    combined p-value, because the Cauchy tail of positively dependent tests runs 10-20 % low between .01
    and .001 (planted null topics), and 30 % for three days within seven.
    """

    windows: tuple[int, ...] = (1, 2, 4)
    weights: tuple[float, ...] = (0.5, 0.25, 0.25)
    family_allowance: float = 1.15
    claim_days: int = 1
    baseline_days: int = 42
    guard_days: int = 3
    least_ratio: float = 1.5
    least_count: int = 1
    least_authors: int = 5
    signal_q: float = 0.05
    alert_q: float = 0.10
    hint_q: float = 0.20
    baseline: BaselineSettings = field(default_factory=BaselineSettings)


DAILY = BurstSettings()
WEEKLY = BurstSettings(
    # a rise that began within the week shows in its last three days before it shows in its sum
    windows=(3, 7),
    weights=(0.1, 0.9),
    family_allowance=1.4,
    claim_days=7,
    least_ratio=1.3,
    least_count=10,
    baseline=BaselineSettings(least_drift=0.0),
)


@dataclass(frozen=True, slots=True)
class BurstTable:
    """Arrays [topics, tested days] of one platform; p and q are NaN where there is no baseline.

    count, expected: documents of the claimed day or week; level: index into LEVELS; is_new: compared
    with the time before its birth; tested: number of tests behind each q-value.
    """

    days: NDArray[np.int64]
    count: Floats
    expected: Floats
    dispersion: Floats
    p_value: Floats
    q_value: Floats
    level: NDArray[np.int8]
    is_new: NDArray[np.bool_]
    tested: NDArray[np.int64]

    @property
    def ratio(self) -> Floats:
        """Observed over expected."""
        return self.count / self.expected


@dataclass(frozen=True, slots=True)
class _Counted:
    """One platform as detect_bursts is given it, with the weekday of each column [days]."""

    counts: NDArray[np.generic]
    exposure: Floats
    weekdays: NDArray[np.int64]
    tested_from: NDArray[np.int64] | None
    parents: NDArray[np.int64] | None
    promoted: NDArray[np.bool_] | None
    mix: PlatformMix | None


def detect_bursts(
    counts: NDArray[np.generic],
    exposure: Floats,
    days: NDArray[np.int64],
    settings: BurstSettings = DAILY,
    *,
    authors: NDArray[np.generic] | None = None,
    first_weekday: int = 0,
    tested_from: NDArray[np.int64] | None = None,
    parents: NDArray[np.int64] | None = None,
    promoted: NDArray[np.bool_] | None = None,
    mix: PlatformMix | None = None,
) -> BurstTable:
    """Test each topic on each of `days` (column numbers of counts) against its own past.

    counts: documents [topics, days]; exposure: documents of the platform [days], 0 where it was not crawled;
    authors: authors [topics, days], the counts where None; first_weekday: weekday (Monday 0) of column 0;
    tested_from: first column that each topic may be tested on [topics], all of them where None;
    parents: number of each topic's parent [topics], -1 for none, whose older topics say what a newborn one of
    its kind may be expected to have;
    promoted: whether a column is a day of a promotion, on which whole parents may rise [days], none if None;
    mix: the platforms behind counts of `all`: each moves what is expected of a topic by its part there.
    BH runs over all topics with a baseline, before any support filter: filtering first selects on the
    outcome and nearly doubles the false discoveries. Newborn topics are tested because they were seen, so
    nearly all of them rise: among the others their ranks would lend a q of .05 to what is false four times in
    ten (planted worlds with 130 newborn of 3,000). They take theirs from all topics together.
    """
    shape = (len(counts), len(days))
    table = BurstTable(
        days=days,
        count=np.zeros(shape),
        expected=np.full(shape, np.nan),
        dispersion=np.full(shape, np.nan),
        p_value=np.full(shape, np.nan),
        q_value=np.full(shape, np.nan),
        level=np.zeros(shape, dtype=np.int8),
        is_new=np.zeros(shape, dtype=np.bool_),
        tested=np.zeros(shape, dtype=np.int64),
    )
    weekdays = (np.arange(counts.shape[1]) + first_weekday) % 7
    counted = _Counted(counts, exposure, weekdays, tested_from, parents, promoted, mix)

    def fill(place: int) -> None:
        detect_day(table, place, int(days[place]), counted, settings)

    if table.count.size < LEAST_CELLS:
        for place in range(len(days)):
            fill(place)
    else:
        # each day fills columns of its own, and NumPy lets go of the interpreter while it counts
        with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, MOST_WORKERS)) as pool:
            list(pool.map(fill, range(len(days))))
    grade(table, counts if authors is None else authors, settings)
    return table


def detect_day(table: BurstTable, place: int, day: int, counted: _Counted, settings: BurstSettings) -> None:
    """Fill one column of the table."""
    counts, exposure, weekdays = counted.counts, counted.exposure, counted.weekdays
    parents, promoted = counted.parents, counted.promoted
    claim = slice(max(day - settings.claim_days + 1, 0), day + 1)
    table.count[:, place] = counts[:, claim].sum(axis=1)
    end = day + 1 - settings.guard_days - max(settings.claim_days, 1)
    start = max(end - settings.baseline_days, 0)
    is_read = exposure[claim].any() and (exposure[start:end] > 0).sum() >= settings.baseline.least_days
    if end <= 0 or not is_read:
        return
    is_tested = counts[:, start : day + 1].any(axis=1)
    if counted.tested_from is not None:
        is_tested &= counted.tested_from <= day
    rows = np.flatnonzero(is_tested)
    if len(rows) == 0:
        return
    recent = counts[rows, start : day + 1].astype(np.float64)
    base = estimate_baseline(
        recent[:, : end - start],
        exposure[start:end],
        weekdays[start:end],
        settings.windows,
        settings.baseline,
        None if parents is None else parents[rows],
    )
    after = np.arange(end, day + 1)
    spread = None if counted.mix is None else counted.mix.spread(rows, slice(start, end), after)
    shown = exposure[after] if spread is None else spread.exposure
    expected = base.rate[:, None] * shown * base.weekday[:, weekdays[after]]
    observed = recent[:, end - start :]
    if promoted is not None and parents is not None and promoted[after].any():
        read = start + np.flatnonzero(exposure[start:end] > 0)
        past = base.rate[:, None] * exposure[read] * base.weekday[:, weekdays[read]]
        expected = raise_expected(
            observed, expected, recent[:, read - start], past, parents[rows], promoted[after]
        )
    p_values = [
        compute_window_tail(
            observed[:, -length:].sum(axis=1),
            expected[:, -length:].sum(axis=1),
            base if spread is None else spread.widen(base, length),
            length,
            settings,
        )
        for length in settings.windows
    ]
    p_value = p_values[0]
    if len(p_values) > 1:
        combined = combine_p_values(np.stack(p_values), np.array(settings.weights))
        p_value = np.minimum(combined * settings.family_allowance, 1.0)
    table.expected[rows, place] = expected[:, -settings.claim_days :].sum(axis=1)
    table.dispersion[rows, place] = base.dispersion
    table.p_value[rows, place] = p_value
    table.q_value[rows, place] = adjust_p_values(p_value)
    known = ~base.is_new
    table.q_value[rows[known], place] = adjust_p_values(p_value[known])
    table.is_new[rows, place] = base.is_new
    table.tested[rows, place] = np.where(known, known.sum(), len(rows))


def compute_window_tail(
    observed: Floats, expected: Floats, base: Baseline, length: int, settings: BurstSettings
) -> Floats:
    """Upper tail of a sum of `length` days; noise, error of the rate and drift add up in the variance.

    Small tails are averaged over three points of the dispersion's posterior: a topic noisier than its
    volume class would otherwise fill the far tail.
    """
    fixed = (
        1 / base.total + base.dispersion / base.days + np.maximum(base.drift, settings.baseline.least_drift)
    )
    share = base.share[length]
    floor = settings.baseline.dispersion_floor
    p_value = np.ones(len(observed))
    middle = np.maximum(base.dispersion * share, floor) + fixed
    above = np.flatnonzero(observed > 0)
    p_value[above] = compute_upper_tail(observed[above], expected[above], middle[above])
    # nothing lies below zero documents, so the tail of an empty day is one less half its own mass
    empty = observed <= 0
    size = 1 / middle[empty]
    p_value[empty] = 1 - 0.5 * (size / (size + expected[empty])) ** size
    small = np.flatnonzero(p_value < 0.05)
    # three points of a log-normal posterior: the exponent is its third-moment abscissa, its width what
    # gives this mean and deviation; their plain ratio overflows where a floor holds the mean
    ratio = base.spread[small] / base.dispersion[small]
    step = np.exp(np.sqrt(3.0 * np.log1p(ratio**2)))
    for factor in (step, 1 / step):
        spread = np.maximum(base.dispersion[small] * share[small] * factor, floor) + fixed[small]
        p_value[small] += 0.25 * compute_upper_tail(observed[small], expected[small], spread)
    p_value[small] /= 1.5
    return p_value


def grade(table: BurstTable, authors: NDArray[np.generic], settings: BurstSettings) -> None:
    """Set the levels, support filters after BH; an alert is q <= .10 on two of three days."""
    speakers = np.stack(
        [
            authors[:, max(int(day) - settings.claim_days + 1, 0) : int(day) + 1].sum(axis=1)
            for day in table.days
        ],
        axis=1,
    )
    supported = (
        (speakers >= settings.least_authors)
        & (table.count >= settings.least_count)
        & (table.count >= settings.least_ratio * table.expected)
    )
    with np.errstate(invalid="ignore"):
        table.level[supported & (table.q_value <= settings.hint_q)] = HINT
        table.level[supported & (table.q_value <= settings.signal_q)] = SIGNAL
        close = supported & (table.q_value <= settings.alert_q)
    if settings.claim_days == 1:
        table.level[close & (count_recent(close, table.days) >= 2)] = ALERT


def count_recent(flags: NDArray[np.bool_], days: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of the last three calendar days up to each column carry the flag."""
    total = flags.astype(np.int64)
    for back in (1, 2):
        before = np.searchsorted(days, days - back)
        known = (before < len(days)) & (days[np.minimum(before, len(days) - 1)] == days - back)
        total[:, known] += flags[:, before[known]]
    return total
