"""The dashboard's page of statements over HTTP: rows, refusals, links that keep them, too many at once."""

from __future__ import annotations

import re
import threading
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from flows.dashboard.site import Site
from flows.dashboard.statements import StatementDesk
from tests.dashboard_site import ADDRESS


def test_rows_come_as_a_table_and_as_csv(visitor: TestClient) -> None:
    sql = "select label, '=1+1' as bad, null as nothing from mart_topic where topic_id = 'tag:拼豆'"
    page = visitor.post("/sql", data={"q": sql}).text
    assert '<td class="short">拼豆</td>' in page
    assert '<span class="null">null</span>' in page
    answer = visitor.post("/sql", data={"q": sql, "format": "csv"})
    assert answer.text == "\ufefflabel,bad,nothing\r\n拼豆,'=1+1,\r\n"


@pytest.mark.parametrize(
    "statement",
    ["", "select", "drop table mart_topic", "select * from read_text('/etc/passwd')",
     "select 1; select 2", "select * from duckdb_databases()", "copy mart_topic to '/tmp/x'",
     "attach '/tmp/x.duckdb'"],
)  # fmt: skip
def test_what_is_refused_says_why_and_names_no_path(
    dashboard_home: Path, visitor: TestClient, statement: str
) -> None:
    answer = visitor.post("/sql", data={"q": statement})
    assert answer.status_code == 400
    problem = re.search(r'<p class="problem" role="alert">(.+?)</p>', answer.text, re.DOTALL)
    assert problem
    assert str(dashboard_home) not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(("rows", "told"), [("1", ">1 row in "), ("1200", ">1,200 rows in ")])
def test_one_row_is_no_rows(visitor: TestClient, rows: str, told: str) -> None:
    asked = {"q": "select * from range(ROWS)".replace("ROWS", rows)}
    assert told in visitor.post("/sql?lang=en", data=asked).text


def test_an_address_fills_the_box_and_runs_nothing(visitor: TestClient) -> None:
    page = visitor.get("/sql", params={"q": "select 42 as antwort"}).text
    assert "select 42 as antwort</textarea>" in page
    assert 'id="result"' not in page


def test_a_change_of_language_keeps_the_statement(visitor: TestClient) -> None:
    statement = "select label from mart_topic where label = '拼豆'"
    page = visitor.post("/sql", data={"q": statement}).text
    (link,) = re.findall(r'<a href="([^"]+)" lang="en"', page)
    english = visitor.get(unescape(link)).text
    assert '<html lang="en">' in english
    assert unescape(english.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>")[0]) == statement


def test_a_statement_too_long_for_an_address_leaves_the_links_as_they_are(visitor: TestClient) -> None:
    page = visitor.post("/sql", data={"q": "select 1 -- " + "拼豆" * 3_000}).text
    assert 'href="/sql?lang=en" lang="en"' in page


def test_the_csv_of_a_panel_is_that_of_its_own_sql(visitor: TestClient) -> None:
    for address, panel in (
        ("/?level=all", "trending"),
        ("/topic?id=tag:拼豆", "topic"),
        ("/sources", "source_runs"),
    ):
        page = visitor.get(address).text
        shown = unescape(page.split(f'aria-label="{panel}.sql"><code>', 1)[1].split("</code>", 1)[0])
        own = visitor.get(f"{address}{'&' if '?' in address else '?'}csv={panel}")
        asked = visitor.post("/sql", data={"q": shown, "format": "csv"})
        assert own.text.splitlines() == asked.text.splitlines(), panel
    assert '[""像素"", ""底板""' in visitor.get("/?csv=trending").text


def test_the_schema_says_what_each_column_means(visitor: TestClient) -> None:
    page = visitor.get("/sql").text
    assert page.index('data-relation="v_weekly_trend"') < page.index('data-relation="mart_topic_burst"')
    assert "Benjamini-Hochberg over the m_tested topics" in page


def test_the_eleventh_at_once_is_told_to_come_back(dashboard_home: Path) -> None:
    slow = "select count(*) from range(400000) a, range(400000) b where hash(a.range, b.range) % 7 = 3"
    desk = StatementDesk(Site(dashboard_home), seconds=0.5)
    with TestClient(Starlette(routes=desk.list_routes()), ADDRESS) as client:
        answers: list[int] = []

        def ask() -> None:
            answers.append(client.post("/sql", data={"q": slow}).status_code)

        threads = [threading.Thread(target=ask) for _ in range(14)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [400] * 10 + [429] * 4
    assert desk.workers.total_tokens == 2
    assert desk.asking == 0
