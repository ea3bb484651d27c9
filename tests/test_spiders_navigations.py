"""Where pages in a real browser lead: Scrapy goes in their place, so that robots.txt and walls count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spiders.crawl import run_crawl
from tests.loopback_sites import Answer, Site, answer_page, make_order, serve

pytestmark = [pytest.mark.browser, pytest.mark.process]
BOARD = "/?isHome=1"


def redirect(address: str) -> Site:
    return Site(lambda path: (302, {"Location": address}, b"") if path == BOARD else None)


def run_script(address: str) -> Site:
    return Site(answer_page(f'location.href = "{address}";'))


def refresh(address: str) -> Site:
    body = f'<meta http-equiv="refresh" content="0;url={address}">'.encode()
    return Site(lambda path: (200, {"Content-Type": "text/html"}, body) if path == BOARD else None)


LEADS = pytest.mark.parametrize("lead_to", [redirect, run_script, refresh])


@LEADS
def test_a_page_leads_only_where_robots_allow_it(
    tmp_path: Path, key_file: Path, lead_to: Callable[[str], Site]
) -> None:
    there, closed = Site(answer_page("")), Site(answer_page(""), robots=(503, {}, b""))
    onward = lead_to(f"{there.address}/elsewhere?isHome=1")
    forbidden = lead_to("/private?isHome=1")
    unread = lead_to(f"{closed.address}{BOARD}")
    sites = (onward, forbidden, unread)
    allowed = tuple(site.pair for site in (*sites, there, closed))
    with serve(there, closed, *sites):
        report = run_crawl(make_order(tmp_path, key_file, *sites, source="kuaishou", allow_loopback=allowed))
    assert report.records_by_kind == {"board_entries": 3}, "the page that the first board led to"
    assert [path for _, path in there.hits] == ["/robots.txt", "/elsewhere?isHome=1"]
    assert report.skips_by_reason == {"robots_disallowed": 1, "robots_unavailable": 1}
    assert forbidden.pages() == [BOARD] and closed.pages() == []
    assert report.robots_decisions == {"allowed": 4, "disallowed": 1, "unavailable": 1}


@LEADS
def test_a_login_page_is_never_asked_for(
    tmp_path: Path, key_file: Path, lead_to: Callable[[str], Site]
) -> None:
    site = lead_to("/login?from=board")
    with serve(site):
        report = run_crawl(make_order(tmp_path, key_file, site, source="kuaishou"))
    assert report.skips_by_reason == {"blocked": 1}
    assert "redirect to a login or captcha page" in "".join(report.blocks)
    assert site.pages() == [BOARD]


@LEADS
def test_a_page_that_always_leads_on_is_given_up(
    tmp_path: Path, key_file: Path, lead_to: Callable[[str], Site]
) -> None:
    site = lead_to(BOARD)
    with serve(site):
        report = run_crawl(make_order(tmp_path, key_file, site, source="kuaishou"))
    assert (report.outcome, report.skips_by_reason) == ("failed", {"too_many_redirects": 1})
    assert site.pages() == [BOARD] * 6, "the first, and five more"


def test_a_redirect_that_only_sets_a_cookie_leads_back_with_it(tmp_path: Path, key_file: Path) -> None:
    asked: list[str] = []

    def answer(path: str) -> Answer | None:
        asked.append(path)
        if asked.count(BOARD) == 1:
            return 302, {"Location": BOARD, "Set-Cookie": "turn=1; Path=/"}, b""
        return answer_page('if (document.cookie != "turn=1") document.body.innerHTML = "";')(path)

    site = Site(answer)
    with serve(site):
        report = run_crawl(make_order(tmp_path, key_file, site, source="kuaishou"))
    assert (report.outcome, report.records_by_kind) == ("complete", {"board_entries": 3})
    assert site.pages() == [BOARD, BOARD]


def test_frames_are_not_loaded(tmp_path: Path, key_file: Path) -> None:
    other = Site(answer_page(""))
    frame = f"<iframe src='{other.address}{BOARD}'></iframe>"
    site = Site(answer_page(f'document.body.insertAdjacentHTML("beforeend", "{frame}");'))
    allowed = (site.pair, other.pair)
    with serve(site, other):
        report = run_crawl(make_order(tmp_path, key_file, site, source="kuaishou", allow_loopback=allowed))
    assert (report.outcome, report.records_by_kind) == ("complete", {"board_entries": 3})
    assert other.hits == []
