"""The dashboard over HTTP: what leaves, and plain words when nothing can."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import duckdb
import pytest
from starlette.testclient import TestClient

from flows.dashboard.guard import CONTENT_POLICY
from tests.dashboard_site import ADDRESSES, visit
from tests.dashboard_world import LAST_DAY, publish_dashboard_world
from warehouse.publish import publish
from warehouse.store import Warehouse
from warehouse.trends import build_marts


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_in_both_languages_with_its_headers(
    visitor: TestClient, address: str, language: str
) -> None:
    answer = visitor.get(address, params={"lang": language} if "?" not in address else None)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == CONTENT_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in CONTENT_POLICY
    assert "server" not in answer.headers
    assert re.search(r'\bstyle="|<script(?! src="/static/)|\bon\w+="', answer.text) is None


def test_the_language_is_kept_and_foreign_ones_are_not(visitor: TestClient) -> None:
    assert '<html lang="zh-CN">' in visitor.get("/").text
    assert '<html lang="en">' in visitor.get("/?lang=en").text
    assert '<html lang="en">' in visitor.get("/brands").text
    assert '<html lang="en">' in visitor.get("/?lang=xx").text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8420", "127.0.0.1.evil.example", "10.0.0.8", ""]
)
def test_another_host_name_is_refused(visitor: TestClient, host: str) -> None:
    answer = visitor.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "拼豆" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "[::1]:8420"])
def test_this_machines_names_are_answered(visitor: TestClient, host: str) -> None:
    assert visitor.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("PUT", "/", 405), ("DELETE", "/words", 405), ("OPTIONS", "/", 405), ("POST", "/", 405),
        ("GET", "/nope", 404), ("GET", "/topic?id=nope", 404), ("GET", "/topic", 404),
        ("GET", "/static/", 404), ("GET", "/static/..%2f..%2fsite.py", 404), ("GET", "/static/no.css", 404),
        ("GET", "/?csv=nope", 404),
        ("GET", "/?" + "x" * 40_000, 414), ("GET", "/?day=gestern&offset=-5&sort=x;y&level=%00", 200),
        ("GET", "/topic?id=tag:拼豆&days=99999&platform=%27", 200), ("HEAD", "/", 200),
    ],
)  # fmt: skip
def test_odd_requests_end_in_a_plain_answer(
    visitor: TestClient, method: str, address: str, status: int
) -> None:
    answer = visitor.request(method, address)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


def test_a_form_too_large_or_without_a_length_is_refused(visitor: TestClient) -> None:
    assert visitor.post("/sql", content=b"q=" + b"x" * 70_000).status_code == 413
    assert visitor.post("/sql", content=iter([b"q=select 1"])).status_code == 411


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_link_to_rows_as_csv_gives_them(visitor: TestClient, address: str) -> None:
    links = re.findall(r'href="([^"]*\bcsv=[^"]*)"', visitor.get(address).text)
    answers = {link: visitor.get(urljoin(address, unescape(link))).headers["content-type"] for link in links}
    assert {link: kind for link, kind in answers.items() if kind != "text/csv; charset=utf-8"} == {}
    assert links or address in ("/words", "/sql")


def test_figures_come_as_csv_too(visitor: TestClient) -> None:
    answer = visitor.get("/?csv=trending")
    assert answer.headers["content-disposition"] == 'attachment; filename="trending.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["label"] for row in rows] == ["头皮防晒", "拼豆", "匹克球"]
    assert rows[1]["q_value"] == "9e-07"


@pytest.mark.parametrize("query", ["topic", "topic_platforms"])
def test_a_topic_without_a_baseline_has_no_multiple_and_no_q_on_its_page(
    visitor: TestClient, query: str
) -> None:
    answer = visitor.get("/topic", params={"id": "tag:头皮防晒", "csv": query})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    young = [row for row in rows if row["status"] == "no_baseline"]
    assert young
    assert {row[name] for row in young for name in ("mu", "ratio", "q_value")} == {""}


@pytest.mark.parametrize(("hours", "ago"), [(1, ""), (36, ""), (37, "37 小时前"), (400, "17 天前")])
def test_old_data_is_said_in_red(dashboard_home: Path, hours: float, ago: str) -> None:
    text = visit(dashboard_home, hours=hours).get("/").text
    assert ('class="stale" role="alert"' in text) is bool(ago)
    assert ago in text
    assert "2026-11-15 22:30" in text


def import_one_post(connection: duckdb.DuckDBPyConnection) -> None:
    """A file read twelve days after the crawl; its posts have the moment of the import."""
    connection.execute(
        "insert into crawl_reports by name select * replace ('import-plain' as source, 'import-1' as run_id)"
        " from crawl_reports limit 1"
    )
    connection.execute(
        "insert into core_posts by name select * replace"
        " ('拼豆笔记' as post_id, 'xiaohongshu:拼豆笔记' as subject_id, 'import-1' as run_id,"
        " captured_at + interval 12 day as captured_at) from core_posts limit 1"
    )


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("bilibili", "数据已旧：最后一次抓取在 12 天前（2026-11-15 22:30），此后只有导入的文件。"),
        ("import-plain", ""),
    ],
)
def test_an_import_makes_no_crawl_younger_where_there_is_one(tmp_path: Path, source: str, told: str) -> None:
    def change(connection: duckdb.DuckDBPyConnection) -> None:
        import_one_post(connection)
        connection.execute("update crawl_reports set source = ? where source = 'bilibili'", [source])

    publish_dashboard_world(tmp_path, change)
    text = visit(tmp_path, hours=12 * 24 + 3).get("/").text
    assert "数据截至 2026-11-27 22:30" in text
    assert ('class="stale" role="alert"' in text) is bool(told)
    assert told in text


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    answer = visit(tmp_path).get("/")
    assert answer.status_code == 503
    assert "headwater demo" in answer.text


REFRESH = '<meta http-equiv="refresh"'


def test_a_page_without_anything_to_show_follows_by_itself_and_says_so(tmp_path: Path) -> None:
    empty = visit(tmp_path).get("/")
    assert "这一页会自己跟上" in empty.text
    assert f'{REFRESH} content="10">' in empty.text
    publish_dashboard_world(tmp_path)
    assert REFRESH not in visit(tmp_path).get("/").text


def test_a_page_that_does_not_follow_does_not_say_so(empty_home: Path) -> None:
    for address in ("/", "/sql", "/topic?id=tag:没有"):
        page = visit(empty_home).get(address).text
        assert ("自己跟上" in page) == (REFRESH in page) is False


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose published edition holds no data."""
    folder = tmp_path_factory.mktemp("empty")
    with Warehouse.open(folder) as warehouse:
        build_marts(warehouse, "empty", as_of=LAST_DAY)
        publish(warehouse)
    return folder


