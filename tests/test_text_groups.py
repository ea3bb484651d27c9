"""Copies across runs: days loaded in any order are grouped as if they had come together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.text_groups import group_texts, merge_groups
from nlp.duplicates import KEYS_VERSION
from tests.landed_packages import land, make_post
from warehouse.load import load_packages
from warehouse.store import Warehouse
from warehouse.text_groups import count_ungrouped, count_unsigned

NEW_YEAR = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
PAINTING = "拼豆新手入门教程来了这一份图纸可以直接照着拼"
MOVIE = "分钟看完一部老电影"

Shown = tuple[int, int, str]
"""Number of a post, its day since new year and its title."""


def load_posts(home: Path, shown: Sequence[Shown]) -> None:
    posts = []
    for number, day, title in shown:
        at = NEW_YEAR + timedelta(days=day, minutes=number)
        posts.append(make_post(number, title=title, text="", hashtags=(), published_at=at, captured_at=at))
    landing = home.with_name(f"{home.name}-landing")
    land(landing, posts, run_id=f"r{len(list(landing.glob('*/*')))}")
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, landing)


def group_runs(home: Path, *runs: Sequence[Shown]) -> list[list[int]]:
    """Load and group one run after another; the numbers of the posts of each group, in order."""
    for shown in runs:
        load_posts(home, shown)
        with Warehouse.open(home, least_free_bytes=0) as warehouse:
            group_texts(warehouse)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        found = warehouse.connection.execute(
            "select list(right(subject_id, 5)::int order by subject_id) as members, "
            "count(*) filter (where is_primary) from core_text_groups group by dup_group_id order by members"
        ).fetchall()
    assert {primaries for _, primaries in found} == {1}
    return [members for members, _ in found]


def make_title(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(16))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_parts_of_an_archive_that_hold_copies_of_each_other_are_one_in_any_order(
    order: tuple[int, int, int], home: Path
) -> None:
    chance = random.Random(5)
    titles = [make_title(chance) for _ in range(60)]
    parts = [
        [(3 * place + part, 2 * place + part, title) for place, title in enumerate(titles)]
        for part in range(3)
    ]
    assert group_runs(home, *(parts[part] for part in order)) == [
        [3 * place, 3 * place + 1, 3 * place + 2] for place in range(60)
    ]


@pytest.mark.parametrize("ending", ["", "你一定想看第二遍"])
def test_a_daily_title_with_a_number_is_one_group_beside_those_that_differ_by_the_number(
    ending: str, home: Path
) -> None:
    days = [
        [
            *([(0, 0, f"15{MOVIE}")] if day == 0 else []),
            (10 * day + 3, day, f"3{MOVIE}{ending[:day]}"),
            (10 * day + 5, day, f"15{MOVIE}"),
        ]
        for day in range(4)
    ]
    expected = [[0, 5, 15, 25, 35], [3, 13, 23, 33]]
    assert group_runs(home, *days) == expected
    assert group_runs(home.with_name("whole"), [post for day in days for post in day]) == expected


def test_a_title_said_again_after_more_than_two_weeks_is_another_one_in_any_order(home: Path) -> None:
    early = [(30 * place, 30 * place, PAINTING) for place in range(4)]
    late = [(30 * place + 1, 30 * place + 1, PAINTING) for place in range(4)]
    pairs = [[30 * place, 30 * place + 1] for place in range(4)]
    assert group_runs(home, early, late) == pairs
    assert group_runs(home.with_name("other"), late, early) == pairs
    assert group_runs(home.with_name("whole"), early + late) == pairs


def test_late_copies_between_groups_join_all_that_they_link(home: Path) -> None:
    early = [(number, 28 * number, PAINTING) for number in range(4)]
    late = [(10 + number, 28 * number + 14, PAINTING) for number in range(3)]
    assert group_runs(home, early) == [[0], [1], [2], [3]]
    assert group_runs(home, late) == [[0, 1, 2, 3, 10, 11, 12]]


@pytest.mark.parametrize("seed", range(3))
def test_copies_in_any_order_of_runs_are_grouped_as_in_one(seed: int, home: Path) -> None:
    chance = random.Random(seed)
    titles = [f"{number}{words}" for number in ("", "3", "15") for words in (MOVIE, PAINTING)]
    shown = [(number, chance.randrange(200), chance.choice(titles)) for number in range(100)]
    whole = group_runs(home.with_name("whole"), shown)
    chance.shuffle(shown)
    assert 6 < len(whole) < 60
    assert group_runs(home, *(shown[start : start + 25] for start in range(0, 100, 25))) == whole


def test_keys_of_another_version_and_keys_thrown_away_are_made_anew(home: Path) -> None:
    group_runs(home, [(0, 0, f"3{MOVIE}"), (1, 1, f"15{MOVIE}"), (2, 20, PAINTING), (3, 90, f"3{MOVIE}")])
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        warehouse.connection.execute("delete from text_bands where day < '2026-03-01'")
        warehouse.connection.execute("update text_bands set bands = [bands[1] + 1] || bands[2:]")
    assert group_runs(home, [(4, 2, f"3{MOVIE}"), (5, 21, PAINTING), (6, 91, f"3{MOVIE}")]) == [
        [0, 4], [1], [2, 5], [3, 6]
    ]  # fmt: skip
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        assert warehouse.connection.execute(
            "select count(*), count(distinct subject_id), max(bands[1] & 65535) from text_bands"
        ).fetchall() == [(7, 7, KEYS_VERSION)]


def test_a_further_day_makes_no_keys_of_earlier_ones(home: Path) -> None:
    group_runs(home, [(0, 0, PAINTING), (1, 60, PAINTING)])
    for day in (61, 0):
        load_posts(home, [(2 + day, day, PAINTING)])
        with Warehouse.open(home, least_free_bytes=0) as warehouse:
            assert count_ungrouped(warehouse) > 0
            assert count_unsigned(warehouse, KEYS_VERSION) == 0


def test_of_groups_that_are_one_through_others_the_first_goes_on() -> None:
    kept, gone = merge_groups(["x", "y", "y", "z", "x", "w"], ["a", "b", "c", "d", "c", "e"])
    assert kept == {"x": "a", "y": "a", "z": "d", "w": "e"}
    assert gone == {"b": "a", "c": "a"}
    assert merge_groups([], []) == ({}, {})
