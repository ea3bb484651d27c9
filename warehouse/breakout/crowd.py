"""A board's history in, what surrounds each row out: the clock, churn, who stands above, how cases ended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.cases import HORIZON, TOP, Cases, find_reached
from warehouse.breakout.paths import HOUR
from warehouse.breakout.snapshots import place_in_snapshot

SHANGHAI_SECONDS = 8 * 3600
DAY = 24 * 3600
_BLOCK = 512
RATE_DAYS = 7
RATE_EDGES = (10, 12, 15, 20, 25, 30, 36, 43)
AGE_EDGES = (0.5, 1.5, 3.5, 8.5)


def describe_clock(board: Board) -> dict[str, NDArray[np.float32]]:
    """Hour and weekday in Asia/Shanghai [rows]."""
    local = board.row_times + SHANGHAI_SECONDS
    return {
        "hour": (local % DAY / HOUR).astype(np.float32),
        "weekday": ((local // DAY + 3) % 7).astype(np.float32),
    }


def describe_churn(board: Board, known: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Snapshot by snapshot: size, newcomers, arrivals at the top, how long the top ten have stood [rows].

    known: columns of `describe_paths`.
    """
    count = len(board.times)
    first = first_times(board)
    reached = find_reached(board)
    times = board.row_times
    is_new = first[board.title] == times
    is_top = board.rank <= TOP
    is_arrival = reached[board.title] == times
    is_direct = is_arrival & is_new

    def per_snapshot(values: NDArray[np.bool_] | Floats) -> Floats:
        total: Floats = np.bincount(
            board.snapshot, weights=values.astype(np.float64), minlength=count
        ).astype(np.float64)
        return total

    size = per_snapshot(np.ones(len(times), dtype=bool))
    spent = np.where(is_top, (times - np.minimum(reached[board.title], times)) / HOUR, 0.0)
    top = np.maximum(per_snapshot(is_top), 1)
    found = {
        "board_size": size,
        "newcomers": per_snapshot(is_new),
        "newcomers_below": per_snapshot(is_new & ~is_top),
        "arrivals": per_snapshot(is_arrival),
        "waiting": per_snapshot(~is_top & (reached[board.title] > times)),
        "fallen": per_snapshot(~is_top & (reached[board.title] <= times)),
        "top_hours_mean": per_snapshot(spent) / top,
        "top_over_6_hours": per_snapshot(is_top & (spent > 6)),
        "top_over_12_hours": per_snapshot(is_top & (spent > 12)),
        "top_age_mean": per_snapshot(np.where(is_top, (times - first[board.title]) / HOUR, 0.0)) / top,
        "unmoved_share": per_snapshot(known["rank_change_1"] == 0) / size,
        "hours_since_snapshot": np.diff(board.times / HOUR, prepend=np.nan),
    }
    running = {
        "newcomers": np.cumsum(per_snapshot(is_new)),
        "arrivals": np.cumsum(per_snapshot(is_arrival)),
        "direct_arrivals": np.cumsum(per_snapshot(is_direct)),
    }
    for span in (3, 6, 24):
        left = np.searchsorted(board.times, board.times - span * 3600 - 900) - 1
        watched = np.minimum((board.times - board.times[0]) / HOUR + 1, span)
        for name, values in running.items():
            found[f"{name}_{span}h"] = (values - np.where(left >= 0, values[left], 0)) / watched
    return {name: values[board.snapshot].astype(np.float32) for name, values in found.items()}


def first_times(board: Board) -> Ints:
    """Seconds since 1970 when each title was first seen [titles]."""
    first = np.full(len(board.titles), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, board.title, board.row_times)
    return first


