"""The dashboard in a real Chromium: pages, charts, filters, phone, dark, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from nlp.word_review import DICTIONARY_FILE, REVIEW_FILE
from tests.dashboard_site import serve
from tests.dashboard_world import TOPIC, publish_dashboard_world

PAGES = (
    "/", "/?level=all&sort=name", f"/topic?id={TOPIC}", f"/posts?id={TOPIC}", "/search?q=拼", "/opportunity",
    "/brands", "/platforms", "/scorecard", "/breakout", "/sources", "/words", "/sql", "/nope",
)  # fmt: skip
GRAVE = ("serious", "critical")
REVIEW = "decision\tword\tdocuments\tbackground\tsurprise\texample\n\t谷子\t42\t1\t9.50\t周末一起去吃谷\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("browser")
    publish_dashboard_world(home)
    (home / REVIEW_FILE).write_text(REVIEW, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with serve(home) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console must stay silent."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))
    yield page
    context.close()
    assert [text for text in said if "404" not in text] == []


def measure_contrast(text: str, paper: str) -> float:
    """Contrast of two colours written rgb(r, g, b), as WCAG has it."""

    def shine(colour: str) -> float:
        parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((shine(text), shine(paper)))
    return (lighter + 0.05) / (darker + 0.05)


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait for it: a click alone may return on the page before."""
    with page.expect_navigation():
        page.click(selector)


