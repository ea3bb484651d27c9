"""What hosts ask for and how it is obeyed: robots.txt, Retry-After, walls and storms of failures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from spiders.outbox import Outbox
from spiders.politeness import BREAKER_FAILURES, HostState, PolitenessMiddleware, is_wall, read_retry_after
from spiders.robots import read_rules

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
PAGE = "https://example.com/private/a"


@pytest.mark.parametrize(
    ("status", "body", "decision"),
    [
        (200, b"User-agent: *\nDisallow: /private\n", "disallowed"),
        (200, b"User-agent: *\r\nDisallow: /private\r\n", "disallowed"),
        (200, b"User-agent: *\rDisallow: /private\r", "disallowed"),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /private", "disallowed"),
        (200, b"User-agent: Headwater\nDisallow: /\nUser-agent: *\nAllow: /", "disallowed"),
        (200, b"User-agent: Googlebot\nDisallow: /\n", "allowed"),
        (200, b"User-agent: *\nDisallow: /private\nAllow: /private/a", "allowed"),
        (200, b"User-agent: *\nDisallow: /*a$", "disallowed"),
        (200, b"User-a\x00gent: *\nDis\x00allow: /private", "disallowed"),
        (200, b"<html><title>Not found</title></html>", "allowed"),
        (200, b"", "allowed"),
        (200, b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /", "allowed"),
        (404, b"User-agent: *\nDisallow: /", "allowed"),
        (410, b"", "allowed"),
        (403, b"", "allowed"),
        (429, b"", "unavailable"),
        (500, b"", "unavailable"),
        (503, b"User-agent: *\nAllow: /", "unavailable"),
        (302, b"", "unavailable"),
    ],
)
def test_robots_decide_and_fail_closed(status: int, body: bytes, decision: str) -> None:
    assert read_rules(status, body).decide(PAGE) == decision


def test_a_crawl_delay_is_obeyed_up_to_a_minute() -> None:
    assert read_rules(200, b"User-agent: *\nCrawl-delay: 7").crawl_delay == 7
    assert read_rules(200, b"User-agent: *\nCrawl-delay: 86400").crawl_delay == 60
    assert read_rules(404, b"").crawl_delay == 0


@given(st.binary(max_size=400))
def test_any_robots_file_gives_a_decision(body: bytes) -> None:
    assert read_rules(200, body).decide(PAGE) in {"allowed", "disallowed"}


@pytest.mark.parametrize(
    ("shown", "seconds"),
    [
        ("5", 5),
        (" 120 ", 120),
        ("0", 0),
        (format_datetime(NOW + timedelta(seconds=90)), 90),
        (format_datetime(NOW - timedelta(days=1)), 0),
        ("315360000", 315360000),
        ("9" * 40, 10**9),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_all_its_forms(shown: str | None, seconds: float | None) -> None:
    assert read_retry_after(shown, NOW) == seconds


@pytest.mark.parametrize(
    "location",
    [
        "https://passport.weibo.com/visitor/visitor?entry=miniblog",
        "https://login.taobao.com/member/login.jhtml",
        "https://cfe.m.jd.com/privatedomain/risk_handler/03101900/?returnurl=x",
        "https://mobile.yangkeduo.com/psnl_verification.html?x=1",
        "https://www.xiaohongshu.com/website-login/captcha",
        "https://www.zhihu.com/account/unhuman?type=S6E3V1",
        "https://shop.example.com/users/sign_in/../userlogin.php",
        "https://shop.example.com/Account/LoginPage",
        "https://shop.example.com/customer-login",
    ],
)
def test_redirects_to_walls_are_walls(location: str) -> None:
    assert is_wall(location)


@pytest.mark.parametrize(
    "location",
    [
        "https://www.bilibili.com/video/BV1xx411c7mD?from=login",
        "https://shop.example.com/product/graphic-designing-kit",
        "https://shop.example.com/products/passport-holder",
        "https://shop.example.com/collections/visitor-gifts",
        "https://shop.example.com/news/visitors-flock-to-museum",
        "https://shop.example.com/punisher-t-shirt",
        "https://shop.loginov.ru/42",
    ],
)
def test_other_redirects_are_not(location: str) -> None:
    assert not is_wall(location)


def test_ten_failures_within_a_minute_open_the_breaker_and_ten_over_an_hour_do_not() -> None:
    quick, slow = HostState(), HostState()
    assert [quick.note_failure(number) for number in range(BREAKER_FAILURES)].count(True) == 1
    assert not any(slow.note_failure(number * 360.0) for number in range(BREAKER_FAILURES))


NOTE = "https://www.xiaohongshu.com/explore/66fad51c000000001b0224b8"


@pytest.fixture
def politeness(tmp_path: Path) -> PolitenessMiddleware:
    spider = SimpleNamespace(outbox=Outbox(tmp_path / "outbox.sqlite"))
    crawler = SimpleNamespace(spider=spider, settings=Settings({"HEADWATER_BACKOFF": 0.1}))
    return PolitenessMiddleware(cast(Crawler, crawler))


@pytest.mark.parametrize(
    ("asked", "ended"),
    [
        (NOTE, "https://www.xiaohongshu.com/login?redirectPath=%2Fexplore%2F66fad51c"),
        ("https://xhslink.com/a/k2Vd", "https://www.xiaohongshu.com/website-login/captcha?verifyType=124"),
    ],
)
def test_a_browser_that_ends_at_a_login_page_closes_both_hosts(
    politeness: PolitenessMiddleware, asked: str, ended: str
) -> None:
    with pytest.raises(IgnoreRequest, match="blocked"):
        politeness.process_response(Request(asked), HtmlResponse(ended, body=b"<title>login</title>"))
    for url in (asked, NOTE):
        with pytest.raises(IgnoreRequest, match="blocked"):
            asyncio.run(politeness.process_request(Request(url)))


@pytest.mark.parametrize(
    ("asked", "ended"),
    [
        ("https://xhslink.com/a/k2Vd", NOTE),
        ("https://shop.example.com/docs/login", "https://shop.example.com/docs/login/"),
    ],
)
def test_a_page_that_moved_or_that_was_asked_for_under_such_a_name_is_no_wall(
    politeness: PolitenessMiddleware, asked: str, ended: str
) -> None:
    page = HtmlResponse(ended, body="<title>多巴胺穿搭</title>".encode())
    assert politeness.process_response(Request(asked), page) is page
