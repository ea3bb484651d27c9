"""Prices in the marts: by piece and by content, by products and by sales, with their intervals."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.landed_packages import make_listing
from tests.trend_world import LAST_DAY, NOON, build_world, label, write_post
from warehouse.price_marts import QUANTILES, bound_band_shares, bound_quantiles, draw_shops
from warehouse.records import Annotation, Listing

CREAM = "05.02"


def make_offer(number: int, price: float, **fields: Any) -> Listing:
    """An offer of its own product in one of twelve shops, seen on the last day."""
    values: dict[str, Any] = {
        "title": f"手冲咖啡液{chr(0x4E00 + number)}款",
        "price": f"{price:.2f}",
        "shop": f"店{number % 12}",
        "sold_low": None,
        "sold_basis": None,
        "captured_at": NOON,
    }
    return make_listing(number, **(values | fields))


def label_all(offers: list[Listing]) -> list[Annotation]:
    return [label(offer, "interests", CREAM) for offer in offers]


def test_a_price_cut_of_a_fifth_shows_in_the_median_and_its_interval(tmp_path: Path) -> None:
    prices = np.random.default_rng(7).lognormal(4.6, 0.25, size=240)
    before = [
        make_offer(number, price, captured_at=NOON - timedelta(days=7)) for number, price in enumerate(prices)
    ]
    after = [make_offer(number, round(price * 0.8, 2)) for number, price in enumerate(prices)]
    with build_world(tmp_path, [before, after], label_all(before)) as ask:
        then, now = ask(
            "select price, lo, hi from mart_price_quantile "
            "where platform = 'all' and quantile = 0.5 and unit = 'CNY/件' order by week"
        )
        assert ask(
            "select distinct p50, p50_lo, p50_hi from mart_price_band where week = ? and platform = 'all'",
            LAST_DAY,
        ) == [now]
    assert now[0] / then[0] == pytest.approx(0.8, abs=0.001)
    assert then[1] <= then[0] <= then[2]
    assert now[2] < then[1]


def test_prices_are_compared_by_what_an_offer_holds(tmp_path: Path) -> None:
    small = [make_offer(number, 10 + number) for number in range(30)]
    large = [make_offer(100 + number, 30 + 3 * number) for number in range(30)]
    choice = make_offer(500, 5, price_high="90.00")
    labels = label_all([*small, *large, choice])
    labels += [label(offer, "quantity", "200 g") for offer in [*small, choice]]
    labels += [label(offer, "quantity", "600 g") for offer in large]
    with build_world(tmp_path, [[*small, *large, choice]], labels) as ask:
        rows = ask(
            "select unit, n_spu, price from mart_price_quantile "
            "where platform = 'all' and quantile = 0.5 order by unit"
        )
    # three times as much for three times the price is the same price; an offer of many sizes has none
    assert rows[0] == ("CNY/100g", 60, pytest.approx((10 + 14.5) / 2))
    assert rows[1][:2] == ("CNY/件", 61)


def test_the_sizes_of_an_offer_in_rows_of_their_own_are_one_price_from_the_lowest(tmp_path: Path) -> None:
    others = [make_offer(number, 50) for number in range(4)]
    sizes = [make_offer(500, price) for price in (129, 39, 59)]
    labels = [*label_all([*others, sizes[0]]), label(sizes[0], "quantity", "200 g")]
    with build_world(tmp_path, [[*others, *sizes]], labels) as ask:
        rows = ask("select distinct unit, n_spu, p10, p90 from mart_price_band where platform = 'all'")
    # 39, 50, 50, 50, 50; an offer of many sizes has no price by content
    assert rows == [("CNY/件", 5, pytest.approx(43.4), 50)]


def test_prices_by_units_sold_are_bounded_where_counts_are_open(tmp_path: Path) -> None:
    exact = [
        make_offer(
            number,
            10 + number,
            sold_low=100 if number < 20 else 300,
            sold_high=100 if number < 20 else 300,
            sold_basis="30d",
        )
        for number in range(40)
    ]
    opened = [offer.model_copy(update={"sold_high": None}) for offer in exact]
    found = []
    for place, offers in enumerate((exact, opened)):
        with build_world(tmp_path / str(place), [offers], label_all(offers)) as ask:
            found.append(
                ask(
                    "select price, sold_price_lo, sold_price_hi, n_sold, sold_basis from mart_price_quantile "
                    "where platform = 'all' and quantile = 0.5"
                )[0]
            )
            shares = ask(
                "select sum(sold_share_low), sum(sold_share_high) from mart_price_band where platform = 'all'"
            )[0]
    # 2,000 units below 30 and 6,000 above: half of them are reached with the 7th of the dearer ones
    assert found[0] == (29.5, 36.0, 36.0, 40, "30d")
    assert found[1][1] < 36.0 < found[1][2]
    assert shares[0] < 1 < shares[1]


def test_units_of_different_bases_are_not_added_up(tmp_path: Path) -> None:
    offers = [
        make_offer(number, 10 + number, sold_low=5, sold_high=5, sold_basis="30d") for number in range(30)
    ]
    offers += [
        make_offer(50 + number, 90, sold_low=9_000, sold_high=9_000, sold_basis="lifetime")
        for number in range(10)
    ]
    with build_world(tmp_path, [offers], label_all(offers)) as ask:
        assert ask("select distinct n_sold, sold_basis from mart_price_quantile where platform = 'all'") == [
            (30, "30d")
        ]
        assert ask("select sum(sold_share_low) from mart_price_band where platform = 'all' and lo >= 50") in (
            [(None,)],
            [(0.0,)],
        )


def test_edges_are_those_of_the_first_ninety_days_and_each_interest_has_its_own(tmp_path: Path) -> None:
    first = [make_offer(number, 10 + number, captured_at=NOON - timedelta(days=120)) for number in range(40)]
    late = [make_offer(200 + number, 1000 + number) for number in range(40)]
    boots = [make_offer(400 + number, 300 + number) for number in range(40)]
    labels = label_all([*first, *late]) + [label(offer, "interests", "08.01") for offer in boots]
    with build_world(tmp_path, [first, [*late, *boots]], labels) as ask:
        rows = ask("select l2, edges, frozen_on from mart_price_edge order by l2")
        assert ask(
            "select distinct band_no from mart_price_band where l2 = ? and platform = 'all'", CREAM
        ) == [(5,)]
    coffee, camping = rows
    assert coffee[0] == CREAM
    assert coffee[1] == sorted(coffee[1])
    assert coffee[1][-1] < 50
    assert coffee[2] == LAST_DAY - timedelta(days=30)
    assert camping[0] == "08.01"
    assert camping[1][0] > 300


def test_a_new_id_of_an_old_product_moves_no_frozen_band(tmp_path: Path) -> None:
    first = [make_offer(number, 10 + number, captured_at=NOON - timedelta(days=120)) for number in range(40)]
    # under another id the same products cost a fifth since
    again = [
        make_offer(number, (10 + number) / 5).model_copy(update={"listing_id": f"9{number}"})
        for number in range(40)
    ]
    found = []
    for place, offers in enumerate((first, [*first, *again])):
        with build_world(tmp_path / str(place), [offers], label_all(offers)) as ask:
            found.append(ask("select edges, frozen_on from mart_price_edge where l2 = ?", CREAM))
            products = ask("select max(n_spu) from mart_price_band where week = ?", LAST_DAY)
    assert found[0] == found[1] and len(found[0]) == 1
    assert products == [(40,)], "they are the same products"


def test_what_people_ask_to_pay_falls_into_the_bands(tmp_path: Path) -> None:
    offers = [make_offer(number, 20 * 1.07**number) for number in range(60)]
    posts = [write_post(number, 1) for number in range(1, 5)]
    labels = label_all(offers) + [label(post, "interests", CREAM) for post in posts]
    words = ("budget", "premium", "below:100", "shortage")
    labels += [label(post, "price_words", word) for post, word in zip(posts, words, strict=True)]
    with build_world(tmp_path, [[*offers, *posts]], labels) as ask:
        rows = ask(
            "select band_no, lo, hi, mention_authors, mention_share from mart_price_band "
            "where platform = 'all' and unit = 'CNY/件' order by band_no"
        )
    asked = {row[0]: row[3] for row in rows}
    hundred = next(row[0] for row in rows if row[1] <= 99.99 and (row[2] is None or row[2] > 99.99))
    assert {band for band, authors in asked.items() if authors} == {1, hundred, 5}
    assert sum(row[4] for row in rows) == pytest.approx(1)


def test_resampling_whole_shops_is_seeded_and_holds_the_median_as_often_as_it_says() -> None:
    chance = np.random.default_rng(3)
    held = 0
    for trial in range(200):
        levels = chance.normal(4.0, 0.4, size=40)
        shop_of = np.repeat(np.arange(40), 5)
        prices = np.exp(levels[shop_of] + chance.normal(0, 0.3, size=200))
        order = np.argsort(prices)
        low, high = bound_quantiles(prices[order], shop_of[order], draw_shops(40, seed=trial))
        held += low[2] <= np.exp(4.0) <= high[2]
        assert (low <= high).all()
        assert len(low) == len(QUANTILES)
    assert 0.9 <= held / 200 <= 0.98
    again = bound_quantiles(prices[order], shop_of[order], draw_shops(40, seed=199))
    assert np.array_equal(again, (low, high))


def test_the_share_of_a_band_lies_in_its_interval_as_often_as_that_says() -> None:
    chance = np.random.default_rng(11)
    held = 0
    for trial in range(200):
        # shops are cheap or dear as a whole, so that products say less than they are many
        shop_of = np.repeat(np.arange(40), 5)
        is_dear = chance.random(200) < chance.beta(2, 3, size=40)[shop_of]
        low, high = bound_band_shares(1 + is_dear.astype(np.int64), shop_of, draw_shops(40, seed=trial))
        held += low[1] <= 0.4 <= high[1]
        assert low + high[::-1] == pytest.approx([1, 1])
    assert 0.9 <= held / 200 <= 0.98


def test_every_band_has_an_interval_around_its_share(tmp_path: Path) -> None:
    offers = [make_offer(number, 20 * 1.07**number) for number in range(67)]
    with build_world(tmp_path, [offers], label_all(offers)) as ask:
        rows = ask(
            "select spu_share_lo, spu_share, spu_share_hi from mart_price_band "
            "where platform = 'all' and unit = 'CNY/件'"
        )
    assert len(rows) == 5
    assert all(0 <= low <= share <= high <= 1 and low < high for low, share, high in rows)


def test_a_share_of_too_few_products_has_no_interval(tmp_path: Path) -> None:
    offers = [make_offer(number, 20 * 1.07**number) for number in range(29)]
    with build_world(tmp_path, [offers], label_all(offers)) as ask:
        assert ask(
            "select distinct spu_share > 0, spu_share_lo, spu_share_hi, status from mart_price_band "
            "where platform = 'all' and unit = 'CNY/件'"
        ) == [(True, None, None, "low_support")]


def read_shelves(weeks: int, newest: int, queries: tuple[str | None, ...] = (None,)) -> list[Listing]:
    """Sixty offers a week, in turn from each of the queries, and `newest` of them in the last."""
    return [
        make_offer(number, 20 * 1.05**number, captured_at=NOON - timedelta(days=7 * week), query=query)
        for week in range(weeks)
        for number, query in zip(range(newest if week == 0 else 60), cycle(queries))
    ]


COVERED = (
    "select distinct n_spu, round(coverage, 6), round(query_coverage, 6), status from mart_price_band "
    "where platform = 'taobao' and unit = 'CNY/件' and week = ?"
)


def test_prices_of_half_the_usual_offers_are_said_to_be_read_in_part(tmp_path: Path) -> None:
    offers = read_shelves(5, 36)
    with build_world(tmp_path, [offers], label_all(offers[-60:])) as ask:
        assert ask(COVERED, LAST_DAY) == [(36, 0.8, 1.0, "ok")]
    offers = read_shelves(5, 35)
    with build_world(tmp_path / "less", [offers], label_all(offers[-60:])) as ask:
        assert ask(COVERED, LAST_DAY) == [(35, round((35 + 2 * 35**0.5) / 60, 6), 1.0, "low_coverage")]


def test_a_search_that_was_not_run_changes_which_prices_are_seen(tmp_path: Path) -> None:
    usual = read_shelves(5, 60, ("咖啡液", "挂耳咖啡"))
    with build_world(tmp_path, [usual], label_all(usual[-60:])) as ask:
        assert ask(COVERED, LAST_DAY) == [(60, 1.0, 1.0, "ok")]
    kept = [offer for offer in usual if offer.query == "咖啡液" or offer.captured_at < NOON]
    more = [make_offer(900 + number, 50, query="咖啡液") for number in range(30)]
    with build_world(tmp_path / "less", [[*kept, *more]], label_all([*usual[-60:], *more])) as ask:
        # sixty offers all the same, but the search that thirty of ninety came by was not run
        assert ask(COVERED, LAST_DAY) == [(60, 1.0, round(60 / 90, 6), "low_coverage")]


def test_offers_read_for_the_first_time_have_nothing_to_be_compared_with(tmp_path: Path) -> None:
    offers = read_shelves(1, 60)
    with build_world(tmp_path, [offers], label_all(offers)) as ask:
        assert ask(COVERED, LAST_DAY) == [(60, 1.0, None, "ok")]


@pytest.mark.parametrize(
    ("low", "high", "mode"), [(0.0, 20.0, "0-20"), (20.0, 39.9, "20-39.9"), (10.05, None, "≥10.05")]
)
def test_the_commonest_band_reads_as_a_price_does(
    low: float, high: float | None, mode: str, tmp_path: Path
) -> None:
    offers = [make_offer(number, 20 * 1.07**number) for number in range(60)]
    posts = [write_post(number, 1) for number in range(1, 5)]
    labels = label_all(offers) + [label(post, "interests", CREAM) for post in posts]
    with build_world(tmp_path, [[*offers, *posts]], labels) as ask:
        ask("delete from mart_price_band where platform <> 'all' or unit <> 'CNY/件' or band_no > 1")
        ask("update mart_price_band set lo = ?, hi = ?", low, high)
        assert ask(
            "select band_mode from v_weekly_trend where week = ? and topic_id = 'interest:05.02'", LAST_DAY
        ) == [(mode,)]
