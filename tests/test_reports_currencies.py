"""Prices in dollars beside prices in yuan: on the page, in Markdown and in the workbook."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from tests.report_world import publish_report_world
from warehouse.reports.figures import Table, Value
from warehouse.reports.page import join_parts
from warehouse.reports.report import ReportFiles, write_report
from warehouse.reports.verify import verify_report
from warehouse.reports.wording import Wording, read_wording

IN_DOLLARS = """
update mart_topic_opportunity set price_currency = 'USD' where topic_id = 'tag:拼豆';
insert into mart_price_band by name
select * replace (
    'USD/件' as unit, p10 / 8 as p10, p25 / 8 as p25, p50 / 8 as p50, p75 / 8 as p75, p90 / 8 as p90
)
from mart_price_band;
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_report_world(tmp_path_factory.mktemp("dollars"), IN_DOLLARS)


@pytest.fixture(scope="module")
def report(published: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_report(published, tmp_path_factory.mktemp("report") / "weekly")


def test_a_price_in_dollars_is_shown_as_one_and_not_left_out(report: ReportFiles, published: Path) -> None:
    told = (report.folder / "report.md").read_text(encoding="utf-8")
    assert "在售仅 22 款，中位价 USD\u00a029.9。" in told
    assert re.search(r"^\| 拼豆 \(手作非遗国潮\) .* \| USD\u00a029\.9 \|", told, re.MULTILINE)
    assert re.search(r"^\| 匹克球 \(运动健身\) .* \| ¥189 \|", told, re.MULTILINE)
    brief = write_report(published, report.folder.parent / "brief", kind="topic", subject="tag:拼豆")
    assert "在售 22 款，中位价 USD\u00a029.9。" in (brief.folder / "report.md").read_text(encoding="utf-8")
    assert verify_report(report.folder, published) == []


def test_a_cell_of_the_workbook_has_the_currency_of_its_row(report: ReportFiles) -> None:
    book = openpyxl.load_workbook(report.folder / "report.xlsx")
    formats: dict[object, str] = {}
    for sheet, name, price in (("机会地图", "话题编号", "中位价"), ("价格分布", "单位", "中位价")):
        head, *rows = book[sheet].iter_rows()
        place = {cell.value: number for number, cell in enumerate(head)}
        formats |= {row[place[name]].value: row[place[price]].number_format for row in rows}
    assert formats["tag:拼豆"] == '"USD" #,##0.00'
    assert formats["tag:匹克球"] == "¥#,##0.00"
    assert formats["美元/件"] == '"USD" #,##0.00'
    assert formats["元/件"] == "¥#,##0.00"


def test_prices_share_their_scale_with_those_of_the_same_unit_only(report: ReportFiles) -> None:
    """An eighth of every price in another unit is the same drawing, not one pushed to the left."""
    page = report.html.read_text(encoding="utf-8")
    drawn = re.findall(r'<svg class="prices".*?</svg>', page, re.DOTALL)
    medians = [float(found[1]) for one in drawn if (found := re.search(r'class="tick" x1="([\d.]+)"', one))]
    assert len(medians) == 6
    for yuan, dollars in zip(medians[::2], medians[1::2], strict=True):
        assert dollars == pytest.approx(yuan, abs=1)


@pytest.mark.parametrize(
    ("unit", "chinese", "english"),
    [
        ("CNY/件", "元/件", "CNY a piece"),
        ("USD/件", "美元/件", "USD a piece"),
        ("HKD", "港元", "HKD"),
        ("USD/100ml", "美元/100 毫升", "USD per 100 ml"),
        ("THB/盒", "THB/盒", "THB/盒"),
    ],
)
def test_a_unit_is_named_in_words(unit: str, chinese: str, english: str) -> None:
    assert (Wording("zh").name_unit(unit), Wording("en").name_unit(unit)) == (chinese, english)


def test_a_price_carries_its_currency_and_a_number_its_word() -> None:
    rows: tuple[dict[str, Value], ...] = (
        {"n_authors": 1, "p50": 12.5, "unit": "USD/件"},
        {"n_authors": 2, "p50": 12.5, "unit": "CNY/件"},
    )
    table = Table("brand_offers", "", {}, pa.Table.from_pylist(list(rows)), rows)
    template = "{n_authors} {n_authors|author|authors}, {p50}"
    said = [join_parts(Wording("en").fill(template, table, row)) for row in (0, 1)]
    assert said == ["1 author, USD\u00a012.5", "2 authors, ¥12.5"]


@pytest.mark.parametrize(
    ("low", "high", "chinese", "english"),
    [
        (0.0, 20.0, "¥0–¥20", "¥0–¥20"),
        (20.0, 39.9, "¥20–¥39.9", "¥20–¥39.9"),
        (159.0, None, "¥159 以上", "from ¥159"),
        # all prices are one band
        (None, None, "", ""),
    ],
)
def test_the_highest_band_is_open_and_says_so(
    low: float | None, high: float | None, chinese: str, english: str
) -> None:
    rows: tuple[dict[str, Value], ...] = ({"lo": low, "hi": high, "unit": "CNY/件"},)
    table = Table("topic_prices", "", {}, pa.Table.from_pylist(list(rows)), rows)
    (column,) = (
        column
        for column in read_wording()["sections"]["topic_prices"]["columns"]
        if column["head"]["en"] == "Band"
    )
    for language, said in (("zh", chinese), ("en", english)):
        wording = Wording(language)
        assert join_parts(wording.fill(wording.choose(column["cell"]), table, 0)) == said
