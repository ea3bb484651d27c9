"""Offers of a topic: what is unknown and what is none, other words for it, price bands of products."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.landed_packages import make_listing
from tests.trend_world import NOON, build_world, label, write_post


def test_no_listing_is_unknown_and_a_shelf_of_everything_else_is_zero(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(post, "interests", code) for post in posts for code in ("08", "08.01")]
    with build_world(tmp_path / "none", [posts], labels) as ask:
        assert ask(
            "select spu_cnt, gap, class, status from mart_topic_opportunity where topic_id = 'interest:08.01'"
        ) == [(None, None, None, "low_coverage")]
    shelf = [("徒步登山靴", "08.02"), ("路亚竿", "08.03"), ("公路自行车", "08.04")]
    now, before = (
        [make_listing(place, title=title, captured_at=moment) for place, (title, _) in enumerate(shelf)]
        for moment in (NOON, NOON - timedelta(days=3))
    )
    labels += [label(offer, "interests", code) for offer, (_, code) in zip(now, shelf, strict=True)]
    labels.append(label(posts[0], "interests", "08.02"))
    with build_world(tmp_path / "some", [[*posts, *before], now], labels) as ask:
        rows = ask(
            "select topic_id, demand_authors, spu_cnt, gap, gap_lo, gap_hi "
            "from mart_topic_opportunity order by topic_id"
        )
    assert [row[:3] for row in rows] == [("interest:08.01", 40, 0), ("interest:08.02", 1, 1)]
    # (40 + 3) of (41 + 2 * 3), (0 + 3) of (1 + 2 * 3): 40 ask for what nobody sells
    gap = math.log(43 / 47) - math.log(3 / 7)
    error = 1.96 * math.sqrt(1 / 43 + 1 / 3 + 0.15**2)
    assert rows[0][3:] == (pytest.approx(gap), pytest.approx(gap - error), pytest.approx(gap + error))


def test_what_listings_call_otherwise_is_supply_and_can_be_audited(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(post, "hashtags", "美拉德穿搭") for post in posts]
    labels += [label(post, "interests", code) for post in posts for code in ("08", "08.01")]
    offers = [
        make_listing(1, title="焦糖棕羊毛大衣", captured_at=NOON),
        make_listing(2, title="美拉德穿搭针织衫", captured_at=NOON),
        make_listing(3, title="白色短袖", captured_at=NOON),
    ]
    labels.append(label(offers[2], "interests", "08.01"))
    words = pa.table({"term": ["美拉德"], "synonym": ["焦糖棕"]})
    found = []
    for place, synonyms in enumerate((None, words)):
        with build_world(tmp_path / str(place), [[*posts, *offers]], labels, synonyms=synonyms) as ask:
            found.append(
                ask(
                    "select spu_cnt, n_synonym_offers, round(ln(demand_index / supply_index) - gap, 9) "
                    "from mart_topic_opportunity where topic_id = 'tag:美拉德穿搭'"
                )
            )
            audited = ask("select title, word, is_synonym from mart_topic_offer where word is not null")
    assert found == [[(1, 0, 0.0)], [(2, 1, 0.0)]]
    assert sorted(audited) == [
        ("焦糖棕羊毛大衣", "焦糖棕", True),
        ("美拉德穿搭针织衫", "美拉德穿搭", False),
    ]


def test_an_offer_seen_on_one_day_of_two_is_neither_counted_nor_audited_but_under_another_id_it_is(
    tmp_path: Path,
) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(post, "interests", code) for post in posts for code in ("08", "08.01")]
    before = NOON - timedelta(days=3)
    tent, relisted, canopy = (
        make_listing(number, title=title, shop="山野店", captured_at=moment)
        for number, title, moment in ((1, "双人帐篷", before), (2, "双人帐篷", NOON), (3, "天幕", NOON))
    )
    labels += [label(offer, "interests", "08.01") for offer in (tent, relisted, canopy)]
    with build_world(tmp_path, [[*posts, tent], [relisted, canopy]], labels) as ask:
        assert ask("select spu_cnt from mart_topic_opportunity where topic_id = 'interest:08.01'") == [(1,)]
        assert ask("select title, n_crawls from mart_topic_offer where topic_id = 'interest:08.01'") == [
            ("双人帐篷", 1),
            ("双人帐篷", 1),
        ]


def test_a_size_that_is_sold_out_and_a_sheet_without_prices_take_no_price_or_shop_from_an_offer(
    tmp_path: Path,
) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(post, "interests", code) for post in posts for code in ("08", "08.01")]
    before = NOON - timedelta(days=3)
    offers = [
        make_listing(1, title="双人帐篷", shop="山野店", price="29.9", captured_at=before),
        make_listing(1, title="双人帐篷", shop="山野店", price=None, currency=None, captured_at=before),
        make_listing(2, title="天幕", shop="山野店", price="88", captured_at=before),
    ]
    sheet = [
        make_listing(number, title=title, price=None, currency=None, captured_at=NOON)
        for number, title in ((1, "双人帐篷"), (2, "天幕"))
    ]
    labels += [label(offer, "interests", "08.01") for offer in offers[1:]]
    with build_world(tmp_path, [[*posts, *offers], sheet], labels) as ask:
        assert ask(
            "select spu_cnt, shop_cnt, price_p50 from mart_topic_opportunity "
            "where topic_id = 'interest:08.01'"
        ) == [(2, 1, 58.95)]


def test_price_bands_are_of_products_not_of_listings(tmp_path: Path) -> None:
    bare = {"sold_low": None, "sold_basis": None, "captured_at": NOON}
    offers = [
        make_listing(
            number,
            title=f"户外折叠椅{chr(0x4E00 + number)}款",
            price=str(10 * number),
            shop=f"店{number % 12}",
            **bare,  # type: ignore[arg-type]
        )
        for number in range(1, 41)
    ]
    twice = offers[0].model_copy(update={"listing_id": "999"})
    lure = make_listing(77, title="户外折叠椅定金", price="0.01", captured_at=NOON)
    labels = [label(offer, "interests", "08.01") for offer in [*offers, twice, lure]]
    with build_world(tmp_path, [[*offers, twice, lure]], labels) as ask:
        assert ask("select distinct p50, p25, unit, status from mart_price_band where platform = 'all'") == [
            (205.0, 107.5, "CNY/件", "ok")
        ]
        assert ask(
            "select sum(spu_cnt), round(sum(spu_share), 6) from mart_price_band where platform = 'all'"
        ) == [(40, 1.0)]
        edges = ask("select edges from mart_price_edge")[0][0]
        assert edges == sorted(edges)
        assert len(edges) == 4
