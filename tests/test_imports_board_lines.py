"""Lines of boards as nobody would write them: each lands valid or is refused once."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.landed import NOW, import_to, read_landed, read_rejections

MOMENTS = st.datetimes(datetime(1999, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))
LINES = st.fixed_dictionaries(
    {
        "captured_at": st.one_of(MOMENTS, st.none()),
        "platform": st.sampled_from(["douyin", "微博", "B站", "bad platform?", "", None]),
        "board": st.sampled_from(["hot", "热榜", "自家的榜", None]),
        "rank": st.one_of(st.none(), st.integers(-3, 2_000_000_000)),
        "title": st.one_of(
            st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.just(" \x00\x07 ")
        ),
        "heat": st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
        "url": st.one_of(st.none(), st.just("//b23.tv/BV1Q541167Qg?token=x"), st.text(max_size=20)),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=30))
def test_every_line_lands_valid_or_is_refused_once(lines: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        columns: dict[str, Any] = {name: [line[name] for line in lines] for name in lines[0]}
        columns["captured_at"] = pa.array(columns["captured_at"], pa.timestamp("us", "UTC"))
        for name in ("platform", "board", "title", "url"):
            columns[name] = pa.array(columns[name], pa.string())
        columns["rank"] = pa.array(columns["rank"], pa.int64())
        columns["heat"] = pa.array(columns["heat"], pa.float64())
        pq.write_table(pa.table(columns), root / "lines.parquet")
        result = import_to(root, root / "lines.parquet", format_name="boards")
        rows = read_landed(result, "board_entries")
        rejections = read_rejections(result)
        assert len(rows) + len(rejections) == len(lines)
        fitting = [line for line in lines if _fits(line)]
        assert len(rows) == len(fitting)
        assert [row["captured_at"] for row in rows] == [line["captured_at"] for line in fitting]


def _fits(line: dict[str, Any]) -> bool:
    moment = line["captured_at"]
    has_title = bool("".join(letter for letter in (line["title"] or "") if not _is_control(letter)).strip())
    in_time = moment is not None and datetime(2000, 1, 1, tzinfo=UTC) <= moment <= NOW + timedelta(days=1)
    rank, heat = line["rank"], line["heat"]
    return (
        has_title
        and in_time
        and line["platform"] in {"douyin", "微博", "B站"}
        and (rank is None or rank < 1_000_000_000)
        and (heat is None or heat != heat or 0 <= heat < float("inf"))
    )


def _is_control(letter: str) -> bool:
    return (ord(letter) < 32 and letter not in "\n\t") or 0x7F <= ord(letter) < 0xA0
