"""Cards 5.2, 5.3, 5.10, 5.11 and 5.12 of METRICS on worlds small enough to be worked out on paper."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.landed_packages import land, make_listing
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.dashboard.queries import read_query
from warehouse.load import load_packages
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts

A_WEEK = 140
TOPIC = "interest:08.01"
WEEK = timedelta(days=7)


def write_lives(docs_by_weeks_ago: Mapping[int, int], **fields: Any) -> tuple[list[Post], list[Annotation]]:
    """A hundred and forty posts a week, each by an author of its own, so many of them of the topic."""
    posts, labels = [], []
    for ago, docs in docs_by_weeks_ago.items():
        for place in range(A_WEEK):
            post = write_post(1000 * ago + place, 7 * ago + place % 7, **fields)
            posts.append(post)
            if place < docs:
                labels.append(label(post, "interests", "08.01"))
    return posts, labels


RISING = {0: 40, 1: 20, **dict.fromkeys(range(2, 12), 10)}
FADING = {0: 10, 1: 12, 2: 30, 3: 60, 4: 40, **dict.fromkeys(range(5, 14), 10)}


def test_growth_and_its_change_are_those_of_three_weeks_of_authors(tmp_path: Path) -> None:
    posts, labels = write_lives(RISING)
    with build_world(tmp_path, [posts], labels) as ask:
        (noise,) = ask(
            "select dispersion from mart_topic_burst "
            "where platform = 'douyin' and grain = 'd' and topic_id = ? and day = ?",
            TOPIC,
            LAST_DAY,
        )[0]
        velocity = ask(
            "select x_cur, x_prev, e_cur, e_prev, v_log, v_lo, v_hi, pct, doubling_days, n_docs, "
            "coverage, status from mart_topic_velocity "
            "where platform = 'douyin' and topic_id = ? and week = ?",
            TOPIC,
            LAST_DAY,
        )
        accel = ask(
            "select acc, acc_lo, acc_hi, n_docs, n_authors, coverage, status "
            "from mart_topic_accel where platform = 'douyin' and topic_id = ? order by week desc limit 2",
            TOPIC,
        )
    v = math.log(42 / 22)
    half = 1.96 * math.sqrt(1 / 42 + 1 / 22 + 2 * noise / 7)
    doubling = 7 * math.log(2) / v if v > half else None
    assert velocity == [
        (
            40,
            20,
            140,
            140,
            *map(pytest.approx, (v, v - half, v + half, 100 * 20 / 22, doubling)),
            40,
            1.0,
            "ok",
        )
    ]
    acc = v - math.log(22 / 12)
    half = 1.96 * math.sqrt(1 / 42 + 4 / 22 + 1 / 12 + 6 * noise / 7)
    # the week before had 20, 10 and 10 authors, which makes 40 just so
    before = math.log(22 / 12)
    half_before = 1.96 * math.sqrt(1 / 22 + 4 / 12 + 1 / 12 + 6 * noise / 7)
    assert accel == [
        (*map(pytest.approx, (acc, acc - half, acc + half)), 70, 70, 1.0, "ok"),
        (*map(pytest.approx, (before, before - half_before, before + half_before)), 40, 40, 1.0, "ok"),
    ]


def test_a_campaign_of_adverts_makes_no_topic_grow(tmp_path: Path) -> None:
    posts, labels = write_lives(dict.fromkeys(range(10), 20))
    adverts = [write_post(50_000 + place, place % 7, is_ad=True) for place in range(60)]
    labels += [label(advert, "interests", "08.01") for advert in adverts]
    with build_world(tmp_path, [[*posts, *adverts]], labels) as ask:
        assert ask(
            "select x_cur, x_prev, e_cur, pct, doubling_days from mart_topic_velocity "
            "where platform = 'douyin' and topic_id = ? and week = ?",
            TOPIC,
            LAST_DAY,
        ) == [(20, 20, 140, 0.0, None)]
        assert read_stages(ask)[0][1:3] == ("base", "flat")
        assert ask(
            "select demand_authors, n_authors from mart_topic_opportunity where topic_id = ?", TOPIC
        ) == [(80, 80)]
        assert ask(
            "select n_docs, n_authors, content_score from mart_topic_heat_daily "
            "where platform = 'douyin' and topic_id = ? and day = ?",
            TOPIC,
            LAST_DAY,
        ) == [(3, 3, pytest.approx(math.log(3)))]


def test_a_copy_that_turns_out_to_be_an_advert_takes_its_author_with_it(tmp_path: Path) -> None:
    first, second = (write_post(number, 1, title="帐篷怎么选才不踩雷") for number in (1, 2))
    labels = [label(post, "interests", "08.01") for post in (first, second)]
    asked = "select n_docs, n_authors from mart_topic_day where platform = 'all' and topic_id = ?"
    with build_world(tmp_path, [[first, second]], labels) as ask:
        assert ask(asked, TOPIC) == [(1, 2)]
    later = second.captured_at + timedelta(hours=1)
    known = second.model_copy(update={"is_ad": True, "captured_at": later, "run_id": "r9"})
    land(tmp_path / "landing", [known], run_id="r9")
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        build_marts(warehouse, "run-2", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert warehouse.connection.execute(asked, [TOPIC]).fetchall() == [(1, 1)]


def read_stages(ask: Any, platform: str = "douyin") -> list[tuple[Any, ...]]:
    """The topic's stages, newest week first."""
    rows: list[tuple[Any, ...]] = ask(
        "select week, stage, direction, age_weeks, peak_week, peak_confirmed, dd, prev_stage, n_docs, "
        "n_authors, coverage, status from mart_topic_stage "
        "where platform = ? and topic_id = ? order by week desc",
        platform,
        TOPIC,
    )
    return rows


