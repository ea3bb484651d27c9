"""The warehouse's board lines in; the stories of spans of hours, with what is needed to match them, out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.clock import SHANGHAI
from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats
from warehouse.stories import WINDOW_HOURS

SHIFT_HOURS = 24.0 * 30
"""How long before the placebo's stories came."""


@dataclass(frozen=True, slots=True)
class Stories:
    """Columns of the stories of a span, ordered by time; hours since the epoch."""

    platform: NDArray[np.object_]
    subject_id: NDArray[np.object_]
    title: NDArray[np.object_]
    wording: NDArray[np.object_]
    hours: Floats
    is_sampled: NDArray[np.bool_]
    board: NDArray[np.object_]

    def select(self, chosen: NDArray[np.generic]) -> Stories:
        """Some of them, by place or mask."""
        return Stories(*(getattr(self, name)[chosen] for name in self.__slots__))

    def follow(self, others: Stories) -> Stories:
        """These, then the others."""
        return Stories(
            *(np.concatenate([getattr(self, name), getattr(others, name)]) for name in self.__slots__)
        )


@dataclass(frozen=True, slots=True)
class StorySpan:
    """What the matches of stories that came from `start` to before `end` (hours) are found in."""

    start: float
    end: float
    stories: Stories
    """Those of the span and of 72 hours around it."""
    ghosts: Stories
    """The same of a month before."""
    polls: Mapping[str, Floats]
    """Platform and board -> hours at which it was read, ascending."""


class StoryReader:
    """Stories of spans of hours; of one that begins within the last, only what follows is read."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._first_hour = self._past_hour = -math.inf
        self._stories = self._fetch(0, 0)

    def read(self, first_hour: float, past_hour: float) -> Stories:
        """Stories from `first_hour` to before `past_hour`, ordered by time."""
        if self._first_hour <= first_hour <= self._past_hour:
            known = self._stories.select(self._stories.hours >= first_hour)
            self._stories = known.follow(self._fetch(self._past_hour, past_hour))
            self._past_hour = max(self._past_hour, past_hour)
        else:
            self._stories = self._fetch(first_hour, past_hour)
            self._past_hour = past_hour
        self._first_hour = first_hour
        return self._stories.select(self._stories.hours < past_hour)

    def read_span(self, first: date, past: date) -> StorySpan:
        """What the matches of the stories from `first` to before `past` are found in."""
        start, end = to_hours(first), to_hours(past)
        ghosts = self.read(start - SHIFT_HOURS - WINDOW_HOURS, end - SHIFT_HOURS + WINDOW_HOURS)
        stories = self.read(start - WINDOW_HOURS, end + WINDOW_HOURS)
        polls = self._read_polls(start - 2 * WINDOW_HOURS, end + WINDOW_HOURS)
        return StorySpan(start, end, stories, ghosts, polls)

    def _read_polls(self, first_hour: float, past_hour: float) -> dict[str, Floats]:
        hours = {"first_hour": first_hour, "past_hour": past_hour}
        rows = self._connection.sql(read_sql("story_poll_span"), params=hours).to_arrow_table()
        names = rows["board"].to_numpy(zero_copy_only=False).astype(str)
        boards, places = np.unique(names, return_inverse=True)
        moments = rows["hours"].to_numpy()
        return {str(name): moments[places == place] for place, name in enumerate(boards)}

    def _fetch(self, first_hour: float, past_hour: float) -> Stories:
        hours = {"first_hour": first_hour, "past_hour": past_hour}
        rows = self._connection.sql(read_sql("story"), params=hours).to_arrow_table()
        return Stories(*(rows[name].to_numpy(zero_copy_only=False) for name in Stories.__slots__))


def to_hours(day: date) -> float:
    """Hours of the epoch at which the day begins in Shanghai."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI).timestamp() / 3600
