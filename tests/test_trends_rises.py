"""A rise by hand: found by day and by week, one event, not of one account; called, kept and graded."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.landed_packages import make_entry, make_entry_id
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.burst_events import name_events
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts


def make_rising_world() -> tuple[list[list[Post]], list[Annotation]]:
    """Sixty days of ten everyday tags, and one tag that comes up in the last two days."""
    posts, labels = [], []
    number = 0
    for days_ago in range(60):
        for place in range(30):
            number += 1
            post = write_post(number, days_ago)
            posts.append(post)
            labels.append(label(post, "hashtags", f"日常{place % 10}"))
    for days_ago in (0, 1):
        for _ in range(12):
            number += 1
            post = write_post(number, days_ago)
            posts.append(post)
            labels += [label(post, "hashtags", "拼豆"), label(post, "keywords", "拼豆")]
    return [posts[:900], posts[900:]], labels


def test_a_tag_that_rises_is_found_by_day_and_by_week_and_its_twin_is_the_same_event(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    with build_world(tmp_path, packages, labels) as ask:
        assert ask(
            "select topic_id, grain, x, level, event_id from mart_topic_burst "
            "where platform = 'all' and level in ('signal', 'alert') and day = ? order by grain, topic_id",
            LAST_DAY,
        ) == [
            ("tag:拼豆", "d", 12, "alert", "tag:拼豆"),
            ("word:拼豆", "d", 12, "alert", "tag:拼豆"),
            ("tag:拼豆", "w", 24, "signal", "tag:拼豆"),
            ("word:拼豆", "w", 24, "signal", "tag:拼豆"),
        ]
        assert ask(
            "select topic_zh, n_authors, n_platforms, len(sample_urls) from v_weekly_trend "
            "where topic_id = 'tag:拼豆' and week = ?",
            LAST_DAY,
        ) == [("拼豆", 24, 1, None)]


def test_the_words_of_a_rise_are_those_of_its_texts_and_not_of_how_often_an_advert_is_copied(
    tmp_path: Path,
) -> None:
    packages, labels = make_rising_world()
    risen = packages[1][-24:]
    labels += [label(post, "keywords", "轻便") for post in risen[:9]]
    # both words are everyday words, said as often
    labels += [
        label(post, "keywords", word)
        for first, word in enumerate(("轻便", "领券"))
        for post in packages[0][first:900:30]
    ]
    copied = "点击下方小黄车领券购买拼豆福利价"
    adverts = [write_post(9000 + number, number % 6, title=copied, is_ad=True) for number in range(40)]
    copies = [write_post(9100 + number, number % 6, title=f"{copied}啦") for number in range(40)]
    labels += [
        label(post, tagger, word)
        for post in (*adverts, *copies)
        for tagger, word in (("hashtags", "拼豆"), ("keywords", "领券"))
    ]
    with build_world(tmp_path, [*packages, [*adverts, *copies]], labels) as ask:
        assert ask(
            "select n_docs, top_attrs from v_weekly_trend where topic_id = 'tag:拼豆' and week = ?", LAST_DAY
        ) == [(25, ["拼豆", "轻便"])]


def test_a_rise_that_one_account_makes_is_none(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    posts = []
    for place in range(52):
        # 44 posts of one account in two days, the other eight of eight people
        author = {"author_key": "a" * 64} if place >= 8 else {}
        posts.append(write_post(5000 + place, place % 2, **author))
    labels += [label(post, "hashtags", "收纳盒") for post in posts]
    with build_world(tmp_path, [*packages, posts], labels) as ask:
        found = ask(
            "select topic_id, grain, x, level, status, q_value < 0.05, round(effective_authors, 2), "
            "round(loudest_share, 3) from mart_topic_burst where platform = 'all' and day = ? "
            "and topic_id in ('tag:拼豆', 'tag:收纳盒') order by topic_id, grain",
            LAST_DAY,
        )
    # exp of the entropy of one 22 of 26 and four 1 of 26; of one 44 of 52 and eight 1 of 52
    day = math.exp(-22 / 26 * math.log(22 / 26) - 4 / 26 * math.log(1 / 26))
    week = math.exp(-44 / 52 * math.log(44 / 52) - 8 / 52 * math.log(1 / 52))
    assert found == [
        ("tag:拼豆", "d", 12, "alert", "no_baseline", True, 12.0, round(1 / 12, 3)),
        ("tag:拼豆", "w", 24, "signal", "no_baseline", True, 24.0, round(1 / 24, 3)),
        ("tag:收纳盒", "d", 26, "none", "low_support", True, round(day, 2), round(22 / 26, 3)),
        ("tag:收纳盒", "w", 52, "none", "low_support", True, round(week, 2), round(44 / 52, 3)),
    ]


def test_lines_of_a_board_have_no_authors_to_be_few(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    lines = [
        make_entry(
            f"{write_post(place).title}上热榜", rank=place + 1, captured_at=NOON - timedelta(days=place % 2)
        )
        for place in range(24)
    ]
    labels += [
        Annotation(
            subject_kind="board_entry",
            subject_id=make_entry_id(line.platform, line.board, line.title),
            tagger="keywords",
            tagger_version="1",
            label="热榜",
            score=0.9,
        )
        for line in lines
    ]
    # two posts of one author and two of two others in the same rise: those three are all that are shown
    posts = [
        write_post(7000 + place, place % 2, **({"author_key": "b" * 64} if place < 2 else {}))
        for place in range(4)
    ]
    voices = [label(post, "keywords", "热榜") for post in posts]
    asked = (
        "select level, round(effective_authors, 4), loudest_share from mart_topic_burst "
        "where platform = 'all' and grain = 'w' and topic_id = 'word:热榜' and day = ?"
    )
    with build_world(tmp_path / "lines", [*packages, lines], labels) as ask:
        assert ask(asked, LAST_DAY) == [("signal", None, None)]
    with build_world(tmp_path / "both", [*packages, lines, posts], [*labels, *voices]) as ask:
        assert ask(asked, LAST_DAY) == [("signal", round(2**1.5, 4), 0.5)]


def test_any_order_of_the_same_packages_gives_the_same_marts(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    found = []
    for place, order in enumerate((packages, packages[::-1])):
        with build_world(tmp_path / str(place), order, labels) as ask:
            names = ask(
                "select table_name from duckdb_tables() where starts_with(table_name, 'mart_') order by 1"
            )
            found.append({name: ask(f"select * from {name} order by all") for (name,) in names})  # noqa: S608
    assert len(found[0]) > 15
    assert found[0] == found[1]


def test_calls_stay_as_they_were_made_and_are_graded_a_week_later(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    with build_world(tmp_path, packages, labels) as ask:
        calls = ask("select week_called, topic_id, x, run_id, is_retrospective from mart_call order by 2")
    assert [(row[0], row[1], row[2]) for row in calls] == [
        (LAST_DAY, "tag:拼豆", 24.0),
        (LAST_DAY, "word:拼豆", 24.0),
    ]
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        build_marts(warehouse, "run-2", as_of=LAST_DAY + timedelta(days=7), taxonomy=TAXONOMY)
        again = warehouse.connection.execute(
            "select week_called, topic_id, x, run_id, is_retrospective from mart_call order by 2"
        ).fetchall()
        graded = warehouse.connection.execute(
            "select checked_week, still_above_base from v_scorecard"
        ).fetchall()
    assert again == calls
    assert graded == [(LAST_DAY + timedelta(days=7), None)] * 2


@pytest.mark.parametrize(("days_later", "is_retrospective"), [(0, False), (6, False), (7, True), (90, True)])
def test_a_call_of_a_past_day_is_no_forecast(tmp_path: Path, days_later: int, is_retrospective: bool) -> None:
    packages, labels = make_rising_world()
    later = [write_post(9000, -days_later, captured_at=NOON + timedelta(days=days_later))]
    with build_world(tmp_path, [*packages, later], labels, as_of=LAST_DAY) as ask:
        assert ask("select distinct week_called, is_retrospective from mart_call") == [
            (LAST_DAY, is_retrospective)
        ]


def test_an_event_bears_the_name_that_says_most() -> None:
    topics = [
        ("word:香氛", 344),
        ("tag:车载香氛", 211),
        ("tag:香薰石", 40),
        ("interest:18", 360),
        ("word:手串", 9),
    ]
    names = name_events(topics, np.array([0, 0, 0, 0, 1], dtype=np.int32))
    assert names == ["tag:车载香氛"] * 4 + ["word:手串"]
