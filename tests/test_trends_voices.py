"""Voices by hand: net sentiment and its correction, comments, the highest stage, growth in authors."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pytest

from tests.trend_world import LAST_DAY, build_world, label, write_post
from warehouse.trends import CALIBRATION_SCHEMA


def test_net_sentiment_counts_each_author_once_and_says_when_it_is_uncalibrated(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 121)]
    loud = [write_post(500 + number, 2, author_key="a" * 64) for number in range(10)]
    labels = [label(post, "interests", "05.02") for post in posts + loud]
    labels += [label(post, "sentiment", "positive") for post in posts[:79] + loud]
    labels += [label(post, "sentiment", "negative") for post in posts[79:99]]
    labels += [label(post, "sentiment", "neutral") for post in posts[99:]]
    with build_world(tmp_path, [posts + loud], labels) as ask:
        row = ask(
            "select n_pos, n_neg, n_neu, nsr_polar, nsr_total, nsr_adj, nsr_polar_lo, nsr_polar_hi, status "
            "from mart_topic_sentiment where platform = 'all' and topic_id = 'interest:05.02'"
        )[0]
    assert row[:3] == (80, 20, 21)
    assert row[3] == pytest.approx(0.6)
    assert row[4] == pytest.approx(60 / 121)
    assert row[5] is None
    # Wilson at 80 of 100: .7112 to .8666, as 2p - 1, and .07 wider on both sides
    assert row[6] == pytest.approx(2 * 0.7112 - 1 - 0.07, abs=2e-4)
    assert row[7] == pytest.approx(2 * 0.8666 - 1 + 0.07, abs=2e-4)
    assert row[8] == "uncalibrated"


def test_net_sentiment_is_corrected_for_the_classifiers_error(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 101)]
    labels = [label(post, "interests", "05") for post in posts]
    labels += [label(post, "sentiment", "positive") for post in posts[:80]]
    labels += [label(post, "sentiment", "negative") for post in posts[80:]]
    known = pa.table(
        {"l1": ["05"], "sens": [0.93], "spec": [0.94], "n_labelled": [400]}, schema=CALIBRATION_SCHEMA
    )
    with build_world(tmp_path, [posts], labels, calibration=known) as ask:
        row = ask("select nsr_adj, status from mart_topic_sentiment where platform = 'all'")[0]
    # Rogan-Gladen: (.80 + .94 - 1) / (.93 + .94 - 1)
    assert row[0] == pytest.approx(2 * (0.74 / 0.87) - 1)
    assert row[1] == "ok"


def test_comments_speak_of_what_they_answer_and_few_of_them_say_so(tmp_path: Path) -> None:
    post = write_post(1, 1)
    comments = [
        write_post(10 + number, 1, kind="comment", parent_id=post.post_id, title=None, text="已下单，好用")
        for number in range(3)
    ]
    labels = [label(post, "interests", "08.01")]
    labels += [label(comment, "sentiment", "positive") for comment in comments]
    with build_world(tmp_path, [[post, *comments]], labels) as ask:
        assert ask("select source, n_pos, status from mart_topic_sentiment where platform = 'douyin'") == [
            ("comment", 3, "low_support")
        ]


def test_the_highest_stage_of_an_author_counts(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 5)]
    again = write_post(9, 2, author_key=posts[0].author_key)
    labels = [label(post, "interests", "08") for post in [*posts, again]]
    labels += [label(posts[0], "intent", "I"), label(again, "intent", "P"), label(posts[1], "intent", "A")]
    labels += [label(posts[2], "intent", "DROP")]
    with build_world(tmp_path, [[*posts, again]], labels) as ask:
        row = ask(
            "select n_authors, n_cued, cue_coverage, drop_share, p_share > i_share, status "
            "from mart_topic_aipl where platform = 'all'"
        )[0]
    assert row == (4, 3, 0.75, pytest.approx(1 / 3), True, "low_support")


def test_velocity_is_the_log_ratio_of_two_weeks_of_authors(tmp_path: Path) -> None:
    now = [write_post(number, number % 7) for number in range(1, 31)]
    before = [write_post(number, 7 + number % 7) for number in range(101, 111)]
    other = [write_post(number, number % 7) for number in range(201, 271)]
    other += [write_post(number, 7 + number % 7) for number in range(301, 391)]
    labels = [label(post, "interests", "08.01") for post in now + before]
    with build_world(tmp_path, [now + before + other], labels) as ask:
        row = ask(
            "select x_cur, x_prev, e_cur, e_prev, v_log, v_hi - v_log, status from mart_topic_velocity "
            "where platform = 'douyin' and topic_id = 'interest:08.01' and week = ?",
            LAST_DAY,
        )[0]
    assert row[:4] == (30, 10, 100, 100)
    assert row[4] == pytest.approx(math.log(32 / 12))
    # .05 is the least dispersion: these days scatter less than chance would
    assert row[5] == pytest.approx(1.96 * math.sqrt(1 / 32 + 1 / 12 + 2 * 0.05 / 7))
    assert row[6] == "ok"
