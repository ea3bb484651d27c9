"""Stories of spans of hours, read one span after the other: none is missed and none is read twice."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.mart_sql import read_sql
from warehouse.story_spans import StoryReader

HOURS = 400
SPANS = st.lists(st.tuples(st.integers(0, HOURS), st.integers(1, 120)), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def boards() -> Iterator[duckdb.DuckDBPyConnection]:
    """A board that shows one new title every two hours; each fifth comes with another at the same moment."""
    with duckdb.connect() as connection:
        connection.execute(read_sql("macros"))
        connection.execute(
            "create table core_board_entries as select 'weibo:' || number as entry_id, 'weibo' as platform, "
            "'hot_search' as board, to_timestamp(3600 * (number - (number % 5 = 4)::int)) as first_seen_at "
            "from range(0, ?, 2) t(number)",
            [HOURS],
        )
        connection.execute(
            "create table work_document as select 'board_entry' as subject_kind, entry_id as subject_id, "
            "platform, '凌晨排长队' || entry_id as title, first_seen_at as moment, 0 as wording_key, "
            "true as is_first, true as is_long from core_board_entries"
        )
        yield connection


@given(SPANS)
def test_spans_in_any_order_hold_what_each_holds_by_itself(
    boards: duckdb.DuckDBPyConnection, spans: list[tuple[int, int]]
) -> None:
    reader = StoryReader(boards)
    for first, length in spans:
        found, alone = (each.read(first, first + length) for each in (reader, StoryReader(boards)))
        assert found.subject_id.tolist() == alone.subject_id.tolist()
        assert found.hours.tolist() == alone.hours.tolist()
        assert len(found.hours) == np.count_nonzero(
            [
                first <= hour - (hour % 5 == 4) < first + length  # as the board shows them
                for hour in range(0, HOURS, 2)
            ]
        )
