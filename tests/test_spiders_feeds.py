"""Feeds and aggregators: crawls of the sandbox end with its boards; errors stop; addresses name items."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.item_addresses import ADDRESS_TEMPLATES, decode_bid, identify_item, make_address, name_site
from spiders.page import Page
from spiders.parse import parse_saved
from spiders.platforms.feeds import Feeds
from spiders.privacy import Pseudonymiser
from tests.sandbox_crawl import WORLD, Landed, crawl_sandbox
from warehouse.records import BoardEntry, Post

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
MOMENT = WORLD.ends - timedelta(hours=30)
BOARDS = {"weibo": "hot_search", "zhihu": "hot_questions", "douyin": "hot", "kuaishou": "hot"}


def titles_of(landed: Landed, platform: str, board: str) -> list[str]:
    """Titles that landed of a board, by rank."""
    entries = [
        entry
        for entry in landed.records["board_entries"]
        if (entry["platform"], entry["board"]) == (platform, board)
    ]
    return [entry["title"] for entry in sorted(entries, key=lambda entry: entry["rank"])]


def list_titles(platform: str, limit: int) -> list[str]:
    """Titles of a board of the sandbox without its adverts, as aggregators show it."""
    return [line.title for line in WORLD.board_at(MOMENT, platform, "hot") if not line.is_ad][:limit]


@pytest.mark.process
def test_a_crawl_of_newsnow_lands_every_board_with_every_line_once(tmp_path: Path) -> None:
    landed = crawl_sandbox(tmp_path, "newsnow", MOMENT)
    assert landed.report.outcome == "complete"
    for platform, board in BOARDS.items():
        assert titles_of(landed, platform, board) == list_titles(platform, 30)
    videos = WORLD.popular_at(MOMENT)[:30]
    assert titles_of(landed, "bilibili", "popular") == [post.title for post in videos]
    assert {post["post_id"] for post in landed.records["posts"]} == {post.post_id for post in videos}
    assert len(landed.records["board_entries"]) == sum(len(list_titles(name, 30)) for name in BOARDS) + 30


@pytest.mark.process
def test_a_crawl_of_dailyhot_lands_every_board_with_its_heat(tmp_path: Path) -> None:
    landed = crawl_sandbox(tmp_path, "dailyhot", MOMENT)
    assert landed.report.outcome == "complete"
    for platform, board in BOARDS.items():
        assert titles_of(landed, platform, board) == list_titles(platform, 50)
    heats = {line.title: line.heat for line in WORLD.board_at(MOMENT, "weibo", "hot")}
    weibo = [entry for entry in landed.records["board_entries"] if entry["platform"] == "weibo"]
    assert all(entry["heat"] == heats[entry["title"]] for entry in weibo)
    views = {post.post_id: post.counts_at(MOMENT)["views"] for post in WORLD.popular_at(MOMENT)[:50]}
    assert {post["post_id"]: post["views"] for post in landed.records["posts"]} == views


@pytest.mark.process
def test_a_crawl_of_rsshub_reads_rss_atom_and_json_alike(tmp_path: Path) -> None:
    routes = ("/weibo/search/hot", "/zhihu/hotlist?format=atom", "/bilibili/popular/all?format=json")
    landed = crawl_sandbox(tmp_path, "feeds", MOMENT, targets=routes, served_as="rsshub")
    assert landed.report.outcome == "complete"
    assert titles_of(landed, "weibo", "hot_search") == list_titles("weibo", 50)
    videos = WORLD.popular_at(MOMENT)[:50]
    assert titles_of(landed, "bilibili", "popular") == [post.title for post in videos]
    found = {post["post_id"]: post for post in landed.records["posts"] if post["platform"] == "bilibili"}
    assert set(found) == {post.post_id for post in videos}
    assert all(
        datetime.fromisoformat(found[post.post_id]["published_at"])
        == post.published_at.replace(microsecond=0)
        for post in videos
    )


def read(platform: str, body: str, url: str | None = None) -> list[object]:
    return list(parse_saved(platform, body.encode(), url, NOW, KEY))


def test_errors_of_aggregators_are_the_sources_answers_and_error_pages_stop() -> None:
    with pytest.raises(SourceFailed, match="Invalid source id"):
        read(
            "newsnow", '{"error":true,"statusCode":500,"message":"Invalid source id"}', "http://n/api/s?id=x"
        )
    with pytest.raises(SourceFailed, match="405"):
        read("dailyhot", '{"code":405,"message":"Method Not Allowed"}', "http://d:6688/weibo")
    with pytest.raises(PageChanged):
        read(
            "dailyhot",
            '{"code":200,"count":1,"routes":[{"name":"weibo","path":"/weibo"}]}',
            "http://d:6688/all",
        )
    with pytest.raises(Blocked):
        read(
            "feeds",
            "<!DOCTYPE html><html><body><h1>Looks like something went wrong</h1></body></html>",
            "http://r/x",
        )
    with pytest.raises(PageChanged):
        read("feeds", "<?xml version='1.0'?><opml/>", "http://r/x")


def test_a_cached_board_is_of_the_moment_it_was_read_and_never_of_the_future() -> None:
    for minutes, expected in ((-90, NOW - timedelta(minutes=90)), (5, NOW)):
        updated = int((NOW + timedelta(minutes=minutes)).timestamp() * 1000)
        body = {
            "id": "weibo",
            "updatedTime": updated,
            "items": [{"title": "x", "url": "https://s.weibo.com/weibo?q=x"}],
        }
        (entry,) = read("newsnow", json.dumps(body))
        assert isinstance(entry, BoardEntry) and entry.captured_at == expected


def test_external_entities_of_feeds_are_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    body = (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]><rss version="2.0"><channel><item>'
        "<title>标题&x;</title><link>https://a.example/1</link></item></channel></rss>"
    )
    assert "geheim" not in str(read("feeds", body))


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("gb18030", "gb2312", "text/xml"),
        ("utf-8", "gb2312", "text/xml"),
        ("utf-8", "gb2312", "text/xml; charset=utf-8"),
        ("utf-8-sig", "gb2312", "text/xml"),
        ("gb18030", "", "text/xml; charset=gbk"),
        ("gb18030", "utf-8", "text/xml"),
        ("utf-16", "utf-16", "text/xml"),
    ],
)
def test_a_feed_lands_whole_whatever_its_declaration_claims(
    encoding: str, declared: str, header: str
) -> None:
    titles = ["露营装备清单", "陶喆新专辑，门票20€起", "拼豆教程"]
    items = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in titles)
    claim = f"<?xml version='1.0' encoding='{declared}'?>\n" if declared else ""
    body = f"{claim}<rss version='2.0'><channel><title>频道</title>{items}</channel></rss>".encode(encoding)
    page = Page("https://blog.example/feed", 200, {"Content-Type": header}, body, NOW, "r")
    found = list(Feeds(KEY).parse(page))
    assert [post.title for post in found if isinstance(post, Post)] == titles


def test_ampersands_and_words_of_html_in_a_feed_are_read_as_they_are_meant() -> None:
    body = (
        "\n<?xml version='1.0'?><rss version='2.0'><channel><title>x</title><item>"
        "<title>露营&nbsp;&amp;&nbsp;徒步 &copy; B&B</title><link>https://a.example/?id=1&v=2&amp;w=3</link>"
        "<description><![CDATA[<p>帐篷 & 天幕 &amp;amp;</p>]]></description></item></channel></rss>"
    )
    (post,) = read("feeds", body)
    assert isinstance(post, Post)
    assert (post.title, post.text) == ("露营 & 徒步 © B&B", "帐篷 & 天幕 &amp;")
    assert post.url == "https://a.example/?id=1&v=2&w=3"


@pytest.mark.parametrize(
    ("head", "item", "url", "platform"),
    [
        (
            "<link>https://blog.example.cn/</link>",
            "<link>/posts/1</link>",
            "https://blog.example.cn/posts/1",
            None,
        ),
        ("", "<link>/posts/1</link>", "https://feeds.example/posts/1", "feeds-example"),
        ("<link>https://blog.example.cn/</link>", "<guid isPermaLink='false'>12</guid>", None, None),
    ],
)
def test_an_item_is_of_the_site_of_its_feed(
    head: str, item: str, url: str | None, platform: str | None
) -> None:
    body = f"<rss><channel><title>x</title>{head}<item><title>露营清单</title>{item}</item></channel></rss>"
    (post,) = read("feeds", body, "https://feeds.example/rss.xml")
    assert isinstance(post, Post)
    assert (post.url, post.platform) == (url, platform or "blog-example-cn")


def test_a_feed_of_atom_may_name_the_base_of_its_links() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example.cn/zh/"><title>x</title>
        <entry><id>1</id><title>露营清单</title><link href="p/1"/></entry></feed>"""
    (post,) = read("feeds", body)
    assert isinstance(post, Post) and post.url == "https://blog.example.cn/zh/p/1"


