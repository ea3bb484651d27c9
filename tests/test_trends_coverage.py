"""Every mart of a metric says how fully its platform was read and which formula made it (METRICS §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.landed_packages import land, make_listing
from tests.trend_world import LAST_DAY, TAXONOMY, build_world, label, write_post
from warehouse.load import load_packages
from warehouse.store import Warehouse
from warehouse.trends import BRAND_SCHEMA, CALIBRATION_SCHEMA, build_marts

CARDS = {
    "mart_topic_heat_daily":
        "day platform topic_id n_docs n_authors plays engagement content_score spread_score "
        "search_score heat_share_bp heat_index rank rank_diff coverage status",
    "mart_topic_velocity":
        "week platform topic_id n_docs x_cur x_prev e_cur e_prev v_log v_lo v_hi pct doubling_days "
        "coverage status",
    "mart_topic_accel":
        "week platform topic_id n_docs n_authors acc acc_lo acc_hi coverage status",
    "mart_topic_burst":
        "day platform grain topic_id x n_authors mu ratio dispersion p_value q_value event_q_value m_tested "
        "level event_id coverage status",
    "mart_brand_sov_weekly":
        "week platform category_id brand_id set_ver n_docs n_authors sov sov_lo sov_hi sov_eng "
        "sov_organic delta_pp delta_lo delta_hi rank rank_diff heat_diff coverage status",
    "mart_topic_sentiment":
        "week platform topic_id brand_id source window_days n_docs n_authors n_pos n_neg n_neu nsr_polar "
        "nsr_polar_lo nsr_polar_hi nsr_total nsr_adj sens spec model_ver coverage status",
    "mart_aspect_sentiment":
        "week platform topic_id brand_id aspect window_days n_docs n_authors n_pos n_neg nsr lo hi "
        "top_phrase model_ver coverage status",
    "mart_topic_aipl":
        "week platform topic_id window_days n_docs n_authors n_cued cue_coverage a_share i_share p_share "
        "l_share drop_share i_lo i_hi p_lo p_hi i_over_a p_over_i lex_ver coverage status",
    "mart_topic_opportunity":
        "period topic_id l1 n_docs n_authors demand_authors intent_authors spu_cnt shop_cnt "
        "new_spu_28d d_log s_log gap gap_lo gap_hi class hhi_top10 price_p50 sold_low sold_high "
        "query_coverage coverage status",
    "mart_topic_leadlag":
        "topic_id event_id platform_a platform_b first_a first_b lag_h resolution_h order_call "
        "n_docs_a n_docs_b coverage status",
    "mart_platform_leadlag":
        "quarter a b n_topics lag_med_h lag_q25 lag_q75 a_first_share tie_share p_sign status",
    "mart_price_band":
        "week platform l2 topic_id band_no lo hi spu_cnt shop_cnt spu_share sold_share_low "
        "sold_share_high p10 p25 p50 p75 p90 unit n_spu n_shops query_coverage coverage status",
    "mart_topic_stage":
        "week platform topic_id stage direction age_weeks peak_week peak_confirmed dd seasonal "
        "prev_stage n_docs n_authors coverage status",
}  # fmt: skip
"""Columns that METRICS §5.1 to §5.12 gives each metric, by our mart."""


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, frozenset[str]]:
    """Columns of every mart and view of an empty warehouse."""
    with build_world(tmp_path_factory.mktemp("empty"), [], []) as ask:
        rows = ask("select table_name, list(column_name) from duckdb_columns() group by table_name")
    return {name: frozenset(names) for name, names in rows}


@pytest.mark.parametrize("mart", CARDS)
def test_a_metric_has_the_columns_of_its_card_its_run_and_the_version_of_its_formula(
    mart: str, columns: Mapping[str, frozenset[str]]
) -> None:
    assert {*CARDS[mart].split(), "run_id", "metric_ver"} - columns[mart] == set()


def test_the_wide_view_and_the_scorecard_have_the_columns_of_their_card(
    columns: Mapping[str, frozenset[str]],
) -> None:
    wide = (
        "week topic_id topic_zh topic_en l1 l2 stage direction age_weeks heat_share_bp heat_rank_diff "
        "ratio q_value doubling_days n_docs n_authors n_platforms lead_platform nsr_comment nsr_lo "
        "nsr_hi i_share p_share gap gap_class price_p50 band_mode top_attrs sample_urls coverage "
        "status run_id"
    )
    assert set(wide.split()) - columns["v_weekly_trend"] == set()
    graded = "week_called topic_id call checked_week still_above_base ratio_now metric_ver"
    assert set(graded.split()) - columns["v_scorecard"] == set()


def write_weeks(root: Path, last_week: Mapping[int, int]) -> Iterator[Any]:
    """Nine weeks of 30 posts a day on one platform, the last as many as `last_week` says by days ago.

    Every author names one of two brands, has a view, asks for a link and finds it dear.
    """
    posts = [
        write_post(100 * day + place, day)
        for day in range(63)
        for place in range(last_week.get(day, 0 if day < 7 else 30))
    ]
    labels = [label(post, "interests", code) for post in posts for code in ("05", "05.02")]
    for number, post in enumerate(posts):
        labels += [
            label(post, "sentiment", "positive" if number % 3 else "negative"),
            label(post, "intent", "I"),
            label(post, "entities", f"brand:{'山野社' if number % 2 else '云朵记'}"),
            label(post, "aspects", "price:negative"),
        ]
    offers = [make_listing(number, title=f"挂耳咖啡{number}号") for number in range(3)]
    labels += [label(offer, "interests", "05.02") for offer in offers]
    brands = [{"brand_id": name, "category_id": "05", "set_ver": "v1"} for name in ("山野社", "云朵记")]
    known = {"l1": ["05"], "sens": [0.93], "spec": [0.94], "n_labelled": [400]}
    with build_world(
        root,
        [[*posts, *offers]],
        labels,
        brands=pa.Table.from_pylist(brands, BRAND_SCHEMA),
        calibration=pa.table(known, schema=CALIBRATION_SCHEMA),
    ) as ask:
        yield ask


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Three of the last seven days were not read, the last only in part: 102 posts where 210 are usual."""
    yield from write_weeks(tmp_path_factory.mktemp("thin"), {0: 12, 1: 30, 2: 30, 3: 30})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A few posts a day less than usual, which chance explains."""
    yield from write_weeks(tmp_path_factory.mktemp("whole"), dict.fromkeys(range(7), 25))


LAST_WEEKS = {
    "mart_topic_heat_daily": f"day = date '{LAST_DAY}'",
    "mart_topic_velocity": f"week = date '{LAST_DAY}'",
    "mart_topic_accel": f"week = date '{LAST_DAY}'",
    "mart_topic_stage": f"week = date '{LAST_DAY}'",
    "mart_topic_burst": f"day = date '{LAST_DAY}' and grain = 'w'",
    "mart_topic_sentiment": f"week = date '{LAST_DAY}' and brand_id is null",
    "mart_aspect_sentiment": f"week = date '{LAST_DAY}' and brand_id is null",
    "mart_topic_aipl": f"week = date '{LAST_DAY}'",
    "mart_brand_sov_weekly": f"week = date '{LAST_DAY}'",
}
"""Marts by platform, with the condition of their newest rows."""


@pytest.mark.parametrize("mart", LAST_WEEKS)
def test_a_platform_read_in_part_is_said_to_be(mart: str, thin: Any, whole: Any) -> None:
    asked = f"select distinct status from {mart} where platform = 'douyin' and {LAST_WEEKS[mart]}"  # noqa: S608
    assert thin(asked) == [("low_coverage",)]
    assert whole(asked) == [("ok",)]


def test_coverage_is_what_was_read_over_what_is_usual(thin: Any) -> None:
    def read(mart: str) -> float:
        found = thin(
            f"select distinct coverage from {mart} where platform = 'douyin' and {LAST_WEEKS[mart]}"  # noqa: S608
        )
        return float(found[0][0])

    day = (12 + 2 * 12**0.5) / 30
    for mart in ("mart_topic_velocity", "mart_topic_accel", "mart_topic_stage", "mart_topic_burst"):
        assert read(mart) == pytest.approx((day + 3) / 7)
    assert read("mart_topic_heat_daily") == pytest.approx(day)
    assert thin(
        "select n_docs, n_authors from mart_topic_accel "
        "where week = ? and platform = 'all' and topic_id = 'interest:05'",
        LAST_DAY,
    ) == [(102 + 210 + 210,) * 2]
    week = (102 + 2 * 102**0.5) / 210
    for mart in ("mart_topic_sentiment", "mart_aspect_sentiment", "mart_topic_aipl", "mart_brand_sov_weekly"):
        assert read(mart) == pytest.approx(week)
    assert thin(
        "select coverage, n_docs, n_authors from mart_topic_opportunity where topic_id = 'interest:05.02'"
    ) == [(pytest.approx((week + 3) / 4), 102 + 630, 102 + 630)]
    assert thin(
        "select coverage, status from v_weekly_trend where week = ? and topic_id = 'interest:05'", LAST_DAY
    ) == [(pytest.approx((day + 3) / 7), "low_coverage")]


def test_no_sentiment_is_ranked_where_a_platform_was_read_in_part(thin: Any, whole: Any) -> None:
    asked = "select distinct is_rankable from mart_topic_sentiment where n_polar >= 100 and week = ?"
    assert thin(asked, LAST_DAY) == [(False,)]


def test_the_authors_of_a_week_are_counted_once(tmp_path: Path) -> None:
    # twelve people, each with a post on each of three days
    posts = [write_post(number, number // 12, author_key=f"{number % 12:064x}") for number in range(36)]
    usual = [write_post(1000 + number, 1 + number % 40) for number in range(400)]
    labels = [label(post, "hashtags", "拼豆") for post in posts]
    with build_world(tmp_path, [[*usual, *posts]], labels) as ask:
        assert ask(
            "select grain, x, n_authors from mart_topic_burst "
            "where platform = 'all' and topic_id = 'tag:拼豆' and day = ? order by grain",
            LAST_DAY,
        ) == [("d", 12, 12), ("w", 36, 12)]


def test_growth_against_a_week_that_was_read_from_its_fifth_day_on_is_not_told(tmp_path: Path) -> None:
    # eighty people with a post a day each, no more and no fewer, first read ten days ago
    posts = [
        write_post(100 * day + place, day, author_key=f"{place:064x}")
        for day in range(10)
        for place in range(80)
    ]
    labels = [label(post, "interests", "08.01") for post in posts if int(post.author_key or "", 16) < 60]
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask(
            "select x_cur, x_prev, e_cur, e_prev, v_hi < 0, coverage, status from mart_topic_velocity "
            "where platform = 'douyin' and topic_id = 'interest:08.01' and week = ?",
            LAST_DAY,
        ) == [(60, 60, 560, 240, True, pytest.approx(3 / 7), "low_coverage")]


def test_heat_is_told_the_coverage_that_late_posts_of_other_days_leave_it(tmp_path: Path) -> None:
    # 8 posts on 28 February, all of one topic, where 20 are usual; then it is known that 22 were, on days
    # that February's weights are not taken from
    last = LAST_DAY - timedelta(days=1)
    posts = [
        write_post(100 * day + place, day) for day in range(1, 60) for place in range(20 if day > 1 else 8)
    ]
    late = [write_post(9000 + 10 * day + place, day) for day in range(2, 29) for place in range(2)]
    asked = (
        "select distinct coverage, run_id from mart_topic_heat_daily where platform = 'douyin' and day = ?"
    )
    topic = [label(post, "interests", "08") for post in posts[:8]]
    with build_world(tmp_path, [posts], topic, as_of=last) as ask:
        assert ask(asked, last) == [(pytest.approx((8 + 2 * 8**0.5) / 20), "run-1")]
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        land(tmp_path / "landing", late, run_id="late", as_parquet=True)
        load_packages(warehouse, tmp_path / "landing")
        build_marts(warehouse, "run-2", as_of=last, taxonomy=TAXONOMY)
        assert warehouse.connection.execute(asked, [last]).fetchall() == [
            (pytest.approx((8 + 2 * 8**0.5) / 22), "run-2")
        ]
