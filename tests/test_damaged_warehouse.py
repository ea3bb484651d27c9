"""A damaged warehouse: what a person is told to do brings everything back that had landed."""

from __future__ import annotations

import json
from pathlib import Path

from flows.exit_codes import ExitCode
from tests.command_line import CommandLine

BOARDS = """captured_at,platform,board,rank,title
2026-11-01T08:00:00+08:00,douyin,hot,1,全国多地迎来初雪
2026-11-01T08:00:00+08:00,douyin,hot,2,拼豆成为年轻人的新爱好
"""
TITLES = ("sql", "--json", "select count(*)::int as n from core_board_entries")


def test_trends_after_the_advice_was_followed_publish_what_had_landed(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    home = tmp_path / ".headwater"
    (tmp_path / "boards.csv").write_text(BOARDS, encoding="utf-8")
    assert headwater.run("import", "boards.csv").exit_code == ExitCode.OK
    (home / "warehouse.duckdb").write_bytes(b"no database" * 4_096)

    refused = headwater.run("trends")
    assert refused.exit_code == ExitCode.STORAGE
    assert "move warehouse.duckdb and loads.jsonl out of the home and run again" in refused.errors

    for name in ("warehouse.duckdb", "loads.jsonl"):
        (home / name).rename(tmp_path / name)
    counted = headwater.run("trends", "--json")
    assert counted.exit_code == ExitCode.OK, counted.errors
    assert json.loads(counted.output)["packages_loaded"] == 1
    assert json.loads(counted.output)["texts_tagged"] == 2
    assert json.loads(headwater.run(*TITLES).output) == [{"n": 2}]


def test_enrich_reads_what_no_command_has_loaded_yet(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    (tmp_path / "boards.csv").write_text(BOARDS, encoding="utf-8")
    assert headwater.run("import", "boards.csv").exit_code == ExitCode.OK
    for name in ("warehouse.duckdb", "loads.jsonl"):
        (tmp_path / ".headwater" / name).unlink()

    tagged = headwater.run("enrich")
    assert tagged.exit_code == ExitCode.OK, tagged.errors
    assert tagged.output.splitlines()[:2] == ["packages loaded: 1, known already: 0", "texts tagged: 2"]
