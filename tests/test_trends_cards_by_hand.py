"""Cards 5.1, 5.8 and 5.9 of METRICS on worlds small enough to be worked out on paper."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.landed_packages import make_listing
from tests.trend_world import LAST_DAY, NOON, build_world, label, write_post
from warehouse.records import Annotation, Listing, Post

TOPIC = "interest:08.01"


def write_many(first: int, number: int, days_ago: float = 1, **fields: Any) -> list[Post]:
    """Posts of as many authors."""
    return [write_post(first + place, days_ago, **fields) for place in range(number)]


def read_offer(number: int, title: str, *days_ago: float, **fields: Any) -> list[Listing]:
    """Readings of an offer so many days before the last day's noon, twenty and five by default."""
    return [
        make_listing(
            number, title=title, captured_at=NOON - timedelta(days=ago), **({"shop": "山野社"} | fields)
        )
        for ago in days_ago or (20, 5)
    ]


def test_heat_is_of_shown_counts_up_to_the_usual_most_and_of_no_advert(tmp_path: Path) -> None:
    # forty days of ten posts with nine likes each: nobody ever had more
    usual = [post for day in range(1, 41) for post in write_many(100 * day, 10, day, likes=9)]
    topic = [*write_many(9000, 9, 0, likes=9), write_post(9009, 0, likes=1_000_000)]
    copies = write_many(9100, 2, 0, title=topic[0].title, likes=500)
    adverts = write_many(9200, 5, 0, likes=1_000_000, is_ad=True)
    # ten others show no likes at all, and another platform nothing of the topic
    others = write_many(9300, 10, 0)
    elsewhere = write_many(20_000, 10, 0, platform="bilibili")
    labels = [label(post, "interests", "08.01") for post in (*topic, *copies, *adverts)]
    with build_world(tmp_path, [[*usual, *topic, *copies, *adverts, *others, *elsewhere]], labels) as ask:
        rows = ask(
            "select platform, n_docs, n_authors, plays, engagement, content_score, spread_score, "
            "search_score, heat_share_bp, heat_index, rank, rank_diff, status from mart_topic_heat_daily "
            "where topic_id = ? and day = ? order by platform",
            TOPIC,
            LAST_DAY,
        )
    # all of one minute, so that age weighs alike: ten of 1 + ln 10, and ten of 1 of what shows nothing
    share = 1e4 * 10 * (1 + math.log(10)) / (10 * (1 + math.log(10)) + 10)
    spoken = (10, 12, None, 1_000_081, *map(pytest.approx, (math.log(12), math.log(1_000_082))), None)
    assert (
        rows
        == [
            # two platforms were read; on one of them the topic has no share; never one day before
            ("all", *spoken, pytest.approx(share / 2, abs=1e-5), None, 1, None, "ok"),
            ("douyin", *spoken, pytest.approx(share, abs=1e-5), None, 1, None, "ok"),
        ]
        or rows[0][9] is not None
    )


def test_an_author_is_at_the_highest_stage_and_a_seller_at_none(tmp_path: Path) -> None:
    stages = {
        "I": write_many(1000, 60),
        "P": write_many(2000, 30),
        "A": write_many(3000, 20),
        "L": write_many(4000, 10),
    }
    silent, gone = write_many(5000, 30), write_many(6000, 6)
    # those who buy again asked for the link too; six of those who ask were put off in another post
    before = [
        post.model_copy(update={"post_id": f"8{post.post_id[1:]}", "title": f"{post.title}求链接"})
        for post in stages["L"]
    ]
    put_off = [
        post.model_copy(update={"post_id": f"8{post.post_id[1:]}", "title": f"{post.title}避雷"})
        for post in stages["I"][:6]
    ]
    sellers, adverts = write_many(7000, 20), write_many(7100, 20, is_ad=True)
    hikers = write_many(8000, 40)
    said = [(post, stage) for stage, posts in stages.items() for post in posts]
    said += [(post, "I") for post in (*before, *sellers, *adverts)]
    said += [(post, "DROP") for post in (*gone, *put_off)] + [(post, "A") for post in hikers]
    labels = [label(post, "intent", stage) for post, stage in said]
    labels += [label(post, "promotion", "promotional") for post in sellers]
    camping = [post for post, _ in said if post not in hikers] + silent
    labels += [label(post, "interests", code) for post in camping for code in ("08", "08.01")]
    labels += [label(post, "interests", code) for post in hikers for code in ("08", "08.02")]
    with build_world(tmp_path, [[*camping, *hikers]], labels) as ask:
        rows = ask(
            "select n_authors, n_cued, cue_coverage, a_share, i_share, p_share, l_share, drop_share, "
            "i_over_a, p_over_i, window_days, status from mart_topic_aipl where topic_id = ? and week = ?",
            TOPIC,
            LAST_DAY,
        )
    # 20 A, 60 I, 30 P and 10 L; ten imagined speakers are spread as the 160 of the first level, and one more
    # at each stage
    a, i, p, loyal = 20 + 610 / 164, 60 + 610 / 164, 30 + 310 / 164, 10 + 110 / 164
    shares = (126 / 156, a / 130, i / 130, p / 130, loyal / 130, 12 / 126, i / a, p / i)
    assert rows == [(156, 126, *map(pytest.approx, shares), 7, "ok")] * 2


