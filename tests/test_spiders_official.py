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

from spiders.official import OfficialSource
from spiders.order import WITH_CREDENTIALS, CrawlOrder
from spiders.platform import discover_platforms, find_platform
from spiders.privacy import Pseudonymiser
from spiders.sandbox.goods import Product
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_TOKEN, SANDBOX_WORD
from spiders.signed_download import Redactor
from tests.sandbox_crawl import WORLD, Landed, crawl_sandbox

MOMENT = WORLD.ends - timedelta(hours=3)
WORD = WORLD.plan.supply[1].topic
SOURCES = sorted(
    name for name, platform in discover_platforms().items() if issubclass(platform, OfficialSource)
)
SHOPS = {
    "pdd_ddk": "pinduoduo",
    "jd_union": "jd",
    "taobao_tbk": "taobao",
}
SERVED_AS = SHOPS
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
            assert "canary" not in call.url and "sign=" not in call.url
            assert "canary" in f"{call.body!r}{call.headers}" or b"sign" in call.body


@pytest.mark.process
@pytest.mark.parametrize("name", SHOPS)
def test_a_wrong_key_is_a_polite_stop_in_a_plain_sentence_and_stays_secret(tmp_path: Path, name: str) -> None:
    source = find_source(name)
    secret = next(
        key
        for key in ("client_secret", "app_secret", "sign_secret", "access_token")
        if key in source.credentials
    )
    landed = crawl(tmp_path, name, WORD, "第二个词", **{secret: CANARY})
    assert landed.report.outcome == "blocked" and not landed.records
    told = " ".join([*landed.report.blocks, *landed.report.messages])
    assert "the key was refused" in told and source.list_variables()[0] in told
    assert sum(landed.report.requests_by_status.values()) <= 3, "robots.txt, the refused call, one in flight"
    assert_nothing_kept(tmp_path, CANARY)


@pytest.mark.process
@pytest.mark.parametrize("name", SOURCES)
def test_no_secret_is_kept_of_a_crawl(tmp_path: Path, name: str) -> None:
    crawl(tmp_path, name, WORD)
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
