"""One request at a time, seen from its host: nothing follows a stop sign, nothing comes before its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from spiders.order import CrawlOrder
from tests.crawl_as_live import crawl_as_live
from tests.loopback_sites import Answer, Site, make_order, serve

FEED = """<rss version="2.0"><channel><title>露营好物</title></channel></rss>""".encode()
PAGES = 12
"""More than Scrapy takes on together."""

pytestmark = pytest.mark.process


def make_feeds_order(tmp_path: Path, key_file: Path, site: Site, **wishes: object) -> CrawlOrder:
    targets = tuple(f"{site.address}/feed/{number}" for number in range(PAGES))
    return make_order(
        tmp_path,
        key_file,
        site,
        source="feeds",
        visits=({},),
        **{"targets": targets, "delay_seconds": 0.1, **wishes},
    )


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        ((403, {}, b""), "HTTP 403"),
        ((302, {"Location": "/login"}, b""), "redirect to a login or captcha page"),
        ((429, {"Retry-After": "3600"}, b""), "asked to wait 3600 s"),
        # within the time that is waited for at most, but beyond the run's deadline
        ((429, {"Retry-After": "600"}, b""), "asked to wait 600 s"),
        ((200, {}, b""), "empty answer"),
        ((200, {}, "<title>验证码中间页</title>".encode()), "page titled 验证"),
    ],
)
def test_no_request_follows_a_stop_sign(tmp_path: Path, key_file: Path, answer: Answer, sign: str) -> None:
    # slower than the pause between requests: the next is due when the answer comes
    site = Site(lambda path: answer, pause=lambda path: 0.3)
    with serve(site):
        outbox = crawl_as_live(make_feeds_order(tmp_path, key_file, site))
    assert site.pages() == ["/feed/0"]
    assert outbox.list_counts("block") == {f"{site.pair}: {sign}": 1}
    assert outbox.count_lost() == {"blocked": PAGES}
    outbox.close()


def test_no_request_comes_before_retry_after(tmp_path: Path, key_file: Path) -> None:
    busy = iter([(429, {"Retry-After": "2"}, b"")])
    site = Site(lambda path: next(busy, None) or (200, {}, FEED))
    with serve(site):
        outbox = crawl_as_live(make_feeds_order(tmp_path, key_file, site))
    first, *later = [moment for moment, path in site.hits if path != "/robots.txt"]
    assert len(later) == PAGES and outbox.count_states() == {"done": PAGES}
    assert min(later) - first >= 2.0
    outbox.close()


def test_pages_that_move_fail_or_never_arrive_keep_no_other_waiting(tmp_path: Path, key_file: Path) -> None:
    broken = {"/feed/1", "/feed/4"}

    def answer(path: str) -> Answer:
        if path in broken:
            broken.remove(path)
            return 503, {}, b""
        if path == "/feed/2":
            return 302, {"Location": path}, b""
        if path == "/feed/3":
            return 200, {"Content-Encoding": "gzip"}, b"no gzip"
        if path == "/feed/6":
            return 404, {}, b""
        if path.startswith("/feed/"):
            return 301, {"Location": path.replace("feed", "moved")}, b""
        return 200, {}, FEED

    site = Site(answer)
    with serve(site):
        outbox = crawl_as_live(make_feeds_order(tmp_path, key_file, site))
    assert outbox.count_states() == {"done": PAGES - 3, "lost": 3}
    assert outbox.count_lost() == {"connection": 1, "http_404": 1, "too_many_redirects": 1}
    outbox.close()
