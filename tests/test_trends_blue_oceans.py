"""Opportunities on record: offers as they were read by a past day, and what became of blue oceans."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.landed_packages import make_listing
from tests.test_trends_opportunity import make_offers, want
from tests.trend_world import LAST_DAY, NOON, build_world, label, write_post
from warehouse.mart_sql import read_sql


def test_offers_of_a_past_day_are_as_they_were_read_by_then(tmp_path: Path) -> None:
    posts = [write_post(number, 10) for number in range(1, 41)]
    lamp = make_listing(1, title="山野露营灯", shop="山野社")
    readings = [
        lamp.model_copy(
            update={"price": Decimal(price), "sold_low": sold, "captured_at": NOON - timedelta(days=ago)}
        )
        for price, sold, ago in ((30, 100, 9), (30, 200, 8), (99, 5000, 0))
    ]
    labels = [*want(posts, "08.01"), label(lamp, "interests", "08.01")]
    past = LAST_DAY - timedelta(days=5)
    with build_world(tmp_path, [[*posts, *readings[:2]], readings[2:]], labels, as_of=past) as ask:
        assert ask(
            "select spu_cnt, price_p50, sold_low from mart_topic_opportunity "
            "where topic_id = 'interest:08.01'"
        ) == [(1, 30.0, 200)]


def test_blue_oceans_are_checked_against_topics_like_them(tmp_path: Path) -> None:
    with build_world(tmp_path, [[write_post(1)]], []) as ask:
        ask(
            "insert into mart_opportunity_call by name "
            "select ?::date - 35 as period, topic as topic_id, '08' as l1, class, spu as spu_cnt "
            "from (values ('tag:蓝', 'blue_ocean', 10), ('tag:像', 'balanced', 12), "
            "('tag:也像', 'balanced', 8), "
            "('tag:大', 'balanced', 300), ('tag:红', 'red_ocean', 10)) v(topic, class, spu)",
            LAST_DAY,
        )
        ask(
            "insert into mart_opportunity_call by name "
            "select ?::date - 7 as period, topic as topic_id, '08' as l1, 'balanced' as class, "
            "spu as spu_cnt from (values ('tag:蓝', 49), ('tag:像', 12), ('tag:也像', 8), ('tag:大', 900), "
            "('tag:红', 99)) v(topic, spu)",
            LAST_DAY,
        )
        ask(read_sql("opportunity_call"))
        rows = ask(
            "select topic_id, weeks, spu_called, spu_now, n_controls, control_growth "
            "from mart_opportunity_score"
        )
        assert rows == [("tag:蓝", 4, 10, 49, 2, 0.0)]
        assert ask("select n_topics, round(growth, 6), control_growth, status from v_opportunity_score") == [
            (1, 3.0, 0.0, "low_support")
        ]
        ask(
            "insert into mart_opportunity_score by name "
            "select * replace ('cluster:蓝' as topic_id, 0.0 as growth) from mart_opportunity_score"
        )
        ask(
            "insert into mart_call by name select period as week_called, topic_id, 'blue_ocean' as call, "
            "'tag:蓝' as event_id from mart_opportunity_score"
        )
        # the hashtag and its cluster are one case, at their mean
        assert ask("select n_topics, round(growth, 6) from v_opportunity_score") == [(1, 1.0)]


def test_what_was_called_stays_and_is_called_once_a_week(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 61)]
    offers = make_offers(1, 5)
    labels = want(posts, "08.01") + [label(offer, "interests", "08.01") for offer in offers[::2]]
    with build_world(tmp_path, [[*posts, *offers[::2]], offers[1::2]], labels) as ask:
        first = ask("select period, topic_id, spu_cnt from mart_opportunity_call")
        assert first == [(LAST_DAY, "interest:08.01", 5)]
        ask(read_sql("opportunity_call"))
        assert ask("select period, topic_id, spu_cnt from mart_opportunity_call") == first
