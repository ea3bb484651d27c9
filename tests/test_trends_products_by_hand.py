"""Cards 5.9 and 5.11 of METRICS: which offers are one product, which price is today's, and what is new."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.landed_packages import make_listing
from tests.trend_world import NOON, build_world, label, write_post
from warehouse.mart_sql import read_sql
from warehouse.records import Annotation, Listing, Post

TOPIC = "interest:08.01"


def read_offer(number: int, title: str, *days_ago: float, **fields: Any) -> list[Listing]:
    """Readings of an offer so many days before the last day's noon, twenty and five by default."""
    return [
        make_listing(
            number, title=title, captured_at=NOON - timedelta(days=ago), **({"shop": "山野社"} | fields)
        )
        for ago in days_ago or (20, 5)
    ]


def want(number: int = 40) -> tuple[list[Post], list[Annotation]]:
    """Authors who want the topic."""
    posts = [write_post(place, 1) for place in range(1, number + 1)]
    return posts, [label(post, "interests", code) for post in posts for code in ("08", "08.01")] + [
        label(post, "intent", "I") for post in posts
    ]


@pytest.mark.parametrize(
    ("titles", "products"),
    [
        # a model is another product
        (("手机壳 15", "手机壳 16"), 2),
        (("适用苹果15支架手机壳", "适用苹果16支架手机壳"), 2),
        (("小米14双卡手机 12GB+256GB", "小米15双卡手机 12GB+256GB"), 2),
        (("索尼 A7M3 微单", "索尼 A7M4 微单"), 2),
        (("带线充电宝10000毫安", "带线充电宝20000毫安"), 2),
        (("周大福手链F185981", "周大福手链F197042"), 2),
        # sizes, contents, pieces and colours of one are not, and no season or sale is
        (("小米 15 手机 12GB+256GB 黑色", "小米15手机 16GB+1TB 黑色"), 1),
        (("红石榴洁面乳125ml 清洁补水", "红石榴洁面乳 60 ML 清洁补水"), 1),
        (("抽纸 80抽*18包", "抽纸 100抽×24包"), 1),
        (("纯牛奶250ml*16盒", "纯牛奶200ml*24盒"), 1),
        (("补水面膜10片装", "补水面膜 5片*2盒"), 1),
        (("连帽卫衣 110码", "连帽卫衣 120-130码"), 1),
        (("丝绒口红 3.5g 344#", "丝绒口红 3.5g 316#"), 1),
        (("2025秋季新款针织衫", "2026秋季新款针织衫"), 1),
        (("【11-11】睡眠面膜75ml", "睡眠面膜75ml"), 1),
        (("洗面奶(买2送1)", "洗面奶（买3送1）"), 1),
        (("露营灯 ¥39.9", "露营灯 29.9元"), 1),
        (("１２０Ｗ充电器５０ｍｌ", "120Ｗ充电器50ml"), 1),
    ],
)
def test_a_model_is_another_product_and_a_size_is_not(
    titles: tuple[str, str], products: int, tmp_path: Path
) -> None:
    posts, labels = want()
    offers = [offer for number, title in enumerate(titles) for offer in read_offer(number, title)]
    labels += [label(offer, "interests", "08.01") for offer in offers[::2]]
    with build_world(tmp_path, [[*posts, *offers]], labels) as ask:
        assert ask(
            "select spu_cnt, shop_cnt from mart_topic_opportunity where topic_id = 'interest:08.01'"
        ) == [(products, 1)]
        assert ask("select max(n_spu) from mart_price_band where platform = 'all'") == [(products,)]


def test_the_words_of_a_product_are_its_own() -> None:
    with duckdb.connect() as connection:
        connection.execute(read_sql("product"))
        found = connection.execute(
            "select list_transform(?, lambda title: product_wording(title))",
            [
                [
                    "小米 15 5G手机 12GB+512GB",
                    "vivo X300 Pro 手机 16GB 512GB",
                    "酷态科 240W数据线 1.5m(买2送1)",
                    "补水面膜 10片/盒",
                    "精华30mlx2支装",
                    "精华 60ml*2瓶",
                    "纯牛奶250ml×16盒装",
                    "维生素30粒瓶装",
                    "3片装饰画",
                    "洗护3件套装",
                    "500ml瓶子刷",
                    "抽纸100抽×18包邮",
                ]
            ],
        ).fetchall()[0][0]
    assert found == [
        *("小米15手机", "vivox300pro手机", "酷态科240w数据线"),
        *("补水面膜", "精华", "精华", "纯牛奶", "维生素", "装饰画", "洗护套装", "瓶子刷", "抽纸包邮"),
    ]


@pytest.mark.parametrize(
    ("readings", "price"),
    [
        # its first id went off sale three weeks ago; what it costs is what its new one asks
        ([(1, 27, "30"), (1, 21, "30"), (2, 5, "100"), (2, 0, "100")], 100.0),
        # both are on sale: the cheaper is what a buyer pays
        ([(1, 6, "30"), (2, 5, "100"), (2, 0, "100")], 30.0),
        # an id is what it was when last read
        ([(1, 20, "30"), (1, 5, "80"), (2, 0, "100")], 80.0),
        # both went off sale on the same day
        ([(1, 27, "30"), (1, 14, "30"), (2, 27, "100"), (2, 14, "100")], 30.0),
        # the last reading shows a lure for a price: the one before it stands
        ([(1, 20, "60"), (2, 5, "0.01"), (2, 0, "0.01")], 60.0),
    ],
)
def test_a_product_costs_what_its_ids_on_sale_ask(
    readings: list[tuple[int, int, str]], price: float, tmp_path: Path
) -> None:
    posts, labels = want()
    offers = [
        offer
        for number, ago, asked in readings
        for offer in read_offer(number, "山野露营灯", ago, price=asked)
    ]
    # the market is read all the time
    offers += read_offer(90, "湖畔露营椅", 27, 20, 14, 5, 0, price=None)
    labels += [label(offer, "interests", "08.01") for offer in {o.listing_id: o for o in offers}.values()]
    with build_world(tmp_path, [[*posts, *offers]], labels) as ask:
        assert ask("select price_p50 from mart_topic_opportunity where topic_id = 'interest:08.01'") == [
            (price,)
        ]


@pytest.mark.parametrize(
    ("before", "now", "new"),
    [
        # watched daily for four weeks; the day before them says little of what was on sale
        ((28,), range(28), None),
        (range(28, 41), range(28), None),
        (range(28, 42), range(28), 1),
        # read once a week, and as often before
        ((35, 42), (21, 14, 7, 0), 1),
        ((42,), (21, 14, 7, 0), None),
        # the first four weeks of a market
        ((), range(28), None),
    ],
)
def test_what_is_new_is_known_once_the_market_was_watched_half_as_closely_before(
    before: range | tuple[int, ...], now: range | tuple[int, ...], new: int | None, tmp_path: Path
) -> None:
    posts, labels = want()
    old = read_offer(1, "山野老灯", *before, *now)
    young = read_offer(2, "山野新灯", *list(now)[:2])
    labels += [label(offer, "interests", "08.01") for offer in (old[0], young[0])]
    with build_world(tmp_path, [[*posts, *old, *young]], labels) as ask:
        assert ask(
            "select spu_cnt, new_spu_28d from mart_topic_opportunity where topic_id = 'interest:08.01'"
        ) == [(2, new)]
