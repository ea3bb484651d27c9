"""The column checks and pydantic say the same of every row."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.landed_packages import make_entry, make_listing, make_post
from warehouse.columns import arrow_schema, describe_columns
from warehouse.contract import render_reason
from warehouse.records import RECORD_KINDS

SAMPLES: dict[str, dict[str, Any]] = {
    "posts": make_post().model_dump(),
    "listings": make_listing().model_dump(),
    "board_entries": make_entry().model_dump(),
}
TEXTS = st.none() | st.sampled_from(
    ["", "weibo", "Weibo", "we ibo", "长" * 513, "30d", "CNY", "cny", "video", "r-1"]
)
NUMBERS = st.none() | st.integers(-2, 6)
FLOATS = st.none() | st.sampled_from([-0.5, 0.0, 5.0, 5.5, float("inf"), float("nan")])
LISTS = st.none() | st.lists(st.sampled_from(["likes", "穿搭", ""]), max_size=2)


def values_for(arrow_type: pa.DataType) -> st.SearchStrategy[Any]:
    """Values, good and bad, of a column's type."""
    if pa.types.is_list(arrow_type):
        return LISTS
    if pa.types.is_integer(arrow_type):
        return NUMBERS
    if pa.types.is_floating(arrow_type):
        return FLOATS
    if pa.types.is_string(arrow_type):
        return TEXTS
    return st.none()


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_fitting_row_has_no_reason(kind: str) -> None:
    assert judge(kind, SAMPLES[kind]) is None


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_column_checks_agree_with_the_record(kind: str, data: st.DataObject) -> None:
    column = data.draw(st.sampled_from(describe_columns(RECORD_KINDS[kind])))
    row = SAMPLES[kind] | {column.name: data.draw(values_for(column.arrow_type))}
    reason = judge(kind, row)
    try:
        RECORD_KINDS[kind].model_validate(row)
    except ValidationError:
        assert reason in (f"bad_{column.name}", f"no_{column.name}")
    else:
        assert reason is None


def judge(kind: str, row: dict[str, Any]) -> str | None:
    """Reason of one row."""
    record = RECORD_KINDS[kind]
    with duckdb.connect() as connection:
        table = pa.Table.from_pylist([row], schema=arrow_schema(describe_columns(record)))
        reasons = connection.from_arrow(table).project(render_reason(record)).fetchall()
    reason: str | None = reasons[0][0]
    return reason
