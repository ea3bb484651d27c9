"""The command line: what a person types, what they read, and the exit code a script gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.exit_codes import ExitCode
from tests.command_line import MAIN, CommandLine

BOARDS = """captured_at,platform,board,rank,title,heat,url
2026-11-01T08:00:00+08:00,douyin,hot,1,全国多地迎来初雪,1200万,https://www.douyin.com/hot/1
2026-11-01T08:00:00+08:00,douyin,hot,2,拼豆成为年轻人的新爱好,980万,https://www.douyin.com/hot/2
2026-11-01T09:00:00+08:00,douyin,hot,1,拼豆成为年轻人的新爱好,1500万,https://www.douyin.com/hot/2
2026-11-01T09:00:00+08:00,douyin,hot,,,,
"""
COMMANDS = (
    "demo", "run", "schedule", "crawl", "import", "parse", "enrich", "trends", "report", "export", "verify",
    "sql", "status", "doctor", "platforms", "words", "train", "evaluate", "new-platform",
)  # fmt: skip


@pytest.fixture
def headwater(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def boards(tmp_path: Path) -> Path:
    file = tmp_path / "boards.csv"
    file.write_text(BOARDS, encoding="utf-8")
    return file


def test_help_names_every_command(headwater: CommandLine) -> None:
    outcome = headwater.run("--help")
    assert outcome.exit_code == ExitCode.OK
    assert [name for name in COMMANDS if f" {name} " not in outcome.output] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_how_it_is_used(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == ExitCode.OK
    assert f"{name} [OPTIONS]" in shown.output


def test_a_command_starts_without_what_only_some_commands_need() -> None:
    code = "import sys, flows.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "sklearn",
        "scipy",
        "numpy",
        "pyarrow",
        "duckdb",
        "scrapy",
        "onnxruntime",
        "prefect",
        "transformers",
    }
    assert heavy & set(shown.stdout.split()) == set()


def test_an_unknown_command_or_option_is_a_usage_error(headwater: CommandLine) -> None:
    assert headwater.run("crwal").exit_code == ExitCode.USAGE
    assert headwater.run("status", "--jsno").exit_code == ExitCode.USAGE


def test_a_bad_setting_is_named_and_nothing_is_touched(headwater: CommandLine) -> None:
    (headwater.folder / "headwater.toml").write_text("[crawl]\ndelay = 1\n")
    outcome = headwater.run("status")
    assert outcome.exit_code == ExitCode.USAGE
    assert "crawl.delay" in outcome.errors
    assert "Traceback" not in outcome.errors
    assert sorted(path.name for path in headwater.folder.iterdir()) == ["headwater.toml"]


def test_what_only_shows_makes_nothing_not_even_a_key(headwater: CommandLine) -> None:
    (headwater.folder / "小红书.csv").write_text("id,正文,作者\n1,天幕收纳教程,木子\n", "utf-8")
    page = '<script type="application/ld+json">{"@type": "Product", "name": "天幕", "sku": "1"}</script>'
    (headwater.folder / "page.html").write_text(page, "utf-8")
    shown = headwater.run("parse", "shop", "page.html", "--url", "https://shop.example.org/p/1")
    assert (shown.exit_code, json.loads(shown.output)["title"]) == (ExitCode.OK, "天幕")
    assert headwater.run("import", "小红书.csv", "--dry-run").exit_code == ExitCode.OK
    assert not (headwater.folder / ".headwater").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "fehlt.csv"),
        ("parse", "bilibili", "fehlt.json"),
        ("evaluate", "sentiment", "fehlt.csv"),
        ("evaluate", "sentiment", "."),
        ("--config", "fehlt.toml", "status"),
        ("parse", "myspace", "fehlt.json"),
        ("crawl", "myspace"),
        ("crawl", "weibo", "--due"),
        ("new-platform", "Bilibili"),
        ("new-platform", "../evil"),
        ("new-platform", "bilibili"),
        ("run",),
        ("sql", "select 1"),
        ("report",),
        ("verify", "fehlt"),
        ("export", "ordner"),
        ("import", "."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(headwater: CommandLine, arguments: tuple[str, ...]) -> None:
    outcome = headwater.run(*arguments)
    assert outcome.exit_code == ExitCode.USAGE
    assert outcome.errors.startswith("headwater: ")
    assert "Traceback" not in outcome.errors
    assert outcome.errors.count("\n") <= 3
    assert "[Errno" not in outcome.errors


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--json"),
        ("run", "bilibilli", "--json"),
        ("run", "bilibili", "--run-id", "../elsewhere", "--json"),
        ("crawl", "bilibili", "--run-id", "../elsewhere", "--json"),
        ("sql", "select 1", "--json"),
    ],
)
def test_a_script_that_asked_for_json_gets_the_failure_as_json_too(
    headwater: CommandLine, arguments: tuple[str, ...]
) -> None:
    outcome = headwater.run(*arguments)
    assert outcome.exit_code == ExitCode.USAGE
    answer = json.loads(outcome.output)
    assert answer["exit_code"] == ExitCode.USAGE
    assert outcome.errors == f"headwater: {answer['error']}\n"


def test_an_import_says_what_was_taken_and_twice_changes_nothing(
    headwater: CommandLine, boards: Path
) -> None:
    first = headwater.run("import", boards, "--json")
    assert first.exit_code == ExitCode.OK, first.errors
    told = json.loads(first.output)
    assert told["files"][0]["taken"] == {"board_entries": 3}
    assert sum(told["files"][0]["rejected"].values()) + sum(told["files"][0]["skipped"].values()) == 1
    assert told["rows_loaded"]["raw_board_entries"] == 3
    second = json.loads(headwater.run("import", boards, "--json").output)
    assert second["files"][0]["already_landed"] is True
    assert second["rows_loaded"] == {}


def test_a_dry_run_shows_and_changes_nothing(headwater: CommandLine, boards: Path) -> None:
    outcome = headwater.run("import", boards, "--dry-run")
    assert outcome.exit_code == ExitCode.OK
    assert "拼豆成为年轻人的新爱好" in outcome.output
    assert not (headwater.folder / ".headwater").exists(), "not even a key"


def test_import_trends_sql_report_verify_export(headwater: CommandLine, boards: Path) -> None:
    for arguments in (("import", boards), ("trends",), ("report", "--kind", "daily")):
        outcome = headwater.run(*arguments)
        assert outcome.exit_code == ExitCode.OK, outcome.errors
    rows = json.loads(
        headwater.run("sql", "--json", "select title from core_board_entries order by title").output
    )
    assert rows == [{"title": "全国多地迎来初雪"}, {"title": "拼豆成为年轻人的新爱好"}]
    report = next((headwater.folder / ".headwater" / "reports").iterdir())
    assert headwater.run("verify", report).exit_code == ExitCode.OK
    assert headwater.run("sql", "drop table core_posts").exit_code == ExitCode.USAGE
    exported = headwater.run("export", headwater.folder / "marts")
    assert exported.exit_code == ExitCode.OK, exported.errors
    assert (headwater.folder / "marts" / "mart_topic_day.parquet").exists()


def test_trends_of_an_empty_home_say_that_there_is_nothing_to_count(headwater: CommandLine) -> None:
    outcome = headwater.run("trends", "--json")
    assert outcome.exit_code == ExitCode.OK
    told = json.loads(outcome.output)
    assert told["texts_tagged"] == 0
    assert Path(told["published"]).exists()
    assert "nothing was crawled or imported yet" in outcome.errors


def test_a_report_of_an_empty_home_says_what_to_do_and_writes_none(headwater: CommandLine) -> None:
    assert headwater.run("trends").exit_code == ExitCode.OK
    outcome = headwater.run("report")
    assert outcome.exit_code == ExitCode.USAGE
    assert "nothing was crawled or imported yet" in outcome.errors
    assert "run headwater demo, or import something" in outcome.errors
    assert not (headwater.folder / ".headwater" / "reports").exists()


def test_a_report_of_other_queries_is_said_to_be_so_first(headwater: CommandLine, boards: Path) -> None:
    for arguments in (("import", boards), ("trends",), ("report", "--kind", "daily")):
        assert headwater.run(*arguments).exit_code == ExitCode.OK
    report = next((headwater.folder / ".headwater" / "reports").iterdir())
    told = json.loads((report / "report.json").read_text(encoding="utf-8"))
    told["tables"]["overview"]["sql"] += " -- as an older version asked it"
    (report / "report.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    outcome = headwater.run("verify", report)
    assert outcome.exit_code == ExitCode.GATE
    hint, difference = outcome.output.splitlines()
    assert hint.startswith("another version of Headwater wrote this report")
    assert "overview" in hint
    assert difference.startswith("report.json: overview row 0 sql")


def test_a_model_with_one_flipped_byte_is_refused(headwater: CommandLine) -> None:
    from nlp.encoder import shipped_model_folder

    copy = headwater.folder / "model"
    copy.mkdir()
    for file in shipped_model_folder().iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    damaged = bytearray((copy / "model.onnx").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (copy / "model.onnx").write_bytes(bytes(damaged))
    file = headwater.folder / "reviews.csv"
    file.write_text("text,label\n质量很好,positive\n", encoding="utf-8")
    outcome = headwater.run("evaluate", "sentiment", file, "--model", copy)
    assert outcome.exit_code == ExitCode.MODEL
    assert "model.onnx" in outcome.errors


def test_a_second_writer_is_told_who_holds_the_lock(headwater: CommandLine, boards: Path) -> None:
    from warehouse.store import Warehouse

    with Warehouse.open(headwater.folder / ".headwater"):
        outcome = headwater.run("import", boards)
    assert outcome.exit_code == ExitCode.BUSY
    assert str(os.getpid()) in outcome.errors
    assert headwater.run("import", boards).exit_code == ExitCode.OK


@pytest.mark.process
def test_a_full_disk_is_said_plainly_and_nothing_is_lost(headwater: CommandLine, boards: Path) -> None:
    assert headwater.run("import", boards).exit_code == ExitCode.OK
    assert headwater.run("trends").exit_code == ExitCode.OK
    more = headwater.folder / "more.csv"
    lines = [
        f"2026-11-02T{hour:02d}:00:00+08:00,douyin,hot,{rank},第{hour}时第{rank}条{'新' * 400},,"
        for hour in range(24)
        for rank in range(1, 51)
    ]
    more.write_text(BOARDS.splitlines()[0] + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    limited = subprocess.run(
        ["bash", "-c", f'ulimit -f 40; exec "{sys.executable}" -c "{MAIN}" import "{more}"'],
        cwd=headwater.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert limited.returncode == ExitCode.STORAGE, limited.stderr
    assert "Traceback" not in limited.stderr
    count = "select count(*)::int as n from core_board_entries"
    assert json.loads(headwater.run("sql", "--json", count).output) == [{"n": 2}]
    assert headwater.run("import", more).exit_code == ExitCode.OK


def test_doctor_names_what_is_missing(headwater: CommandLine) -> None:
    found = headwater.run("doctor", "--json")
    parts = {row["part"]: row for row in json.loads(found.output)}
    assert parts["model"]["works"]
    missing = headwater.run("doctor", environment={"HEADWATER_BROWSER_PATH": "/nirgends/chromium"})
    assert missing.exit_code == ExitCode.USAGE
    assert "/nirgends/chromium" in missing.output


def test_doctor_looks_and_makes_nothing(headwater: CommandLine) -> None:
    found = headwater.run("doctor", "--json")
    parts = {row["part"]: row for row in json.loads(found.output)}
    assert parts["home"]["works"]
    assert parts["secret key"]["works"]
    assert list(headwater.folder.iterdir()) == []


def test_platforms_lists_routes_and_needs(headwater: CommandLine) -> None:
    rows = json.loads(headwater.run("platforms", "--json").output)
    by_name = {row["platform"]: row for row in rows}
    assert {"bilibili", "douyin", "kuaishou", "shop"} <= set(by_name)
    assert "browser" in by_name["kuaishou"]["needs"]
    assert by_name["douyin"]["last_result"] == "never crawled here"
