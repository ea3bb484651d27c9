"""What a report says beside a figure: what it is of, what it is not known to be, and since when."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from tests.report_world import publish_report_world
from warehouse.reports.figures import read_figures
from warehouse.reports.page import Cell, Page, build_page, join_parts
from warehouse.reports.report import write_report

Language = Literal["zh", "en"]
SUBJECTS = {"weekly": None, "topic": "tag:拼豆", "brand": "蕉内"}


def lay_out(published: Path, kind: str, language: Language) -> Page:
    return build_page(read_figures(published, kind, None, SUBJECTS[kind]), language)


def find_cells(page: Page, section: str, heading: str) -> list[Cell]:
    """The cells below a heading of a section."""
    (found,) = (one for one in page.sections if one.name == section)
    place = [column.heading for column in found.columns].index(heading)
    return [row.cells[place] for row in found.rows]


def find_sentence(page: Page, query: str) -> str:
    """The text of the sentence of a query."""
    (found,) = (one for one in page.sentences if one.query == query)
    return join_parts(found.text)


@pytest.mark.parametrize(
    ("language", "heading", "mark"), [("zh", "净情感", "未校准"), ("en", "Net sentiment", "uncalibrated")]
)
def test_net_sentiment_whose_error_is_not_known_is_marked_wherever_it_stands(
    language: Language, heading: str, mark: str, tmp_path: Path
) -> None:
    published = publish_report_world(tmp_path, "update mart_topic_sentiment set sens = null;")
    weekly, topic, brand = (lay_out(published, kind, language) for kind in SUBJECTS)
    said = [
        find_sentence(weekly, "sentiment_drops"),
        *(find_sentence(one, "sentiment") for one in (topic, brand)),
    ]
    cells = [
        cell
        for page, section in (
            (weekly, "brands"),
            (weekly, "opportunity"),
            (topic, "sentiment"),
            (brand, "sentiment"),
        )
        for cell in find_cells(page, section, heading)
        if not cell.is_absent
    ]
    assert len(cells) >= 6
    assert [text for text in [*said, *(join_parts(cell.sub) for cell in cells)] if mark not in text] == []


def test_the_workbook_has_a_column_for_sentiment_that_is_not_calibrated(tmp_path: Path) -> None:
    files = write_report(publish_report_world(tmp_path), tmp_path / "报告", language="en")
    head, *rows = openpyxl.load_workbook(files.folder / "report.xlsx")["Share of voice"].values
    states = {row[head.index("Brand")]: row[head.index("Calibration of sentiment")] for row in rows}
    assert (states["优衣库"] or "", states["蕉内"]) == ("", "uncalibrated")


def test_the_share_without_adverts_stands_beside_the_share_that_it_is_compared_with(tmp_path: Path) -> None:
    weekly = lay_out(publish_report_world(tmp_path), "weekly", "zh")
    whole, *_ = find_cells(weekly, "brands", "声量份额")
    split, *_ = find_cells(weekly, "brands", "均分份额")
    assert join_parts(whole.sub) == "37.1%–45.4%；去除推广 39.2%"
    assert "去除推广" not in join_parts(split.sub)
