"""What a page says where it has nothing to show: why, truly, and the way back."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from tests.dashboard_site import visit
from tests.dashboard_world import LAST_DAY, NEWEST, publish_dashboard_world
from tests.landed_packages import land, make_listing
from warehouse.load import load_packages
from warehouse.publish import publish, published_path
from warehouse.store import Warehouse
from warehouse.trends import build_marts

UNTESTED = "这一期在这里没有检验过任何话题"
NOTHING_READ = "这一期没有读到内容"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The small world of the dashboard."""
    folder = tmp_path_factory.mktemp("world")
    publish_dashboard_world(folder)
    return visit(folder)


def test_a_damaged_published_file_is_not_a_home_without_one(tmp_path: Path) -> None:
    publish_dashboard_world(tmp_path)
    whole = published_path(tmp_path).resolve()
    body = whole.read_bytes()
    whole.write_bytes(b"x" * 8_192 + body[8_192:20_000])
    page = visit(tmp_path).get("/")
    assert (page.status_code, "已发布的文件打不开" in page.text) == (503, True)


@pytest.fixture(scope="module")
def untested(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The same world in its first weeks: nothing could be tested yet."""
    folder = tmp_path_factory.mktemp("untested")

    def forget_tests(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("delete from mart_topic_burst")

    publish_dashboard_world(folder, forget_tests)
    return visit(folder)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A home that read a shop's offers and nothing else."""
    folder = tmp_path_factory.mktemp("shelf")
    land(folder / "landing", [make_listing(captured_at=NEWEST)], source="shop", run_id="r1")
    with Warehouse.open(folder, least_free_bytes=0) as warehouse:
        load_packages(warehouse, folder / "landing")
        build_marts(warehouse, "shelf", as_of=LAST_DAY)
        publish(warehouse, least_free_bytes=0)
    return visit(folder)


def read_words(visitor: TestClient, address: str) -> str:
    """Text of a page below its bar."""
    page = visitor.get(address)
    assert page.status_code == 200
    return unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1]))


@pytest.mark.parametrize("address", ["/", "/?grain=d", "/platforms"])
def test_where_nothing_was_tested_nothing_is_said_of_rises(address: str, untested: TestClient) -> None:
    words = read_words(untested, address)
    assert UNTESTED in words
    assert "没有话题符合这些条件" not in words


def test_a_day_without_tests_leads_back_to_the_newest(world: TestClient) -> None:
    page = world.get("/?day=2024-02-01&platform=douyin").text
    assert UNTESTED in page
    assert '<a href="/">回到最新一期、不加筛选</a>' in page
    assert "回到最新一期" not in world.get("/").text


def test_conditions_that_nothing_meets_are_told_from_no_tests(world: TestClient) -> None:
    page = world.get("/?platform=douyin").text
    assert "没有话题符合这些条件" in page
    assert UNTESTED not in page
    assert "回到最新一期、不加筛选" in page


@pytest.mark.parametrize("address", ["/?level=all&offset=50000", "/posts?id=tag:拼豆&offset=7000"])
def test_an_offset_past_the_end_says_how_many_there_are_and_leads_back(
    address: str, world: TestClient
) -> None:
    page = world.get(address)
    found = re.search(r"这里已在最后一条之后：一共 (\d+) 条。", page.text)
    assert found is not None
    assert int(found[1]) > 0
    assert "没有话题符合这些条件" not in page.text
    back = re.search(r'rel="prev" href="([^"]+)"', page.text)
    assert back is not None
    before = world.get(unescape(back[1])).text
    assert "<tbody" in before
    assert "这里已在最后一条之后" not in before


def test_a_week_before_the_first_call_is_not_a_home_without_calls(world: TestClient) -> None:
    words = read_words(world, "/scorecard?week=2020-01-05")
    assert "到 2020-01-05 为止没有下过判断；最早一周的判断在 2026-11-" in words
    assert "还没有任何判断" not in words


@pytest.mark.parametrize("week", ["2020", "上周", ""])
def test_what_is_no_week_shows_the_newest_calls(week: str, world: TestClient) -> None:
    assert "selected>2026-11-" in world.get(f"/scorecard?week={week}").text


@pytest.mark.parametrize(
    "address", ["/", "/platforms", "/opportunity", "/brands", "/sources", "/scorecard", "/breakout"]
)
def test_a_home_of_offers_alone_does_not_say_that_nothing_was_read(address: str, shelf: TestClient) -> None:
    assert NOTHING_READ not in read_words(shelf, address)


def test_what_did_not_get_in_is_told_whether_or_not_anything_was_read(shelf: TestClient) -> None:
    words = read_words(shelf, "/sources")
    assert "没有读到任何平台的内容或热榜。" in words
    assert "没有被拒的记录。" in words
    assert "没有被隔离的包。" in words


def test_the_week_of_the_brands_stands_between_the_chart_of_many_weeks_and_their_table(
    world: TestClient,
) -> None:
    page = world.get("/brands").text
    chart, span, table = (page.index(mark) for mark in ("<figure", "以下是 ", "<table"))
    assert chart < span < table
