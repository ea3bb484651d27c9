"""The workbook speaks the report's language: sheets, headings and judgements, and says their SQL names."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.golden_reports import SUBJECTS
from warehouse.reports.figures import QUERIES, Figures, read_figures
from warehouse.reports.report import ReportFiles, write_report
from warehouse.reports.verify import verify_report
from warehouse.reports.workbook import name_column, name_sheet, read_workbook_words

LANGUAGES = ("zh", "en")


def read_kind(published: Path, kind: str) -> Figures:
    subjects: dict[str, str | None] = {str(name): subject for name, subject in SUBJECTS.items()}
    return read_figures(published, kind, None, subjects.get(kind))


@pytest.fixture(scope="module", params=QUERIES)
def figures(request: pytest.FixtureRequest, report_world: Path) -> Figures:
    return read_kind(report_world, str(request.param))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_has_a_name_of_its_own_that_excel_takes(figures: Figures, language: str) -> None:
    names = [name_sheet(query, language) for query in figures.tables]
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_a_heading(figures: Figures, language: str) -> None:
    for query, table in figures.tables.items():
        heads = {column: name_column(query, column, language) for column in table.columns}
        shown = list(heads.values())
        assert len(set(shown)) == len(shown), query
        if language == "zh":
            # P10, (I+P)/A and the like are said so in Chinese too
            assert all(
                re.search("[\u4e00-\u9fff]", head) or re.fullmatch(r"P\d\d|\(I\+P\)/A", head)
                for head in shown
            )


def test_no_name_is_left_from_a_column_that_is_gone(report_world: Path) -> None:
    words = read_workbook_words()
    queries = {
        query: set(table.columns)
        for kind in QUERIES
        for query, table in read_kind(report_world, kind).tables.items()
    }
    assert set(words["sheets"]) == set(queries)
    columns = set().union(*queries.values()) | {
        f"{query}.{column}" for query, names in queries.items() for column in names
    }
    assert set(words["columns"]) <= columns


def test_the_chinese_workbook_is_read_in_chinese(weekly_report: ReportFiles) -> None:
    book = openpyxl.load_workbook(weekly_report.folder / "report.xlsx")
    assert book.sheetnames[:4] == ["目录", "概况", "采集覆盖", "采集覆盖（逐日）"]
    head, first, *_ = book["采集覆盖"].iter_rows(values_only=True)
    shown = dict(zip(head, first, strict=True))
    assert shown["平台"] == "抖音" and shown["状态"] == "正常"
    contents = [row[0] for row in book["目录"].iter_rows(values_only=True)]
    assert set(book.sheetnames) - {"目录", "列与 SQL"} <= set(contents)


def test_the_other_language_and_identifiers_are_hidden_not_gone(
    weekly_report: ReportFiles, report_world: Path, tmp_path: Path
) -> None:
    english = write_report(report_world, tmp_path / "en", language="en")
    for folder, sheet, hidden in (
        (
            weekly_report.folder,
            "正在上升",
            {"话题编号", "话题（英文）", "一级兴趣（英文）", "二级兴趣（英文）"},
        ),
        (
            english.folder,
            "Rising",
            {"Topic id", "Topic (Chinese)", "Interest (Chinese)", "Second level (Chinese)"},
        ),
    ):
        cells = openpyxl.load_workbook(folder / "report.xlsx")[sheet]
        heads = {get_column_letter(place): cell.value for place, cell in enumerate(cells[1], start=1)}
        found = {heads[name] for name, shape in cells.column_dimensions.items() if shape.hidden}
        assert found == hidden
    assert verify_report(english.folder, report_world) == []


def test_every_heading_leads_to_its_sql(weekly_report: ReportFiles) -> None:
    book = openpyxl.load_workbook(weekly_report.folder / "report.xlsx")
    lines = list(book["列与 SQL"].iter_rows(min_row=2, values_only=True))
    assert ("正在上升", "相对预期（倍）", "rising.ratio") in lines
    told = {(sheet, head) for sheet, head, _ in lines}
    for sheet in book.worksheets[1:-1]:
        assert {(sheet.title, cell.value) for cell in sheet[1]} <= told


def test_when_a_platform_was_last_read_is_a_date_to_a_spreadsheet(
    weekly_report: ReportFiles, report_world: Path
) -> None:
    sheet = openpyxl.load_workbook(weekly_report.folder / "report.xlsx")["采集覆盖"]
    head = [cell.value for cell in sheet[1]]
    (cell, *_) = [row[head.index("最近读于")] for row in sheet.iter_rows(min_row=2)]
    assert (cell.value, cell.number_format) == (datetime(2026, 11, 15, 23, 40), "yyyy-mm-dd hh:mm")
    assert "读于 2026-11-15 23:40)" in (weekly_report.folder / "report.md").read_text(encoding="utf-8")
    assert verify_report(weekly_report.folder, report_world) == []


def test_a_tiny_q_is_no_zero_and_what_is_absent_no_empty_text(weekly_report: ReportFiles) -> None:
    sheet = openpyxl.load_workbook(weekly_report.folder / "report.xlsx")["正在上升"]
    head = [cell.value for cell in sheet[1]]
    rows = list(sheet.iter_rows(min_row=2))
    q_values = [row[head.index("q 值")] for row in rows]
    assert all(0 < float(str(cell.value)) < 0.001 for cell in q_values)
    assert {cell.number_format for cell in q_values} == {'[<0.001]"<0.001";0.000'}
    by_sum = [row[head.index("凭近两天或四天的合计")] for row in rows]
    assert [cell.data_type for cell in by_sum] == ["n"] * len(rows)
    assert [cell.value for cell in by_sum] == [None] * len(rows)


@pytest.mark.parametrize(("sheet", "head", "least"), [("采集覆盖", "最近读于", 18), ("采集覆盖", "末日", 12)])
def test_a_date_is_shown_and_no_row_of_hashes(
    sheet: str, head: str, least: int, weekly_report: ReportFiles
) -> None:
    cells = openpyxl.load_workbook(weekly_report.folder / "report.xlsx")[sheet]
    (letter,) = (cell.column_letter for cell in cells[1] if cell.value == head)
    assert cells.column_dimensions[letter].width >= least


def test_a_price_in_dollars_has_room(report_world: Path, tmp_path: Path) -> None:
    cells = openpyxl.load_workbook(write_report(report_world, tmp_path / "r").folder / "report.xlsx")[
        "价格分布"
    ]
    (letter,) = (cell.column_letter for cell in cells[1] if cell.value == "P10")
    assert cells.column_dimensions[letter].width >= len("USD 1,299.00")


def test_sheets_can_be_printed_and_read(report_world: Path, tmp_path: Path) -> None:
    """Every sheet is as wide as A4, with its headings on each page; definitions are wrapped."""
    path = write_report(report_world, tmp_path / "r").folder / "report.xlsx"
    contents, *sheets = openpyxl.load_workbook(path).worksheets
    for sheet in (contents, *sheets):
        paper = sheet.sheet_properties.pageSetUpPr
        assert paper is not None and paper.fitToPage and sheet.page_setup.fitToHeight == 0
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert {sheet.print_title_rows for sheet in sheets} == {"$1:$1"}
    for number, (_, text) in enumerate(contents.iter_rows(values_only=True), start=1):
        assert not text or contents.cell(number, 2).alignment.wrap_text
        lines = len(str(text or "").encode("gb18030")) / contents.column_dimensions["B"].width
        assert (contents.row_dimensions[number].height or 15) >= 15 * min(lines, 2)