@pytest.mark.parametrize("address", ["/", "/platforms", "/sources"])
def test_an_edition_without_data_says_what_to_do_and_offers_no_empty_choice(
    empty_home: Path, address: str
) -> None:
    answer = visit(empty_home).get(address)
    assert answer.status_code == 200
    assert "这一版还没有数据。先运行 headwater demo（不需要网络），或 headwater import 文件" in answer.text
    assert re.findall(r"<select[^>]*>\s*</select>", answer.text) == []


def test_data_bring_no_advice_for_those_who_have_none(visitor: TestClient) -> None:
    assert "这一版还没有数据" not in visitor.get("/").text


@pytest.mark.parametrize("written", ["拼豆", "#拼豆", "#拼豆#", " ＃拼豆＃", "#拼豆[话题]#"])
def test_a_hashtag_is_found_as_it_is_written(visitor: TestClient, written: str) -> None:
    page = visitor.get("/search", params={"q": written}).text
    assert 'href="/topic?id=tag%3A%E6%8B%BC%E8%B1%86"' in page


@pytest.mark.parametrize("written", ["ＣＣＤ相机", "ccd 相机", "CCD　相 机", "#ccd相机#"])
def test_a_topic_is_found_in_any_width_spacing_and_capitals(tmp_path: Path, written: str) -> None:
    def add(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            "insert into mart_topic (topic_id, topic_kind, label, label_en) values"
            " ('tag:ccd相机', 'tag', 'CCD相机', 'CCD相机'), ('tag:Ｃ', 'tag', 'Ｃｃｄ 相机展', null)"
        )

    publish_dashboard_world(tmp_path, add)
    page = visit(tmp_path).get("/search", params={"q": written}).text
    assert re.findall(r'href="/topic\?id=([^"]+)"', page) == [
        "tag%3Accd%E7%9B%B8%E6%9C%BA",
        "tag%3A%EF%BC%A3",
    ]


@pytest.mark.parametrize(
    ("address", "name", "first"),
    [
        ("/topic?id=tag:拼豆&platform=shop", "platform", "all"),
        ("/?platform=myspace", "platform", "all"),
        ("/?interest=99", "interest", ""),
        ("/?platform=bilibili", "platform", "bilibili"),
    ],
)
def test_a_value_that_is_not_offered_falls_back_to_the_first(
    visitor: TestClient, address: str, name: str, first: str
) -> None:
    page = visitor.get(address).text
    select = page.split(f'<select name="{name}">', 1)[1].split("</select>", 1)[0]
    assert re.findall(r'value="([^"]*)" selected', select) == [first]
    assert '<tbody role="rowgroup">' in page


def test_the_counts_behind_a_multiple_stand_on_the_page_of_platforms(visitor: TestClient) -> None:
    chinese = visitor.get("/platforms").text
    assert '4.5 倍<span class="sub">63 次，预期 14.0</span>' in chinese
    assert '58<span class="sub">次，尚无基线</span>' in chinese
    assert '4.5×<span class="sub">63, expected 14.0</span>' in visitor.get("/platforms?lang=en").text


def test_a_search_without_a_find_and_a_wrong_address_say_what_to_try(visitor: TestClient) -> None:
    assert "换一个更短的词" in visitor.get("/search?q=没有这个话题").text
    assert "用上面的搜索框再找一次" in visitor.get("/topic?id=tag:没有这个话题").text


@pytest.mark.parametrize(("address", "scale"), [("/topic?id=tag:拼豆", "−1 到 1"), ("/brands", "从 0 起")])
def test_a_drawing_says_its_scale(visitor: TestClient, address: str, scale: str) -> None:
    assert f"区间（{scale}）</th>" in visitor.get(address).text


def test_a_topic_of_any_name_has_a_page(tmp_path: Path) -> None:
    odd = "tag:../../a?b&c=d#e%00/＜拼豆＞\"'"

    def add(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            "insert into mart_topic (topic_id, topic_kind, label, label_en) values ($1, 'tag', $1, $1)", [odd]
        )

    publish_dashboard_world(tmp_path, add)
    client = visit(tmp_path)
    page = client.get("/search", params={"q": "＜拼豆＞"}).text
    found = re.search(r'<a href="(/topic\?id=tag[^"]+)">', page)
    assert found
    assert "＜拼豆＞" in client.get(found[1].replace("&amp;", "&")).text
