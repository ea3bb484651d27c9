"""Archives of hot boards in; how the burst test does on them out: tail, events, placebo (METRICS §4.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.board_archives import read_archive
from warehouse.bursts import DAILY, SIGNAL, BurstTable, detect_bursts
from warehouse.negative_binomial import Floats
from warehouse.replication import Half, Replication, measure_replication

ExtractTerms = Callable[[Sequence[str]], list[list[str]]]
"""Titles -> the terms of each."""

KNOWN_EVENTS = (
    ("奥运", date(2024, 7, 26)),
    ("黑神话", date(2024, 8, 20)),
    ("开学", date(2024, 9, 1)),
    ("iphone16", date(2024, 9, 10)),
    ("三折叠", date(2024, 9, 10)),
    ("月饼", date(2024, 9, 17)),
    ("中秋", date(2024, 9, 17)),
    ("双11", date(2024, 11, 11)),
    ("小红书", date(2025, 1, 14)),
    ("deepseek", date(2025, 1, 27)),
    ("年夜饭", date(2025, 1, 28)),
    ("宇树", date(2025, 1, 28)),
    ("哪吒2", date(2025, 1, 29)),
    ("manus", date(2025, 3, 6)),
    ("关税", date(2025, 4, 3)),
)
"""Words and the day most people met them, as METRICS §4.2 lists them; dates are approximate."""

DAYS_BEFORE, DAYS_AFTER = 31, 1
"""Days around a known day: its run-up (双11 sells from the middle of October) to the day after."""
TERM_SUPPORT = 30
REPLAYED_DAYS = 365
FIRST_DAYS = 60
CALIBRATED_MEAN = 3.0
NULL_STRIDE = 3
SEED = 7


@dataclass(frozen=True, slots=True)
class BoardScores:
    """Replay of real boards.

    tail_share: part of the cells with an expected count of 3 or more whose p is below .01 (real events
    included); events: word -> days from the known day to the claim nearest to it, None when missed;
    placebo_per_day: claims when titles are dealt out to days at random; redrawn_per_day: claims on
    counts drawn from the fitted distribution; half_discoveries: claims on random halves of the titles, as
    boards show no author; replicated_share: those with p below .05 on the other half.
    """

    titles: int
    terms: int
    days: int
    tail_share: float
    tail_cells: int
    discoveries_per_day: float
    events_hit: int
    events_known: int
    events: dict[str, int | None]
    placebo_per_day: float
    redrawn_per_day: float
    half_discoveries: int
    replicated_share: float

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TermDays:
    """Titles by day, and each title's terms as two columns of pairs."""

    terms: tuple[str, ...]
    days: int
    title_days: NDArray[np.int64]
    pair_titles: NDArray[np.int64]
    pair_terms: NDArray[np.int64]

    def count(self, title_days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Counts [terms, days] when the titles lie on these days."""
        flat = self.pair_terms * self.days + title_days[self.pair_titles]
        return np.bincount(flat, minlength=len(self.terms) * self.days).reshape(len(self.terms), self.days)

    def count_titles(self) -> Floats:
        """Titles of each day [days]."""
        return np.bincount(self.title_days, minlength=self.days).astype(np.float64)


def evaluate_boards(paths: Sequence[Path], extract_terms: ExtractTerms) -> BoardScores:
    """Replay the year with most titles of archives (Parquet: captured_at, platform, title) as one pooled
    platform.

    extract_terms: words of each title, from the language room. ValueError when the archives hold too few
    days.
    """
    titles, table, first_day = read_archives(paths, extract_terms)
    days = table.title_days
    exposure = table.count_titles()
    tested = np.arange(FIRST_DAYS, table.days)
    tested = tested[exposure[tested] > 0]
    counts = table.count(days)
    found = detect_bursts(counts, exposure, tested, DAILY, first_weekday=first_day.weekday())
    random = np.random.default_rng(SEED)
    with np.errstate(invalid="ignore"):
        measured = found.expected >= CALIBRATED_MEAN
    events = find_events(table, found, first_day)
    replication = halve_titles(table, titles, days, tested)
    return BoardScores(
        titles=len(titles),
        terms=len(table.terms),
        days=len(tested),
        tail_share=_divide(int((found.p_value[measured] < 0.01).sum()), int(measured.sum()), 5),
        tail_cells=int(measured.sum()),
        discoveries_per_day=round(float((found.level >= SIGNAL).sum() / len(tested)), 3),
        events_hit=sum(days_off is not None for days_off in events.values()),
        events_known=len(events),
        events=events,
        placebo_per_day=count_placebo(table, days, exposure, tested, random),
        redrawn_per_day=count_redrawn(found, counts, exposure, tested, random),
        half_discoveries=replication.discoveries,
        replicated_share=replication.share,
    )


def count_terms(paths: Sequence[Path], extract_terms: ExtractTerms) -> tuple[NDArray[np.int64], Floats, date]:
    """Titles by term and day [terms, days] of a year of archives, all titles by day, and the last day.

    ValueError when the archives hold too few days.
    """
    _, table, first_day = read_archives(paths, extract_terms)
    last_day = first_day + timedelta(days=table.days - 1)
    return table.count(table.title_days), table.count_titles(), last_day


def read_archives(paths: Sequence[Path], extract_terms: ExtractTerms) -> tuple[list[str], TermDays, date]:
    """Titles of the replayed days, their terms by day, and the first day; ValueError for too few days."""
    titles, days, first_day = read_first_seen(paths)
    length = int(days.max()) + 1 if len(days) else 0
    if length < FIRST_DAYS + 1:
        raise ValueError(f"the archives hold {length} days; a replay needs at least {FIRST_DAYS + 1}")
    return titles, index_terms(titles, days, length, extract_terms), first_day


def read_first_seen(paths: Sequence[Path]) -> tuple[list[str], NDArray[np.int64], date]:
    """Titles of the replayed days, the day each was first seen, and the first day (Asia/Shanghai).

    WarehouseError names a file that is no archive of boards; ValueError when the files hold no title.
    """
    tables = []
    for path in paths:
        rows = read_archive(path, ("captured_at", "platform", "title")).drop_null()
        tables.append(rows.group_by(["platform", "title"]).aggregate([("captured_at", "min")]))
    seen = pa.concat_tables(
        [table.cast(tables[0].schema) if table.schema != tables[0].schema else table for table in tables]
    )
    if not len(seen):
        raise ValueError("the archives hold no titles")
    shanghai = pc.local_timestamp(pc.cast(seen["captured_at_min"], pa.timestamp("us", "Asia/Shanghai")))
    days = pc.cast(pc.cast(shanghai, pa.date32()), pa.int32()).to_numpy().astype(np.int64)
    epoch = date(1970, 1, 1)
    end = find_densest_end(days)
    start = max(int(days.min()), end - REPLAYED_DAYS - FIRST_DAYS + 1)
    kept = (days >= start) & (days <= end)
    titles = seen["title"].filter(pa.array(kept)).to_pylist()
    return titles, days[kept] - start, epoch + timedelta(days=start)


def find_densest_end(days: NDArray[np.int64]) -> int:
    """Last day of the replayed span that holds most titles; the latest of equals.

    Archives put together may end in a few days of other boards, whose baseline would be a gap of months.
    """
    first = int(days.min())
    by_day = np.bincount(days - first)
    length = min(REPLAYED_DAYS + FIRST_DAYS, len(by_day))
    sums = np.convolve(by_day, np.ones(length, dtype=np.int64), mode="valid")
    return first + length - 1 + len(sums) - 1 - int(np.argmax(sums[::-1]))


def index_terms(
    titles: Sequence[str], days: NDArray[np.int64], length: int, extract_terms: ExtractTerms
) -> TermDays:
    """Terms with enough titles, and the words of the known events, as pairs of title and term."""
    numbers: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    probes = [word for word, _ in KNOWN_EVENTS]
    for place, (title, terms) in enumerate(zip(titles, extract_terms(titles), strict=True)):
        folded = title.lower().replace(" ", "")
        for term in {*terms, *(word for word in probes if word in folded)}:
            pairs.append((place, numbers.setdefault(term, len(numbers))))
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    support = np.bincount(both[:, 1], minlength=len(numbers))
    names = list(numbers)
    kept = support >= TERM_SUPPORT
    for word in probes:
        if word in numbers:
            kept[numbers[word]] = True
    renumbered = np.cumsum(kept) - 1
    both = both[kept[both[:, 1]]]
    return TermDays(
        terms=tuple(name for name, keep in zip(names, kept, strict=True) if keep),
        days=length,
        title_days=days,
        pair_titles=both[:, 0],
        pair_terms=renumbered[both[:, 1]],
    )


def find_events(table: TermDays, found: BurstTable, first_day: date) -> dict[str, int | None]:
    """Days from each known day inside the replay to the nearest claim, a month before to a day after it."""
    places = {term: place for place, term in enumerate(table.terms)}
    events: dict[str, int | None] = {}
    for word, known in KNOWN_EVENTS:
        offset = (known - first_day).days
        if not found.days[0] <= offset <= found.days[-1]:
            continue
        near = (found.days >= offset - DAYS_BEFORE) & (found.days <= offset + DAYS_AFTER)
        place = places.get(word)
        claimed = found.days[near & (found.level[place] >= SIGNAL)] if place is not None else []
        events[word] = min((int(day) - offset for day in claimed), key=abs) if len(claimed) else None
    return events


def halve_titles(
    table: TermDays, titles: Sequence[str], days: NDArray[np.int64], tested: NDArray[np.int64]
) -> Replication:
    """Replication over two halves of the titles, by a hash of their words."""
    is_odd = np.array([crc32(title.encode()) % 2 == 1 for title in titles])
    halves = []
    for chosen in (is_odd, ~is_odd):
        kept = chosen[table.pair_titles]
        part = replace(table, pair_titles=table.pair_titles[kept], pair_terms=table.pair_terms[kept])
        exposure = np.bincount(days[chosen], minlength=table.days).astype(np.float64)
        halves.append(Half(part.count(days), exposure))
    return measure_replication(halves[0], halves[1], tested)


def count_placebo(
    table: TermDays,
    days: NDArray[np.int64],
    exposure: Floats,
    tested: NDArray[np.int64],
    random: np.random.Generator,
) -> float:
    """Claims per day when every title is dealt to a random day, each day keeping its number of titles."""
    dealt = detect_bursts(table.count(random.permutation(days)), exposure, tested, DAILY)
    return round(float((dealt.level >= SIGNAL).sum() / len(tested)), 3)


def count_redrawn(
    found: BurstTable,
    counts: NDArray[np.int64],
    exposure: Floats,
    tested: NDArray[np.int64],
    random: np.random.Generator,
) -> float:
    """Claims per day when the tested days are drawn from the distribution fitted to their real past.

    nan where fewer days are tested than the longest window has.
    """
    with np.errstate(invalid="ignore"):
        known = np.isfinite(found.expected)
    mean = np.where(known, found.expected, 0.0)
    size = 1 / np.where(known, found.dispersion, 1.0)
    drawn = random.poisson(mean * random.gamma(size, 1 / size))
    longest = max(DAILY.windows)
    places = range(longest - 1, len(tested), NULL_STRIDE)
    claims = 0
    for place in places:
        recent = slice(place - longest + 1, place + 1)
        world = counts.copy()
        world[:, tested[recent]] = drawn[:, recent]
        table = detect_bursts(world, exposure, tested[place : place + 1], DAILY)
        claims += int((table.level >= SIGNAL).sum())
    return _divide(claims, len(places), 3)


def _divide(part: int, whole: int, digits: int) -> float:
    return round(part / whole, digits) if whole else float("nan")
