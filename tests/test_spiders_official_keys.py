"""Keys of official interfaces: what is signed with them, what is said without them, and that none is kept."""

from __future__ import annotations

import gzip
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from spiders.order import WITH_CREDENTIALS, CrawlOrder
from spiders.privacy import Pseudonymiser
from spiders.sandbox.signatures import SANDBOX_TOKEN, SANDBOX_WORD
from spiders.signed_download import Redactor
from tests.official_gateways import MOMENT, SOURCES, VALUES, WORD, crawl, find_source
from tests.sandbox_crawl import crawl_sandbox

CANARY = "canary+secret/7f3a=9&b"


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
