"""What heads a report, and what stands beside its figures so that they add up."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import duckdb
import pytest

from tests.report_world import publish_report_world
from tests.test_reports_words import find_cells, find_sentence, lay_out
from warehouse.reports.figures import read_figures
from warehouse.reports.page import join_parts

Language = Literal["zh", "en"]
RISEN_FOR_THREE_DAYS = """
update mart_topic_burst set x = 9, mu = 5.1, ratio = 1.8, q_value = 1e-5, event_q_value = 1e-5,
    level = 'alert', event_id = topic_id
where grain = 'd' and topic_id = 'tag:匹克球';
"""
"""匹克球 is surer than 拼豆 by the sum of three days, and on the day itself within chance."""


@pytest.mark.parametrize(
    ("language", "said", "beside"),
    [("zh", "凭近两天或四天的合计", "q 值"), ("en", "by its sum of two or four days", "q")],
)
def test_a_day_is_headed_by_what_stands_out_on_it(
    language: Language, said: str, beside: str, tmp_path: Path
) -> None:
    daily = lay_out(publish_report_world(tmp_path, RISEN_FOR_THREE_DAYS), "daily", language)
    assert "拼豆" in find_sentence(daily, "rising")
    topics = [row.topic_id for section in daily.sections if section.name == "rising" for row in section.rows]
    assert topics == ["tag:拼豆", "tag:匹克球"]
    assert [join_parts(cell.sub) for cell in find_cells(daily, "rising", beside)] == ["", said]


def test_where_nothing_stands_out_on_the_day_the_headline_says_of_what_its_q_is(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path, RISEN_FOR_THREE_DAYS)
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from mart_topic_burst where grain = 'd' and topic_id = 'tag:拼豆'")
    daily = lay_out(published, "daily", "zh")
    assert "被提到 9 次，预期只有 5.1 次，q <0.001（凭近两天或四天的合计）" in find_sentence(daily, "rising")


@pytest.mark.parametrize(
    ("language", "sums", "lines"),
    [
        ("zh", "q 值听取一天、两天与四天的合计", "没有作者的榜单条目各算一位"),
        ("en", "q hears the sums of one, two and four days", "a board entry, which has none, counts as one"),
    ],
)
def test_q_is_defined_by_the_days_it_hears(language: Language, sums: str, lines: str, tmp_path: Path) -> None:
    daily = lay_out(publish_report_world(tmp_path), "daily", language)
    text = daily.definitions[1][1]
    assert sums in text and lines in text


@pytest.mark.parametrize(
    ("language", "expected", "read"),
    [
        ("zh", "按所读的量应有 151.5", "此后所读 +257%"),
        ("en", "151.5 expected of what was read", "read since +257%"),
    ],
)
def test_a_topic_that_fades_with_more_voices_than_before_says_how_many_were_expected(
    language: Language, expected: str, read: str, tmp_path: Path
) -> None:
    """Three and a half times as much was read of its platforms: 44 voices are a fall from 41."""
    deeper = (
        "update mart_topic_velocity set x_cur = 44, x_prev = 41, read_growth = 3.57,"
        " v_log = ln(46 / 43) - ln(3.57), v_lo = -1.7, v_hi = -0.5;"
    )
    published = publish_report_world(tmp_path, deeper)
    weekly = lay_out(published, "weekly", language)
    (fading,) = (one for one in weekly.sections if one.name == "fading")
    lead = {"zh": "扣除所在平台读到的内容的增减", "en": "less the growth of what was read"}
    assert lead[language] in fading.lead
    change, now, before, q_value = fading.rows[0].cells[1:]
    assert [join_parts(cell.parts) for cell in (change, now, q_value)] == ["\u221270%", "44", "0.012"]
    assert (join_parts(now.sub), join_parts(before.sub)) == (expected, read)
    (row,) = read_figures(published, "weekly", None).tables["fading"].rows
    assert isinstance(row["x_expected"], float)
    assert row["change"] == pytest.approx((44 + 2) / (row["x_expected"] + 2) - 1)


@pytest.mark.parametrize("kind", ["weekly", "daily", "topic"])
def test_more_authors_than_documents_are_those_of_duplicates(kind: str, tmp_path: Path) -> None:
    page = lay_out(publish_report_world(tmp_path), kind, "zh")
    assert "位（含重复内容的）" in join_parts(page.scope)
    assert "重复的内容只计一条，发布它的作者各计一位" in page.definitions[0][1]
