"""Official interfaces: each source crawls the sandbox's gateway, signed, and leaves no secret behind."""

from __future__ import annotations

import gzip
import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zstandard

from spiders.crawl import replay
from spiders.item_addresses import decode_bid
from spiders.official import OfficialSource
from spiders.order import WITH_CREDENTIALS, CrawlOrder
from spiders.platform import discover_platforms, find_platform
from spiders.privacy import Pseudonymiser, read_key
from spiders.sandbox.goods import Product
from spiders.sandbox.identities import hash_number
from spiders.sandbox.platforms.douyin import write_caption
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_TOKEN, SANDBOX_WORD
from spiders.sandbox.simulated import SHANGHAI
from spiders.signed_download import Redactor
from tests.sandbox_crawl import WORLD, Landed, crawl_sandbox
from warehouse.records import Search

MOMENT = WORLD.ends - timedelta(hours=3)
WORD = WORLD.plan.supply[1].topic
SOURCES = sorted(
    name for name, platform in discover_platforms().items() if issubclass(platform, OfficialSource)
)
SHOPS = {
    "pdd_ddk": "pinduoduo",
    "jd_union": "jd",
    "taobao_tbk": "taobao",
    "douyin_alliance": "douyin",
    "kuaishou_cps": "kuaishou",
}
SERVED_AS = SHOPS | {"douyin_open": "douyin", "tiktok_research": "tiktok", "weibo_api": "weibo"}
VALUES = {
    "app_key": SANDBOX_APP,
    "client_id": SANDBOX_APP,
    "client_key": SANDBOX_APP,
    "app_secret": SANDBOX_WORD,
    "client_secret": SANDBOX_WORD,
    "sign_secret": SANDBOX_WORD,
    "access_token": SANDBOX_TOKEN,
    "adzone_id": "110000000",
}
CANARY = "canary+secret/7f3a=9&b"


def find_source(name: str) -> type[OfficialSource]:
    source = find_platform(name)
    assert issubclass(source, OfficialSource)
    return source


def crawl(folder: Path, name: str, *targets: str, **changes: str) -> Landed:
    keys = {key: VALUES[key] for key in find_source(name).credentials} | changes
    return crawl_sandbox(
        folder,
        name,
        MOMENT,
        targets=targets,
        served_as=SERVED_AS[name],
        credentials=keys,
        page_budget=50,
    )


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


def test_every_source_names_its_keys_and_signs_nothing_into_an_address() -> None:
    order = CrawlOrder(
        source="x",
        run_id="r",
        landing_root=Path("/nowhere"),
        secret_key_file=Path("/nowhere"),
        targets=("1",),
    )
    for name in SOURCES:
        source = find_source(name)(Pseudonymiser(b"headwater-fixture-key-0123456789"))
        assert source.routes == ("official",) and source.credentials and source.title
        assert all(variable.startswith(f"HEADWATER_{name.upper()}_") for variable in source.list_variables())
        keys = dict.fromkeys(source.credentials, CANARY)
        for request in source.requests(order):
            call = source.sign(request, keys, datetime(2026, 11, 22, 4, 30, tzinfo=UTC), CANARY)
            assert "canary" not in request.url and "sign" not in request.url
            # Douyin's shop gateway alone wants the signature in the address; that address is never kept.
            assert name == "douyin_alliance" or ("canary" not in call.url and "sign=" not in call.url)
            assert any(mark in f"{call}" for mark in ("canary", "sign="))


@pytest.mark.process
@pytest.mark.parametrize("name", SOURCES)
def test_a_wrong_key_is_a_polite_stop_in_a_plain_sentence_and_stays_secret(tmp_path: Path, name: str) -> None:
    source = find_source(name)
    secret = next(
        key
        for key in ("client_secret", "app_secret", "sign_secret", "access_token")
        if key in source.credentials
    )
    landed = crawl(tmp_path, name, "1000000000000001", "1000000000000002", **{secret: CANARY})
    assert landed.report.outcome == "blocked" and not landed.records
    told = " ".join([*landed.report.blocks, *landed.report.messages])
    assert "the key was refused" in told and source.list_variables()[0] in told
    assert sum(landed.report.requests_by_status.values()) <= 3, "robots.txt, the refused call, one in flight"
    assert_nothing_kept(tmp_path, CANARY)


