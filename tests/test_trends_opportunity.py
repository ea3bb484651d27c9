"""Demand against supply: what counts as looked for, planted gaps, and what was called of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.landed_packages import land, make_listing
from tests.trend_world import NOON, build_world, label, write_post
from warehouse.records import Annotation, Listing, Post, Search


def make_offers(first: int, number: int, **fields: Any) -> list[Listing]:
    """Offers of their own products, each seen on the last day and a week before."""
    return [
        make_listing(first + place, title=f"好物{chr(0x4E00 + first + place)}", captured_at=moment, **fields)
        for place in range(number)
        for moment in (NOON - timedelta(days=7), NOON)
    ]


def want(posts: list[Post], code: str) -> list[Annotation]:
    """Authors who want what a second level is about."""
    return [label(post, "interests", name) for post in posts for name in (code.partition(".")[0], code)] + [
        label(post, "intent", "I") for post in posts
    ]


@pytest.mark.parametrize(
    ("query", "others", "products", "coverage"),
    [
        ("徒步登山鞋", (), 0, 1.0),
        ("咖啡", (), None, 0.0),
        ("咖啡", ("08.03", "08.04"), None, 0.0),
        # a file of one kind of goods or two is no shelf of all kinds
        (None, (), None, 0.0),
        (None, ("08.03",), None, 0.0),
        (None, ("08.03", "08.04"), 0, 1.0),
    ],
)
def test_no_product_is_known_only_where_one_was_looked_for(
    query: str | None, others: tuple[str, ...], products: int | None, coverage: float, tmp_path: Path
) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    offers = make_offers(1, 3 + len(others), query=query)
    labels = [*want(posts, "08.02"), label(posts[0], "interests", "08.01")]
    codes = ("08.01", "08.01", "08.01", *others)
    labels += [label(offer, "interests", code) for offer, code in zip(offers[::2], codes, strict=True)]
    with build_world(tmp_path, [[*posts, *offers[::2]], offers[1::2]], labels) as ask:
        rows = ask(
            "select spu_cnt, query_coverage, gap is null, status from mart_topic_opportunity "
            "where topic_id = 'interest:08.02'"
        )
    assert rows == [(products, coverage, products is None, "ok" if products is not None else "low_coverage")]


@pytest.mark.parametrize(
    ("word", "kind", "days", "products"),
    [
        ("徒步登山", "listings", 2, 0),
        ("徒步登山", "listings", 1, None),
        ("徒步登山", "posts", 2, None),
        ("咖啡", "listings", 2, None),
    ],
)
def test_searches_of_two_days_that_found_nothing_measure_zero_products(
    word: str, kind: Literal["posts", "listings"], days: int, products: int | None, tmp_path: Path
) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    offers = make_offers(1, 3, query="露营灯")
    labels = [*want(posts, "08.02"), label(posts[0], "interests", "08.01")]
    labels += [label(offer, "interests", "08.01") for offer in offers[::2]]
    for ago in range(days):
        asked = Search(
            query=word, platform="taobao", record_kind=kind, asked_at=NOON - timedelta(days=ago), found=0
        )
        land(tmp_path / "landing", [], "taobao_tbk", f"s{ago}", queries=[asked])
    with build_world(tmp_path, [[*posts, *offers[::2]], offers[1::2]], labels) as ask:
        assert ask(
            "select spu_cnt, query_coverage, gap is null from mart_topic_opportunity "
            "where topic_id = 'interest:08.02'"
        ) == [(products, 1.0 if products == 0 else 0.5 if days == 1 else 0.0, products is None)]


@pytest.mark.parametrize(
    ("query", "products", "called"),
    [
        ("露营灯", 0, "blue_ocean"),
        ("露营灯 超亮", 0, "blue_ocean"),
        ("露营", None, None),
        ("咖啡", None, None),
    ],
)
def test_that_nobody_sells_a_thing_is_told_by_a_search_for_it_and_not_by_a_wider_one(
    query: str, products: int | None, called: str | None, tmp_path: Path
) -> None:
    posts = [write_post(number, 1) for number in range(1, 61)]
    tents = make_offers(1, 40, query=query)
    labels = [*want(posts, "08.01"), *(label(post, "hashtags", "露营灯") for post in posts)]
    labels += [label(offer, "interests", "08.01") for offer in tents[::2]]
    with build_world(tmp_path, [[*posts, *tents[::2]], tents[1::2]], labels) as ask:
        assert ask("select spu_cnt, class from mart_topic_opportunity where topic_id = 'tag:露营灯'") == [
            (products, called)
        ]


def test_a_product_that_changes_its_id_is_on_sale_and_one_seen_once_is_not(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    moved = [
        make_listing(number, title="山野露营灯", shop="山野社", price="30", captured_at=moment)
        for number, moment in ((1, NOON - timedelta(days=7)), (2, NOON))
    ]
    once = make_listing(3, title="只见过一次的灯", shop="路过小店", price="900", captured_at=NOON)
    labels = want(posts, "08.01") + [label(offer, "interests", "08.01") for offer in (*moved, once)]
    with build_world(tmp_path, [[*posts, *moved, once]], labels) as ask:
        assert ask(
            "select spu_cnt, shop_cnt, hhi_top10, price_p50 from mart_topic_opportunity "
            "where topic_id = 'interest:08.01'"
        ) == [(1, 1, 1.0, 30.0)]


def test_sales_of_unlike_bases_are_not_added_up_and_a_lure_is_no_price(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    months = make_offers(1, 3, price="20", sold_low=100, sold_high=100, sold_basis="30d")
    ever = make_offers(10, 2, price="0.01", sold_low=90_000, sold_high=None, sold_basis="lifetime")
    labels = want(posts, "08.01") + [
        label(offer, "interests", "08.01") for offer in (*months[::2], *ever[::2])
    ]
    with build_world(
        tmp_path, [[*posts, *months[::2], *ever[::2]], [*months[1::2], *ever[1::2]]], labels
    ) as ask:
        assert ask(
            "select spu_cnt, sold_basis, sold_low, sold_high, price_p50 from mart_topic_opportunity "
            "where topic_id = 'interest:08.01'"
        ) == [(5, "30d", 300, 300, 20.0)]


def test_one_look_at_each_of_two_markets_shows_no_product_twice_and_measures_nothing(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    lamps = [*make_offers(1, 2, query="露营灯"), *make_offers(10, 2, query="露营灯", platform="jd")]
    boots = [
        make_listing(20, title="徒步登山鞋甲", query="徒步登山", captured_at=NOON - timedelta(days=7)),
        make_listing(21, title="徒步登山鞋乙", query="徒步登山", captured_at=NOON, platform="jd"),
    ]
    labels = [*want(posts, "08.02"), label(posts[0], "interests", "08.01")]
    labels += [label(offer, "interests", "08.01") for offer in lamps[::2]]
    labels += [label(offer, "interests", "08.02") for offer in boots]
    with build_world(tmp_path, [[*posts, *lamps[::2]], [*lamps[1::2], *boots]], labels) as ask:
        assert ask(
            "select topic_id, spu_cnt, query_coverage, gap is null, status from mart_topic_opportunity "
            "order by topic_id"
        ) == [
            ("interest:08.01", 4, 1.0, False, "low_support"),
            ("interest:08.02", None, 0.5, True, "low_coverage"),
        ]


def test_what_is_seen_in_the_only_reading_of_a_market_is_on_sale_there(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    often = make_offers(1, 3)
    only = make_listing(10, title="京东只读过一次的灯", platform="jd", captured_at=NOON)
    labels = want(posts, "08.01") + [label(offer, "interests", "08.01") for offer in (*often[::2], only)]
    with build_world(tmp_path, [[*posts, *often[::2]], [*often[1::2], only]], labels) as ask:
        assert ask("select spu_cnt from mart_topic_opportunity where topic_id = 'interest:08.01'") == [(4,)]


@pytest.mark.parametrize(
    ("looked_before", "new"),
    [
        # nobody looked before the 28 days: what is new is not known
        ((), None),
        (("taobao",), 1),
        (("taobao", "jd"), 2),
    ],
)
def test_a_product_is_new_only_where_the_market_was_read_before(
    looked_before: tuple[str, ...], new: int | None, tmp_path: Path
) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    now = [*make_offers(1, 1, shop="山野社"), *make_offers(2, 1, platform="jd")]
    # an older product of taobao has another id since
    relisted = [
        make_listing(3, title="山野老灯", shop="老店", captured_at=moment)
        for moment in (NOON - timedelta(days=7), NOON)
    ]
    long_ago = NOON - timedelta(days=35)
    before = [
        make_listing(900 + place, title="山野老灯", shop="老店", platform=platform, captured_at=long_ago)
        for place, platform in enumerate(looked_before)
    ]
    offers = [*now, *relisted]
    labels = want(posts, "08.01")
    labels += [label(offer, "interests", "08.01") for offer in (*offers[::2], *before)]
    with build_world(tmp_path, [[*posts, *before, *offers[::2]], offers[1::2]], labels) as ask:
        assert ask(
            "select spu_cnt, new_spu_28d from mart_topic_opportunity where topic_id = 'interest:08.01'"
        ) == [(3, new)]


def test_nothing_on_sale_is_nothing_new(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    offers = make_offers(1, 3)
    labels = [*want(posts, "08.02"), label(posts[0], "interests", "08.01")]
    shelf = zip(offers[::2], ("08.01", "08.03", "08.04"), strict=True)
    labels += [label(offer, "interests", code) for offer, code in shelf]
    with build_world(tmp_path, [[*posts, *offers[::2]], offers[1::2]], labels) as ask:
        assert ask(
            "select spu_cnt, new_spu_28d from mart_topic_opportunity where topic_id = 'interest:08.02'"
        ) == [(0, 0)]


def test_prices_in_the_commoner_currency_make_the_median(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    yuan = [offer for place in range(3) for offer in make_offers(1 + place, 1, price=str(30 + 10 * place))]
    dollars = make_offers(10, 2, price="5", currency="USD")
    offers = [*yuan, *dollars]
    labels = want(posts, "08.01") + [label(offer, "interests", "08.01") for offer in offers[::2]]
    with build_world(tmp_path, [[*posts, *offers[::2]], offers[1::2]], labels) as ask:
        assert ask(
            "select spu_cnt, price_p50, price_currency from mart_topic_opportunity "
            "where topic_id = 'interest:08.01'"
        ) == [(5, 40.0, "CNY")]


def test_interests_that_were_not_looked_for_make_no_red_ocean_of_those_that_were(tmp_path: Path) -> None:
    labels, offers, posts = [], [], []
    for place in range(4):
        wanting = [write_post(1000 * place + number, 1) for number in range(1, 41)]
        posts += wanting
        labels += want(wanting, f"08.0{place + 1}")
    for place in range(2):
        shelf = make_offers(100 * place + 1, 40, query=f"露营{place}")
        offers += shelf
        labels += [label(offer, "interests", f"08.0{place + 1}") for offer in shelf[::2]]
    with build_world(tmp_path, [[*posts, *offers[::2]], offers[1::2]], labels) as ask:
        assert ask(
            "select topic_id, demand_authors, spu_cnt, round(gap, 9), class, status, round(demand_index), "
            "round(supply_index) from mart_topic_opportunity where topic_id like '%.%' order by topic_id"
        ) == [
            ("interest:08.01", 40, 40, 0.0, "balanced", "ok", 100, 100),
            ("interest:08.02", 40, 40, 0.0, "balanced", "ok", 100, 100),
            ("interest:08.03", 40, None, None, None, "low_coverage", 100, None),
            ("interest:08.04", 40, None, None, None, "low_coverage", 100, None),
        ]


def test_demand_is_told_where_no_interest_was_looked_for(tmp_path: Path) -> None:
    many, few = (
        [write_post(first + number, 1) for number in range(number)] for first, number in ((1, 90), (500, 30))
    )
    with build_world(tmp_path, [[*many, *few]], want(many, "08.01") + want(few, "08.02")) as ask:
        assert ask(
            "select topic_id, round(demand_index), supply_index, class, status from mart_topic_opportunity "
            "where topic_id like '%.%' order by topic_id"
        ) == [
            ("interest:08.01", 148, None, None, "low_coverage"),
            ("interest:08.02", 52, None, None, "low_coverage"),
        ]


def test_a_planted_gap_is_called_with_its_competition(tmp_path: Path) -> None:
    many = [write_post(number, 1) for number in range(1, 201)]
    few = [write_post(number, 1) for number in range(301, 341)]
    scarce = make_offers(1, 4, shop="山野社")
    plenty = make_offers(100, 60)
    labels = want(many, "08.01") + want(few, "08.02")
    labels += [label(offer, "interests", "08.01") for offer in scarce[::2]]
    labels += [label(offer, "interests", "08.02") for offer in plenty[::2]]
    labels += [label(post, "price_words", "shortage") for post in many[:17]]
    first, second = ([*scarce[place::2], *plenty[place::2]] for place in (0, 1))
    with build_world(tmp_path, [[*many, *few, *first], second], labels) as ask:
        rows = ask(
            "select topic_id, class, spu_cnt, shop_cnt, hhi_top10, shortage_authors, status "
            "from mart_topic_opportunity order by topic_id"
        )
    assert rows == [
        ("interest:08.01", "blue_ocean", 4, 1, 1.0, 17, "ok"),
        ("interest:08.02", "red_ocean", 60, 60, pytest.approx(10 / 3600), 0, "ok"),
    ]


def test_a_cluster_is_supplied_by_the_offers_placed_in_it(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 61)]
    offers = make_offers(1, 5)
    labels = [*want(posts, "08.01"), *(label(post, "clusters", "3f9a0c12de") for post in posts)]
    labels += [label(offer, "interests", "08.01") for offer in offers[::2]]
    labels += [label(offer, "clusters", "3f9a0c12de") for offer in offers[:6:2]]
    labels += [label(offer, "clusters", "none") for offer in offers[6::2]]
    with build_world(tmp_path, [[*posts, *offers[::2]], offers[1::2]], labels) as ask:
        assert ask(
            "select topic_id, spu_cnt, query_coverage, status from mart_topic_opportunity order by topic_id"
        ) == [("cluster:3f9a0c12de", 3, 1.0, "ok"), ("interest:08.01", 5, 1.0, "ok")]
        assert ask("select count(*) from mart_topic_offer where topic_id = 'cluster:3f9a0c12de'") == [(3,)]
