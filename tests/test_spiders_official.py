"""Official interfaces: each source crawls the sandbox's gateway, signed, and lands what was planted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from spiders.item_addresses import decode_bid
from spiders.moments import SHANGHAI
from spiders.packaging import replay
from spiders.privacy import Pseudonymiser, read_key
from spiders.sandbox.goods import Product
from spiders.sandbox.identities import hash_number
from spiders.sandbox.platforms.douyin import write_caption
from tests.official_gateways import MOMENT, SERVED_AS, SHOPS, WORD, crawl
from tests.sandbox_crawl import WORLD
from warehouse.records import Search


def list_products(word: str) -> list[Product]:
    return [
        product
        for product in WORLD.products_at(MOMENT)
        if word in f"{product.title} {product.text} {product.topic.tag}"
    ]


@pytest.mark.process
@pytest.mark.parametrize("name", SHOPS)
def test_a_gateway_gives_every_planted_offer_once(tmp_path: Path, name: str) -> None:
    landed = crawl(tmp_path, name)
    products = {product.product_id: product for product in list_products("")}
    listings: dict[str, Any] = {row["listing_id"]: row for row in landed.records["listings"]}
    assert landed.report.outcome == "complete" and landed.report.skips_by_reason == {}
    assert len(products) > 100 and len(landed.records["listings"]) == len(products)
    assert listings.keys() == products.keys()
    for product_id, product in products.items():
        listing = listings[product_id]
        assert listing["platform"] == SHOPS[name] and listing["currency"] == "CNY"
        assert (listing["title"], listing["shop"]) == (product.title, product.shop)
        assert Decimal(listing["price"]) == product.prices_at(MOMENT)[0]
        assert listing["list_price"] is None or Decimal(listing["list_price"]) > Decimal(listing["price"])


@pytest.mark.process
@pytest.mark.parametrize("name", SHOPS)
def test_a_search_word_leads_to_its_offers_only_and_stays_with_them(tmp_path: Path, name: str) -> None:
    landed = crawl(tmp_path, name, WORD)
    wanted = {product.product_id for product in list_products(WORD)}
    assert {row["listing_id"] for row in landed.records["listings"]} == wanted
    assert {row["query"] for row in landed.records["listings"]} == {WORD}
    (asked,) = landed.report.queries
    assert asked == Search(
        query=WORD, platform=SHOPS[name], record_kind="listings", asked_at=MOMENT, found=len(wanted)
    )
    root = tmp_path / "landing"
    again = replay(root / name / "run-1", root, "run-2", Pseudonymiser(read_key(tmp_path / "secret.key")))
    assert again.outcome == "complete" and again.queries == landed.report.queries
    files = [root / name / run / "listings.jsonl.zst" for run in ("run-1", "run-2")]
    assert files[0].read_bytes() == files[1].read_bytes(), "kept answers are parsed again without any key"


@pytest.mark.process
@pytest.mark.parametrize("name", [*SHOPS, "tiktok_research"])
def test_a_search_that_finds_nothing_is_known_to_have_been_made(tmp_path: Path, name: str) -> None:
    landed = crawl(tmp_path, name, "没有人卖的东西")
    assert landed.report.outcome == "complete" and landed.report.records_by_kind == {}
    assert [
        (asked.query, asked.platform, asked.record_kind, asked.found) for asked in landed.report.queries
    ] == [("没有人卖的东西", SERVED_AS[name], "posts" if name == "tiktok_research" else "listings", 0)]


@pytest.mark.process
def test_the_billboard_of_douyin_gives_the_hottest_fifty_of_the_day_before(tmp_path: Path) -> None:
    landed = crawl(tmp_path, "douyin_open")
    today = MOMENT.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    posts = WORLD.posts_between(today - timedelta(days=1), today, "douyin")
    hottest = sorted(posts, key=lambda post: (-post.final_views, post.serial))[:50]
    lines = landed.records["board_entries"]
    assert landed.report.outcome == "complete"
    assert [(line["rank"], line["subject_id"], line["heat"]) for line in lines] == [
        (rank, post.post_id, post.counts_at(MOMENT)["views"] / 10)
        for rank, post in enumerate(hottest, 1)
        if write_caption(post)[0]
    ], "a line of a board needs a title: videos without a caption are posts only"
    seen = {row["post_id"]: (row["platform"], row["views"], row["likes"]) for row in landed.records["posts"]}
    assert len(landed.records["posts"]) == len(hottest) > 40 and seen == {
        post.post_id: ("douyin", post.counts_at(MOMENT)["views"], post.counts_at(MOMENT)["likes"])
        for post in hottest
    }


@pytest.mark.process
@pytest.mark.parametrize("target", ["", "tag"])
def test_the_research_interface_gives_every_video_of_its_days_once(tmp_path: Path, target: str) -> None:
    posts = WORLD.posts_between(MOMENT - timedelta(days=31), MOMENT, "tiktok")
    tag = posts[0].hashtags[0]
    if target:
        posts = tuple(post for post in posts if tag in post.hashtags)
    landed = crawl(tmp_path, "tiktok_research", *([f"#{tag}"] if target else []))
    assert landed.report.outcome == "complete"
    rows = landed.records["posts"]
    assert len(rows) == len(posts) > 0
    assert {(row["post_id"], row["views"], row["collects"]) for row in rows} == {
        (post.post_id, post.counts_at(MOMENT)["views"], post.counts_at(MOMENT)["collects"]) for post in posts
    }
    assert {(row["platform"], row["query"]) for row in rows} == {("tiktok", f"#{tag}" if target else None)}
    assert all(row["author_key"] and "/@/video/" in row["url"] for row in rows)


@pytest.mark.process
def test_the_interface_of_weibo_gives_the_statuses_that_the_user_names(tmp_path: Path) -> None:
    lines = WORLD.board_at(MOMENT, "weibo", "hot")[:12]
    ids = [str(hash_number("mid", line.line_id) % 10**16) for line in lines]
    landed = crawl(
        tmp_path, "weibo_api", *ids[:6], *(f"https://m.weibo.cn/status/{name}" for name in ids[6:])
    )
    rows = landed.records["posts"]
    assert landed.report.outcome == "complete" and len(rows) == len(ids)
    assert {(row["post_id"], row["hashtags"][0]) for row in rows} == {
        (status, line.title) for status, line in zip(ids, lines, strict=True)
    }
    assert {row["platform"] for row in rows} == {"weibo"}


def test_the_short_form_of_a_weibo_status_is_its_number() -> None:
    assert decode_bid("z0JH2lOMb") == "3501756485200075"


@pytest.mark.process
def test_a_status_that_is_gone_is_told_in_the_words_of_the_platform(tmp_path: Path) -> None:
    landed = crawl(tmp_path, "weibo_api", "1000000000000001")
    assert landed.report.outcome == "failed" and landed.report.skips_by_reason == {"http_400": 1}
    assert any("20101" in message for message in landed.report.messages)
