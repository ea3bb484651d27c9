"""Briefs on one topic or brand, the feed and the PDF: golden text, equal numbers everywhere, verification."""

from __future__ import annotations

import csv
import json
import re
import zlib
from datetime import date
from pathlib import Path
from typing import Literal

import openpyxl
import pyarrow.parquet as pq
import pytest

from flows.pdf import print_pdf
from flows.pdf_text import OBJECT, read_entries, unify, write_map
from flows.settings import Settings
from flows.verify import verify_files
from tests.command_line import CommandLine
from tests.golden_reports import SUBJECTS
from tests.report_world import publish_report_world
from warehouse.errors import ReportRefused
from warehouse.query import run_query
from warehouse.reports.bound_sql import bind_sql
from warehouse.reports.figures import read_figures
from warehouse.reports.formats import format_exact
from warehouse.reports.markdown import escape
from warehouse.reports.marks import read_marks
from warehouse.reports.report import ReportFiles, ReportKind, write_report
from warehouse.reports.subjects import find_subject
from warehouse.reports.verify import verify_report
from warehouse.reports.workbook import name_sheet

WATCHED = """
insert into mart_watch_group values (1, '手作', '拼豆', 2);
insert into mart_watch_match
select 1, '手作', ['拼豆'], 'post', 'video', 'b' || i, 'bilibili', date '2026-11-15' - i::integer,
    '拼豆第' || i || '天', 'https://www.bilibili.com/video/BVw' || i
from range(20) r(i);
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    publish_report_world(folder, WATCHED)
    return folder


@pytest.fixture(scope="module")
def published(home: Path) -> Path:
    return home / "published" / "headwater.duckdb"


@pytest.fixture(scope="module")
def reports(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReportFiles]:
    folder = tmp_path_factory.mktemp("reports")
    return {
        kind: write_report(published, folder / kind, kind=kind, subject=subject)
        for kind, subject in SUBJECTS.items()
    }


@pytest.mark.parametrize("kind", SUBJECTS)
def test_html_markdown_csv_xlsx_parquet_and_json_hold_the_same_numbers(
    kind: str, reports: dict[str, ReportFiles]
) -> None:
    folder = reports[kind].folder
    tables = json.loads((folder / "report.json").read_text(encoding="utf-8"))["tables"]
    marks = read_marks((folder / "report.html").read_text(encoding="utf-8"))
    markdown = (folder / "report.md").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(folder / "report.xlsx")
    exact = [mark for mark in marks if mark[0] in tables and not mark[2].endswith(" as shown")]
    assert len(exact) > 20
    for query, row, column, value in exact:
        table = tables[query]
        assert format_exact(table["rows"][row - 1][table["columns"].index(column)]) == value
    for query, _, _, text in (mark for mark in marks if mark[2].endswith(" as shown")):
        assert escape(text) in markdown, query
    for query, table in tables.items():
        stored = pq.read_table(folder / "tables" / f"{query}.parquet").to_pylist()
        with (folder / "tables" / f"{query}.csv").open(encoding="utf-8-sig", newline="") as file:
            written = list(csv.DictReader(file))
        sheet = list(book[name_sheet(query, "zh")].iter_rows(min_row=2, values_only=True))
        assert len(stored) == len(written) == len(table["rows"])
        for place, plain in enumerate(table["rows"]):
            for column, value in zip(table["columns"], plain, strict=True):
                assert str(stored[place][column]) == str(value) or stored[place][column] == value
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert float(written[place][column]) == value
                    assert sheet[place][table["columns"].index(column)] == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("kind", SUBJECTS)
def test_every_report_is_verified_and_one_changed_number_is_found(
    kind: ReportKind, published: Path, tmp_path: Path
) -> None:
    folder = write_report(published, tmp_path / kind, kind=kind, subject=SUBJECTS[kind]).folder
    assert verify_report(folder, published) == []
    page = (folder / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<data data-query="(\w+)"[^>]*value="(\d+)">', page)
    assert found is not None
    changed = page.replace(
        found[0], found[0].replace(f'value="{found[2]}"', f'value="{int(found[2]) + 1}"'), 1
    )
    (folder / "report.html").write_text(changed, encoding="utf-8")
    (difference,) = verify_report(folder, published)
    assert difference.query == found[1]


def test_a_feed_changed_by_hand_is_found(published: Path, tmp_path: Path) -> None:
    folder = write_report(published, tmp_path / "weekly").folder
    feed = folder / "rising.rss"
    feed.write_text(feed.read_text(encoding="utf-8").replace("150 次", "151 次", 1), encoding="utf-8")
    assert {difference.file for difference in verify_report(folder, published)} == {"rising.rss"}


@pytest.mark.parametrize("kind", ["topic", "brand"])
def test_the_sql_behind_every_table_runs_as_it_stands(kind: ReportKind, published: Path) -> None:
    tables = read_figures(published, kind, None, SUBJECTS[kind]).tables
    assert any(table.rows for table in tables.values())
    for query, table in tables.items():
        assert len(run_query(published, bind_sql(table)).rows) == len(table.rows), query


@pytest.mark.parametrize(("days", "nsr_before"), [(7, 0.4), (28, None)])
def test_the_week_before_is_only_said_of_seven_days_that_spoke_then(
    days: int, nsr_before: float | None, tmp_path: Path
) -> None:
    earlier = (
        "insert into mart_topic_sentiment by name "
        "select * replace (week - 7 as week, 0.9 as nsr) from mart_topic_sentiment "
        "where week = date '2026-11-08'; "
    )
    window = f"update mart_topic_sentiment set window_days = {days} where week = date '2026-11-08'"  # noqa: S608
    published = publish_report_world(tmp_path, earlier + window)
    (moods,) = read_figures(published, "topic", None, "interest:02.03").tables["sentiment"].rows
    assert moods["nsr_before"] == (nsr_before and pytest.approx(nsr_before))


@pytest.mark.parametrize(("days", "drops"), [(7, ["interest:02.03"]), (28, [])])
def test_a_fall_is_one_against_the_week_before_and_no_earlier_one(
    days: int, drops: list[str], tmp_path: Path
) -> None:
    earlier = (
        "insert into mart_topic_sentiment by name "
        "select * replace (week - 7 as week) from mart_topic_sentiment where week = date '2026-11-08'; "
    )
    window = f"update mart_topic_sentiment set window_days = {days} where week = date '2026-11-08'"  # noqa: S608
    published = publish_report_world(tmp_path, earlier + window)
    rows = read_figures(published, "weekly", None, None).tables["sentiment_drops"].rows
    assert [row["topic_id"] for row in rows] == drops


@pytest.mark.parametrize(
    ("kind", "name", "subject"),
    [
        ("topic", "拼豆", "tag:拼豆"),
        ("topic", "#拼豆", "tag:拼豆"),
        ("topic", "#拼豆#", "tag:拼豆"),
        ("topic", "＃拼豆＃ ", "tag:拼豆"),
        ("topic", "#拼豆[话题]#", "tag:拼豆"),
        ("topic", "拼 豆", "tag:拼豆"),
        ("topic", "ｂｅａｄｓ", "interest:19.02"),
        ("topic", "interest:19.02", "interest:19.02"),
        ("topic", "Beads", "interest:19.02"),
        ("brand", "优衣库", "优衣库"),
        ("brand", "优 衣 库", "优衣库"),
    ],
)
def test_a_name_is_found_as_people_write_it(kind: str, name: str, subject: str, published: Path) -> None:
    assert find_subject(published, kind, name) == subject


def test_of_one_name_the_hashtag_is_meant_that_a_rise_is_named_by_and_not_a_larger_cluster(
    tmp_path: Path,
) -> None:
    cluster = (
        "insert into mart_topic by name select * replace ('cluster:7' as topic_id, 'cluster' as topic_kind, "
        "n_docs + 1000 as n_docs) from mart_topic where topic_id = 'tag:拼豆'"
    )
    assert find_subject(publish_report_world(tmp_path, cluster), "topic", "拼豆") == "tag:拼豆"


@pytest.mark.parametrize("name", ["没有", "", "'; drop table mart_topic; --", "../../etc/passwd", "\x00"])
def test_a_name_that_is_none_is_refused_with_what_is_near(name: str, published: Path) -> None:
    with pytest.raises(ReportRefused, match="there is no topic"):
        find_subject(published, "topic", name)


def read_letters(pdf: bytes) -> dict[int, set[str]]:
    """What the newest character map of each font of a PDF gives to whoever copies its text."""
    letters: dict[int, set[str]] = {}
    for found in OBJECT.finditer(pdf):
        text = zlib.decompress(pdf[found.end() : found.end() + int(found[2])])
        if b"begincmap" in text:
            letters[int(found[1])] = {meaning for _, meaning in read_entries(text.decode("latin-1"))}
    return letters


def test_a_range_of_a_character_map_is_unified_character_by_character() -> None:
    text = "1 beginbfrange\n<0A> <0C> <2F95>\nendbfrange\n1 beginbfchar\n<0D> <2ECB>\nendbfchar\n"
    assert dict(read_entries(text)) == {"0A": "⾕", "0B": "⾖", "0C": "⾗", "0D": "⻋"}
    written = write_map(text, {code: unify(meaning) for code, meaning in read_entries(text)})
    assert dict(read_entries(written)) == {"0A": "谷", "0B": "豆", "0C": "豕", "0D": "车"}


@pytest.mark.browser
def test_the_pdf_holds_chinese_text_is_the_same_twice_and_is_verified(
    home: Path, reports: dict[str, ReportFiles], tmp_path: Path
) -> None:
    html = reports["topic"].html.read_text(encoding="utf-8")
    pdf = print_pdf(html, "", date(2026, 11, 15))
    assert pdf.startswith(b"%PDF-")
    letters = set().union(*read_letters(pdf).values())
    assert set("话题简报拼豆有没人卖一起出现") <= letters
    assert not {letter for letter in letters if "\u2e80" <= letter <= "\u2fdf"}
    assert b"D:20261115000000" in pdf
    assert print_pdf(html, "", date(2026, 11, 15)) == pdf
    folder = reports["topic"].folder
    (folder / "report.pdf").write_bytes(pdf)
    settings = Settings(home=home)
    assert verify_files(folder, settings) == []
    (folder / "report.pdf").write_bytes(
        print_pdf(html.replace(">150</data>", ">151</data>"), "", date(2026, 11, 15))
    )
    assert [difference.file for difference in verify_files(folder, settings)] == ["report.pdf"]


@pytest.mark.process
def test_the_command_writes_a_brief_and_names_the_nearest_topics(home: Path) -> None:
    run = CommandLine(home).run
    environment = {"HEADWATER_HOME": str(home)}
    written = run("report", "topic", "拼豆", "--json", environment=environment)
    assert written.exit_code == 0, written.errors
    folder = Path(json.loads(written.output)["folder"])
    assert folder.parent == home / "reports"
    assert re.fullmatch(r"topic-[0-9a-f]{12}-[0-9TZa-f-]+", folder.name)
    assert run("verify", folder, environment=environment).output == "every figure holds\n"
    near = run("report", "topic", "豆", environment=environment)
    assert near.exit_code == 2
    assert "the nearest are: tag:拼豆" in near.errors
    assert "a brief needs a name" in run("report", "brand", environment=environment).errors


TOO_NEW = """
insert into mart_topic_burst (day, platform, grain, topic_id, x, mu, ratio, p_value, q_value, event_q_value, m_tested, level, event_id, status)
select last_day - 7, 'all', 'w', 'tag:头皮防晒', 24, 0.3, 82.7, 1e-9, 1e-7, 1e-7, 640, 'signal', 'tag:头皮防晒', 'no_baseline' from last;
insert into mart_call (week_called, topic_id, call, x, mu, event_id, is_retrospective)
select last_day - 7, 'tag:头皮防晒', 'new', 24, 0.3, 'tag:头皮防晒', false from last;
"""  # noqa: E501


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "最近七天被提到 58 次（显著）；2026-11-04 首次出现，还没有可比的基线"),
        ("en", "58 mentions in the last seven days (significant); first seen on 2026-11-04, no baseline yet"),
    ],
)
def test_a_topic_without_a_baseline_is_given_no_multiple_anywhere_in_its_brief(
    language: Literal["zh", "en"], said: str, tmp_path: Path
) -> None:
    published = publish_report_world(tmp_path, TOO_NEW)
    report = write_report(
        published, tmp_path / "简报", kind="topic", language=language, subject="tag:头皮防晒"
    )
    page = (report.folder / "report.md").read_text(encoding="utf-8").split("##")
    assert said in page[0]
    (where, weeks, calls) = (
        next(part for part in page if part.startswith(f" {title}"))
        for title in (
            ("现在在哪里", "近八周", "以前的判断") if language == "zh" else ("Where it", "Eight", "Earlier")
        )
    )
    for part in (where, weeks, calls):
        assert not re.search(r"\d (?:倍)|\d×", part)
    assert {"zh": "尚无基线", "en": "no baseline yet"}[language] in where
    tables = read_figures(published, "topic", None, "tag:头皮防晒").tables
    rows = [*tables["topic_now"].rows, *tables["topic_weeks"].rows]
    assert {row[name] for row in rows for name in ("mu", "ratio", "q_value")} == {None}
    assert [row["ratio_now"] for row in tables["topic_calls"].rows] == [None]
