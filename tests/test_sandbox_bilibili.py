"""The sandbox's Bilibili: lists, videos, comments and danmaku as the platform shapes them."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from spiders.sandbox.platforms.bilibili import FIRST_AID, FIRST_CID
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.sandbox_fetch import fetch, read_script


@pytest.fixture(scope="module")
def site() -> Iterator[SandboxSite]:
    with SandboxSite(World(seed=7)) as site:
        yield site


def test_popular_pages_hold_each_video_of_the_moment_once(site: SandboxSite) -> None:
    moment = site.world.calendar.starts_at(20)
    base = site.address_of("bilibili", moment)
    met, page = [], 0
    while True:
        page += 1
        data = fetch(f"{base}/x/web-interface/popular?pn={page}&ps=50").json()["data"]
        met += [video["bvid"] for video in data["list"]]
        if data["no_more"]:
            break
    expected = [post.post_id for post in site.world.popular_at(moment)]
    assert met == expected
    assert len(met) > 300


def test_a_popular_video_has_the_documented_fields(site: SandboxSite) -> None:
    post = site.world.popular_at(site.world.ends)[0]
    video = fetch(f"{site.address}/bilibili/x/web-interface/popular?pn=1&ps=1").json()["data"]["list"][0]
    assert (video["bvid"], video["title"], video["desc"]) == (post.post_id, post.title, post.text)
    assert video["pubdate"] == int(post.published_at.timestamp())
    assert {"view", "danmaku", "reply", "favorite", "coin", "share", "like"} <= video["stat"].keys()
    assert {"mid", "name", "face"} == video["owner"].keys()
    assert isinstance(video["aid"], int)


def test_views_grow_from_visit_to_visit(site: SandboxSite) -> None:
    moment = site.world.calendar.starts_at(10)
    post = site.world.popular_at(moment)[0]
    views = []
    for hours in (0, 6, 48):
        base = site.address_of("bilibili", moment + timedelta(hours=hours))
        video = fetch(f"{base}/x/web-interface/view?bvid={post.post_id}").json()["data"]
        views.append(video["stat"]["view"])
    assert views == sorted(views)
    assert views[0] < views[-1]


def test_a_video_is_not_there_before_it_is_published(site: SandboxSite) -> None:
    post = site.world.popular_at(site.world.ends)[0]
    early = site.address_of("bilibili", post.published_at - timedelta(hours=1))
    assert fetch(f"{early}/x/web-interface/view?bvid={post.post_id}").json()["code"] == -404


def test_bilibili_view_tags_and_page_agree(site: SandboxSite) -> None:
    post = next(post for post in site.world.popular_at(site.world.ends) if len(post.hashtags) > 1)
    base, aid = site.address_of("bilibili"), FIRST_AID + post.serial
    view = fetch(f"{base}/x/web-interface/view?aid={aid}").json()["data"]
    tags = fetch(f"{base}/x/web-interface/view/detail/tag?bvid={post.post_id}").json()["data"]
    state = read_script(fetch(f"{base}/video/{post.post_id}").text, "window.__INITIAL_STATE__=")
    assert view["bvid"] == state["bvid"] == post.post_id
    assert view["pages"][0]["cid"] == FIRST_CID + post.serial
    assert (
        [tag["tag_name"] for tag in tags] == [tag["tag_name"] for tag in state["tags"]] == list(post.hashtags)
    )


def test_comments_page_by_page_are_all_comments_once(site: SandboxSite) -> None:
    post = max(
        site.world.popular_at(site.world.ends), key=lambda post: post.counts_at(site.world.ends)["comments"]
    )
    base = f"{site.address_of('bilibili')}/x/v2/reply?type=1&oid={FIRST_AID + post.serial}&sort=0&ps=20"
    met: list[str] = []
    for page in range(1, 100):
        data = fetch(f"{base}&pn={page}").json()["data"]
        if not data["replies"]:
            break
        for reply in data["replies"]:
            met.append(reply["rpid_str"])
            children = fetch(base.replace("/reply?", "/reply/reply?") + f"&root={reply['rpid']}").json()[
                "data"
            ]
            met += [child["rpid_str"] for child in children["replies"] or []]
    expected = {comment.comment_id for comment in site.world.comments_of(post, site.world.ends)}
    assert len(met) == len(set(met))
    assert set(met) == expected
    assert data["page"]["acount"] == len(expected) > 10


def test_danmaku_is_deflated_xml(site: SandboxSite) -> None:
    post = site.world.popular_at(site.world.ends)[0]
    answer = fetch(f"{site.address_of('bilibili')}/{FIRST_CID + post.serial}.xml")
    root = ElementTree.fromstring(zlib.decompress(answer.body, wbits=-15))
    rows = root.findall("d")
    assert root.findtext("chatid") == str(FIRST_CID + post.serial)
    assert len(rows) == len(site.world.danmaku_of(post, site.world.ends)) > 0
    assert all(len(row.attrib["p"].split(",")) == 9 and row.text for row in rows)


def test_hot_words_have_no_data_wrapper(site: SandboxSite) -> None:
    answer = fetch(f"{site.address_of('bilibili')}/main/hotword?limit=10").json()
    assert answer["code"] == 0
    assert len(answer["list"]) == 10
    assert {"hot_id", "keyword", "show_name", "word_type"} <= answer["list"][0].keys()
