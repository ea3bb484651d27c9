"""`headwater import` of many files: one bad file stops no other, and no success is claimed for nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.exit_codes import ExitCode
from tests.command_line import CommandLine

LINE = "{},douyin,hot,1,拼豆成为年轻人的新爱好,980万,https://www.douyin.com/hot/2\n"
HEADINGS = "captured_at,platform,board,rank,title,heat,url\n"


@pytest.fixture
def headwater(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a_empty.csv").write_text("")
    (folder / "b_boards.csv").write_text(HEADINGS + LINE.format("2026-11-01T08:00:00+08:00"), "utf-8")
    return folder


def test_a_bad_file_of_a_folder_is_named_and_the_others_are_loaded(
    headwater: CommandLine, archive: Path
) -> None:
    outcome = headwater.run("import", "--json", archive)
    assert outcome.exit_code == ExitCode.PARTIAL
    assert outcome.errors.count("a_empty.csv is empty") == 1
    printed = json.loads(outcome.output)
    assert printed["rows_loaded"]["raw_board_entries"] == 1
    assert printed["refused"] == ["a_empty.csv is empty."]


def test_each_refusal_of_a_folder_names_its_file(headwater: CommandLine, archive: Path) -> None:
    (archive / "c_posts.csv").write_text("标题,点赞数\n拼豆,3\n", "utf-8")
    outcome = headwater.run("import", archive, "--map", "title=名称")
    assert outcome.exit_code == ExitCode.USAGE
    told = [line for line in outcome.errors.splitlines() if line.startswith("headwater: ")]
    assert [line.split()[1] for line in told] == ["a_empty.csv", "b_boards.csv", "c_posts.csv"]


def test_files_of_one_name_are_told_apart_by_their_folders(headwater: CommandLine, archive: Path) -> None:
    """MediaCrawler calls a day's file alike for every platform: bili/csv/…, weibo/csv/…"""
    for platform in ("bili", "weibo", "xhs"):
        folder = archive / platform / "csv"
        folder.mkdir(parents=True)
        text = "" if platform == "xhs" else f"平台,标题,点赞数\n{platform},拼豆,3\n"
        (folder / "search_contents_2026-11-27.csv").write_text(text, "utf-8")
    outcome = headwater.run("import", archive)
    assert "bili/csv/search_contents_2026-11-27.csv: plain\n" in outcome.output
    assert "weibo/csv/search_contents_2026-11-27.csv: plain\n" in outcome.output
    assert "b_boards.csv: boards\n" in outcome.output
    assert "headwater: xhs/csv/search_contents_2026-11-27.csv is empty.\n" in outcome.errors
    again = json.loads(headwater.run("import", "--json", "--dry-run", archive).output)
    assert [row["file"] for row in again["files"]][-1] == "weibo/csv/search_contents_2026-11-27.csv"


def test_refused_rows_are_shown_without_their_accounts(headwater: CommandLine, tmp_path: Path) -> None:
    """The published file keeps no such row, so that the import alone can say which ones they were."""
    lines = [f"6.54321E+11,帆布包{number},9.9,买家{number}" for number in range(5)]
    sheet = tmp_path / "淘宝.csv"
    sheet.write_text(
        "\n".join(["商品ID,商品名称,价格,买家昵称", *lines, "1,托特包,9,小王,多"]) + "\n", "utf-8"
    )
    told = headwater.run("import", sheet, "--dry-run").output
    assert "  did not fit: 5 id_lost_digits\n" in told
    assert told.count('    as {"商品ID": "6.54321E+11", "商品名称": "帆布包') == 3
    assert "    as 5 cells under 4 headings, at or before line " in told
    assert "买家1" not in told
    [file] = json.loads(headwater.run("import", sheet, "--json").output)["files"]
    assert len(file["refused_rows"]["id_lost_digits"]) == 3
    assert file["rejected"] == {"id_lost_digits": 5, "too_many_cells": 1}


def test_a_single_refused_file_is_told_a_script_as_one_of_many_is(
    headwater: CommandLine, archive: Path
) -> None:
    outcome = headwater.run("import", "--json", archive / "a_empty.csv")
    assert outcome.exit_code == ExitCode.USAGE
    assert json.loads(outcome.output) == {
        "files": [],
        "refused": ["a_empty.csv is empty."],
        "rows_loaded": None,
    }
    assert outcome.errors == "headwater: a_empty.csv is empty.\n"


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (("--format", "excel"), "There is no import format excel: known are boards"),
        (("--platform", "！！"), "is no name of a platform"),
        (("--map", "zone=Beijing"), "There is no time zone Beijing"),
        (("--map", "kind=notes"), "There is no record kind notes"),
    ],
)
def test_a_choice_that_fits_no_file_is_refused_once(
    headwater: CommandLine, archive: Path, choice: tuple[str, str], said: str
) -> None:
    outcome = headwater.run("import", archive, *choice)
    assert outcome.exit_code == ExitCode.USAGE
    assert outcome.errors.count(said) == 1
    assert "a_empty.csv" not in outcome.errors


