"""Which period a page shows: the newest tested, or the one before the day asked for; and that it says so."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from starlette.testclient import TestClient

from tests.dashboard_site import visit
from tests.dashboard_world import TOPIC, publish_dashboard_world
from warehouse.publish import published_path
from warehouse.reports.figures import read_tables

LATE = "tag:围炉煮茶"


def add_the_week_before(connection: duckdb.DuckDBPyConnection) -> None:
    """A week that ends on the 8th: nine authors in it, five more in the days after."""
    connection.execute(
        "insert into mart_topic_burst by name select * replace (day - 7 as day) from mart_topic_burst "
        "where grain = 'w' and platform = 'all'"
    )
    for day, first, last in (("2026-11-06", 0, 9), ("2026-11-10", 9, 14)):
        connection.execute(
            "insert into mart_topic_doc"
            " (topic_id, subject_kind, subject_id, platform, day, author_key, is_primary)"
            " select 'tag:拼豆', 'post', 'earlier' || i, 'douyin', ?::date, 'earlier' || i, true"
            " from range(?, ?) r(i)",
            [day, first, last],
        )


def pause(connection: duckdb.DuckDBPyConnection) -> None:
    """Two weeks without a crawl, then one import: a week of single platforms hardly read, none of all."""
    connection.execute("update mart_run set as_of = date '2026-11-29'")
    connection.execute(
        "insert into mart_topic_burst by name "
        "select * replace (day + 7 as day, 'none' as level, 'low_coverage' as status) from mart_topic_burst "
        "where grain = 'w' and platform <> 'all'"
    )
    connection.execute(
        "insert into mart_exposure_day (day, platform, n_docs, n_authors, coverage) values"
        " (date '2026-11-28', 'all', 4, 4, 0.01), (date '2026-11-28', 'xiaohongshu', 4, 4, 0.01)"
    )
    connection.execute(
        "insert into mart_topic (topic_id, topic_kind, label, label_en, first_day, n_docs)"
        " values (?, 'tag', '围炉煮茶', '围炉煮茶', date '2026-11-28', 4)",
        [LATE],
    )
    connection.execute(
        "insert into mart_topic_doc"
        " (topic_id, subject_kind, subject_id, platform, day, author_key, is_primary, title)"
        " select ?, 'post', 'late' || i, 'xiaohongshu', date '2026-11-28', 'late' || i, true, '围炉煮茶周末'"
        " from range(4) r(i)",
        [LATE],
    )


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    home = tmp_path_factory.mktemp("weeks")
    publish_dashboard_world(home, add_the_week_before)
    return visit(home)


@pytest.fixture(scope="module")
def paused_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("paused")
    publish_dashboard_world(home, pause)
    return home


@pytest.fixture(scope="module")
def paused(paused_home: Path) -> TestClient:
    return visit(paused_home)


def read_page(visitor: TestClient, address: str) -> str:
    page = visitor.get(address)
    assert page.status_code == 200
    return unescape(page.text.split("<main", 1)[1])


def find_days(page: str) -> tuple[list[str], str]:
    """Days that the page offers, and the one chosen."""
    select = page.split('<select name="day">', 1)[1].split("</select>", 1)[0]
    (chosen,) = re.findall(r'value="([^"]+)" selected', select)
    return re.findall(r'value="([^"]+)"', select), chosen


def find_note(page: str) -> str:
    found = re.search(r'<p class="period" role="note">(.+?)</p>', page)
    return found[1] if found else ""


def test_rows_authors_and_the_day_chosen_are_of_one_week(weeks: TestClient) -> None:
    page = read_page(weeks, "/?grain=w&day=2026-11-12")
    assert find_days(page) == (["2026-11-15", "2026-11-08"], "2026-11-08")
    assert find_note(page) == "截至 2026-11-12 的七天没有检验；以下是此前最近的一期，截至 2026-11-08 的七天。"
    table = weeks.get("/?grain=w&day=2026-11-12&csv=trending").text.splitlines()
    place = table[0].split(",").index("n_authors")
    (row,) = [line for line in table if line.startswith("\ufefftag:拼豆,") or line.startswith("tag:拼豆,")]
    assert row.split(",")[place] == "9"
    assert "2026-11-08" in row


@pytest.mark.parametrize("address", ["/?grain=w", "/platforms?", "/topic?id=tag%3A%E6%8B%BC%E8%B1%86"])
def test_who_chose_a_day_reads_on_of_that_day(weeks: TestClient, address: str) -> None:
    links = re.findall(r'href="(/topic\?id=[^"]+)"', read_page(weeks, f"{address}&day=2026-11-08"))
    assert links
    assert {"&day=2026-11-08" in link for link in links} == {True}
    for newest in (address, f"{address}&day=gestern"):
        links = re.findall(r'href="(/topic\?id=[^"]+)"', read_page(weeks, newest))
        assert {"&day=2026" in link for link in links} == {False}


def test_a_day_that_was_tested_needs_no_words(weeks: TestClient) -> None:
    for address in ("/", "/?day=2026-11-08", "/?grain=d", "/platforms", f"/topic?id={quote(TOPIC)}"):
        assert find_note(read_page(weeks, address)) == "", address


def test_a_week_is_chosen_on_the_pages_of_topics_and_platforms_too(weeks: TestClient) -> None:
    for address in (f"/topic?id={quote(TOPIC)}&", "/platforms?"):
        days = find_days(read_page(weeks, f"{address}day=2026-11-10"))
        assert days == (["2026-11-15", "2026-11-08"], "2026-11-08"), address


@pytest.mark.parametrize("address", ["/", "/?platform=bilibili", "/platforms", f"/topic?id={quote(TOPIC)}"])
def test_after_a_pause_pages_show_the_newest_week_that_could_be_tested(
    address: str, paused: TestClient
) -> None:
    page = read_page(paused, address)
    assert find_days(page)[1] == "2026-11-15"
    assert "2026-11-22" not in find_days(page)[0]
    assert find_note(page) == (
        "最近一期可检验的是截至 2026-11-15 的七天，以下数字说的是那七天；其后到 2026-11-29 读到的还不够检验。"
    )
    assert "没有检验过任何话题" not in page
    assert "近七天没有可检验的内容" not in page
    assert "拼豆" in page


def test_the_front_page_and_the_report_of_an_edition_speak_of_the_same_week(
    paused: TestClient, paused_home: Path
) -> None:
    report = read_tables(published_path(paused_home), "weekly", ("overview",), None)
    assert find_days(read_page(paused, "/"))[1] == str(report.as_of) == "2026-11-15"


def test_what_was_read_after_the_pause_can_be_chosen(paused: TestClient) -> None:
    page = read_page(paused, f"/topic?id={quote(TOPIC)}&day=2026-11-29")
    assert find_days(page) == (["2026-11-29", "2026-11-15"], "2026-11-29")
    assert "近七天没有可检验的内容" in page
    assert "没有检验过任何话题" in read_page(paused, "/platforms?day=2026-11-29")


def test_a_topic_that_came_after_the_newest_test_is_shown_with_its_posts(paused: TestClient) -> None:
    page = read_page(paused, f"/topic?id={quote(LATE)}")
    assert find_days(page)[1] == "2026-11-29"
    assert page.count(">围炉煮茶周末<") == 4


def test_all_posts_are_those_up_to_the_day_of_the_topics_page(paused: TestClient) -> None:
    page = read_page(paused, f"/topic?id={quote(TOPIC)}")
    (link,) = re.findall(r'href="(/posts\?[^"]+)"', page)
    assert link.endswith("day=2026-11-15")
    told = re.search(r"全部内容 \((\d+)\)", page)
    assert told is not None
    assert f"共 {told[1]} 条" in read_page(paused, link)