def test_a_gap_holds_who_asks_against_what_is_on_sale_in_the_same_28_days(tmp_path: Path) -> None:
    asking, hiking = write_many(1000, 50, 2), write_many(2000, 30, 2)
    # asked before the 28 days; sellers and adverts ask too; one asks twice, and one in a comment
    early, sellers, adverts = (
        write_many(3000, 40, 30),
        write_many(4000, 40, 2),
        write_many(5000, 40, 2, is_ad=True),
    )
    again = write_post(6000, 3, author_key=asking[0].author_key)
    comment = write_post(6001, 1, kind="comment", parent_id=asking[1].post_id, title=None, text="求链接")
    camping = [*asking, *early, *sellers, *adverts, again]
    labels: list[Annotation] = [label(post, "intent", "I") for post in (*camping, *hiking, comment)]
    labels += [label(post, "promotion", "promotional") for post in sellers]
    labels += [label(post, "interests", code) for post in camping for code in ("08", "08.01")]
    labels += [label(post, "interests", code) for post in hiking for code in ("08", "08.02")]
    lamps = [
        # one lamp under two ids, and the same words in another shop and on another market
        read_offer(1, "山野露营灯", 20, price="80"),
        read_offer(2, "山野露营灯", 5, price="100"),
        read_offer(3, "山野露营灯", shop="湖畔店", price="120"),
        read_offer(4, "山野露营灯", platform="jd", price="140"),
        # for dollars; once only; before and after the days
        read_offer(5, "山野露营灯海外版", currency="USD", price="20"),
        read_offer(6, "一闪而过的灯", 5, price="999"),
        read_offer(7, "去年的灯", 40, price="999"),
        read_offer(8, "明天的灯", -2, price="999"),
    ]
    boots = [read_offer(20 + number, f"徒步鞋{chr(0x4E00 + number)}") for number in range(6)]
    labels += [label(group[0], "interests", "08.01") for group in lamps]
    labels += [label(group[0], "interests", "08.02") for group in boots]
    usual = [post for day in range(35) for post in write_many(10_000 + 100 * day, 40, day)]
    offers = [reading for group in (*lamps, *boots) for reading in group]
    with build_world(tmp_path, [[*camping, *hiking, comment, *offers, *usual]], labels) as ask:
        rows = ask(
            "select topic_id, demand_authors, spu_cnt, shop_cnt, new_spu_28d, price_p50, price_currency, "
            "d_log, s_log, gap, gap_lo, gap_hi, class, status from mart_topic_opportunity order by topic_id"
        )
    # fifty and the one of the comment; four lamps: of the shop (under two ids), of the lake, of jd and for
    # dollars, of which three are new where the market was read before
    demand, supply = math.log(54 / (81 + 6)), math.log(7 / (10 + 6))
    error = 1.96 * math.sqrt(1 / 54 + 1 / 7 + 0.15**2)
    gap = demand - supply
    assert rows[0] == (
        *(TOPIC, 51, 4, 2, 3, 120.0, "CNY"),
        *map(pytest.approx, (demand, supply, gap, gap - error, gap + error)),
        *("balanced", "ok"),
    )
    assert rows[1][:4] == ("interest:08.02", 30, 6, 1)
