"""The sandbox's faults: each breaks an answer in the way its name says, and the site goes on serving."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from spiders.sandbox.connection import Fault
from spiders.sandbox.faults import browser, bytes_sent
from spiders.sandbox.faults.redirects import PRIVATE_TARGETS
from spiders.sandbox.faults.statuses import RETRY_AFTER, STATUSES
from spiders.sandbox.faults.table import FAULTS
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.sandbox_fetch import fetch

BOARD = "/douyin/aweme/v1/web/hot/search/list/"
POPULAR = "/bilibili/x/web-interface/popular"
NEVER_ENDING = {
    "slow-headers",
    "slow-body",
    "silent",
    "stall",
    "endless",
    "huge-length",
    "huge-headers",
    "delay",
}
REFUSING_AT_FIRST = {"busy-once", "storm-then-calm"}
BROKEN_ON_THE_WIRE = {"cut-length", "cut-chunk", "cut-once", "reset", "hang-up", "not-http", "many-cookies"}


@pytest.fixture(scope="module")
def site() -> Iterator[SandboxSite]:
    with SandboxSite(World(seed=7)) as site:
        yield site


def read_some(address: str, wanted: int, seconds: float) -> bytes:
    """At most `wanted` bytes of the raw answer, or what came within the seconds."""
    parts = urlsplit(address)
    received = b""
    deadline = time.monotonic() + seconds
    with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=seconds) as connection:
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        try:
            while len(received) < wanted and time.monotonic() < deadline:
                data = connection.recv(65536)
                if not data:
                    break
                received += data
        except TimeoutError:
            pass
    return received


def test_there_are_at_least_sixty_faults_each_with_a_summary() -> None:
    assert len(FAULTS) >= 60
    assert all(isinstance(fault, Fault) and fault.summary for fault in FAULTS.values())


@pytest.mark.parametrize(
    "name", sorted(FAULTS.keys() - NEVER_ENDING - BROKEN_ON_THE_WIRE - REFUSING_AT_FIRST)
)
def test_every_other_fault_is_well_formed_http(site: SandboxSite, name: str) -> None:
    answer = fetch(f"{site.address}/fault/{name}{BOARD}")
    assert answer.status == (FAULTS[name].status or 200)


@pytest.mark.parametrize("status", STATUSES)
def test_status_faults(site: SandboxSite, status: int) -> None:
    assert fetch(f"{site.address}/fault/status-{status}{BOARD}").status == status


@pytest.mark.parametrize("kind", sorted(RETRY_AFTER))
def test_retry_after_faults(site: SandboxSite, kind: str) -> None:
    answer = fetch(f"{site.address}/fault/retry-after-{kind}{BOARD}")
    assert (answer.status, answer.headers["retry-after"]) == (429, RETRY_AFTER[kind])


@pytest.mark.parametrize(
    ("name", "statuses"), [("busy-once", [429, 200, 200]), ("storm-then-calm", [503, 503, 200])]
)
def test_some_faults_pass(site: SandboxSite, name: str, statuses: list[int]) -> None:
    assert [fetch(f"{site.address}/fault/{name}{BOARD}").status for _ in range(3)] == statuses


def test_a_fault_can_be_named_in_the_query_or_set_on_the_site(site: SandboxSite) -> None:
    assert fetch(f"{site.address}{BOARD}?fault=empty").body == b""
    site.faults["/douyin/"] = "captcha-page"
    assert "<title>验证码中间页</title>" in fetch(f"{site.address}{BOARD}").text
    del site.faults["/douyin/"]
    assert fetch(f"{site.address}{BOARD}").json()["status_code"] == 0


def test_a_fault_works_at_a_simulated_moment(site: SandboxSite) -> None:
    moment = int(site.world.calendar.starts_at(9).timestamp())
    answer = fetch(f"{site.address}/fault/gbk-honest/at/{moment}{BOARD}")
    assert answer.headers["content-type"] == "application/json; charset=gbk"
    words = json.loads(answer.body.decode("gb18030"))["data"]["word_list"]
    assert [word["word"] for word in words] == [
        line.title for line in site.world.board_at(site.world.calendar.starts_at(9))
    ]


@pytest.mark.parametrize("name", sorted(PRIVATE_TARGETS))
def test_redirects_point_where_they_say(site: SandboxSite, name: str) -> None:
    answer = fetch(f"{site.address}/fault/redirect-{name}/")
    assert (answer.status, answer.headers["location"]) == (302, PRIVATE_TARGETS[name])


def test_redirect_chain_goes_on_and_loop_returns(site: SandboxSite) -> None:
    assert fetch(f"{site.address}/fault/redirect-chain/?step=41").headers["location"].endswith("?step=42")
    assert fetch(f"{site.address}/fault/redirect-loop/x").headers["location"] == "/fault/redirect-loop/x"


def test_bombs_are_small_and_unpack_to_much(site: SandboxSite) -> None:
    bomb = fetch(f"{site.address}/fault/gzip-bomb/")
    assert len(bomb.body) < 300_000
    unpacked = zlib.decompressobj(wbits=31).decompress(bomb.body, 20_000_000)
    assert len(unpacked) == 20_000_000
    nested = fetch(f"{site.address}/fault/gzip-bomb-nested/")
    assert nested.headers["content-encoding"] == "gzip, gzip, gzip"
    assert len(nested.body) < 5_000
    assert gzip.decompress(gzip.decompress(nested.body)) == bomb.body


@pytest.mark.parametrize("name", ["cut-length", "cut-chunk"])
def test_cut_answers_are_short_of_what_they_promise(site: SandboxSite, name: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        fetch(f"{site.address}/fault/{name}{BOARD}")


def test_an_http10_answer_is_cut_without_any_sign(site: SandboxSite) -> None:
    whole = len(fetch(f"{site.address}{BOARD}").body)
    answer = fetch(f"{site.address}/fault/cut-http10{BOARD}")
    assert len(answer.body) == whole // 2
    assert "content-length" not in answer.headers


def test_cut_once_is_whole_the_second_time(site: SandboxSite) -> None:
    address = f"{site.address}/fault/cut-once{BOARD}?try=2"
    with pytest.raises(http.client.IncompleteRead):
        fetch(address)
    assert fetch(address).json()["status_code"] == 0


def test_connections_can_be_reset_closed_or_talk_nonsense(site: SandboxSite) -> None:
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        fetch(f"{site.address}/fault/reset{BOARD}")
    with pytest.raises(http.client.RemoteDisconnected):
        fetch(f"{site.address}/fault/hang-up{BOARD}")
    with pytest.raises(http.client.BadStatusLine):
        fetch(f"{site.address}/fault/not-http{BOARD}")


def test_many_cookies_are_more_than_a_client_takes(site: SandboxSite) -> None:
    with pytest.raises(http.client.HTTPException, match="100 headers"):
        fetch(f"{site.address}/fault/many-cookies{BOARD}")


@pytest.mark.parametrize("name", ["silent", "slow-headers"])
def test_silence_and_slow_headers_never_finish_a_head(site: SandboxSite, name: str) -> None:
    assert b"\r\n\r\n" not in read_some(f"{site.address}/fault/{name}/", 1000, 0.7)


@pytest.mark.parametrize("name", ["stall", "slow-body"])
def test_stalled_bodies_begin_and_do_not_end(site: SandboxSite, name: str) -> None:
    received = read_some(f"{site.address}/fault/{name}{BOARD}", 10**7, 0.7)
    head, _, body = received.partition(b"\r\n\r\n")
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert len(body) < promised


@pytest.mark.parametrize("name", ["endless", "huge-length", "huge-headers"])
def test_endless_answers_outlast_their_reader(site: SandboxSite, name: str) -> None:
    assert len(read_some(f"{site.address}/fault/{name}/", 3_000_000, 5)) >= 3_000_000


def test_closing_the_site_ends_endless_answers() -> None:
    site = SandboxSite(World())
    with site:
        assert read_some(f"{site.address}/fault/slow-body/", 50, 0.3)
    assert site.stopping.is_set()
    with pytest.raises(ConnectionRefusedError):
        fetch(f"{site.address}/robots.txt")


def test_same_page_repeats_the_first_and_promises_more(site: SandboxSite) -> None:
    pages = [
        fetch(f"{site.address}/fault/same-page{POPULAR}?pn={page}&ps=20").json()["data"]
        for page in (1, 2, 999)
    ]
    assert pages[0] == pages[1] == pages[2]
    assert pages[0]["no_more"] is False


def test_wrong_charsets_are_wrong(site: SandboxSite) -> None:
    mixed = fetch(f"{site.address}/fault/gbk-as-utf8{BOARD}")
    assert "charset=utf-8" in mixed.headers["content-type"]
    with pytest.raises(UnicodeDecodeError):
        mixed.body.decode()
    twice = fetch(f"{site.address}/fault/double-encoded{BOARD}").text
    assert json.loads(twice.encode("latin-1"))["status_code"] == 0
    assert fetch(f"{site.address}/fault/bom{BOARD}").body.startswith(b"\xef\xbb\xbf{")


@pytest.mark.parametrize("name", ["json-broken", "json-trailing", "json-wrapped", "html-for-json", "empty"])
def test_bodies_that_are_no_json(site: SandboxSite, name: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        fetch(f"{site.address}/fault/{name}{BOARD}").json()


def test_counts_as_words(site: SandboxSite) -> None:
    words = fetch(f"{site.address}/fault/counts-as-words{BOARD}").json()["data"]["word_list"]
    assert {word["hot_value"] for word in words} == {"--"}


def test_browser_trials_are_pages(site: SandboxSite) -> None:
    assert len(browser.FAULTS) >= 20
    assert "while (true)" in fetch(f"{site.address}/fault/js-loop/").text
    assert fetch(f"{site.address}/fault/download/").headers["content-disposition"].startswith("attachment")


def test_a_fault_in_one_connection_leaves_the_others_alone(site: SandboxSite) -> None:
    parts = urlsplit(site.address)
    with socket.create_connection((str(parts.hostname), parts.port or 80)) as stuck:
        stuck.sendall(f"GET /fault/silent/ HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        started = time.monotonic()
        assert fetch(f"{site.address}{BOARD}").status == 200
        assert time.monotonic() - started < bytes_sent.SILENCE_SECONDS / 10
