"""The page of a report: hostile texts, a phone, the dark, paper, and readers who do not see it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import duckdb
import openpyxl
import pytest
from playwright.sync_api import Browser, sync_playwright

from spiders.browser import find_browser
from tests.hostile_titles import HOSTILE_ADDRESSES, HOSTILE_TITLES
from warehouse.reports import report as report_module
from warehouse.reports.report import ReportFiles, write_report


@pytest.fixture(scope="module")
def hostile(report_world: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    """The world with a hostile name in every text: topics, brands, platforms, phrases, titles, addresses."""
    path = tmp_path_factory.mktemp("hostile") / "headwater.duckdb"
    path.write_bytes(report_world.read_bytes())
    with duckdb.connect(str(path)) as connection:
        for number, title in enumerate(HOSTILE_TITLES):
            address = (
                HOSTILE_ADDRESSES[number % len(HOSTILE_ADDRESSES)]
                if number % 2
                else f"https://www.bilibili.com/{number}"
            )
            topic = f"tag:敌{number // 3}"
            connection.execute(
                "insert into mart_topic_doc (topic_id, subject_id, platform, day, is_primary, title, url) "
                "values (?, ?, ?, date '2026-11-15', true, ?, ?)",
                [topic, str(number), title[:60] if number % 7 == 0 else "bilibili", title, address],
            )
            if number % 3 == 0:
                write_hostile_topic(connection, topic, title)
        connection.execute(
            "update mart_brand_sov_weekly set brand_id = ? where rank = 1", [HOSTILE_TITLES[1]]
        )
        connection.execute("update mart_aspect_sentiment set top_phrase = ?", [HOSTILE_TITLES[0]])
    return write_report(path, path.parent / "r")


def write_hostile_topic(connection: duckdb.DuckDBPyConnection, topic: str, title: str) -> None:
    """A topic of that name among the new ones, and in the matrix."""
    connection.execute(
        "insert into mart_topic (topic_id, topic_kind, label, label_en, l1, first_day) "
        "values (?, 'tag', ?, ?, '19', date '2026-11-10')",
        [topic, title, title],
    )
    connection.execute(
        "insert into mart_topic_burst "
        "(day, platform, grain, topic_id, x, mu, ratio, p_value, q_value, event_q_value, level, status) "
        "values (date '2026-11-15', 'all', 'w', ?, 900, 100, 9, 1e-20, 1e-18, 1e-18, 'signal', ?)",
        [topic, "ok" if len(title) % 2 else "no_baseline"],
    )
    connection.execute(
        "insert into mart_topic_opportunity (period, topic_id, l1, demand_authors, intent_authors, spu_cnt, "
        "shop_cnt, new_spu_28d, d_log, s_log, gap, gap_lo, gap_hi, status) "
        "values (date '2026-11-15', ?, '19', 90, 50, 3, 2, 1, -1.0, -3.0, 2.0, 1.5, 2.5, 'ok')",
        [topic],
    )


@pytest.fixture(scope="module")
def browser() -> object:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.browser
def test_hostile_texts_run_nothing_and_ask_for_nothing(hostile: ReportFiles, browser: Browser) -> None:
    assert len(HOSTILE_TITLES) >= 100
    heard: list[str] = []
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.on("request", lambda request: heard.append(request.url))
    page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
    page.on("console", lambda message: heard.append(f"console {message.text}"))
    page.goto(hostile.html.as_uri())
    for element in page.query_selector_all("summary, [tabindex]"):
        element.focus()
    page.wait_for_timeout(200)
    assert heard == [hostile.html.as_uri()]
    assert page.title().startswith("兴趣趋势周报")
    assert (
        page.evaluate("document.querySelectorAll('script, iframe, img, object, embed, base, form').length")
        == 0
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    links = page.eval_on_selector_all(
        "main a[href]", "all => all.map(one => [one.protocol, one.host, one.rel])"
    )
    outside = [link for link in links if link[0] != "file:"]
    assert {host for _, host, _ in outside} <= {"www.bilibili.com", "www.douyin.com", "www.xiaohongshu.com"}
    assert {(scheme, rel) for scheme, _, rel in outside} == {("https:", "noopener noreferrer nofollow")}
    page.close()


def test_hostile_texts_become_no_formula_and_break_no_table(hostile: ReportFiles) -> None:
    book = openpyxl.load_workbook(hostile.folder / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    for line in (hostile.folder / "report.md").read_text(encoding="utf-8").splitlines():
        assert not re.search(r"(?<!\\)\]\((?!https://www\.)", line)
        assert not re.search(r"(?<!\\)<\w", line) or line.startswith(("    ", "and", "where"))
    starts = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    for path in (hostile.folder / "tables").glob("*.csv"):
        for cell in re.findall(r'"((?:[^"]|"")*)"', path.read_text(encoding="utf-8-sig")):
            assert not cell.lstrip(' "').startswith(starts)


@pytest.mark.browser
def test_the_page_holds_on_a_phone_in_the_dark_and_on_paper(
    report_world: Path, weekly_report: ReportFiles, browser: Browser
) -> None:
    for width, scheme in ((390, "light"), (390, "dark"), (1280, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(weekly_report.html.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
    page = browser.new_page()
    page.goto(weekly_report.html.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_table_runs_over_a_page_of_1280_pixels(
    language: Literal["zh", "en"], report_world: Path, tmp_path: Path, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(write_report(report_world, tmp_path / "r", language=language).html.as_uri())
    over = "es => es.filter(e => e.scrollWidth > e.clientWidth).map(e => e.closest('section').id)"
    assert page.eval_on_selector_all(".scroll", over) == []
    page.close()


def list_palettes() -> list[dict[str, str]]:
    """Colours of the page by name, in the light, in the dark and on paper."""
    style = (Path(report_module.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    roots = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})\b", root)) for root in roots]


def measure_contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""

    def measure_light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((measure_light(one), measure_light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_and_marks_stand_out_from_the_paper() -> None:
    palettes = list_palettes()
    assert len(palettes) == 3
    for colours in palettes:
        for ground in ("paper", "wash"):
            for text in ("ink", "quiet", "accent"):
                assert measure_contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        for mark in ("positive", "negative", "mixed"):
            assert measure_contrast(colours[mark], colours["paper"]) >= 3, mark


def test_every_table_and_drawing_says_what_it_is(weekly_report: ReportFiles) -> None:
    page = weekly_report.html.read_text(encoding="utf-8")
    assert page.count("<table") == page.count("<caption>") == 13
    drawings = re.findall(r"<svg[^>]*>", page)
    assert len(drawings) > 15
    assert [one for one in drawings if not re.search(r'role="img" aria-label="[^"]+"', one)] == []
    assert page.count("<th ") == len(re.findall(r'<th [^>]*scope="(?:col|row|rowgroup)"', page))
