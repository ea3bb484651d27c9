"""Five hundred hostile texts on every page of the dashboard, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from playwright.sync_api import Browser

from nlp.word_review import REVIEW_FILE
from tests.dashboard_site import serve
from tests.dashboard_world import TOPIC, publish_dashboard_world
from tests.hostile_titles import HOSTILE_ADDRESSES, HOSTILE_TITLES

REVIEW_HEAD = "decision\tword\tdocuments\tbackground\tsurprise\texample\n"


def write_hostile(connection: duckdb.DuckDBPyConnection) -> None:
    """Five hundred hostile texts: as topics, titles, brands, platforms, phrases, reasons and addresses."""
    texts = [
        form.format(title) for form in ("{}", "拼豆{}", "\"'>{}", "{}\u2028*/-->") for title in HOSTILE_TITLES
    ]
    assert len(set(texts)) >= 500
    addresses = [
        HOSTILE_ADDRESSES[number % len(HOSTILE_ADDRESSES)]
        if number % 2
        else f"https://www.bilibili.com/{number}"
        for number in range(len(texts))
    ]
    connection.register("hostile", pa.table({"n": range(len(texts)), "text": texts, "url": addresses}))
    connection.execute((Path(__file__).parent / "fixtures" / "dashboard" / "hostile.sql").read_text())
    connection.unregister("hostile")


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_five_hundred_hostile_texts_run_nothing_and_ask_for_nothing(tmp_path: Path, browser: Browser) -> None:
    publish_dashboard_world(tmp_path, write_hostile)
    lines = [f"\t{' '.join(title.split()) or 'x'}\t5\t0\t2.0\tx\n" for title in HOSTILE_TITLES]
    (tmp_path / REVIEW_FILE).write_text(REVIEW_HEAD + "".join(lines), encoding="utf-8")
    heard: list[str] = []
    shown = 0
    with serve(tmp_path) as address:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.on(
            "request",
            lambda request: heard.append(request.url) if not request.url.startswith(address) else None,
        )
        page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
        page.on("console", lambda message: heard.append(f"console {message.text}"))
        context.on("page", lambda other: heard.append(f"window {other.url}"))
        heard.clear()
        paths = [f"/?offset={first}" for first in range(0, 550, 50)]
        paths += [f"/posts?id={TOPIC}&offset={first}" for first in range(0, 600, 100)]
        paths += [
            "/sources",
            "/brands?category=02",
            "/platforms",
            "/search?q=<",
            "/words",
            f"/topic?id={TOPIC}",
        ]
        for path in paths:
            page.goto(address + path)
            title = page.title()
            assert "Headwater" in title, path
            shown += page.locator("tbody th").count()
            page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
            for selector in ("figure.read", ".scroll", "details summary"):
                if page.locator(selector).count():
                    page.locator(selector).first.focus()
            assert (
                page.evaluate(
                    "document.querySelectorAll('main :is(script, iframe, img, object, embed, base)').length"
                )
                == 0
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            links = page.eval_on_selector_all(
                "main a.outside", "all => all.map(one => [one.protocol, one.host, one.rel])"
            )
            assert {scheme for scheme, _, _ in links} <= {"https:"}
            assert {host for _, host, _ in links} <= {
                "www.bilibili.com",
                "www.douyin.com",
                "www.xiaohongshu.com",
            }
            assert {rel for _, _, rel in links} <= {"noopener noreferrer nofollow"}
            assert page.title() == title
        page.goto(address + "/search?q=拼豆<script>")
        with page.expect_navigation():
            page.click("#found tbody th a >> nth=0")
        assert page.locator("#curve").count() == 1
        context.close()
    assert heard == ["data:,"] * len([one for one in heard if one == "data:,"])
    assert shown >= 1000