def describe_neighbours(
    board: Board, known: dict[str, NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    """Against the others of the snapshot: waiting titles above, younger ones, faster ones [rows].

    known: columns of `describe_paths`.
    """
    times = board.row_times
    is_waiting = find_reached(board)[board.title] > times
    width = int(np.bincount(board.snapshot).max())
    start = np.searchsorted(board.snapshot, np.arange(len(board.times)))
    column = np.arange(len(times)) - start[board.snapshot]
    names = ("age_hours", "smoothed_change_3", "rank_change_1", "times_unmoved")
    found = {
        name: np.zeros(len(times), dtype=np.float32)
        for name in (
            "waiting_above", "younger_above", "waiting_younger_above", "faster_above", "faster_below",
            "younger_below", "waiting_share_above", "age_place", "speed_place", "new_above", "unmoved_above",
        )
    }  # fmt: skip
    for begin in range(0, len(board.times), _BLOCK):
        end = min(begin + _BLOCK, len(board.times))
        rows = slice(int(start[begin]), int(start[end]) if end < len(board.times) else len(times))
        line, place = board.snapshot[rows] - begin, column[rows]
        grid = {name: np.full((end - begin, width), np.nan, dtype=np.float32) for name in names}
        for name in names:
            grid[name][line, place] = np.nan_to_num(known[name][rows])
        waits = np.zeros((end - begin, width), dtype=bool)
        waits[line, place] = is_waiting[rows]
        is_there = np.zeros((end - begin, width), dtype=bool)
        is_there[line, place] = True
        above = np.tril(np.ones((width, width), dtype=bool), -1)
        pair = is_there[:, None, :] & above
        below = is_there[:, None, :] & above.T
        age, speed = grid["age_hours"], grid["smoothed_change_3"]
        younger = age[:, None, :] < age[:, :, None]
        faster = speed[:, None, :] < speed[:, :, None]
        size = np.maximum(is_there.sum(axis=1, keepdims=True), 1)
        blocks = {
            "waiting_above": (pair & waits[:, None, :]).sum(axis=2),
            "younger_above": (pair & younger).sum(axis=2),
            "waiting_younger_above": (pair & younger & waits[:, None, :]).sum(axis=2),
            "faster_above": (pair & faster).sum(axis=2),
            "faster_below": (below & faster).sum(axis=2),
            "younger_below": (below & younger).sum(axis=2),
            "age_place": (is_there[:, None, :] & younger).sum(axis=2) / size,
            "speed_place": (is_there[:, None, :] & faster).sum(axis=2) / size,
            "new_above": (pair & (age[:, None, :] < 0.1)).sum(axis=2),
            "unmoved_above": (pair & (grid["times_unmoved"][:, None, :] > 1)).sum(axis=2),
        }
        blocks["waiting_share_above"] = blocks["waiting_above"] / np.maximum(pair.sum(axis=2), 1)
        for name, values in blocks.items():
            found[name][rows] = values[line, place]
    return found


def describe_rivals(board: Board, wording: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The title's wording against that of the others of its snapshot [rows].

    wording: columns of `describe_wording`. Titles above, those in the top ten, and those that wait anywhere.
    """
    score = np.nan_to_num(wording["wording_score"].astype(np.float64))
    is_waiting = find_reached(board)[board.title] > board.row_times
    start = np.searchsorted(board.snapshot, np.arange(len(board.times)))[board.snapshot]
    running = np.cumsum(score)
    above = np.arange(len(score)) - start
    before = running - score
    mean_above = (before - before[start]) / np.maximum(above, 1)
    waiting = np.bincount(board.snapshot, is_waiting, minlength=len(board.times))[board.snapshot]
    total = np.bincount(board.snapshot, score * is_waiting, minlength=len(board.times))[board.snapshot]
    is_top = board.rank <= TOP
    top = np.bincount(board.snapshot, score * is_top, minlength=len(board.times))[board.snapshot]
    return {
        "wording_over_above": (score - mean_above).astype(np.float32),
        "wording_over_waiting": (score - total / np.maximum(waiting, 1)).astype(np.float32),
        "wording_over_top": (score - top / TOP).astype(np.float32),
        "wording_place": place_in_snapshot(board, score).astype(np.float32),
    }


def describe_rates(board: Board, cases: Cases) -> dict[str, NDArray[np.float32]]:
    """How cases of the same rank and age ended over the last week, as far as is known by then [rows].

    Only cases at least 24 hours old count, whatever their outcome, so that quick successes are not counted
    before slow failures. Each rate is drawn to the week's rate over all ranks by five cases.
    """
    times = board.row_times
    age = (times - first_times(board)[board.title]) / HOUR
    bucket = np.digitize(board.rank, RATE_EDGES) * (len(AGE_EDGES) + 1) + np.digitize(age, AGE_EDGES)
    buckets = (len(RATE_EDGES) + 1) * (len(AGE_EDGES) + 1)
    used = cases.row[cases.is_known]
    hit = cases.is_hit[cases.is_known].astype(np.float64)
    shape = (len(board.times), buckets)
    place = board.snapshot[used] * buckets + bucket[used]
    tried = np.cumsum(np.bincount(place, minlength=shape[0] * buckets).reshape(shape), axis=0)
    won = np.cumsum(np.bincount(place, hit, minlength=shape[0] * buckets).reshape(shape), axis=0)
    last = np.searchsorted(board.times, board.times - HORIZON, side="right") - 1
    first = np.searchsorted(board.times, board.times - HORIZON - RATE_DAYS * DAY, side="right") - 1

    def over_week(values: NDArray[np.float64] | Ints) -> Floats:
        right = np.where(last[:, None] >= 0, values[last], 0)
        result: Floats = right - np.where(first[:, None] >= 0, values[first], 0)
        return result

    tries, wins = over_week(tried), over_week(won)
    with np.errstate(invalid="ignore", divide="ignore"):
        overall = wins.sum(axis=1) / tries.sum(axis=1)
        rate = (wins + 5 * overall[:, None]) / (tries + 5)
    return {
        "rate_overall": overall[board.snapshot].astype(np.float32),
        "rate_alike": rate[board.snapshot, bucket].astype(np.float32),
    }
