"""The dashboard over HTTP: who gets in, what leaves, forms, statements, and plain words when not."""

from __future__ import annotations

import csv
import io
import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from flows.dashboard.application import build_application
from flows.dashboard.guard import CONTENT_POLICY, Gate, is_loopback, list_hosts
from flows.dashboard.site import Site
from flows.dashboard.statements import StatementDesk
from nlp.word_review import DICTIONARY_FILE, REVIEW_FILE
from tests.command_line import CommandLine
from tests.dashboard_site import serve
from tests.dashboard_world import NEWEST, publish_dashboard_world
from warehouse.publish import publish
from warehouse.store import Warehouse

ADDRESS = "http://127.0.0.1:8420"
TOKEN = "ein-langes-kennwort"
ADDRESSES = (
    "/", "/topic?id=tag:拼豆", "/posts?id=tag:拼豆", "/search?q=拼豆", "/opportunity", "/brands",
    "/platforms", "/scorecard", "/sources", "/breakout", "/words", "/sql",
)  # fmt: skip
REVIEW = (
    "decision\tword\tdocuments\tbackground\tsurprise\texample\n"
    "\t谷子\t42\t1\t9.50\t一起去吃谷\n"
    "\t<b>粗\t5\t0\t2.00\t<script>\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("site")
    publish_dashboard_world(home)
    return home


@pytest.fixture
def visitor(home: Path) -> Iterator[TestClient]:
    """A browser on this machine."""
    with visit(home) as client:
        yield client


def visit(home: Path, gate: Gate | None = None, *, host: str = "127.0.0.1", hours: float = 1) -> TestClient:
    """A browser at `host`, so many hours after the newest observation."""
    site = Site(home, gate or Gate(), clock=lambda: NEWEST + timedelta(hours=hours))
    return TestClient(
        build_application(site, list_hosts("127.0.0.1")), ADDRESS, client=(host, 4711), follow_redirects=False
    )


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


def test_figures_come_as_csv_too(visitor: TestClient) -> None:
    answer = visitor.get("/?csv=trending")
    assert answer.headers["content-disposition"] == 'attachment; filename="trending.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["label"] for row in rows] == ["头皮防晒", "拼豆", "匹克球"]
    assert rows[1]["q_value"] == "9e-07"


@pytest.mark.parametrize(("hours", "ago"), [(1, ""), (36, ""), (37, "37 小时前"), (400, "17 天前")])
def test_old_data_is_said_in_red(home: Path, hours: float, ago: str) -> None:
    text = visit(home, hours=hours).get("/").text
    assert ('class="stale" role="alert"' in text) is bool(ago)
    assert ago in text
    assert "2026-11-15 22:30" in text


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    answer = visit(tmp_path).get("/")
    assert answer.status_code == 503
    assert "headwater demo" in answer.text


class TestToken:
    def test_without_it_nothing_is_shown(self, home: Path) -> None:
        client = visit(home, Gate(TOKEN))
        for address in ADDRESSES:
            answer = client.get(address, headers={"accept": "text/html"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/enter")
        assert client.get("/", headers={"accept": "*/*"}).status_code == 401
        assert client.get("/enter").status_code == 200
        assert client.get("/static/dashboard.css").status_code == 200
        assert client.post("/sql", data={"q": "select 1"}).status_code != 200

    def test_a_wrong_one_is_told_and_the_right_one_opens_a_session(self, home: Path) -> None:
        client = visit(home, Gate(TOKEN), host="192.168.1.9")
        assert client.post("/enter", data={"token": "falsch"}).status_code == 401
        answer = client.post("/enter", data={"token": TOKEN})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert TOKEN not in cookie
        assert client.get("/").status_code == 200

    def test_programs_show_it_as_bearer(self, home: Path) -> None:
        client = visit(home, Gate(TOKEN))
        assert client.get("/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
        for shown in (f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x"):
            assert client.get("/", headers={"authorization": shown}).status_code == 401


class TestWords:
    @pytest.fixture
    def review(self, tmp_path: Path, home: Path) -> Path:
        """A home with words to review and the published file of the other."""
        (tmp_path / "published").symlink_to(home / "published")
        (tmp_path / REVIEW_FILE).write_text(REVIEW, encoding="utf-8")
        return tmp_path

    def read_key(self, client: TestClient) -> str:
        found = re.search(r'name="key" value="(\w+)"', client.get("/words").text)
        assert found
        return found[1]

    def test_an_accepted_word_is_in_the_dictionary_and_nothing_published_changed(self, review: Path) -> None:
        before = (review / "published" / "headwater.duckdb").read_bytes()
        client = visit(review)
        page = client.get("/words").text
        assert "一起去吃谷" in page
        assert "&lt;script&gt;" in page
        answer = client.post(
            "/words", data={"key": self.read_key(client), "word": "谷子", "decision": "accept"}
        )
        assert answer.status_code == 303
        assert "「谷子」已接受" in client.get(answer.headers["location"]).text
        assert "谷子" in (review / DICTIONARY_FILE).read_text(encoding="utf-8")
        client.post("/words", data={"key": self.read_key(client), "word": "谷子", "decision": "reject"})
        assert "谷子" not in (review / DICTIONARY_FILE).read_text(encoding="utf-8")
        assert (review / "published" / "headwater.duckdb").read_bytes() == before

    @pytest.mark.parametrize(
        ("headers", "fields", "status"),
        [
            ({}, {"key": "falsch"}, 403),
            ({}, {"key": ""}, 403),
            ({"origin": "https://boese.example"}, {}, 403),
            ({"origin": "null"}, {}, 403),
            ({"sec-fetch-site": "cross-site"}, {}, 403),
            ({"sec-fetch-site": "same-site"}, {}, 403),
            ({}, {"decision": "drop"}, 400),
            ({}, {"word": "zwei worte"}, 400),
            ({}, {"word": "a\tb"}, 400),
            ({}, {"word": "长" * 41}, 400),
            ({}, {"word": ""}, 400),
        ],
    )
    def test_a_forged_or_broken_form_writes_nothing(
        self, review: Path, headers: dict[str, str], fields: dict[str, str], status: int
    ) -> None:
        client = visit(review)
        form = {"key": self.read_key(client), "word": "谷子", "decision": "accept"} | fields
        assert client.post("/words", data=form, headers=headers).status_code == status
        assert (review / REVIEW_FILE).read_text(encoding="utf-8") == REVIEW
        assert not (review / DICTIONARY_FILE).exists()

    def test_who_is_elsewhere_may_read_but_not_decide(self, review: Path) -> None:
        gate = Gate()
        client = visit(review, gate, host="192.168.1.9")
        assert "<button name=" not in client.get("/words").text
        form = {"key": gate.form_key, "word": "谷子", "decision": "accept"}
        assert client.post("/words", data=form).status_code == 403

    def test_a_broken_review_file_is_named_without_its_path(self, review: Path) -> None:
        (review / REVIEW_FILE).write_text("kaputt\n", encoding="utf-8")
        answer = visit(review).get("/words")
        assert answer.status_code == 200
        assert REVIEW_FILE in answer.text
        assert str(review) not in answer.text


class TestStatements:
    def test_rows_come_as_a_table_and_as_csv(self, visitor: TestClient) -> None:
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
        self, home: Path, visitor: TestClient, statement: str
    ) -> None:
        answer = visitor.post("/sql", data={"q": statement})
        assert answer.status_code == 400
        problem = re.search(r'<p class="problem" role="alert">(.+?)</p>', answer.text, re.DOTALL)
        assert problem
        assert str(home) not in answer.text
        assert "root:" not in answer.text

    def test_an_address_fills_the_box_and_runs_nothing(self, visitor: TestClient) -> None:
        page = visitor.get("/sql", params={"q": "select 42 as antwort"}).text
        assert "select 42 as antwort</textarea>" in page
        assert 'id="result"' not in page

    def test_the_schema_says_what_each_column_means(self, visitor: TestClient) -> None:
        page = visitor.get("/sql").text
        assert page.index('data-relation="v_weekly_trend"') < page.index('data-relation="mart_topic_burst"')
        assert "Benjamini-Hochberg over all m_tested topics" in page

    def test_the_eleventh_at_once_is_told_to_come_back(self, home: Path) -> None:
        slow = "select count(*) from range(400000) a, range(400000) b where hash(a.range, b.range) % 7 = 3"
        desk = StatementDesk(Site(home), seconds=0.5)
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


class TestCommand:
    def test_others_can_reach_it_only_with_a_token(self, tmp_path: Path) -> None:
        headwater = CommandLine(tmp_path)
        for options in (("--host", "0.0.0.0"), ("--token", "kurz")):
            outcome = headwater.run("serve", *options)
            assert outcome.exit_code == 2
            assert "token" in outcome.errors

    @pytest.mark.parametrize(
        ("host", "expected"),
        [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.9.9.9", True), ("0.0.0.0", False),
         ("::", False), ("10.0.0.1", False), ("evil.example", False)],
    )  # fmt: skip
    def test_what_is_this_machine(self, host: str, expected: bool) -> None:
        assert is_loopback(host) is expected

    def test_names_of_a_machine_that_others_reach(self) -> None:
        names = list_hosts("0.0.0.0", ("trends.firma.example",))
        assert {"127.0.0.1", "localhost", "trends.firma.example"} <= set(names)
        assert "0.0.0.0" not in names
        assert "*" not in names


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


@pytest.mark.process
def test_readers_in_parallel_never_meet_an_error_while_another_process_publishes(tmp_path: Path) -> None:
    publish_dashboard_world(tmp_path)
    stop, failures = threading.Event(), []
    seen: list[list[int]] = [[] for _ in range(6)]

    def read(address: str, numbers: list[int]) -> None:
        while not stop.is_set():
            for path in ("/", "/topic?id=tag%3A%E6%8B%BC%E8%B1%86", "/sources"):
                try:
                    with urlopen(address + path, timeout=60) as answer:
                        found = re.search(r"第 (\d+) 版", answer.read().decode())
                        assert found
                        numbers.append(int(found[1]))
                except (OSError, AssertionError) as problem:
                    failures.append(problem)
                time.sleep(0.05)

    with serve(tmp_path) as address:
        threads = [threading.Thread(target=read, args=(address, numbers)) for numbers in seen]
        for thread in threads:
            thread.start()
        for _ in range(2):
            with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
                publish(warehouse, least_free_bytes=0)
        with urlopen(address, timeout=60) as answer:
            assert "第 3 版" in answer.read().decode()
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert all(numbers == sorted(numbers) for numbers in seen)
    assert {number for numbers in seen for number in numbers} > {1}
