"""Xiaohongshu: a browser reads the notes behind the user's links; walls and spent tokens are told apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.page import Page
from spiders.platforms.xiaohongshu import Xiaohongshu
from spiders.privacy import Pseudonymiser
from spiders.sandbox.platforms.xiaohongshu import make_token
from tests.crawl_as_live import crawl_as_live
from tests.loopback_sites import Answer, Site, make_order, serve
from tests.sandbox_crawl import WORLD, crawl_sandbox

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
NOTE = "https://www.xiaohongshu.com/explore/6a1f0c2b000000001e03a1b2"
SEARCH = "https://edith.xiaohongshu.com/api/sns/web/v1/search/notes"


@pytest.mark.browser
@pytest.mark.process
def test_a_crawl_of_the_users_links_lands_each_note_once_and_reports_a_spent_token(tmp_path: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    posts = WORLD.popular_at(moment, "xiaohongshu")[:4]
    links = [
        f"{{base}}/explore/{post.post_id}?xsec_token={quote(make_token(post.post_id))}" for post in posts
    ]
    spent = f"{{base}}/explore/{WORLD.popular_at(moment, 'xiaohongshu')[4].post_id}?xsec_token=spent"
    landed = crawl_sandbox(tmp_path, "xiaohongshu", moment, targets=(*links, links[0], spent))

    found = {post["post_id"]: post for post in landed.records["posts"]}
    assert sorted(found) == sorted(post.post_id for post in posts) and len(landed.records["posts"]) == 4
    for post in posts:
        note, counts = found[post.post_id], post.counts_at(moment)
        assert note["title"] == post.title and note["hashtags"] == list(post.hashtags)
        assert datetime.fromisoformat(note["published_at"]) == post.published_at.replace(microsecond=0)
        assert note["url"] == f"https://www.xiaohongshu.com/explore/{post.post_id}"
        assert (note["comments"], note["shares"]) == (counts["comments"], counts["shares"])
        assert abs(note["likes"] - counts["likes"]) <= (500 if counts["likes"] >= 10_000 else 0)
    assert landed.report.outcome == "partial" and landed.report.skips_by_reason == {"http_404": 1}


def read(url: str, text: str, kind: str) -> list[object]:
    return list(Xiaohongshu(KEY).parse(Page(url, 200, {}, text.encode(), MOMENT, "r", {"kind": kind})))


@pytest.mark.parametrize("code", [-100, 300012, 300015])
def test_codes_of_logins_and_bans_are_stop_signs(code: int) -> None:
    with pytest.raises(Blocked, match=str(code)):
        read(SEARCH, json.dumps({"success": False, "code": code, "msg": "x"}), "notes")


def test_a_missing_note_is_the_sources_answer_and_a_page_of_another_build_has_changed() -> None:
    with pytest.raises(SourceFailed):
        read(SEARCH, '{"success": false, "code": -510000, "msg": "笔记不存在"}', "notes")
    empty = '<script>window.__INITIAL_STATE__={"note":{"noteDetailMap":{"null":{"note":{}}}}}</script>'
    with pytest.raises(SourceFailed, match="token"):
        read(NOTE, empty, "note")
    with pytest.raises(PageChanged):
        read(NOTE, "<html><body><div id='app'></div></body></html>", "note")
    with pytest.raises(Blocked):
        read("https://www.xiaohongshu.com/website-login/captcha?x=1", "<html></html>", "note")


def test_what_is_asked_for_carries_the_token_and_what_is_kept_does_not() -> None:
    from tests.test_platforms import make_order as make_order_of

    order = make_order_of("xiaohongshu").model_copy(
        update={
            "targets": (f"{NOTE}?xsec_token=AB%3D&xsec_source=app_share", "https://xhslink.com/a/x1", "x")
        }
    )
    first, second = Xiaohongshu(KEY).requests(order)
    assert first.url == f"{NOTE}?xsec_token=AB%3D&xsec_source=app_share" and first.needs_browser
    assert second.url == "https://xhslink.com/a/x1"


NOTE_PAGE = """<title>春日露营 - 小红书</title><meta property="og:type" content="article">
<link rel="icon" href="data:,"><div id="detail-title">春日露营</div><div id="detail-desc">帐篷 #露营#</div>"""


@pytest.mark.browser
@pytest.mark.process
def test_a_short_link_is_followed_as_far_as_the_robots_file_of_its_target_allows(
    tmp_path: Path, key_file: Path
) -> None:
    def answer_note(path: str) -> Answer:
        return 200, {"Content-Type": "text/html; charset=utf-8"}, NOTE_PAGE.encode()

    def answer_link(path: str) -> Answer:
        number = 1 if path == "/a/open" else 2
        folder = "explore" if path == "/a/open" else "discovery/item"
        return 302, {"Location": f"{www.address}/{folder}/66fad51c000000001b02000{number}"}, b""

    www = Site(answer_note, robots=(200, {}, b"User-agent: *\nDisallow: /discovery\n"))
    short = Site(answer_link)
    port = short.server.server_port
    order = make_order(
        tmp_path,
        key_file,
        source="xiaohongshu",
        visits=({"addresses": {"base": www.address}},),
        targets=(f"http://localhost:{port}/a/closed", f"http://localhost:{port}/a/open"),
        allow_loopback=(www.pair, short.pair, f"localhost:{port}"),
        delay_seconds=0.1,
        page_seconds=20.0,
    )
    with serve(www, short):
        outbox = crawl_as_live(order)
    assert short.pages() == ["/a/closed", "/a/open"]
    assert www.pages() == ["/explore/66fad51c000000001b020001"]
    assert outbox.count_states() == {"done": 1, "lost": 1}
    assert outbox.count_lost() == {"robots_disallowed": 1}
    assert outbox.list_counts("robots") == {"allowed": 3, "disallowed": 1}
    outbox.close()
