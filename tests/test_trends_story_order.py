"""Whose boards come first: what the readings around a story tell, each event once, in its own quarter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.incremental_world import hash_marts
from tests.landed_packages import land, make_entry
from tests.trend_world import LAST_DAY, NOON, TAXONOMY
from warehouse.load import load_packages
from warehouse.mart_sql import read_sql
from warehouse.store import Warehouse
from warehouse.story_marts import count_placebo, find_pairs, join_titles
from warehouse.story_spans import Stories
from warehouse.trends import build_marts

HOURLY = range(-24 * 20, 1)
TWICE_A_DAY = range(-24 * 20, 1, 12)
SEEN = "select n_topics, a_first_share, tie_share, status from mart_platform_leadlag"

Line = tuple[str, str, float]
"""Platform, title and the hour, from NOON, at which it first came."""


def order_boards(
    lines: Sequence[Line], polls: Mapping[str, Sequence[float]], asked: str = SEEN, noon: datetime = NOON
) -> list[tuple[Any, ...]]:
    """What mart_platform_leadlag says of the titles; each platform has one board, read at `polls`."""
    start = noon.timestamp() / 3600
    lines = sorted(lines, key=lambda line: line[2])
    platforms, titles, hours = (np.array(column, dtype=object) for column in zip(*lines, strict=True))
    moments = hours.astype(np.float64) + start
    names = np.array([f"{platform}{title}" for platform, title, _ in lines], dtype=object)
    all_of_them = np.ones(len(lines), dtype=np.bool_)
    stories = Stories(platforms, names, titles, titles, moments, ~all_of_them, platforms)
    read = {platform: np.array(hours, dtype=np.float64) + start for platform, hours in polls.items()}
    none = stories.select(~all_of_them)
    with duckdb.connect() as connection:
        connection.execute("set variable run_id = 'run-1'")
        for name in ("state", "wilson", "macros"):
            connection.execute(read_sql(name))
        connection.register("found", find_pairs(stories, all_of_them, read))
        connection.register("counted", count_placebo(stories, none, none, 720))
        connection.execute("insert into mart_story_match from found")
        connection.execute("insert into work_story_week from counted")
        join_titles(connection)
        connection.execute(read_sql("platform_leadlag"))
        return connection.execute(asked).fetchall()


def name_story(number: int) -> str:
    """A title like no other's."""
    return "".join(chr(0x4E00 + (number * 7 + place) * 31 % 15_000) for place in range(9))


def meet_at_next_reading(moment: float, polls: range) -> float:
    """When a board shows what happened at the moment."""
    return math.ceil(moment / polls.step) * polls.step


def test_a_board_that_is_read_seldom_does_not_come_second_for_that() -> None:
    lines = []
    for number in range(60):
        moment = -30 - 6.3 * number
        lines.append(("douyin", name_story(number), meet_at_next_reading(moment, HOURLY)))
        lines.append(("weibo", name_story(number), meet_at_next_reading(moment, TWICE_A_DAY)))
    found = order_boards(lines, {"douyin": HOURLY, "weibo": TWICE_A_DAY})
    assert found == [(60, None, 1.0, "ok")]


def test_an_order_counts_beyond_twice_the_gap_between_readings() -> None:
    polls = {"douyin": HOURLY, "weibo": range(-24 * 20, 1, 4)}
    lines = []
    for number in range(40):
        moment = -40 - 8 * number
        # eight hours are twice four and a tie, twelve are an order
        lines += [("douyin", name_story(number), moment)]
        lines += [("weibo", name_story(number), moment + (12 if number < 30 else 8))]
    assert order_boards(lines, polls) == [(40, 1.0, 0.25, "ok")]


def test_what_a_board_that_was_not_read_before_shows_is_left_out() -> None:
    lines = [
        (platform, name_story(number), hour)
        for number in range(40)
        for platform, hour in (("douyin", -50.0), ("weibo", -10.0))
    ]
    assert order_boards(lines, {"douyin": HOURLY, "weibo": range(-10, 1)}) == []
    assert order_boards(lines, {"douyin": HOURLY, "weibo": range(-90, 1)}) == [(40, 1.0, 0.0, "ok")]


@pytest.mark.parametrize("many", ["douyin", "weibo"])
def test_one_event_in_forty_wordings_is_one_story_whichever_board_words_it_so(many: str) -> None:
    one = "weibo" if many == "douyin" else "douyin"
    lines = [
        (many, f"淄博烧烤店凌晨排起长队{chr(0x4E00 + number * 37)}", -60 + number / 2) for number in range(40)
    ]
    lines.append((one, "淄博烧烤店凌晨排起长队", -30.0))
    (found,) = order_boards(
        lines, {"douyin": HOURLY, "weibo": HOURLY}, SEEN.replace("a_first", "lag_med_h, a_first")
    )
    later = 30.0 if many == "douyin" else -30.0
    assert found == (1, later, float(many == "douyin"), 0.0, "low_support")


def test_a_story_belongs_to_the_quarter_in_which_it_came_not_to_that_of_its_monday() -> None:
    new_year = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
    lines = [
        (platform, name_story(number), number + later)
        for number in range(-40, 40)
        for platform, later in (("douyin", 0), ("weibo", 5))
    ]
    polls = {"douyin": range(-150, 60), "weibo": range(-150, 60)}
    asked = (
        "select quarter::varchar, n_topics, a_first_share, match_share_a from mart_platform_leadlag "
        "order by quarter"
    )
    # eight in the morning of the first of January in Shanghai, a Thursday: eight hours of the year are over
    assert order_boards(lines, polls, asked, new_year) == [
        ("2025-10-01", 32, 1.0, 1.0),
        ("2026-01-01", 48, 1.0, 1.0),
    ]


def test_readings_that_come_late_tell_the_order_as_in_a_build_from_nothing(tmp_path: Path) -> None:
    def read(platform: str, hours: range) -> list[Any]:
        return [
            make_entry("早报", platform=platform, captured_at=NOON + timedelta(hours=hour)) for hour in hours
        ]

    # a week ago, that what is read late lies in another week than the last
    entries = [
        make_entry(name_story(number), platform=platform, captured_at=NOON + timedelta(hours=hour))
        for number in range(3)
        for platform, hour in (("douyin", -250), ("weibo", -230))
    ]
    first = entries + read("douyin", range(-330, 1)) + read("weibo", range(-330, 1, 30))
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        found = []
        for run_id, records in (("r1", first), ("r2", read("weibo", range(-329, -226, 2)))):
            land(tmp_path / "landing", records, run_id=run_id, as_parquet=True)
            load_packages(warehouse, tmp_path / "landing")
            build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
            found += connection.execute("select distinct gap_b_h from mart_story_match").fetchall()
            found += connection.execute("select n_topics, tie_share from mart_platform_leadlag").fetchall()
        assert found == [(30.0,), (3, 1.0), (2.0,), (3, 0.0)]
        hashes = hash_marts(connection)
        connection.execute("drop table work_state")
        build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert hash_marts(connection) == hashes
