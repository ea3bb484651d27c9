"""Boards in, what is known of every case at its moment out: one row a case, one column a fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.addresses import describe_links, describe_numbers
from warehouse.breakout.alike import describe_alike
from warehouse.breakout.attention import describe_counts, describe_heat_gaps
from warehouse.breakout.boards import Board
from warehouse.breakout.cases import Cases, list_cases
from warehouse.breakout.crowd import (
    describe_churn,
    describe_clock,
    describe_neighbours,
    describe_rates,
    describe_rivals,
)
from warehouse.breakout.hazards import describe_hazards
from warehouse.breakout.heat_steps import describe_heat_steps
from warehouse.breakout.paths import describe_paths
from warehouse.breakout.slots import describe_slots
from warehouse.breakout.wording import HashTitles, WordingState, describe_wording


@dataclass(frozen=True)
class CaseTable:
    """What is known of each case at its moment, and how it ended."""

    board: Board
    cases: Cases
    names: tuple[str, ...]
    values: NDArray[np.float32]
    """[cases, names]; NaN where a board does not show it or the title has no past."""
    wording: WordingState
    """What the wording had taught by the end of the history."""
    seldom_shown: tuple[str, ...]
    """Names of the columns that come from what only some readings of a board show: counts and addresses."""

    def select(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Columns in the order of the names; a column this table lacks is NaN."""
        places = {name: place for place, name in enumerate(self.names)}
        empty = np.full(len(self.values), np.nan, dtype=np.float32)
        return np.stack([self.values[:, places[name]] if name in places else empty for name in names], axis=1)


def describe_cases(
    board: Board, hash_titles: HashTitles, wording: WordingState, others: Sequence[Board] = ()
) -> CaseTable:
    """Everything the forecast may know of a board's cases.

    others: boards of other platforms over the same time; without any, their columns are missing.
    """
    cases = list_cases(board)
    known = describe_paths(board)
    known.update(describe_clock(board))
    known.update(describe_churn(board, known))
    known.update(describe_neighbours(board, known))
    known.update(describe_rates(board, cases))
    known.update(describe_hazards(board))
    known.update(describe_slots(board, cases, known))
    known.update(describe_heat_gaps(board))
    known.update(describe_heat_steps(board))
    seldom = {**describe_numbers(board), **describe_links(board), **describe_counts(board)}
    known.update(seldom)
    learnt, state = describe_wording(board, hash_titles, wording)
    known.update(learnt)
    known.update(describe_rivals(board, learnt))
    columns = {name: values[cases.row] for name, values in known.items()}
    for prefix, boards in (("same", [board]), ("other", others)):
        if boards:
            alike = describe_alike(board, cases.row, boards, prefix)
            columns.update({name: values.astype(np.float32) for name, values in alike.items()})
    values = np.stack(list(columns.values()), axis=1)
    return CaseTable(board, cases, tuple(columns), values, state, tuple(seldom))
