"""The sandbox's site: every platform's path answers in the platform's own shape, at any simulated moment."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.robotparser
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from spiders.browser import find_browser
from spiders.sandbox.platforms.xiaohongshu import make_token
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.sandbox_fetch import fetch, read_script


@pytest.fixture(scope="module")
def site() -> Iterator[SandboxSite]:
    with SandboxSite(World(seed=7)) as site:
        yield site


def test_robots_allows_all_but_the_private_path(site: SandboxSite) -> None:
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(fetch(f"{site.address}/robots.txt").text.splitlines())
    assert rules.can_fetch("Headwater", f"{site.address}/bilibili/x/web-interface/popular")
    assert not rules.can_fetch("Headwater", f"{site.address}/private/page")


def test_robots_can_be_what_a_test_needs() -> None:
    with SandboxSite(World(), robots=b"User-agent: *\nDisallow: /douyin/\n") as site:
        assert b"Disallow: /douyin/" in fetch(f"{site.address}/robots.txt").body
        site.faults["/robots.txt"] = "status-503"
        assert fetch(f"{site.address}/robots.txt").status == 503
        del site.faults["/robots.txt"]
        assert fetch(f"{site.address}/robots.txt").status == 200


def test_front_page_tells_what_is_planted(site: SandboxSite) -> None:
    text = fetch(f"{site.address}/").text
    assert all(trend.topic in text for trend in site.world.planted)


def test_requests_are_logged_with_time_and_user_agent(site: SandboxSite) -> None:
    before = time.time()
    fetch(
        f"{site.address}/kuaishou/?isHome=1", headers={"User-Agent": "Headwater/9 (+https://example.org/bot)"}
    )
    logged = site.requests[-1]
    assert (logged.path, logged.user_agent) == (
        "/kuaishou/?isHome=1",
        "Headwater/9 (+https://example.org/bot)",
    )
    assert before - 1 <= logged.moment <= time.time() + 1


def test_unknown_paths_are_404_and_wrong_methods_405(site: SandboxSite) -> None:
    assert fetch(f"{site.address}/nowhere/else").status == 404
    assert fetch(f"{site.address}/bilibili/x/unknown").status == 404
    assert fetch(f"{site.address}/pinduoduo/api/router").status == 405


def test_douyin_board_is_the_worlds_board(site: SandboxSite) -> None:
    moment = site.world.calendar.starts_at(12)
    path = "/aweme/v1/web/hot/search/list/?device_platform=webapp&aid=6383&detail_list=1"
    answer = fetch(site.address_of("douyin", moment) + path).json()
    words = answer["data"]["word_list"]
    assert answer["status_code"] == 0
    assert [word["word"] for word in words] == [line.title for line in site.world.board_at(moment, "douyin")]
    assert "position" not in words[0]
    assert [word["position"] for word in words[1:]] == list(range(1, 50))
    assert all("position" not in word and word["hot_value"] == 0 for word in answer["data"]["trending_list"])
    assert answer["data"]["active_time"] == "2026-10-31 00:00:00"


def test_douyin_share_page_escapes_slashes_and_hides_plays(site: SandboxSite) -> None:
    post = site.world.popular_at(site.world.ends, "douyin")[0]
    text = fetch(f"{site.address_of('douyin')}/share/video/{post.post_id}/").text
    assert "video_(id)\\u002Fpage" in text
    item = read_script(text, "window._ROUTER_DATA =")["loaderData"]["video_(id)/page"]["videoInfoRes"][
        "item_list"
    ][0]
    assert item["aweme_id"] == post.post_id
    assert item["statistics"]["play_count"] == 0
    assert [mark["hashtag_name"] for mark in item["text_extra"]] == list(post.hashtags)
    for mark in item["text_extra"]:
        assert item["desc"][mark["start"] : mark["end"]] == f"#{mark['hashtag_name']}"


def test_a_removed_douyin_video_has_an_empty_list(site: SandboxSite) -> None:
    text = fetch(f"{site.address_of('douyin')}/share/video/7000000000000000000/").text
    answer = read_script(text, "window._ROUTER_DATA =")["loaderData"]["video_(id)/page"]["videoInfoRes"]
    assert answer["item_list"] == []
    assert answer["filter_list"][0]["aweme_id"] == "7000000000000000000"


def test_kuaishou_page_holds_no_rank_before_its_script_runs(site: SandboxSite) -> None:
    text = fetch(f"{site.address_of('kuaishou')}/?isHome=1").text
    assert not any(line.title in text for line in site.world.board_at(site.world.ends, "kuaishou"))


@pytest.mark.browser
def test_kuaishou_rank_is_drawn_by_a_browser_in_both_layouts(site: SandboxSite) -> None:
    lines = [line for line in site.world.board_at(site.world.ends, "kuaishou") if not line.is_ad]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        for layout, key in (("A", '({"page":"home"})'), ("B", '({"page":"home","platform":"web"})')):
            page = browser.new_page()
            page.goto(f"{site.address_of('kuaishou')}/?isHome=1&layout={layout}")
            page.wait_for_selector("p.rank-name")
            assert page.locator("p.rank-name").all_inner_texts() == [line.title for line in lines]
            client = page.evaluate("window.__APOLLO_STATE__.defaultClient")
            rank = client[f"$ROOT_QUERY.visionHotRank{key}"]
            first = client[rank["items"][0]["id"]]
            assert (first["rank"], first["name"], first["tagType"]) == (0, lines[0].title, "置顶")
            assert re.search(r"window\.__APOLLO_STATE__=\{.*\"webPageArea\":undefined", page.content())
            page.close()
        browser.close()


def test_weibo_marks_adverts_and_leaves_their_numbers_out(site: SandboxSite) -> None:
    data = fetch(f"{site.address_of('weibo')}/ajax/side/hotSearch").json()["data"]
    adverts = [row for row in data["realtime"] if row.get("is_ad")]
    others = [row for row in data["realtime"] if not row.get("is_ad")]
    assert adverts
    assert not any({"num", "rank", "category"} & row.keys() for row in adverts)
    assert all(row["num"] > 0 and row["word_scheme"] == f"#{row['word']}#" for row in others)
    assert data["hotgov"]["is_gov"] == 1
    band = fetch(f"{site.address_of('weibo')}/ajax/statuses/hot_band").json()["data"]["band_list"]
    assert [row["word"] for row in band] == [row["word"] for row in data["realtime"]]
    cards = fetch(f"{site.address_of('weibo')}/api/container/getIndex?containerid=106003type%3D25").json()[
        "data"
    ]["cards"]
    assert "desc_extr" not in cards[0]["card_group"][0]


def test_zhihu_lists_come_in_two_shapes_of_the_same_questions(site: SandboxSite) -> None:
    areas = fetch(f"{site.address_of('zhihu')}/api/v3/feed/topstory/hot-lists/total?limit=50").json()["data"]
    flat = fetch(f"{site.address_of('zhihu')}/topstory/hot-lists/total?limit=50").json()["data"]
    assert [row["target"]["title_area"]["text"] for row in areas] == [row["target"]["title"] for row in flat]
    assert re.fullmatch(r"\d+ 万热度", areas[0]["target"]["metrics_area"]["text"])
    assert areas[0]["card_id"] == f"Q_{flat[0]['target']['id']}"


def test_zhihu_daily_goes_back_day_by_day(site: SandboxSite) -> None:
    base = site.address_of("zhihu", site.world.calendar.starts_at(5))
    latest = fetch(f"{base}/api/4/news/latest").json()
    before = fetch(f"{base}/api/4/news/before/{latest['date']}").json()
    assert (latest["date"], before["date"]) == ("20261024", "20261023")
    assert latest["stories"][0]["title"] and latest["top_stories"]
    assert fetch(f"{base}/search?q=x").status == 403


def test_xiaohongshu_note_needs_its_token(site: SandboxSite) -> None:
    post = site.world.popular_at(site.world.ends, "xiaohongshu")[0]
    address = f"{site.address_of('xiaohongshu')}/explore/{post.post_id}"
    assert "error_code=300031" in fetch(address).headers["location"]
    text = fetch(f"{address}?xsec_token={make_token(post.post_id)}&xsec_source=pc_share").text
    assert '"userInfo": undefined' in text
    state = read_script(text.replace(": undefined", ": null"), "window.__INITIAL_STATE__=")
    note = state["note"]["noteDetailMap"][post.post_id]["note"]
    assert [tag["name"] for tag in note["tagList"]] == list(post.hashtags)
    assert isinstance(note["interactInfo"]["likedCount"], str)
    assert note["time"] == int(post.published_at.timestamp() * 1000)


def test_tiktok_page_has_counts_as_numbers_and_as_strings(site: SandboxSite) -> None:
    post = site.world.popular_at(site.world.ends, "tiktok")[0]
    text = fetch(f"{site.address_of('tiktok')}/@user/video/{post.post_id}").text
    detail = read_script(text, 'type="application/json">')["__DEFAULT_SCOPE__"]["webapp.video-detail"]
    item = detail["itemInfo"]["itemStruct"]
    assert item["createTime"] == str(int(post.published_at.timestamp()))
    assert str(item["stats"]["playCount"]) == item["statsV2"]["playCount"]
    gone = fetch(f"{site.address_of('tiktok')}/@user/video/1").text
    assert (
        read_script(gone, 'type="application/json">')["__DEFAULT_SCOPE__"]["webapp.video-detail"][
            "statusCode"
        ]
        == 10204
    )


def test_sitemap_leads_to_every_product_once(site: SandboxSite) -> None:
    base = site.address_of("shop")
    names = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    maps = [str(loc.text) for loc in ElementTree.fromstring(fetch(f"{base}/sitemap.xml").body).iter(names)]
    pages = [str(loc.text) for part in maps for loc in ElementTree.fromstring(fetch(part).body).iter(names)]
    products = [page for page in pages if "/products/" in page]
    assert sorted(products) == sorted(f"{base}/products/{product.slug}" for product in site.world.products)
    assert len(products) == 300


def test_product_pages_carry_offers_variants_and_reviews(site: SandboxSite) -> None:
    kinds: set[str] = set()
    reviewed = 0
    for product in site.world.products[:60]:
        text = fetch(f"{site.address_of('shop')}/products/{product.slug}").text
        described = read_script(text, 'type="application/ld+json">')
        if "@graph" in described:
            kinds.add("@graph")
            described = described["@graph"][-1]
        low, high = product.prices_at(site.world.ends)
        offers = described["offers"]
        kinds.add(offers["@type"])
        assert (described["name"], described["sku"]) == (product.title, product.product_id)
        assert offers.get("price", offers.get("lowPrice")) == str(low)
        assert offers.get("price", offers.get("highPrice")) == str(high)
        reviewed += len(described.get("review", []))
    assert kinds == {"@graph", "Offer", "AggregateOffer"}
    assert reviewed > 50


def test_feeds_list_the_newest_products(site: SandboxSite) -> None:
    rss = ElementTree.fromstring(fetch(f"{site.address_of('shop')}/feed.xml").body)
    atom = ElementTree.fromstring(fetch(f"{site.address_of('shop')}/atom.xml").body)
    newest = [product.title for product in reversed(site.world.products[-20:])]
    assert [item.findtext("title") for item in rss.iter("item")] == newest
    assert [
        entry.findtext("{http://www.w3.org/2005/Atom}title")
        for entry in atom.iter("{http://www.w3.org/2005/Atom}entry")
    ] == newest


def test_video_page_is_a_video_object(site: SandboxSite) -> None:
    described = read_script(fetch(f"{site.address_of('shop')}/videos/1").text, 'type="application/ld+json">')
    assert described["@type"] == "VideoObject"
    assert {part["interactionType"]["@type"] for part in described["interactionStatistic"]} == {
        "WatchAction",
        "LikeAction",
        "CommentAction",
    }


def test_aggregators_tell_the_same_board(site: SandboxSite) -> None:
    titles = [line.title for line in site.world.board_at(site.world.ends, "weibo") if not line.is_ad]
    newsnow = fetch(f"{site.address_of('newsnow')}/api/s?id=weibo").json()
    dailyhot = fetch(f"{site.address_of('dailyhot')}/weibo").json()
    rsshub = fetch(f"{site.address_of('rsshub')}/weibo/search/hot?format=json").json()
    rss = ElementTree.fromstring(fetch(f"{site.address_of('rsshub')}/weibo/search/hot").body)
    assert [item["title"] for item in newsnow["items"]] == titles[:30]
    assert [item["title"] for item in dailyhot["data"]] == titles
    assert [item["title"] for item in rsshub["items"]] == titles
    assert [item.findtext("title") for item in rss.iter("item")] == titles
    assert fetch(f"{site.address_of('newsnow')}/api/s?id=unknown").status == 500
    both = fetch(
        f"{site.address_of('newsnow')}/api/s/entire", document={"sources": ["douyin", "zhihu"]}
    ).json()
    assert [source["id"] for source in both] == ["douyin", "zhihu"]


@pytest.mark.process
def test_the_command_says_its_address_and_stops_on_a_signal() -> None:
    command = [sys.executable, "-m", "spiders.sandbox", "--port", "0", "--seed", "3", "--days", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert fetch(f"{address}/robots.txt").status == 200
        process.terminate()
        assert process.wait(timeout=10) == 0
