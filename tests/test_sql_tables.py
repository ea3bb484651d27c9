"""What `headwater sql` prints: no value is lost, however many the columns and however narrow the screen."""

from __future__ import annotations

import io
import sys

import pytest

from flows.commands.answers import print_table

COLUMNS = [f"column_{number:02d}" for number in range(24)]
ROW = [f"值{number:02d}的完整内容" for number in range(24)]


class Terminal(io.StringIO):
    """Standard output of a person at a narrow terminal."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_every_name_and_value_of_a_wide_row_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, [ROW])
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if "column_00" in line).split() == COLUMNS
    assert next(line for line in lines if ROW[0] in line).split() == ROW
    assert lines[-1] == "1 row"


def test_a_terminal_too_narrow_for_the_columns_gets_one_line_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "100")
    print_table(COLUMNS, [ROW, [None] * 24])
    lines = screen.getvalue().splitlines()
    assert [line.split() for line in lines[:24]] == [list(pair) for pair in zip(COLUMNS, ROW, strict=True)]
    assert lines[25] == "column_00  -"


def test_a_long_value_is_folded_on_a_terminal_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    print_table(["topic_id", "label"], [["tag:" + "多巴胺穿搭" * 6, "多巴胺"]])
    assert "…" not in screen.getvalue()
    assert screen.getvalue().count("胺") == 7


def test_no_rows_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["n"], [])
    assert capsys.readouterr().out.splitlines()[-1] == "0 rows"