def test_a_mapping_that_fits_the_file_or_its_kind_in_part_is_refused_by_name(
    headwater: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "笔记.csv"
    file.write_text("标题,点赞数\n拼豆新手第一课,120\n", "utf-8")
    for mapping, said in (
        (("title=标题", "likes=赞"), "笔记.csv has no column 赞: it has 标题, 点赞数."),
        (("title=标题", "hot=点赞数"), "笔记.csv holds posts, which have no field hot: known are author_id"),
    ):
        options = [part for pair in mapping for part in ("--map", pair)]
        outcome = headwater.run("import", file, "--platform", "xiaohongshu", *options)
        assert outcome.exit_code == ExitCode.USAGE
        assert said in outcome.errors


def test_a_file_whose_package_has_a_damaged_report_is_named_and_the_others_are_loaded(
    headwater: CommandLine, archive: Path
) -> None:
    assert headwater.run("import", archive / "b_boards.csv").exit_code == ExitCode.OK
    (report,) = headwater.folder.glob(".headwater/landing/*/*/report.json")
    report.write_text("{", "utf-8")
    (archive / "c_boards.csv").write_text(HEADINGS + LINE.format("2026-11-02T08:00:00+08:00"), "utf-8")
    outcome = headwater.run("import", archive / "b_boards.csv", archive / "c_boards.csv")
    assert outcome.exit_code == ExitCode.PARTIAL
    assert f"headwater: {report.parent}: its report.json is damaged; restore that file, or " in outcome.errors
    assert "taken: 1 board_entries" in outcome.output
    report.parent.rename(headwater.folder / "aside")
    assert headwater.run("import", archive / "b_boards.csv").exit_code == ExitCode.OK


def test_files_of_which_none_can_be_read_are_a_wrong_input(headwater: CommandLine, archive: Path) -> None:
    (archive / "b_boards.csv").write_text("")
    outcome = headwater.run("import", archive)
    assert outcome.exit_code == ExitCode.USAGE
    assert "b_boards.csv is empty" in outcome.errors


def test_a_file_of_which_no_row_fits_is_no_success(headwater: CommandLine, archive: Path) -> None:
    file = archive / "b_boards.csv"
    file.write_text(HEADINGS + LINE.format("2026-11-01 08:00:00"), "utf-8")
    outcome = headwater.run("import", file)
    assert outcome.exit_code == ExitCode.USAGE
    assert "did not fit: 1 naive_time" in outcome.output
    assert "--map zone=Asia/Shanghai" in outcome.output
    corrected = headwater.run("import", file, "--map", "zone=Asia/Shanghai")
    assert corrected.exit_code == ExitCode.OK
    assert "1 raw_board_entries" in corrected.output


@pytest.mark.parametrize("again", [False, True])
def test_a_file_that_gave_nothing_is_no_success(headwater: CommandLine, tmp_path: Path, again: bool) -> None:
    totals = tmp_path / "合计.csv"
    totals.write_text("笔记ID,标题,点赞数,发布时间\n合计,,120,\n", "utf-8")
    if again:
        headwater.run("import", "--platform", "xiaohongshu", totals)
    outcome = headwater.run("import", "--platform", "xiaohongshu", totals)
    assert outcome.exit_code == ExitCode.USAGE
    assert "No row could be taken." in outcome.output


def test_a_file_that_gave_nothing_beside_one_that_did_is_told_by_the_exit_code(
    headwater: CommandLine, tmp_path: Path
) -> None:
    totals, notes = tmp_path / "合计.csv", tmp_path / "笔记.csv"
    totals.write_text("笔记ID,标题,点赞数,发布时间\n合计,,120,\n", "utf-8")
    notes.write_text(
        "笔记ID,标题,点赞数,发布时间\n67d3a1f2000000000903b8c1,周末拼豆,12,2026-03-01\n", "utf-8"
    )
    outcome = headwater.run("import", "--json", "--platform", "xiaohongshu", totals, notes)
    assert outcome.exit_code == ExitCode.PARTIAL
    assert json.loads(outcome.output)["rows_loaded"] == {"raw_posts": 1}
