"""Where seven days have too few voices, the 28 that end with the week speak; and the row says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.records import Annotation, Post

WEEKS = (1, 8, 15, 22)
"""Days before the last day, one in each of the four weeks that end on it."""
Ask = Callable[..., list[tuple[Any, ...]]]


def speak(days: Sequence[int], a_day: int, **fields: Any) -> list[Post]:
    """So many posts on each of the days, each of its own author unless fields say of whose."""
    return [write_post(1 + 1000 * day + place, day, **fields) for day in days for place in range(a_day)]


@contextmanager
def build(tmp_path: Path, posts: Sequence[Post]) -> Iterator[Ask]:
    """Marts of posts on camping that are two thirds positive, ask where to buy it and praise its quality."""
    labels: list[Annotation] = []
    for number, post in enumerate(posts):
        labels += [
            label(post, "interests", "08.01"),
            label(post, "sentiment", "negative" if number % 3 == 0 else "positive"),
            label(post, "intent", "A" if number % 2 else "I"),
            label(post, "aspects", "quality:positive"),
        ]
    with build_world(tmp_path, [posts], labels) as ask:
        yield ask


def ask_newest(ask: Ask, mart: str, columns: str) -> list[tuple[Any, ...]]:
    """The row of camping over all platforms in the newest week."""
    where = "platform = 'all' and topic_id = 'interest:08.01' and week = ?"
    return ask(f"select {columns} from {mart} where {where}", LAST_DAY)  # noqa: S608


def test_28_days_speak_where_seven_have_too_few_voices(tmp_path: Path) -> None:
    with build(tmp_path, speak(WEEKS, 30)) as ask:
        assert ask_newest(
            ask, "mart_topic_sentiment", "window_days, n_pos, n_neg, round(nsr, 6), status"
        ) == [(28, 80, 40, 0.333333, "uncalibrated")]
        assert ask_newest(ask, "mart_topic_aipl", "window_days, n_cued, n_authors, n_docs, status") == [
            (28, 120, 120, 120, "ok")
        ]
        # the week before has 90 voices in its 28 days, which are no more than the 30 of its seven
        assert ask(
            "select distinct week, window_days, n_polar, nsr, status from mart_topic_sentiment "
            "where platform = 'all' and topic_id = 'interest:08.01' and week = ?::date - 7",
            LAST_DAY,
        ) == [(LAST_DAY.replace(month=2, day=22), 7, 30, None, "low_support")]


def test_seven_days_speak_where_they_have_the_voices(tmp_path: Path) -> None:
    with build(tmp_path, [*speak(WEEKS[:1], 120), *speak(WEEKS[1:], 30)]) as ask:
        assert ask_newest(ask, "mart_topic_sentiment", "window_days, n_polar") == [(7, 120)]
        assert ask_newest(ask, "mart_topic_aipl", "window_days, n_cued") == [(7, 120)]


def test_an_author_of_four_weeks_is_one_voice(tmp_path: Path) -> None:
    posts = [
        write_post(1 + 1000 * day + place, day, author_key=f"{place:064x}")
        for day in WEEKS
        for place in range(60)
    ]
    with build(tmp_path, posts) as ask:
        assert ask_newest(ask, "mart_topic_sentiment", "window_days, n_polar, status") == [
            (7, 60, "low_support")
        ]
        assert ask_newest(ask, "mart_topic_aipl", "window_days, n_cued, status") == [(7, 60, "low_support")]


def test_a_topic_that_is_silent_this_week_is_told_of_by_the_three_before(tmp_path: Path) -> None:
    with build(tmp_path, speak(WEEKS[1:], 40)) as ask:
        assert ask_newest(ask, "mart_topic_sentiment", "window_days, n_polar") == [(28, 120)]
        assert ask_newest(ask, "mart_topic_aipl", "window_days, n_cued") == [(28, 120)]


def test_aspects_of_few_opinions_look_28_days_back(tmp_path: Path) -> None:
    with build(tmp_path, speak(WEEKS, 10)) as ask:
        columns = "window_days, aspect, n_pos, n_docs, n_authors, status"
        assert ask_newest(ask, "mart_aspect_sentiment", columns) == [(28, "quality", 40, 40, 40, "ok")]


def test_a_week_and_topic_has_one_row_and_the_wide_view_names_its_window(tmp_path: Path) -> None:
    comments = [
        write_post(500_000 + number, 1 + 7 * (number % 4), kind="comment", parent_id=post.post_id)
        for number, post in enumerate(speak(WEEKS, 30))
    ]
    with build(tmp_path, [*speak(WEEKS, 30), *comments]) as ask:
        for mart in ("mart_topic_sentiment", "mart_aspect_sentiment", "mart_topic_aipl"):
            key = {"mart_topic_sentiment": ", source", "mart_aspect_sentiment": ", aspect"}.get(mart, "")
            keys = f"week, platform, topic_id{key}"
            assert ask(f"select {keys} from {mart} group by all having count(*) > 1") == []  # noqa: S608
        assert ask(
            "select nsr_days, aipl_days from v_weekly_trend where topic_id = 'interest:08.01' and week = ?",
            LAST_DAY,
        ) == [(28, 28)]


def test_what_is_read_too_thinly_in_four_weeks_is_no_figure_of_them(tmp_path: Path) -> None:
    before = [post for week in range(4, 8) for post in speak([7 * week + 1], 300)]
    with build(tmp_path, [*speak(WEEKS, 30), *before]) as ask:
        assert ask_newest(ask, "mart_topic_sentiment", "window_days, coverage < .8, status") == [
            (28, True, "low_coverage")
        ]


def test_who_turns_away_makes_no_support_for_the_stages(tmp_path: Path) -> None:
    posts = speak(WEEKS[:1], 140)
    labels = [label(post, "interests", "08.01") for post in posts]
    labels += [
        label(post, "intent", "DROP" if number < 110 else "P" if number < 120 else "I")
        for number, post in enumerate(posts)
    ]
    with build_world(tmp_path, [posts], labels) as ask:
        columns = "n_cued, n_staged, round(drop_share, 4), status"
        assert ask_newest(ask, "mart_topic_aipl", columns) == [(140, 30, 0.7857, "low_support")]
        assert ask(
            "select i_share, p_share from v_weekly_trend where topic_id = 'interest:08.01' and week = ?",
            LAST_DAY,
        ) == [(None, None)]
