"""What a report says beside a figure: what it is of, what it is not known to be, and since when."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from tests.report_world import publish_report_world
from warehouse.dashboard.wording import read_dashboard_wording
from warehouse.reports.figures import read_figures
from warehouse.reports.page import Cell, Page, build_page, join_parts
from warehouse.reports.report import write_report
from warehouse.reports.wording import read_wording
from warehouse.reports.workbook import read_workbook_words

Language = Literal["zh", "en"]
SUBJECTS = {"weekly": None, "daily": None, "topic": "tag:拼豆", "brand": "蕉内"}


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
    weekly, topic, brand = (lay_out(published, kind, language) for kind in ("weekly", "topic", "brand"))
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


@pytest.mark.parametrize(
    ("language", "wanted", "stood_in"),
    [
        ("zh", "240 位作者有意", "以它全部 160 位作者代表需求"),
        ("en", "240 authors want it", "all its 160 authors stand in for demand"),
    ],
)
def test_demand_says_whether_its_authors_want_it_or_stand_in(
    language: Language, wanted: str, stood_in: str, tmp_path: Path
) -> None:
    # the category of 匹克球 shows hardly any intent, that of 拼豆 does
    published = publish_report_world(tmp_path)
    said = {
        topic: find_sentence(
            build_page(read_figures(published, "topic", None, topic), language), "topic_supply"
        )
        for topic in ("tag:拼豆", "interest:07.05")
    }
    assert wanted in said["tag:拼豆"] and stood_in in said["interest:07.05"]
    assert re.search("80 (位作者有意|authors want)", said["interest:07.05"]) is None
    weekly = lay_out(published, "weekly", language)
    heading = {"zh": "有意作者", "en": "With intent"}[language]
    cells = [join_parts(cell.sub) for cell in find_cells(weekly, "opportunity", heading)]
    assert [n for n, text in enumerate(cells) if re.search("代表需求|stand in", text)] == [2, 4]
    assert not any(re.search("共 |^of ", text) for text in cells)
    definitions = " ".join(text for _, text in weekly.definitions)
    assert {"zh": "不足 30 位时，以话题的全部作者代表需求", "en": "fewer than 30 such authors, all authors"}[
        language
    ] in definitions


@pytest.mark.parametrize(
    ("language", "absent", "since"),
    [("zh", "历史不足", "1 周前起升"), ("en", "short history", "rose 1 wk ago")],
)
def test_weeks_beside_a_stage_are_those_since_the_rise_and_say_so(
    language: Language, absent: str, since: str, tmp_path: Path
) -> None:
    unstaged = "update v_weekly_trend set stage = null where topic_id = 'tag:匹克球';"
    weekly = lay_out(publish_report_world(tmp_path, unstaged), "weekly", language)
    stages = find_cells(weekly, "rising", {"zh": "阶段", "en": "Stage"}[language])
    shown = {join_parts(cell.parts): join_parts(cell.sub) for cell in stages}
    assert shown[absent].startswith(since)


def test_of_an_earlier_forecast_the_path_of_ranks_is_not_kept_and_its_hours_on_the_board_are(
    tmp_path: Path,
) -> None:
    earlier = """
    insert into mart_breakout_call
    select platform, board, title, captured_at, probability, is_call, rank
    from mart_breakout where status = 'ok';
    delete from mart_breakout;
    insert into core_board_entries (entry_id, platform, board, title, url, first_seen_at)
    select md5(title), platform, board, title, 'https://example.com/女排', captured_at - interval 90 minute
    from mart_breakout_call where title = '女排三比一逆转';
    """
    daily = lay_out(publish_report_world(tmp_path, earlier), "daily", "zh")
    gained, *_ = find_cells(daily, "breakout", "三小时上升")
    hours = [join_parts(cell.parts) for cell in find_cells(daily, "breakout", "已上榜")]
    assert (join_parts(gained.parts), gained.is_absent) == ("未保留", True)
    assert hours == ["1.5 小时", "未知", "未知"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_corners_of_the_map_judge_no_topic(language: Language, tmp_path: Path) -> None:
    """What an ocean is the column says, by the interval: a topic far right and high up may be balanced."""
    weekly = lay_out(publish_report_world(tmp_path), "weekly", language)
    (chart,) = (one.chart for one in weekly.sections if one.name == "opportunity")
    corners = re.findall(r'class="corner [a-z_]+"[^>]*>([^<]+)<', str(chart))
    assert (
        set(corners)
        == {
            "zh": {"多人要、少人卖", "多人要、多人卖", "少人要、少人卖", "少人要、多人卖"},
            "en": {"wanted, scarce", "wanted, plentiful", "quiet, scarce", "quiet, plentiful"},
        }[language]
    )


def test_a_multiple_of_the_level_before_a_call_is_not_named_like_one_of_what_was_expected(
    tmp_path: Path,
) -> None:
    published = publish_report_world(tmp_path)
    scored = lay_out(published, "weekly", "zh")
    assert join_parts(find_cells(scored, "scorecard", "现为判断前水平的")[0].parts) == "3.4 倍"
    brief = build_page(read_figures(published, "topic", None, "tag:匹克球"), "en")
    told = {
        join_parts(call.parts): join_parts(cell.parts)
        for call, cell in zip(
            find_cells(brief, "topic_calls", "Call"),
            find_cells(brief, "topic_calls", "Against its level before the call"),
            strict=True,
        )
    }
    assert told == {
        "rising (week)": "2.8×",
        "blue ocean": "products grew 1.40× as like topics' did",
    }


FULL_WIDTH = re.compile("[（），：；。！？]")


def list_english(found: object) -> list[str]:
    """Every text that an English page may say: of a pair the English one."""
    if isinstance(found, dict):
        return list_english(found["en"]) if {"zh", "en"} <= set(found) else list_english(list(found.values()))
    if isinstance(found, list):
        return [text for one in found for text in list_english(one)]
    return [found] if isinstance(found, str) else []


@pytest.mark.parametrize("words", [read_wording, read_workbook_words, read_dashboard_wording])
def test_english_has_no_marks_of_full_width(words: Callable[[], object]) -> None:
    assert [text for text in list_english(words()) if FULL_WIDTH.search(text)] == []


def test_the_posts_behind_a_brand_are_of_its_week_and_offers_have_none(tmp_path: Path) -> None:
    posts = """
    delete from core_posts; delete from core_annotations;
    insert into core_posts (subject_id, platform, kind, url, title, likes, published_at)
    select 'b' || days, 'bilibili', 'video', 'https://www.bilibili.com/video/BVc' || days,
        '蕉内 ' || days || ' 天前', 100 * days, timestamptz '2026-11-15 12:00:00+08' - to_days(days::integer)
    from range(14) r(days);
    insert into core_annotations (subject_kind, subject_id, tagger, label)
    select 'post', subject_id, 'brands', '蕉内' from core_posts;
    insert into core_listings (subject_id, platform, brand, price, currency, captured_at)
    select 'taobao:s' || n, 'taobao', '蕉内', 99, 'CNY', timestamptz '2026-11-15 12:00:00+08'
    from range(3) r(n);
    update mart_topic_sentiment set window_days = 7;
    """
    published = publish_report_world(tmp_path, posts)
    brand = lay_out(published, "brand", "zh")
    titles = {one.query: [link.title.text for link in one.links] for one in brand.sentences}
    of_the_week = ["蕉内 6 天前", "蕉内 5 天前", "蕉内 4 天前"]
    assert titles == {"brand_now": of_the_week, "sentiment": of_the_week, "brand_offers": []}
    files = write_report(published, tmp_path / "r", kind="brand", subject="蕉内")
    assert "无可链接的样本" not in files.html.read_text(encoding="utf-8").split("<nav")[0]
