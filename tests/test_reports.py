"""Reports: the same numbers in every format, the same bytes twice, and titles that can do no harm."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import sync_playwright

from spiders.browser import find_browser
from tests.published_world import LAST_DAY, publish_world
from warehouse.errors import ReportRefused
from warehouse.reports.formats import format_exact
from warehouse.reports.marks import read_marks
from warehouse.reports.report import ReportFiles, remove_abandoned, write_report
from warehouse.reports.tables import guard_cell
from warehouse.reports.verify import verify_report
from warehouse.reports.workbook import name_sheet

HOSTILE = (
    "<script>document.title='x'</script>拼豆",
    "<img src=x onerror=\"document.title='x'\">",
    "\"><svg onload=document.title='x'>",
    "{{ 7*7 }} {% raw %}",
    "javascript:document.title='x'",
    "</style><script>document.title='x'</script>",
    '=HYPERLINK("https://boese.example","点我")',
    "+cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd",
    "-2+3",
    "\u202e反转的标题\u202c",
    "| 表格 | 破坏 |",
    "[链接](https://boese.example) `码`",
    "<!--<script>-->",
    "<iframe srcdoc='<script>top.document.title=1</script>'></iframe>",
    "<a href='javascript:alert(1)'>点</a>",
    "零宽\u200b字符\ufeff与\x07控制",
    "长" * 40_000,
)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return publish_world(tmp_path / "headwater.duckdb")


@pytest.fixture
def report(published: Path, tmp_path: Path) -> ReportFiles:
    return write_report(published, tmp_path / "报告", as_of=LAST_DAY)


def test_what_a_killed_report_left_is_removed_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    left, written, whole = (tmp_path / name for name in (".weekly-a.part", ".weekly-b.part", "weekly-c"))
    for folder in (left, written, whole):
        folder.mkdir()
        (folder / "report.md").touch()
        os.utime(folder, (0, 0) if folder != written else None)
    remove_abandoned(tmp_path)
    assert [path.exists() for path in (left, written, whole)] == [False, True, True]
    remove_abandoned(tmp_path / "none yet")


def test_the_riser_is_named_with_its_evidence(report: ReportFiles) -> None:
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    assert "「拼豆」被提到 62 次，预期只有 10.0 次，q 0.001" in text
    assert "[宿舍里的拼豆，解压又上瘾](https://www.bilibili.com/video/BV0) B站" in text
    rising = text.split("## 正在上升的兴趣")[1].split("##")[0]
    assert rising.count("\n| ") == 3  # heading, rule and one event: the interests around it are merged
    born = text.split("## 新出现的话题")[1].split("##")[0]
    assert "| 马面裙 (服饰" not in born
    assert "马面裙" in born
    assert "洞洞鞋" not in rising


def test_what_is_unknown_is_said_in_words(report: ReportFiles) -> None:
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    assert "没有品类达到下限（10 家店的 30 款商品）" in text
    assert "没有话题的净情感显著下滑" in text


def test_the_opportunity_and_the_scored_calls_are_there(report: ReportFiles) -> None:
    html = report.html.read_text(encoding="utf-8")
    assert "蓝海" in html
    assert '<svg class="matrix"' in html
    assert "个仍高于基线" in html


def test_the_english_edition_is_english(published: Path, tmp_path: Path) -> None:
    files = write_report(published, tmp_path / "en", language="en", as_of=LAST_DAY)
    html = files.html.read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert "perler beads" in html
    assert "Rising interests" in html


def test_all_formats_hold_the_same_numbers(report: ReportFiles) -> None:
    told = json.loads((report.folder / "report.json").read_text(encoding="utf-8"))
    book = openpyxl.load_workbook(report.folder / "report.xlsx")
    shown = [
        mark for mark in read_marks(report.html.read_text(encoding="utf-8")) if mark[0] in told["tables"]
    ]
    figures = [mark for mark in shown if not mark[2].endswith(" as shown")]
    assert len(figures) > 50
    for query, row, column, exact in figures:
        table = told["tables"][query]
        assert format_exact(table["rows"][row - 1][table["columns"].index(column)]) == exact
    for query, table in told["tables"].items():
        stored = pq.read_table(report.folder / "tables" / f"{query}.parquet").to_pylist()
        with (report.folder / "tables" / f"{query}.csv").open(encoding="utf-8-sig", newline="") as file:
            written = list(csv.DictReader(file))
        sheet = list(book[name_sheet(query, "zh")].iter_rows(min_row=2, values_only=True))
        assert len(stored) == len(written) == len(table["rows"])
        for row, (plain, typed, cells) in enumerate(zip(table["rows"], stored, written, strict=True)):
            for column, value in zip(table["columns"], plain, strict=True):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert typed[column] == value
                    assert float(cells[column]) == value
                    assert sheet[row][table["columns"].index(column)] == pytest.approx(value, rel=1e-15)


def test_every_figure_of_the_page_names_its_query(report: ReportFiles) -> None:
    html = report.html.read_text(encoding="utf-8")
    told = json.loads((report.folder / "report.json").read_text(encoding="utf-8"))
    queries = set(re.findall(r'data-query="(\w+)"', html))
    assert queries <= set(told["tables"])
    assert all(f'id="query-{query}"' in html for query in queries)


def test_the_same_input_gives_the_same_bytes(published: Path, tmp_path: Path) -> None:
    first = write_report(published, tmp_path / "a", as_of=LAST_DAY)
    second = write_report(published, tmp_path / "b", as_of=LAST_DAY)
    files = sorted(path.relative_to(first.folder) for path in first.folder.rglob("*") if path.is_file())
    assert len(files) > 30
    assert [f for f in files if (first.folder / f).read_bytes() != (second.folder / f).read_bytes()] == []


def test_verify_holds_and_fails_after_one_number_is_changed_by_hand(
    report: ReportFiles, published: Path
) -> None:
    assert verify_report(report.folder, published) == []
    page = report.html.read_text(encoding="utf-8")
    changed, count = re.subn(r'(<data[^>]*value=")62((?:\.0)?")', r"\g<1>63\2", page, count=1)
    assert count == 1
    report.html.write_text(changed, encoding="utf-8")
    (difference,) = verify_report(report.html, published)
    assert difference.query == "rising"
    report.html.write_text(page, encoding="utf-8")
    told = report.folder / "report.json"
    told.write_text(told.read_text(encoding="utf-8").replace("0.0012", "0.0011"), encoding="utf-8")
    assert [one.column for one in verify_report(told, published)] == ["q_value"]


def test_what_is_no_report_is_refused_in_words(published: Path, tmp_path: Path) -> None:
    with pytest.raises(ReportRefused, match=r"is not a report of Headwater: no report\.json is there$"):
        verify_report(tmp_path, published)
    with pytest.raises(
        ReportRefused, match=r"is not a report of Headwater: there is no such file or folder$"
    ):
        verify_report(tmp_path / "nichts", published)
    with pytest.raises(ReportRefused, match="headwater trends"):
        write_report(tmp_path / "nichts.duckdb", tmp_path / "r")


def test_an_empty_warehouse_says_so(tmp_path: Path) -> None:
    import duckdb

    from warehouse.reports.figures import SCHEMA_FILE

    with duckdb.connect(str(tmp_path / "leer.duckdb")) as connection:
        connection.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
    files = write_report(tmp_path / "leer.duckdb", tmp_path / "r")
    assert "这一期没有读到任何内容" in files.html.read_text(encoding="utf-8")
    assert verify_report(files.folder, tmp_path / "leer.duckdb") == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_a_csv_cell_cannot_become_a_formula(text: str) -> None:
    assert guard_cell(text) == f"'{text}"
    assert guard_cell(-1.5) == "-1.5"


@pytest.mark.browser
def test_hostile_titles_run_nothing_and_ask_for_nothing(tmp_path: Path) -> None:
    published = publish_world(tmp_path / "headwater.duckdb", HOSTILE)
    files = write_report(published, tmp_path / "r", as_of=LAST_DAY)
    book = openpyxl.load_workbook(files.folder / "report.xlsx")
    assert [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
        page.goto(files.html.as_uri())
        title = page.title()
        wide = page.evaluate("document.documentElement.scrollWidth")
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
        browser.close()
    assert asked == [files.html.as_uri()]
    assert title.startswith("兴趣趋势周报")
    assert wide <= 390
    assert any(link.startswith("https://www.bilibili.com/") for link in links)
    assert all(link.startswith(("https://www.bilibili.com/", "#")) for link in links)