@pytest.mark.browser
@pytest.mark.timeout(240)
class TestPages:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_no_grave_fault_and_nothing_is_wider_than_the_screen(
        self, address: str, browser: Browser, scheme: str
    ) -> None:
        found: list[str] = []
        for width in (1280, 390):
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
            page = context.new_page()
            for path in PAGES:
                page.goto(address + path)
                page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{path} is wider than {width}")
                if (width == 1280 and scheme == "light") or path in PAGES[1:3]:
                    faults = Axe().run(page).response["violations"]
                    found += [
                        f"{path} {fault['id']}: {node['html'][:120]}"
                        for fault in faults
                        if fault["impact"] in GRAVE
                        for node in fault["nodes"][:3]
                    ]
            context.close()
        assert found == []

    def test_no_drawing_is_wider_than_a_phone(self, address: str, browser: Browser) -> None:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        for path in ("/opportunity", f"/topic?id={TOPIC}", "/platforms", "/breakout"):
            for language in ("zh", "en"):
                page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
                widths = page.eval_on_selector_all(
                    "figure", "all => all.map(one => [one.scrollWidth, one.clientWidth])"
                )
                # the world of these tests has no forecast, so the breakout page draws nothing
                assert bool(widths) == (path != "/breakout"), path
                assert all(inner <= outer for inner, outer in widths), (path, widths)
                texts = page.eval_on_selector_all(
                    "figure svg text",
                    "all => all.map(one => one.getBoundingClientRect()).filter(one => one.width)",
                )
                assert bool(texts) == bool(widths), path
                assert all(text["left"] >= -1 and text["right"] <= 391 for text in texts), (path, texts)
        context.close()

    def test_the_filters_of_the_trends_stand_on_one_line_in_both_languages(
        self, address: str, page: Page
    ) -> None:
        for language in ("zh", "en"):
            page.goto(f"{address}/?lang={language}")
            ends = page.eval_on_selector_all(
                ".filter > *", "all => all.map(one => Math.round(one.getBoundingClientRect().bottom))"
            )
            assert len(ends) == 8
            assert len(set(ends)) == 1, (language, ends)

    def test_the_dark_page_is_dark_and_the_language_is_kept(self, address: str, browser: Browser) -> None:
        context = browser.new_context(color_scheme="dark")
        page = context.new_page()
        page.goto(f"{address}/?lang=en")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 24, 26)"
        follow(page, "nav >> text=Brands")
        assert page.locator("h1").inner_text() == "Brands"
        context.close()

    def test_from_a_riser_to_its_curve_its_posts_and_its_sql(self, address: str, page: Page) -> None:
        page.goto(address)
        follow(page, "#trending tbody th a >> text=拼豆")
        assert page.locator("h1").inner_text() == "拼豆"
        assert page.locator(".figures .main").first.inner_text() == "3.4 倍"
        figure = page.locator("figure.read").first
        assert figure.locator(".plot.wide .hit").count() == 42
        assert figure.locator(".plot.wide .band, .plot.wide .expected").count() >= 2
        figure.focus()
        page.keyboard.press("End")
        tip = figure.locator(".tip")
        assert tip.inner_text().startswith("2026-11-15 · ")
        page.keyboard.press("ArrowLeft")
        assert tip.inner_text().startswith("2026-11-14 · ")
        assert "q 0.003" in tip.inner_text()
        figure.locator(".plot.wide .hit").nth(3).hover()
        assert tip.inner_text().startswith("2026-10-08 · ")
        links = page.locator("#topic_posts a.outside")
        assert links.count() > 5
        assert "https://www.bilibili.com/video/BV0" in links.evaluate_all("all => all.map(one => one.href)")
        page.click("#curve details.sql summary")
        follow(page, "#curve details.sql a >> nth=0")
        follow(page, "#ask button >> nth=0")
        assert page.locator("table.rows tbody tr").count() == 42

    def test_filters_change_what_is_shown_and_come_back(self, address: str, page: Page) -> None:
        page.goto(address)
        rows = page.locator("#trending tbody tr")
        assert rows.count() == 3
        page.select_option("select[name=interest]", "07")
        follow(page, "form.filter button")
        assert [rows.count(), rows.locator("th a").first.inner_text()] == [1, "匹克球"]
        page.select_option("select[name=interest]", "")
        page.select_option("select[name=platform]", "douyin")
        page.select_option("select[name=level]", "hint")
        follow(page, "form.filter button")
        assert rows.locator("th a").all_inner_texts() == ["拼豆"]
        assert page.locator("select[name=level]").input_value() == "hint"
        page.select_option("select[name=level]", "alert")
        follow(page, "form.filter button")
        assert "没有话题符合这些条件" in page.locator(".empty").inner_text()

    def test_a_phone_shows_the_narrow_chart_and_rows_as_cards(self, address: str, browser: Browser) -> None:
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        page = context.new_page()
        page.goto(f"{address}/topic?id={TOPIC}")
        assert not page.locator(".plot.wide").first.is_visible()
        assert page.locator(".plot.narrow").first.is_visible()
        page.locator(".plot.narrow .hit").nth(41).tap()
        assert "2026-11-15" in page.locator(".tip").first.inner_text()
        assert (
            page.locator("#topic_platforms tbody tr").first.evaluate("one => getComputedStyle(one).display")
            == "grid"
        )
        context.close()

    def test_the_keyboard_alone_reaches_content_and_runs_a_statement(self, address: str, page: Page) -> None:
        page.goto(f"{address}/sql")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "statement"
        page.keyboard.press("Control+A")
        page.keyboard.type("select '<b>' as kept, 7 as n")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        assert page.locator("table.rows td").all_inner_texts() == ["<b>", "7"]

    def test_the_schema_is_filtered_and_written_into_the_box(self, address: str, page: Page) -> None:
        page.goto(f"{address}/sql")
        page.fill("#schema-filter", "doubling")
        assert page.locator(".schema details:visible").count() == 2
        page.fill("#statement", "select ")
        page.locator(".schema dt code:visible").first.click()
        assert page.input_value("#statement") == "select doubling_days"

    @pytest.mark.parametrize("key", ["Enter", "Space"])
    def test_a_column_is_written_into_the_box_by_key(self, address: str, page: Page, key: str) -> None:
        page.goto(f"{address}/sql")
        page.fill("#schema-filter", "doubling")
        page.fill("#statement", "")
        page.locator(".schema dt code:visible").first.focus()
        before = page.evaluate("scrollY")
        page.keyboard.press(key)
        assert page.input_value("#statement") == "doubling_days"
        assert page.evaluate("scrollY") <= before

    def test_a_printed_page_bears_its_edition_and_its_date(self, address: str, page: Page) -> None:
        page.goto(address)
        page.emulate_media(media="print")
        assert "第 1 版" in page.locator(".foot:visible").inner_text()
        assert page.locator(".bar nav:visible, .filter:visible").count() == 0

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_the_corners_of_the_opportunity_map_can_be_read(
        self, address: str, browser: Browser, scheme: str
    ) -> None:
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/opportunity")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        texts = page.eval_on_selector_all(
            ".matrix .corner", "all => all.map(one => getComputedStyle(one).fill)"
        )
        assert texts
        assert min(measure_contrast(text, paper) for text in texts) >= 4.5
        context.close()

    def test_a_word_is_accepted_with_two_keys(self, home: Path, address: str, page: Page) -> None:
        page.goto(f"{address}/words")
        page.locator(".decide button").first.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "「谷子」已接受" in page.locator(".done").inner_text()
        assert (home / DICTIONARY_FILE).read_text(encoding="utf-8").split() == ["谷子"]
