"""Reports of a small world written by hand: the whole page as golden text, and verification of every file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.golden_reports import GOLDEN, render_golden
from tests.word_pairs import find_odd_pairs
from warehouse.errors import ReportRefused
from warehouse.reports.formats import format_value
from warehouse.reports.labels import Box, Dot, place_labels
from warehouse.reports.report import ReportFiles, write_report
from warehouse.reports.verify import verify_report
from warehouse.reports.wording import read_wording

FIXTURES = Path(__file__).parent / "fixtures" / "reports"


@pytest.mark.parametrize("name", GOLDEN)
def test_every_page_is_as_it_was_read_and_approved(name: str, report_world: Path, tmp_path: Path) -> None:
    kept = (FIXTURES / name).read_text(encoding="utf-8")
    assert render_golden(report_world, tmp_path / "r", name) == kept, (
        "write it anew: python -m tests.golden_reports"
    )


def test_every_word_is_there_in_both_languages() -> None:
    assert find_odd_pairs(read_wording()) == []


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (-0.04, "pp", "0.0"),
        (-0.06, "pp", "\u22120.1"),
        (0.001, "signed", "0.00"),
        (-0.004, "percent", "0%"),
        (0, "weeks", "不到 1"),
        (3, "weeks", "3"),
        (0, "money", "¥0"),
        (19.9, "money", "¥19.9"),
        (20.0, "money", "¥20"),
        (99.97, "money", "¥100"),
        (1299, "money", "¥1,299"),
        (0.3, "money", "¥0.3"),
        (0.04, "money", "¥0.04"),
    ],
)
def test_figures_are_written_as_people_say_them(value: float, kind: str, text: str) -> None:
    assert format_value(value, kind, "zh") == text


def test_a_thin_platform_is_grey_and_not_zero(weekly_report: ReportFiles) -> None:
    page = weekly_report.html.read_text(encoding="utf-8")
    (row,) = re.findall(r'<tr role="row" class="thin">.*?</tr>', page, re.DOTALL)
    assert "小红书" in row
    assert "4" in row
    assert "采集不足" in row


def change_text(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def change_sheet(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["正在上升"]
    column = next(cell.column for cell in sheet[1] if cell.value == "次数")
    sheet.cell(2, column).value = 151
    book.save(path)


def change_parquet(path: Path) -> None:
    table = pq.read_table(path)
    place = table.column_names.index("x")
    raised = pc.add(table.column("x"), pa.scalar(1.0))
    pq.write_table(table.set_column(place, "x", raised), path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("report.html", lambda path: change_text(path, ">150</data>", ">151</data>")),
        ("report.html", lambda path: change_text(path, 'value="150.0"', 'value="151.0"')),
        ("report.html", lambda path: change_text(path, "www.douyin.com/video/7401", "boese.example/")),
        ("report.html", lambda path: change_text(path, '"now" points="', '"now" points="1,1 ')),
        ("report.html", lambda path: change_text(path, "</h1>", "</h1><p>增长 999%</p>")),
        ("report.md", lambda path: change_text(path, "150 次", "151 次")),
        ("report.json", lambda path: change_text(path, "44.2", "44.3")),
        ("report.json", lambda path: change_text(path, "b.event_q_value <= 0.05", "b.event_q_value <= 0.5")),
        ("tables/rising.csv", lambda path: change_text(path, "150.0", "151.0")),
        ("report.xlsx", change_sheet),
        ("tables/rising.parquet", change_parquet),
        ("tables/brands.parquet", lambda path: path.write_bytes(b"PAR1")),
        ("tables/curve.csv", lambda path: path.unlink()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_verify_finds_what_was_changed_by_hand(
    name: str, change: Callable[[Path], None], weekly_report: ReportFiles, report_world: Path
) -> None:
    assert verify_report(weekly_report.folder, report_world) == []
    change(weekly_report.folder / name)
    differences = verify_report(weekly_report.folder, report_world)
    assert {difference.file for difference in differences} == {name}
    assert all(name in str(difference) for difference in differences)


def test_a_weekly_report_ends_where_a_week_of_the_marts_ends(report_world: Path, tmp_path: Path) -> None:
    late = write_report(report_world, tmp_path / "late", as_of=date(2026, 11, 18))
    told = (late.folder / "report.md").read_text(encoding="utf-8")
    assert "2026-11-09 至 2026-11-15" in told


def test_a_report_never_follows_a_link_or_leaves_a_half_behind(report_world: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    with pytest.raises(ReportRefused, match="is a link"):
        write_report(report_world, tmp_path / "link")
    assert list(elsewhere.iterdir()) == []
    folder = write_report(report_world, tmp_path / "again").folder
    (folder / "left over.txt").write_text("x", encoding="utf-8")
    write_report(report_world, folder)
    assert not (folder / "left over.txt").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "elsewhere", "link"]


def test_nothing_read_is_not_nothing_found(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "leer.duckdb")) as connection:
        connection.execute("create table unrelated (number integer)")
    files = write_report(tmp_path / "leer.duckdb", tmp_path / "r")
    text = (files.folder / "report.md").read_text(encoding="utf-8")
    assert "尚无数据" in text
    assert text.count("无从判断") == 3 + len(files.empty_sections) == 15
    assert "偶然波动" not in text


def test_labels_of_the_matrix_cover_nothing() -> None:
    room = Box(0, 0, 300, 200)
    crowd = [Dot(150 + step, 100, 6, f"话题{step}") for step in range(0, 40, 4)]
    labels = place_labels(crowd, room)
    assert 1 <= len(labels) < len(crowd)
    assert place_labels([Dot(290, 100, 6, "靠边的话题")], room)[0].anchor == "end"
