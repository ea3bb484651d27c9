"""Which days a section speaks of, where they are not those at the top of the report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.report_world import publish_report_world
from warehouse.reports.figures import Value, read_figures
from warehouse.reports.page import Page, build_page, join_parts

LAST_DAY = date(2026, 11, 15)
A_WEEK_LATER = """
insert into mart_topic_burst by name
select * replace (day + 7 as day) from mart_topic_burst where topic_id = 'tag:匹克球' and grain = 'w';
delete from mart_topic_burst where day = date '2026-11-15' and topic_id = 'tag:早C晚A';
"""
"""The marts a week on: of the week before only what came near significance is left."""
NEXT_MORNING = """
insert into mart_exposure_day (day, platform, n_docs, n_authors, coverage)
values (date '2026-11-16', 'all', 90, 80, 0.1), (date '2026-11-16', 'weibo', 90, 80, 0.1);
insert into mart_breakout_call
select platform, board, title, captured_at, probability, is_call, rank from mart_breakout where status = 'ok';
update mart_breakout set title = title || '（续）', captured_at = captured_at + interval 9 hour;
"""
"""Boards were read at half past eight the next morning, and the forecasts of the evening are on record."""


def build(published: Path, kind: str, as_of: date | None = None, subject: str | None = None) -> Page:
    return build_page(read_figures(published, kind, as_of, subject), "zh")


def read_spans(page: Page) -> dict[str, str]:
    """The days that stand above the tables of the sections, where any do."""
    return {one.name: join_parts(one.span) for one in page.sections if one.span}


def test_a_day_says_of_which_week_its_brands_and_warnings_are(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    daily = build(published, "daily")
    assert join_parts(daily.period) == "2026-11-15（北京时间）"
    # the only row of warnings is of 28 days, and so is the mood of a brand
    assert read_spans(daily) == {
        "brands": "以下是 2026-11-09 至 2026-11-15 七天的数字；写明近 28 天的，是截至同一天的 28 天。",
        "watchout": "以下是 2026-10-19 至 2026-11-15 28 天的数字。",
    }
    (fall,) = (one for one in daily.sentences if one.query == "sentiment_drops")
    assert "在截至 2026-11-15 的一周里" in join_parts(fall.text)


def test_a_week_is_told_again_only_where_a_section_is_of_an_earlier_one(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    assert read_spans(build(published, "weekly")) == {}
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update mart_brand_sov_weekly set week = week - 7; update mart_topic_aipl set week = week - 7;"
            "update mart_price_band set week = week - 7; update mart_topic_velocity set week = week - 7"
        )
    earlier = "以下是 2026-11-02 至 2026-11-08 七天的数字。"
    mixed = f"{earlier[:-1]}；写明近 28 天的，是截至同一天的 28 天。"
    assert read_spans(build(published, "weekly")) == {
        "brands": earlier,
        "aipl": mixed,
        "prices": earlier,
        "fading": earlier,
        "watchout": "以下是 2026-10-12 至 2026-11-08 28 天的数字。",
    }


def test_a_brand_that_nobody_named_for_weeks_is_no_period_without_reading(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    with duckdb.connect(str(published)) as connection:
        connection.execute("update mart_brand_sov_weekly set week = week - 21 where brand_id = '蕉内'")
    brief = build(published, "brand", subject="蕉内")
    assert join_parts(brief.scope) == "这一周没有读到提到它的内容。"
    assert "这一期没有读到" not in "".join(one.empty or "" for one in brief.sections)


def test_a_row_of_28_days_begins_with_their_first_in_every_sheet(tmp_path: Path) -> None:
    tables = read_figures(publish_report_world(tmp_path), "weekly", None).tables
    starts = {
        (query, row["window_days"]): row["week_start"]
        for query in ("aipl", "watchout")
        for row in tables[query].rows
    }
    assert starts == {
        ("aipl", None): date(2026, 11, 9),
        ("aipl", 28): date(2026, 10, 19),
        ("watchout", 28): date(2026, 10, 19),
    }


@pytest.mark.parametrize(
    ("as_of", "title"), [(None, "女排三比一逆转（续）"), (LAST_DAY, "女排三比一逆转（续）")]
)
def test_the_newest_day_read_whole_shows_what_this_morning_forecasts(
    as_of: date | None, title: str, tmp_path: Path
) -> None:
    published = publish_report_world(tmp_path, NEXT_MORNING)
    page = build(published, "daily", as_of)
    assert join_parts(page.period) == "2026-11-15（北京时间）"
    first = read_forecasts(published, as_of)[0]
    assert (first["label"], first["captured_at"]) == (title, "2026-11-16 08:30")
    (section,) = (one for one in page.sections if one.name == "breakout")
    assert "2026-11-16 08:30" in [join_parts(cell.parts) for cell in section.rows[0].cells]


def test_an_earlier_day_shows_what_was_forecast_by_its_end(tmp_path: Path) -> None:
    whole = "update mart_exposure_day set coverage = 1.0 where day = date '2026-11-16'"
    published = publish_report_world(tmp_path, NEXT_MORNING + whole)
    rows = read_forecasts(published, LAST_DAY)
    assert [row["label"] for row in rows] == ["女排三比一逆转", "第一场雪落在江城", "老街的糖画摊子"]
    assert {row["captured_at"] for row in rows} == {"2026-11-15 23:30"}
    (section,) = (one for one in build(published, "daily", LAST_DAY).sections if one.name == "breakout")
    assert "刚上榜" not in [join_parts(cell.parts) for cell in section.rows[1].cells]


def test_a_forecast_whose_day_is_over_is_none(tmp_path: Path) -> None:
    published = publish_report_world(
        tmp_path, "update mart_breakout set captured_at = captured_at - interval 24 hour"
    )
    assert read_forecasts(published, None) == []


def read_forecasts(published: Path, as_of: date | None) -> list[dict[str, Value]]:
    """Rows of the section, in its order."""
    return [dict(row) for row in read_figures(published, "daily", as_of).tables["breakout"].rows]


def test_a_brief_on_an_earlier_week_does_not_call_what_was_not_kept_too_few(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    assert tell_expectation(published, None).startswith("最近七天被提到 31 次")
    with duckdb.connect(str(published)) as connection:
        connection.execute(A_WEEK_LATER)
    told = tell_expectation(published, LAST_DAY)
    assert told.startswith("这一周它与预期相比的数字没有留下：较早的周只保留接近显著的话题")
    (now,) = build(published, "topic", LAST_DAY, "tag:早C晚A").sections[0].rows
    assert join_parts(now.cells[2].parts) == "未保留"


def tell_expectation(published: Path, as_of: date | None) -> str:
    """The first sentence of a brief on a topic that is not rising."""
    return join_parts(build(published, "topic", as_of, "tag:早C晚A").sentences[0].text)


ANOTHER_MAP = """
update mart_topic_opportunity set period = period + 7;
insert into mart_topic_burst by name
select * replace (day + 7 as day) from mart_topic_burst where grain = 'w' and topic_id = 'tag:拼豆';
"""
"""The marts a week on: of demand and supply only the newest 28 days are kept."""


@pytest.mark.parametrize(("kind", "subject"), [("weekly", None), ("topic", "tag:拼豆")])
def test_a_report_on_an_earlier_week_does_not_say_that_its_offers_were_not_read(
    kind: str, subject: str | None, tmp_path: Path
) -> None:
    published = publish_report_world(tmp_path, ANOTHER_MAP)
    queries = {"opportunity", "topic_supply"}
    earlier = build(published, kind, LAST_DAY, subject)
    said = [join_parts(one.text) for one in earlier.sentences if one.query in queries]
    said += [one.empty for one in earlier.sections if one.name in queries and one.empty]
    assert said == ["这一期的供需对照没有留下：机会地图只保留最新一期。"] * 2
    newest = build(published, kind, None, subject)
    assert not [one for one in newest.sections if one.name in queries and one.empty]


NOT_READ = date(2026, 11, 25)
"""Ten days after the last that the world was read on; its offers were on sale within 28 days."""


def test_a_week_that_was_not_read_says_so_and_gives_no_other_reason(tmp_path: Path) -> None:
    page = build(publish_report_world(tmp_path), "weekly", NOT_READ)
    assert join_parts(page.scope) == "这一期没有读到内容；在售商品 2,140 件（28 天）。"
    reasons = {one.name: one.empty for one in page.sections if one.empty}
    assert reasons["rising"] == "这一期没有读到内容，无从判断。"
    assert join_parts(page.sentences[0].text) == "这一期没有读到内容，无从判断。"
    assert "读到的天数还不够" not in repr(page)


def test_a_platform_that_was_not_read_has_a_baseline_all_the_same(tmp_path: Path) -> None:
    page = build(publish_report_world(tmp_path), "weekly", NOT_READ)
    (coverage,) = (one for one in page.sections if one.name == "coverage")
    places = [
        [column.heading for column in coverage.columns].index(name) for name in ("内容数", "相对常量", "状态")
    ]
    shown = {tuple(join_parts(row.cells[place].parts) for place in places) for row in coverage.rows}
    assert shown == {("未读", "未读", "采集不足")}


def test_a_map_of_earlier_days_says_of_which(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    assert "opportunity" not in read_spans(build(published, "weekly"))
    spans = read_spans(build(published, "weekly", NOT_READ))
    assert spans["opportunity"] == "以下是 2026-10-19 至 2026-11-15 28 天的数字。"


def test_a_brief_says_that_nothing_spoke_of_it(tmp_path: Path) -> None:
    page = build(publish_report_world(tmp_path), "topic", NOT_READ, "tag:拼豆")
    assert join_parts(page.scope) == "这一周没有读到提到它的内容。"
