"""What an assistant is told beside the tables: what was read, how much was found, and numbers as they are."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.assistants import AssistantTools
from tests.report_world import publish_report_world
from warehouse.query import run_query

POSTS = """
insert into core_posts (subject_id, platform, kind, title, text, author_key, published_at, likes)
select 'bilibili:' || i, 'bilibili', 'video', '拼豆第' || i || '课', '', 'a' || i,
    timestamptz '2026-11-15 12:00+08', i
from range(120) r(i)
"""


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> AssistantTools:
    home = tmp_path_factory.mktemp("home")
    publish_report_world(home, POSTS)
    return AssistantTools(home)


def read(answer: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer)
    return read


@pytest.mark.parametrize(
    ("kind", "as_of", "first_day"),
    [("weekly", date(2026, 11, 22), "2026-11-16"), ("daily", date(9999, 12, 31), "9999-12-31")],
)
def test_no_rise_is_told_of_days_that_nobody_read(
    kind: Any, as_of: date, first_day: str, tools: AssistantTools
) -> None:
    answer = read(tools.trends(kind, as_of))
    assert answer["tables"]["rising"]["n_rows"] == 0
    assert answer["period"]["n_docs"] is None
    assert answer["note"].startswith(
        f"no post, comment or board line was read from {first_day} to {as_of}; the newest day that was read "
        "is 2026-11-15: what is empty or zero here is unknown"
    )


def test_a_period_that_was_read_says_how_much_and_needs_no_note(tools: AssistantTools) -> None:
    answer = read(tools.trends())
    assert "note" not in answer
    assert answer["period"] == {
        "first_day": "2026-11-09",
        "last_day": "2026-11-15",
        "n_docs": 5353,
        "m_tested": 640,
        "newest_read": "2026-11-15",
    }


def test_a_period_in_which_no_topic_could_be_tested_has_no_finding(tmp_path: Path) -> None:
    publish_report_world(tmp_path, "delete from mart_topic_burst")
    assert (
        "no topic could be tested for 2026-11-09 to 2026-11-15"
        in read(AssistantTools(tmp_path).trends())["note"]
    )


def test_a_home_that_read_nothing_knows_nothing(tmp_path: Path) -> None:
    publish_report_world(tmp_path, "delete from mart_exposure_day; delete from mart_topic_burst")
    assert "was read yet" in read(AssistantTools(tmp_path).posts(words="拼豆"))["note"]


def test_all_posts_that_hold_the_words_are_counted_not_those_listed(tools: AssistantTools) -> None:
    answer = read(tools.posts(words="拼豆", rows=5))
    found = answer["tables"]["find_posts"]
    assert (len(found["rows"]), found["n_rows"]) == (5, 120)
    assert answer["cut"] == ["find_posts: 5 of 120 rows shown"]
    assert found["columns"][-1] == "best_rank"
    assert (
        len(run_query(tools.home / "published" / "headwater.duckdb", found["sql"], limit_rows=99).rows) == 50
    )


def test_a_query_that_reached_its_own_limit_says_so(tmp_path: Path) -> None:
    publish_report_world(
        tmp_path,
        "insert into mart_topic_doc select 'tag:拼豆', 'post', 's' || i, 'douyin', date '2026-11-15', null, "
        "true, null, '拼豆第' || i || '课', false from range(30) r(i)",
    )
    answer = read(AssistantTools(tmp_path).topic("拼豆", rows=50, with_sql=False))
    assert answer["cut"] == ["topic_posts: the query stops at 12 rows; there may be more"]


def test_numbers_of_a_statement_are_all_there(tools: AssistantTools) -> None:
    statement = "select 12345678.9::double, epoch(timestamptz '2026-11-15 10:00:01+08'), 1 / 3::double"
    (row,) = read(tools.sql(statement))["tables"]["sql"]["rows"]
    assert row == [12345678.9, 1794708001.0, 1 / 3]


def test_figures_of_a_report_are_rounded_and_whole_numbers_are_not(tmp_path: Path) -> None:
    publish_report_world(tmp_path, "update mart_topic_burst set mu = 12345678.9 where topic_id = 'tag:拼豆'")
    rising = read(AssistantTools(tmp_path).trends())["tables"]["rising"]
    assert {row[rising["columns"].index("mu")] for row in rising["rows"]} == {12345679.0, 30.8}