def test_a_prefix_that_a_feed_never_declared_does_no_harm() -> None:
    body = (
        "<rss version='2.0'><channel><title>x</title><item><title>上新</title><link>https://a.example/1</link>"
        "<slash:comments>3</slash:comments></item></channel></rss>"
    )
    (post,) = read("feeds", body)
    assert isinstance(post, Post) and (post.title, post.comments) == ("上新", 3)


def test_what_media_rss_says_of_a_picture_is_neither_title_nor_text() -> None:
    body = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>频道</title><item>
        <media:title>IMG_2031.jpg</media:title>
        <media:content url="https://a.example/1.jpg" width="140">
          <media:credit scheme="urn:ebu">摄影：李晓雯</media:credit>
        </media:content>
        <title>周末露营装备清单</title><description>帐篷、天幕和咖啡壶怎么选</description>
        <link>https://a.example/1</link></item></channel></rss>"""
    (post,) = read("feeds", body)
    assert isinstance(post, Post)
    assert (post.title, post.text) == ("周末露营装备清单", "帐篷、天幕和咖啡壶怎么选")
    assert "李晓雯" not in post.model_dump_json()


@pytest.mark.parametrize(
    ("address", "platform", "post_id"),
    [
        ("https://www.bilibili.com/video/BV1xx411c7mD?spm_id_from=x", "bilibili", "BV1xx411c7mD"),
        ("https://b23.tv/BV1xx411c7mD", "bilibili", "BV1xx411c7mD"),
        ("https://www.iesdouyin.com/share/video/7575123456789012345/", "douyin", "7575123456789012345"),
        ("https://www.zhihu.com/question/650000001/answer/3100000001", "zhihu", "3100000001"),
        ("https://www.zhihu.com/question/650000001", "zhihu", "650000001"),
        ("https://weibo.com/1642088277/z0JH2lOMb", "weibo", "3501756485200075"),
        ("https://m.weibo.cn/detail/5230000000000200", "weibo", "5230000000000200"),
        ("https://www.tiktok.com/@bead.lab/video/7575000000000000001", "tiktok", "7575000000000000001"),
    ],
)
def test_an_address_names_its_post_as_every_other_route_does(
    address: str, platform: str, post_id: str
) -> None:
    item = identify_item(address)
    assert item is not None and (item.platform, item.post_id) == (platform, post_id)
    assert "1642088277" not in item.url and "bead.lab" not in item.url


@pytest.mark.parametrize(("platform", "kind"), [key for key in ADDRESS_TEMPLATES if key[0] != "tieba"])
def test_the_address_made_of_an_id_leads_back_to_it(platform: str, kind: str) -> None:
    made = {
        "bilibili": "BV1xx411c7mD",
        "kuaishou": "3xq8a7b6c5d4e3f",
        "xiaohongshu": "67d3a1f2000000000903b8c1",
    }
    post_id = made.get(platform, "7575000000000000001")
    item = identify_item(make_address(platform, kind, post_id))
    assert item is not None and (item.platform, item.post_id) == (platform, post_id)
    assert item.url == make_address(platform, item.kind, post_id)


def test_other_addresses_name_no_post_but_their_site() -> None:
    for address in (
        "https://www.douyin.com/hot/123",
        "https://s.weibo.com/weibo?q=x",
        "https://weibo.com/u/12345678",
    ):
        assert identify_item(address) is None
    assert name_site("https://blog.example.com/a") == "blog-example-com"
    assert name_site("https://tieba.baidu.com/p/1") == "tieba"
    assert name_site("http://[") == name_site("") == "web"
    assert decode_bid("5230000000000200") == "5230000000000200"
