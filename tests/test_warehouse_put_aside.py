"""What `headwater status` says about input that did not become rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.exit_codes import ExitCode
from tests.command_line import CommandLine

LINES = """captured_at,platform,board,rank,title,heat,url
2026-11-01T08:00:00+08:00,douyin,hot,1,拼豆成为年轻人的新爱好,980万,https://www.douyin.com/hot/2
2026-11-01T08:00:00+08:00,douyin,hot,erste,多巴胺穿搭,980万,https://www.douyin.com/hot/3
"""


def test_status_counts_rejected_records_by_reason(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    (tmp_path / "boards.csv").write_text(LINES, encoding="utf-8")
    assert json.loads(headwater.run("status", "--json").output)["put aside"] == []
    assert "put aside: nothing" in headwater.run("status").output
    for command in (("import", "boards.csv"), ("trends",)):
        outcome = headwater.run(*command)
        assert outcome.exit_code == ExitCode.OK, outcome.errors
    (line,) = json.loads(headwater.run("status", "--json").output)["put aside"]
    assert line == "import-boards: 1 records rejected, bad_rank"


@pytest.mark.parametrize("text", ["{}", "[]", "{halb"])
def test_status_names_a_package_that_could_not_be_loaded_and_why(tmp_path: Path, text: str) -> None:
    headwater = CommandLine(tmp_path)
    (tmp_path / "boards.csv").write_text(LINES, encoding="utf-8")
    assert headwater.run("import", "boards.csv").exit_code == ExitCode.OK
    (report,) = tmp_path.glob(".headwater/landing/*/*/report.json")
    broken = report.parent.parent / "import-0000000000000000"
    broken.mkdir()
    (broken / "report.json").write_text(text, encoding="utf-8")
    headwater.run("import", "boards.csv")
    assert headwater.run("trends").exit_code == ExitCode.OK
    lines = json.loads(headwater.run("status", "--json").output)["put aside"]
    assert any(line.startswith("import-boards import-0000000000000000: ") for line in lines)
