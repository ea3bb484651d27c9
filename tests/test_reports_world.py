"""Reports of a small world written by hand: the whole page as golden text, and verification of every file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, sync_playwright

from spiders.browser import find_browser
from tests.golden_reports import GOLDEN, render_golden
from tests.hostile_titles import HOSTILE_ADDRESSES, HOSTILE_TITLES
from tests.word_pairs import find_odd_pairs
from warehouse.errors import ReportRefused
from warehouse.reports import report as report_module
from warehouse.reports.figures import SCHEMA_FILE, Table, Value
from warehouse.reports.formats import format_value
from warehouse.reports.labels import Box, Dot, place_labels
from warehouse.reports.page import join_parts
from warehouse.reports.report import ReportFiles, write_report
from warehouse.reports.verify import verify_report
from warehouse.reports.wording import Wording, read_wording

FIXTURES = Path(__file__).parent / "fixtures" / "reports"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "headwater.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        connection.execute((FIXTURES / "world.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture
def report(published: Path, tmp_path: Path) -> ReportFiles:
    return write_report(published, tmp_path / "weekly")


@pytest.mark.parametrize("name", GOLDEN)
def test_every_page_is_as_it_was_read_and_approved(name: str, published: Path, tmp_path: Path) -> None:
    kept = (FIXTURES / name).read_text(encoding="utf-8")
    assert render_golden(published, tmp_path / "r", name) == kept, (
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
    ],
)
def test_figures_are_written_as_people_say_them(value: float, kind: str, text: str) -> None:
    assert format_value(value, kind, "zh") == text


def test_a_price_carries_its_currency_and_a_number_its_word() -> None:
    rows: tuple[dict[str, Value], ...] = (
        {"n_authors": 1, "p50": 12.5, "unit": "USD/件"},
        {"n_authors": 2, "p50": 12.5, "unit": "CNY/件"},
    )
    table = Table("brand_offers", "", {}, pa.Table.from_pylist(list(rows)), rows)
    template = "{n_authors} {n_authors|author|authors}, {p50}"
    said = [join_parts(Wording("en").fill(template, table, row)) for row in (0, 1)]
    assert said == ["1 author, USD 12.5", "2 authors, ¥12.5"]


def test_a_thin_platform_is_grey_and_not_zero(report: ReportFiles) -> None:
    page = report.html.read_text(encoding="utf-8")
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
    sheet = book["rising"]
    column = next(cell.column for cell in sheet[1] if cell.value == "x")
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
        ("report.json", lambda path: change_text(path, "b.q_value <= 0.05", "b.q_value <= 0.5")),
        ("tables/rising.csv", lambda path: change_text(path, "150.0", "151.0")),
        ("report.xlsx", change_sheet),
        ("tables/rising.parquet", change_parquet),
        ("tables/brands.parquet", lambda path: path.write_bytes(b"PAR1")),
        ("tables/curve.csv", lambda path: path.unlink()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_verify_finds_what_was_changed_by_hand(
    name: str, change: Callable[[Path], None], report: ReportFiles, published: Path
) -> None:
    assert verify_report(report.folder, published) == []
    change(report.folder / name)
    differences = verify_report(report.folder, published)
    assert {difference.file for difference in differences} == {name}
    assert all(name in str(difference) for difference in differences)


def test_a_weekly_report_ends_where_a_week_of_the_marts_ends(published: Path, tmp_path: Path) -> None:
    late = write_report(published, tmp_path / "late", as_of=date(2026, 11, 18))
    told = (late.folder / "report.md").read_text(encoding="utf-8")
    assert "2026-11-09 至 2026-11-15" in told


def test_a_report_never_follows_a_link_or_leaves_a_half_behind(published: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    with pytest.raises(ReportRefused, match="is a link"):
        write_report(published, tmp_path / "link")
    assert list(elsewhere.iterdir()) == []
    folder = write_report(published, tmp_path / "again").folder
    (folder / "left over.txt").write_text("x", encoding="utf-8")
    write_report(published, folder)
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


@pytest.fixture(scope="module")
def hostile(published: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    """The world with a hostile name in every text: topics, brands, platforms, phrases, titles, addresses."""
    path = tmp_path_factory.mktemp("hostile") / "headwater.duckdb"
    path.write_bytes(published.read_bytes())
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
        "(day, platform, grain, topic_id, x, mu, ratio, p_value, q_value, level, status) "
        "values (date '2026-11-15', 'all', 'w', ?, 900, 100, 9, 1e-20, 1e-18, 'signal', ?)",
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
    published: Path, report: ReportFiles, browser: Browser
) -> None:
    for width, scheme in ((390, "light"), (390, "dark"), (1280, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(report.html.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
    page = browser.new_page()
    page.goto(report.html.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_table_runs_over_a_page_of_1280_pixels(
    language: Literal["zh", "en"], published: Path, tmp_path: Path, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(write_report(published, tmp_path / "r", language=language).html.as_uri())
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


def test_every_table_and_drawing_says_what_it_is(report: ReportFiles) -> None:
    page = report.html.read_text(encoding="utf-8")
    assert page.count("<table") == page.count("<caption>") == 13
    drawings = re.findall(r"<svg[^>]*>", page)
    assert len(drawings) > 15
    assert [one for one in drawings if not re.search(r'role="img" aria-label="[^"]+"', one)] == []
    assert page.count("<th ") == len(re.findall(r'<th [^>]*scope="(?:col|row|rowgroup)"', page))
