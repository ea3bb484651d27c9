"""Card 5.9 of METRICS: whose words are a wish to buy, on a world small enough to be counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.landed_packages import make_listing
from tests.trend_world import NOON, build_world, label, write_post
from warehouse.records import Post


def answer(number: int, parent: str, text: str, **fields: Any) -> Post:
    """A comment of its own author."""
    return write_post(number, 1, kind="comment", parent_id=parent, title=None, text=text, **fields)


def test_a_buyers_review_is_no_wish_to_buy_and_what_runs_short_is_said_under_offers_too(
    tmp_path: Path,
) -> None:
    lamp = make_listing(1, title="山野露营灯", captured_at=NOON, platform="douyin")
    video = write_post(1, 1)
    askers = [answer(100 + number, video.post_id, "求链接") for number in range(31)]
    buyers = [answer(200 + number, lamp.listing_id, "收到货了，会回购") for number in range(50)]
    # one of the buyers asked under the video before, and counts for that
    buyers[0] = buyers[0].model_copy(update={"author_key": askers[0].author_key})
    waiting = [answer(300 + number, lamp.listing_id, "什么时候补货") for number in range(4)]
    labels = [label(record, "interests", code) for record in (video, lamp) for code in ("08", "08.01")]
    labels += [label(post, "intent", "I") for post in askers]
    labels += [label(post, "intent", name) for post in buyers for name in ("P", "L")]
    labels += [label(post, "price_words", "shortage") for post in (*waiting, askers[5])]
    with build_world(tmp_path, [[lamp, video, *askers, *buyers, *waiting]], labels) as ask:
        assert ask(
            "select demand_authors, intent_authors, shortage_authors from mart_topic_opportunity "
            "where topic_id = 'interest:08.01'"
        ) == [(31, 31, 5)]


def test_more_offers_read_with_their_reviews_are_more_supply_and_no_more_demand(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(post, "interests", code) for post in posts for code in ("08", "08.01")]
    labels += [label(post, "intent", "I") for post in posts]
    found = []
    for shelves in (1, 30):
        lamps = [
            make_listing(place, title=f"露营灯{chr(0x4E00 + place)}", captured_at=NOON, platform="douyin")
            for place in range(shelves)
        ]
        reviews = [
            answer(1000 + 10 * place + number, lamp.listing_id, "买了，很亮")
            for place, lamp in enumerate(lamps)
            for number in range(5)
        ]
        labelled = [label(lamp, "interests", "08.01") for lamp in lamps] + [
            label(review, "intent", "P") for review in reviews
        ]
        with build_world(tmp_path / str(shelves), [[*posts, *lamps, *reviews]], [*labels, *labelled]) as ask:
            found += ask(
                "select demand_authors, spu_cnt from mart_topic_opportunity where topic_id = 'interest:08.01'"
            )
    assert found == [(40, 1), (40, 30)]


def test_few_who_ask_are_no_more_for_the_tags_they_add(tmp_path: Path) -> None:
    camping, hiking = ([write_post(first + number, 1) for number in range(40)] for first in (1, 100))
    labels = [label(post, "interests", code) for post in camping for code in ("08", "08.01")]
    labels += [label(post, "interests", code) for post in hiking for code in ("08", "08.02")]
    # three of them ask for both
    labels += [label(post, "interests", "08.02") for post in camping[:3]]
    labels += [label(post, "intent", "I") for post in (*camping[:5], *hiking[:4])]
    tags = ["露营", "帐篷", "天幕", "周末去哪儿", "轻量化"]
    labels += [label(post, "hashtags", tag) for post in camping[:5] for tag in tags]
    with build_world(tmp_path, [[*camping, *hiking]], labels) as ask:
        assert ask(
            "select topic_id, intent_authors, demand_authors, status = 'low_support' "
            "from mart_topic_opportunity where topic_id like '%.%' order by topic_id"
        ) == [("interest:08.01", 5, 40, False), ("interest:08.02", 7, 43, False)]


def test_thirty_who_ask_are_a_first_levels_demand(tmp_path: Path) -> None:
    camping, hiking = ([write_post(first + number, 1) for number in range(40)] for first in (1, 100))
    labels = [label(post, "interests", code) for post in camping for code in ("08", "08.01")]
    labels += [label(post, "interests", code) for post in hiking for code in ("08", "08.02")]
    labels += [label(post, "intent", "I") for post in (*camping[:20], *hiking[:10])]
    with build_world(tmp_path, [[*camping, *hiking]], labels) as ask:
        assert ask(
            "select topic_id, intent_authors, demand_authors from mart_topic_opportunity "
            "where topic_id like '%.%' order by topic_id"
        ) == [("interest:08.01", 20, 20), ("interest:08.02", 10, 10)]