def test_a_topic_that_climbs_from_its_usual_share_is_new_when_no_rise_came_before(tmp_path: Path) -> None:
    posts, labels = write_lives(RISING)
    with build_world(tmp_path, [posts], labels) as ask:
        now, before, *earlier = read_stages(ask)
    # 2-week share 30, then 15, over a usual 10 of 140; both are the most so far
    # the burst test finds twenty where ten are usual, so the rise is a week old; growth by half is not sure
    assert now == (LAST_DAY, "new", "up", 1, LAST_DAY, False, 1.0, "base", 40, 40, 1.0, "ok")
    assert before == (
        *(LAST_DAY - WEEK, "base", "flat", 0, LAST_DAY - WEEK, False, pytest.approx(1.0), None),
        *(20, 20, 1.0, "ok"),
    )
    # at most ten authors a week until then, and in the first seven weeks too little of a past
    assert [(row[1], row[-1]) for row in earlier] == [
        *[(None, "low_support")] * 3,
        *[(None, "no_baseline")] * 3,
    ]


def test_a_peak_is_told_after_two_weeks_below_nine_tenths_of_it(tmp_path: Path) -> None:
    posts, labels = write_lives(FADING)
    with build_world(tmp_path, [posts], labels) as ask:
        rows = read_stages(ask)
    # two-week shares, newest first: 11, 21, 45, 50, 25 and 10 of 140; 45 is just nine tenths of 50
    assert [(row[4], row[5]) for row in rows[:4]] == [
        (LAST_DAY - 3 * WEEK, True),
        (LAST_DAY - 3 * WEEK, False),
        (LAST_DAY - 3 * WEEK, False),
        (LAST_DAY - 3 * WEEK, False),
    ]
    assert [row[6] for row in rows[:4]] == [pytest.approx(dd) for dd in (1 / 40, 11 / 40, 35 / 40, 1)]
    assert [(row[1], row[2]) for row in rows[:2]] == [("fading", "down")] * 2
    assert [row[7] for row in rows[:3]] == [row[1] for row in rows[1:4]]


def test_the_stage_before_a_week_that_was_not_read_is_not_that_of_the_week_before(tmp_path: Path) -> None:
    posts, labels = write_lives(dict.fromkeys((ago for ago in range(16) if ago != 2), 25))
    with build_world(tmp_path, [posts], labels) as ask:
        rows = read_stages(ask)
    assert [(row[0], row[1], row[7]) for row in rows[:3]] == [
        (LAST_DAY, "base", "base"),
        (LAST_DAY - WEEK, "base", None),
        (LAST_DAY - 3 * WEEK, "base", "base"),
    ]


def test_a_topic_that_nobody_knew_rises_and_stays_once_it_is_no_longer_new(tmp_path: Path) -> None:
    # what is usual stays 0 of 140 until a topic has been there for twelve weeks
    unknown = dict.fromkeys(range(8, 26), 0)
    posts, labels = write_lives(unknown | {7: 20, 6: 25, 5: 35, 4: 50, 3: 60, 2: 60, 1: 60, 0: 60})
    with build_world(tmp_path, [posts], labels) as ask:
        rows = read_stages(ask)
    assert [(row[1], row[2], row[3]) for row in rows] == [
        *[("plateau", "flat", 7), ("plateau", "flat", 6), ("plateau", "flat", 5)],
        *[("rising", "up", 4), *(("new", "up", weeks) for weeks in (3, 2, 1, 0))],
    ]


def write_rise(platform: str, first: int, hours_ago: float, **fields: Any) -> list[Post]:
    """Twenty posts within an hour that begins so many hours before noon, three minutes apart."""
    return [
        write_post(first + place, (hours_ago - place / 20) / 24, platform=platform, **fields)
        for place in range(20)
    ]


