"""What the dashboard reads: every query on today's tables, new editions without an error, expected ranges."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.dashboard_world import TOPIC, publish_dashboard_world
from tests.word_pairs import find_odd_pairs
from warehouse.dashboard import overviews, topics, trends
from warehouse.dashboard.panels import Panel, write_values
from warehouse.dashboard.published import NothingPublished, PublishedReader, Reading
from warehouse.dashboard.queries import MartMissing
from warehouse.dashboard.wording import choose_wording, read_dashboard_wording
from warehouse.publish import publish, published_path
from warehouse.query import run_query
from warehouse.reports.formats import format_exact
from warehouse.store import Warehouse

ZH = choose_wording("zh")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("dashboard")
    publish_dashboard_world(home)
    return home


def collect_panels(reading: Reading) -> list[Panel]:
    """Every panel of every page."""
    topic = topics.build_topic(reading, ZH, TOPIC, "all", 90)
    assert topic is not None
    platforms = overviews.build_platforms(reading, ZH, "")
    pages = [
        overviews.build_opportunity(reading, ZH, ""),
        overviews.build_brands(reading, ZH, ""),
        overviews.build_sources(reading, ZH),
        overviews.build_scorecard(reading, ZH, None),
    ]
    return [
        trends.build_trends(reading, ZH, trends.TrendFilter()).panel,
        trends.find_topics(reading, ZH, "拼豆"),
        *(topic.known, topic.curve_panel, topic.posts.panel, *topic.sides),
        *(platforms.crossed, platforms.read_panel, platforms.sources, platforms.lead),
        *(panel for page in pages for panel in page.panels),
    ]


@pytest.mark.parametrize("page", ["platforms", "sources"])
def test_the_pages_say_which_sources_are_in_the_figures(page: str, world: Path) -> None:
    reader = PublishedReader(published_path(world))
    with reader.read() as reading:
        if page == "platforms":
            panel = overviews.build_platforms(reading, ZH, "").sources
        else:
            panel = overviews.build_sources(reading, ZH).panels[1]
    reader.close()
    shown = [
        tuple(
            "".join(part if isinstance(part, str) else part.text for part in (*cell.parts, *cell.sub))
            for cell in row.cells[1:4]
        )
        for row in panel.section.rows
    ]
    assert shown == [
        ("crawl", "计入", "计入"),
        ("rsshub", "计入", "尚未计入2026-11-20 起"),
        ("newsnow", "尚未计入2026-12-03 起", "尚未计入2026-12-03 起"),
        ("import-boards", "已停，不计2026-10-16 之后", "已停，不计2026-10-16 之后"),
    ]


def test_the_rising_table_has_the_heat_and_authors_of_the_report(world: Path) -> None:
    reader = PublishedReader(published_path(world))
    with reader.read() as reading:
        page = trends.build_trends(reading, ZH, trends.TrendFilter())
        report = reading.ask("rising", grain="w", as_of=page.day, days=7)
    reader.close()
    assert page.panel.table is not None
    shown = {row["topic_id"]: row for row in page.panel.table.rows}
    known = [row for row in report.rows if row["topic_id"] in shown]
    assert known
    for row in known:
        for name in ("heat_share_bp", "n_authors", "x", "q_value"):
            assert shown[row["topic_id"]][name] == row[name]


def test_every_page_has_rows_and_the_sql_shown_gives_them_again(world: Path) -> None:
    reader = PublishedReader(published_path(world))
    with reader.read() as reading:
        panels = collect_panels(reading)
    reader.close()
    assert len(panels) > 20
    for panel in panels:
        assert panel.table is not None, panel.section.name
        assert panel.section.empty is None, panel.section.name
        assert panel.table.rows, panel.section.name
    with duckdb.connect(str(published_path(world)), read_only=True) as connection:
        connection.execute("set TimeZone = 'Asia/Shanghai'")
        for panel in panels:
            assert panel.table is not None
            shown = [[format_exact(row[name]) for name in panel.table.columns] for row in panel.table.rows]
            asked = [[show_cell(cell) for cell in row] for row in connection.execute(panel.sql).fetchall()]
            assert (panel.section.name, asked) == (panel.section.name, shown)
    first = panels[0]
    assert first.table is not None
    assert len(run_query(published_path(world), first.sql).rows) == len(first.table.rows)


def show_cell(cell: object) -> str:
    return " ".join(cell) if isinstance(cell, list) else format_exact(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (trends.TrendFilter(), ["头皮防晒", "拼豆", "匹克球"]),
        (trends.TrendFilter(interest="19"), ["拼豆"]),
        (trends.TrendFilter(platform="bilibili"), ["拼豆"]),
        (trends.TrendFilter(platform="douyin"), []),
        (trends.TrendFilter(platform="douyin", level="hint"), ["拼豆"]),
        (trends.TrendFilter(grain="d", level="alert", day=date(2026, 11, 14)), ["拼豆"]),
        (trends.TrendFilter(sort="x"), ["拼豆", "匹克球", "头皮防晒"]),
        (trends.TrendFilter(offset=1), ["拼豆", "匹克球"]),
        (trends.TrendFilter(platform="' or 1=1 --", interest="99"), ["头皮防晒", "拼豆", "匹克球"]),
    ],
)
def test_filters_and_orders(world: Path, wanted: trends.TrendFilter, found: list[str]) -> None:
    with PublishedReader(published_path(world)).read() as reading:
        page = trends.build_trends(reading, ZH, wanted)
        assert page.panel.table is not None
        assert [row["label"] for row in page.panel.table.rows] == found


def test_all_that_were_tested_is_more_than_what_rose(world: Path) -> None:
    with PublishedReader(published_path(world)).read() as reading:
        page = trends.build_trends(reading, ZH, trends.TrendFilter(level="all"))
    assert page.n_found > 3
    assert {"早C晚A", "服饰穿搭"} <= {str(row["label"]) for row in page.panel.table.rows}  # type: ignore[union-attr]


def test_a_reader_follows_every_edition_and_none_fails(tmp_path: Path) -> None:
    publish_dashboard_world(tmp_path)
    reader = PublishedReader(published_path(tmp_path), most_readers=4)
    seen: list[list[int]] = [[] for _ in range(3)]
    failures: list[Exception] = []
    stop = threading.Event()

    def read(numbers: list[int]) -> None:
        while not stop.is_set():
            try:
                with reader.read() as reading:
                    (row,) = reading.ask("state").rows
                    again = reading.ask("trending", **PARAMETERS).rows
                    assert again
                    numbers.append(int(str(row["publish_seq"])))
                time.sleep(0.005)
            except Exception as failure:  # noqa: BLE001 - the test is that there is none
                failures.append(failure)
                return

    threads = [threading.Thread(target=read, args=(numbers,)) for numbers in seen]
    for thread in threads:
        thread.start()
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        for _ in range(5):
            publish(warehouse, least_free_bytes=0)
    with reader.read() as reading:
        (row,) = reading.ask("state").rows
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert row["publish_seq"] == 6
    assert all(numbers == sorted(numbers) for numbers in seen)
    assert len({number for numbers in seen for number in numbers}) > 1


PARAMETERS = {
    "grain": "w", "day": "2026-11-15", "platform": "all", "interest": None, "kind": None, "level": "all",
    "sort": "q", "limit": 5, "offset": 0,
}  # fmt: skip


def test_the_same_path_written_anew_is_followed_too(world: Path, tmp_path: Path) -> None:
    copy = tmp_path / "headwater.duckdb"
    copy.write_bytes(published_path(world).read_bytes())
    reader = PublishedReader(copy)
    with reader.read() as reading:
        first = reading.edition
    fresh = tmp_path / "fresh"
    fresh.write_bytes(published_path(world).read_bytes())
    fresh.replace(copy)
    with reader.read() as reading:
        assert reading.edition is not first
        assert reading.ask("state").rows


def test_nothing_published_is_said_and_a_lost_mart_too(tmp_path: Path) -> None:
    reader = PublishedReader(published_path(tmp_path))
    with pytest.raises(NothingPublished, match="headwater demo"), reader.read():
        pass
    publish_dashboard_world(tmp_path, lambda connection: connection.execute("drop table mart_topic_leadlag"))
    with reader.read() as reading:
        with pytest.raises(MartMissing, match="mart_topic_leadlag"):
            reading.ask("topic_leadlag", topic=TOPIC)
        page = topics.build_topic(reading, ZH, TOPIC, "all", 42)
        assert page is not None
        lost = next(panel for panel in page.sides if panel.section.name == "topic_leadlag")
        assert lost.table is None
        assert lost.section.empty


def test_the_published_file_cannot_be_written_through_a_reader(world: Path) -> None:
    with PublishedReader(published_path(world)).read() as reading:
        for statement in FORBIDDEN:
            with pytest.raises(Exception, match=r"read-only|disabled|locked|[Pp]ermission|Cannot"):
                reading.connection.execute(statement)


FORBIDDEN = (
    "create table t (i integer)",
    "delete from mart_topic",
    "copy mart_topic to 'x.csv'",
    "select * from read_text('/etc/hostname')",
    "set lock_configuration = false",
)


def test_values_are_written_into_the_sql_shown_as_text() -> None:
    sql = write_values(
        "select $topic, $days::integer, $ids, $none, $other",
        {"topic": "tag:O'Neill", "days": 7, "ids": ["a", "b'c"], "none": None},
    )
    assert sql == "select 'tag:O''Neill', 7::integer, ['a', 'b''c'], null, $other"


def test_every_word_is_there_in_both_languages() -> None:
    assert find_odd_pairs(read_dashboard_wording()) == []


def test_a_category_shows_its_own_topics_and_not_those_left_of_the_sixty_largest(tmp_path: Path) -> None:
    def crowd(connection: duckdb.DuckDBPyConnection) -> None:
        for number in range(70):
            connection.execute(
                "insert into mart_topic by name select * replace (? as topic_id, ? as label) from mart_topic "
                "where topic_id = 'tag:匹克球'",
                [f"tag:球{number}", f"球{number}"],
            )
            connection.execute(
                "insert into mart_topic_opportunity by name "
                "select * replace (? as topic_id, 5000 as demand_authors) "
                "from mart_topic_opportunity where topic_id = 'tag:匹克球'",
                [f"tag:球{number}"],
            )

    publish_dashboard_world(tmp_path, crowd)
    with PublishedReader(published_path(tmp_path)).read() as reading:
        (panel,) = overviews.build_opportunity(reading, ZH, "02").panels
        assert panel.table is not None
        assert {row["topic_id"] for row in panel.table.rows} == {"interest:02", "interest:02.03"}
        (everything,) = overviews.build_opportunity(reading, ZH, "").panels
        assert everything.table is not None
        assert len(everything.table.rows) == 60
