"""Intervals hold the truth as often as they say: net sentiment behind a classifier, AIPL and its ratios."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from tests.trend_world import build_world, label, write_post
from warehouse.aipl_marts import bound_odds, bound_part, tabulate_intervals
from warehouse.mart_sql import read_sql
from warehouse.trends import CALIBRATION_SCHEMA

SENS, SPEC, LABELLED, TRIALS = 0.93, 0.94, 200, 4000


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("voices", [100, 400])
def test_corrected_net_sentiment_is_within_its_interval_as_often_as_it_says(
    share: float, voices: int
) -> None:
    chance = np.random.default_rng(11)
    positive = chance.binomial(voices, share, TRIALS)
    seen = chance.binomial(positive, SENS) + chance.binomial(voices - positive, 1 - SPEC)
    trials = pa.table(
        {
            "hits": seen,
            "sens": chance.binomial(LABELLED, SENS, TRIALS) / LABELLED,
            "spec": chance.binomial(LABELLED, SPEC, TRIALS) / LABELLED,
        }
    )
    with duckdb.connect() as connection:
        connection.execute("set variable as_of = date '2026-03-01'")
        connection.execute(read_sql("wilson"))
        connection.execute(read_sql("macros"))
        connection.register("trials", trials)
        held = connection.execute(
            "select avg(cast($share between true_share_lo(p, wilson_lo(hits, $n), sens, spec, $labelled) "
            "and true_share_hi(p, wilson_hi(hits, $n), sens, spec, $labelled) as integer)) "
            "from (select *, hits / $n as p from trials)",
            {"share": share, "n": voices, "labelled": LABELLED},
        ).fetchall()[0][0]
    assert 0.93 <= held <= 0.97


def test_a_domain_with_few_labelled_texts_is_as_good_as_unknown(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 501)]
    labels = [label(post, "interests", code) for post in posts for code in ("05", "08")]
    labels += [
        label(post, "sentiment", "positive" if number % 5 else "negative")
        for number, post in enumerate(posts)
    ]
    known = pa.Table.from_pylist(
        [
            {"l1": "05", "sens": SENS, "spec": SPEC, "n_labelled": 400},
            {"l1": "08", "sens": SENS, "spec": SPEC, "n_labelled": 399},
        ],
        CALIBRATION_SCHEMA,
    )
    with build_world(tmp_path, [posts], labels, calibration=known) as ask:
        rows = ask(
            "select nsr, nsr_lo, nsr_hi, is_rankable, status from mart_topic_sentiment "
            "where platform = 'all' order by topic_id"
        )
    true = 2 * (0.8 + SPEC - 1) / (SENS + SPEC - 1) - 1
    assert rows[0] == (pytest.approx(true), rows[0][1], rows[0][2], True, "ok")
    assert rows[0][1] < true < rows[0][2]
    assert rows[1][0] == pytest.approx(0.6)
    assert rows[1][3:] == (False, "uncalibrated")
    assert rows[1][2] - rows[1][1] > 0.14


def test_aipl_shares_and_ratios_are_within_their_intervals_as_often_as_they_say() -> None:
    chance = np.random.default_rng(5)
    truth = np.array([0.25, 0.45, 0.2, 0.1])
    drawn = chance.multinomial(300, truth, size=TRIALS) + 2.5
    counts = pa.table(
        {
            "week": pa.nulls(TRIALS, pa.date32()), "platform": ["all"] * TRIALS, "topic_id": ["t"] * TRIALS,
            "n_cued": np.full(TRIALS, 330), "n_drop": chance.binomial(330, 0.12, TRIALS),
        }
        | {name: drawn[:, place] for place, name in enumerate("aipl")}
    )  # fmt: skip
    bounds = tabulate_intervals(counts)
    true = {
        "a": 0.25, "i": 0.45, "p": 0.2, "l": 0.1, "drop": 0.12,
        "i_over_a": 1.8, "p_over_i": 0.2 / 0.45, "l_over_p": 0.5, "pull": 2.6,
    }  # fmt: skip
    for name, value in true.items():
        low, high = bounds[f"{name}_lo"].to_numpy(), bounds[f"{name}_hi"].to_numpy()
        assert 0.93 <= np.mean((low <= value) & (value <= high)) <= 0.97, name


def test_the_ratio_of_equal_stages_is_about_one_and_more_voices_narrow_it() -> None:
    low, high = bound_odds(np.array([20.0, 200.0]), np.array([20.0, 200.0]))
    assert low * high == pytest.approx([1, 1])
    assert low[0] < low[1] < 1 < high[1] < high[0]


def test_a_ratio_to_hardly_anything_has_no_upper_end() -> None:
    counts = pa.table(
        {
            "week": pa.nulls(1, pa.date32()), "platform": ["all"], "topic_id": ["t"],
            "n_cued": [200], "n_drop": [0], "a": [0.05], "i": [200.0], "p": [2.5], "l": [2.5],
        }
    )  # fmt: skip
    bounds = tabulate_intervals(counts).to_pylist()[0]
    assert bounds["i_over_a_lo"] > 20
    assert bounds["i_over_a_hi"] is None


@pytest.mark.parametrize("n_cued", [1, 100, 5_000])
def test_the_interval_of_those_who_turn_away_holds_their_share_be_it_none_of_them_or_all(n_cued: int) -> None:
    hits = np.arange(n_cued + 1.0)
    low, high = bound_part(hits, np.full_like(hits, n_cued))
    assert np.all((low <= hits / n_cued) & (hits / n_cued <= high))
    assert (low[0], high[-1]) == (0, 1)
    assert high[0] == pytest.approx(1 - low[-1])
    assert 0 < high[0] < 1


def test_the_mart_states_both_ends_around_every_share(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 201)]
    stages = ("A", "I", "I", "P", "L", "DROP", "none")
    labels = [label(post, "interests", "08") for post in posts]
    labels += [label(post, "intent", stages[number % 7]) for number, post in enumerate(posts)]
    with build_world(tmp_path, [posts], labels) as ask:
        ((status, *shares),) = ask(
            "select status, a_lo, a_share, a_hi, i_lo, i_share, i_hi, p_lo, p_share, p_hi, l_lo, l_share, "
            "l_hi, drop_lo, drop_share, drop_hi, i_over_a_lo, i_over_a, i_over_a_hi, p_over_i_lo, p_over_i, "
            "p_over_i_hi, l_over_p_lo, l_over_p, l_over_p_hi, pull_lo, pull, pull_hi from mart_topic_aipl "
            "where platform = 'all' and topic_id = 'interest:08'"
        )
    assert status == "ok"
    for low, value, high in zip(shares[::3], shares[1::3], shares[2::3], strict=True):
        assert low < value < high