@pytest.mark.parametrize(
    ("unread", "coverage", "status", "calls"),
    [
        (None, 1.0, "ok", ("b_first", "tie")),
        # one of the platforms was not read on one of the days before: nobody knows what was said on it then
        (2, 0.0, "low_coverage", (None, None)),
    ],
)
def test_who_was_first_is_the_first_post_of_each_rise(
    unread: int | None, coverage: float, status: str, calls: Sequence[str | None], tmp_path: Path
) -> None:
    usual = [
        write_post(100_000 * place + 10 * day + number, day, platform=platform)
        for place, platform in enumerate(("weibo", "bilibili"))
        for day in range(60)
        for number in range(10)
        if day != unread or platform == "bilibili"
    ]
    # at eight on weibo, at two in the afternoon on bilibili; of the second topic weibo shows the day only
    hours = write_rise("weibo", 2000, 4) + write_rise("bilibili", 102_000, -2)
    days = write_rise("weibo", 3000, 4, published_precision="day") + write_rise("bilibili", 103_000, -2)
    labels = [label(post, "hashtags", "拼豆") for post in hours]
    labels += [label(post, "hashtags", "露营灯") for post in days]
    labels += [label(post, "hashtags", f"日常{number % 5}") for number, post in enumerate(usual)]
    with build_world(tmp_path, [[*usual, *hours, *days]], labels) as ask:
        rows = ask(
            "select topic_id, event_id, platform_a, platform_b, first_a, first_b, lag_h, resolution_h, "
            "order_call, n_docs_a, n_docs_b, coverage, status from mart_topic_leadlag order by resolution_h"
        )
    two, eight = NOON + timedelta(hours=2), NOON - timedelta(hours=4)
    assert rows == [
        (name, name, "bilibili", "weibo", two, eight, -6.0, hours_apart, call, 20, 20, coverage, status)
        for name, hours_apart, call in zip(("tag:拼豆", "tag:露营灯"), (1.0, 24.0), calls, strict=True)
    ]


def test_a_band_holds_its_products_and_its_part_of_what_was_sold(tmp_path: Path) -> None:
    # ten products each at 10 and 100 yuan in ten shops and at 1000 in ten others, half on jd; a hundred,
    # fifty and "10+" sold
    kinds = (("10", 100, 100), ("100", 50, 50), ("1000", 10, None))
    offers = [
        make_listing(
            100 * place + shop,
            title=f"露营灯{chr(0x4E00 + place)}{chr(0x5E00 + shop)}",
            shop=f"{'大' if place == 2 else '小'}店{shop}",
            platform="jd" if shop % 2 else "taobao",
            price=price,
            sold_low=low,
            sold_high=high,
            captured_at=NOON,
        )
        for place, (price, low, high) in enumerate(kinds)
        for shop in range(10)
    ]
    # listed again and dearer, a deposit, and one in dollars
    again = offers[0].model_copy(update={"listing_id": "900"})
    others = [
        make_listing(901, title="露营灯定金", price="0.01", captured_at=NOON),
        make_listing(902, title="露营灯海外版", price="5", currency="USD", captured_at=NOON),
    ]
    post = write_post(1, 1)
    labels = [label(record, "interests", "08.01") for record in (*offers, again, *others, post)]
    with build_world(tmp_path, [[*offers, again, *others, post]], labels) as ask:
        rows = ask(
            "select band_no, lo, hi, spu_cnt, shop_cnt, spu_share, sold_share_low, sold_share_high, p10, "
            "p25, p50, p75, p90, n_spu, n_shops, coverage, status from mart_price_band "
            "where platform = 'all' and week = ? and unit = 'CNY/件' order by band_no",
            LAST_DAY,
        )
        support = ask(
            "select distinct platform, unit, n_spu, n_shops, status from mart_price_band "
            "where platform <> 'all' or unit = 'USD/件' order by all"
        )
        shown = read_query("topic_prices")
        read = ask(
            "select spu_cnt, shop_cnt from ("  # noqa: S608
            + shown.replace("$topic", f"'{TOPIC}'").replace("$as_of", f"'{LAST_DAY}'")
            + ")"
        )
    assert read == [(30, 20)]
    spread = (10.0, 10.0, 100.0, 1000.0, 1000.0, 30, 20, 1.0, "ok")
    # five bands of equal ratio from 10 to 1000; an open count is at most ten times what is shown
    assert rows == [
        (1, 0.0, 25.12, 10, 10, *map(pytest.approx, (1 / 3, 1000 / 2500, 1000 / 1600)), *spread),
        (3, 63.1, 158.49, 10, 10, *map(pytest.approx, (1 / 3, 500 / 2500, 500 / 1600)), *spread),
        (5, 398.11, None, 10, 10, *map(pytest.approx, (1 / 3, 100 / 1600, 1000 / 2500)), *spread),
    ]
    assert support == [
        ("all", "USD/件", 1, 1, "low_support"),
        ("jd", "CNY/件", 15, 10, "low_support"),
        ("taobao", "CNY/件", 15, 10, "low_support"),
        ("taobao", "USD/件", 1, 1, "low_support"),
    ]
