"""A replay of board archives finds what happened in them, and nothing once titles are dealt out at random."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.command_line import CommandLine
from warehouse.board_replay import evaluate_boards
from warehouse.errors import WarehouseError

WORDS = ("演唱会", "高铁", "螺蛳粉", "露营", "猫咪", "毕业", "台风", "奶茶", "考研", "综艺")


def split_words(titles: Sequence[str]) -> list[list[str]]:
    """Words of titles that are written with spaces."""
    return [title.split() for title in titles]


def write_archive(path: Path, days: int) -> Path:
    """Sixty titles a day until 2024-08-25; 黑神话 fills twenty a day from its release on."""
    random = np.random.default_rng(3)
    rows = []
    for back in range(days):
        day = datetime(2024, 8, 25, 2, tzinfo=UTC) - timedelta(days=back)
        for place in range(60):
            word = WORDS[int(random.integers(10))]
            if day.date() >= date(2024, 8, 20) and place < 20:
                word = "黑神话"
            title = f"{word} {back}x{place}"
            rows.append({"captured_at": day, "platform": "douyin", "board": "hot", "rank": 1, "title": title})
            rows.append(rows[-1] | {"captured_at": day + timedelta(hours=5)})
    schema = pa.schema(
        [("captured_at", pa.timestamp("us", "UTC")), ("platform", pa.string()), ("title", pa.string())]
    )
    pq.write_table(pa.Table.from_pylist(rows).select(schema.names).cast(schema), path)
    return path


def test_a_replay_finds_the_known_event_on_its_day_and_placebos_find_nothing(tmp_path: Path) -> None:
    scores = evaluate_boards([write_archive(tmp_path / "boards.parquet", 90)], split_words)
    assert scores.titles == 5400
    assert scores.days == 30
    assert scores.events["黑神话"] == 0
    assert scores.events_hit == 1
    assert 0 < scores.discoveries_per_day < 1
    assert scores.placebo_per_day <= 0.1
    assert scores.redrawn_per_day <= 0.2


def test_a_short_archive_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 61"):
        evaluate_boards([write_archive(tmp_path / "boards.parquet", 20)], split_words)


def test_the_shortest_archive_is_measured_as_far_as_it_reaches(tmp_path: Path) -> None:
    scores = evaluate_boards([write_archive(tmp_path / "boards.parquet", 61)], split_words)
    assert scores.days == 1
    assert np.isnan(scores.redrawn_per_day)
    assert scores.placebo_per_day == 0


def test_an_archive_whose_words_are_all_rare_has_nothing_to_calibrate_on(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    archive = write_archive(tmp_path / "boards.parquet", 70)
    scores = evaluate_boards([archive], lambda titles: [[] for _ in titles])
    assert scores.tail_cells == 0
    assert np.isnan(scores.tail_share)
    assert not recwarn.list


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"a": [1]}, "is no archive of boards: it lacks the columns captured_at, platform, title"),
        (
            {"captured_at": ["去年"], "platform": ["douyin"], "title": ["黑神话"]},
            r"is no archive of boards: its captured_at \(string\) holds no times",
        ),
    ],
)
def test_a_file_that_is_no_archive_is_named(
    tmp_path: Path, table: dict[str, list[object]], says: str
) -> None:
    pq.write_table(pa.table(table), tmp_path / "bad.parquet")
    with pytest.raises(WarehouseError, match=says):
        evaluate_boards([tmp_path / "bad.parquet"], split_words)
    (tmp_path / "none.parquet").write_bytes(b"PAR1")
    with pytest.raises(WarehouseError, match="cannot be read as Parquet"):
        evaluate_boards([tmp_path / "none.parquet"], split_words)


def test_an_archive_without_a_title_is_told(tmp_path: Path) -> None:
    empty = pa.table(
        {
            "captured_at": pa.array([datetime(2024, 8, 25, tzinfo=UTC)], pa.timestamp("us", "UTC")),
            "platform": ["douyin"],
            "title": pa.array([None], pa.string()),
        }
    )
    pq.write_table(empty, tmp_path / "empty.parquet")
    with pytest.raises(ValueError, match="hold no titles"):
        evaluate_boards([tmp_path / "empty.parquet"], split_words)


@pytest.mark.parametrize("command", ["bursts", "lifecycle"])
def test_the_commands_say_which_columns_a_file_lacks(tmp_path: Path, command: str) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "bad.parquet")
    refused = CommandLine(tmp_path).run("evaluate", command, "--boards", tmp_path / "bad.parquet")
    assert (
        "bad.parquet is no archive of boards: it lacks the columns captured_at, platform, title"
        in refused.errors
    )
    assert refused.exit_code != 0
