"""The dashboard's door: who gets in, and whose forms are taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows.dashboard.guard import Gate, is_loopback, list_hosts
from nlp.word_review import DICTIONARY_FILE, REVIEW_FILE
from tests.command_line import CommandLine
from tests.dashboard_site import ADDRESSES, visit

TOKEN = "ein-langes-kennwort"
REVIEW = (
    "decision\tword\tdocuments\tbackground\tsurprise\texample\n"
    "\t谷子\t42\t1\t9.50\t一起去吃谷\n"
    "\t<b>粗\t5\t0\t2.00\t<script>\n"
)


class TestToken:
    def test_without_it_nothing_is_shown(self, dashboard_home: Path) -> None:
        client = visit(dashboard_home, Gate(TOKEN))
        for address in ADDRESSES:
            answer = client.get(address, headers={"accept": "text/html"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/enter")
        assert client.get("/", headers={"accept": "*/*"}).status_code == 401
        assert client.get("/enter").status_code == 200
        assert client.get("/static/dashboard.css").status_code == 200
        assert client.post("/sql", data={"q": "select 1"}).status_code != 200

    def test_a_wrong_one_is_told_and_the_right_one_opens_a_session(self, dashboard_home: Path) -> None:
        client = visit(dashboard_home, Gate(TOKEN), host="192.168.1.9")
        assert client.post("/enter", data={"token": "falsch"}).status_code == 401
        answer = client.post("/enter", data={"token": TOKEN})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert TOKEN not in cookie
        assert client.get("/").status_code == 200

    def test_programs_show_it_as_bearer(self, dashboard_home: Path) -> None:
        client = visit(dashboard_home, Gate(TOKEN))
        assert client.get("/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
        for shown in (f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x"):
            assert client.get("/", headers={"authorization": shown}).status_code == 401


class TestWords:
    @pytest.fixture
    def review(self, tmp_path: Path, dashboard_home: Path) -> Path:
        """A home with words to review and the published file of the other."""
        (tmp_path / "published").symlink_to(dashboard_home / "published")
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
            ({}, {"word": "#多巴胺"}, 400),
            ({}, {"word": "谷"}, 400),
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