@pytest.mark.process
@pytest.mark.parametrize("status", [200, 503], ids=["disallowed", "unavailable"])
def test_a_gateways_robots_is_noted_with_an_own_key_and_closed_where_it_cannot_be_had(
    tmp_path: Path, status: int
) -> None:
    faults = {"/robots.txt": "status-503"} if status == 503 else {}
    landed = crawl_sandbox(
        tmp_path,
        "jd_union",
        MOMENT,
        targets=(WORD,),
        served_as="jd",
        robots=b"User-agent: *\nDisallow: /\n",
        faults=faults,
        credentials={key: VALUES[key] for key in find_source("jd_union").credentials},
    )
    if status == 200:
        assert landed.report.outcome == "complete" and landed.records["listings"]
        assert set(landed.report.robots_decisions) == {"own_key"}
    else:
        assert not landed.records and set(landed.report.robots_decisions) == {"unavailable"}


@pytest.mark.parametrize("name", SOURCES)
def test_only_documented_endpoints_on_the_gateways_own_host_are_own_key_calls(name: str) -> None:
    source = find_source(name)(Pseudonymiser(b"headwater-fixture-key-0123456789"))
    order = CrawlOrder(
        source=name,
        run_id="r",
        landing_root=Path("/nowhere"),
        secret_key_file=Path("/nowhere"),
        targets=("1000000000000001",),
    )
    (request,) = source.requests(order)
    assert source.is_documented(request.url)
    host = request.url.split("/", 3)[2]
    assert not source.is_documented(request.url.replace(host, f"{host}.example.org"))
    assert not source.is_documented(f"https://{host}/robots.txt")
    assert not source.is_documented(f"https://{host}/")


@pytest.mark.process
@pytest.mark.parametrize("name", SOURCES)
def test_no_secret_is_kept_of_a_crawl(tmp_path: Path, name: str) -> None:
    crawl(tmp_path, name, "1000000000000001" if name == "weibo_api" else WORD)
    assert_nothing_kept(tmp_path, SANDBOX_WORD)
    assert_nothing_kept(tmp_path, SANDBOX_TOKEN)


def assert_nothing_kept(folder: Path, secret: str) -> None:
    """Neither in the package, records and responses unpacked, nor in whatever lies beside it."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".zst":
                content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
            elif path.suffix == ".gz":
                content = gzip.decompress(content)
            assert secret.encode() not in content and b"sign=" not in content, path


@pytest.mark.process
def test_without_keys_nothing_is_sent_and_the_report_says_what_to_set(tmp_path: Path) -> None:
    landed = crawl(tmp_path, "jd_union", WORD, app_secret="")
    assert landed.report.outcome == "blocked"
    assert "HEADWATER_JD_UNION_APP_SECRET" in landed.report.blocks[0]
    assert set(landed.report.requests_by_status) <= {"200"}


def test_an_order_tells_its_credentials_to_the_crawl_process_only() -> None:
    order = CrawlOrder.model_validate(
        {
            "source": "jd_union",
            "run_id": "r",
            "landing_root": "/nowhere",
            "secret_key_file": "/nowhere",
            "credentials": {"app_key": "a", "app_secret": CANARY},
        }
    )
    assert CANARY not in repr(order) + str(order) + order.model_dump_json() + str(order.model_dump())
    sent = CrawlOrder.model_validate_json(order.model_dump_json(context=WITH_CREDENTIALS))
    assert sent.credentials["app_secret"].get_secret_value() == CANARY


def test_log_lines_errors_and_answers_lose_every_spelling_of_a_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    redactor = Redactor({"app_key": "12345678", "app_secret": CANARY})
    redactor.add(["token-of-the-hour"])
    logger = logging.getLogger("headwater.crawl")
    logger.addFilter(redactor)
    logger.warning("GET %s", f"https://x.example/?sign=ABC123&access_token=abc&secret={CANARY}")
    try:
        raise TimeoutError("token-of-the-hour took too long")
    except TimeoutError:
        logger.exception("failed with %s", "canary%2Bsecret%2F7f3a%3D9%26b")
    assert "12345678" in redactor.redact("item 12345678"), "an app key is no secret, and may be part of an id"
    for lost in ("canary", "ABC123", "=abc", "token-of-the-hour"):
        assert lost not in caplog.text
    assert redactor.redact_bytes(b"echo token-of-the-hour") == b"echo ***"
