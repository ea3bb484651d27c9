"""A report's HTML in, the same pages as PDF out, printed by a browser that can reach nothing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, sync_playwright

from flows.pdf_text import restore_characters
from spiders.browser import find_browser, launch_options

PAGE_SECONDS = 60.0
STAMP = re.compile(rb"\(D:(\d{14})([^)]*)\)")
FOOTER = (
    '<div style="font-size:8px;width:100%;text-align:center;color:#777">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)


def print_pdf(html: str, browser_path: str, day: date | None) -> bytes:
    """A4 pages with selectable text and bookmarks; the same HTML and browser give the same bytes.

    No script runs and no request leaves: the browser is offline and every request is refused. The moment of
    printing, which the browser writes into the file, gives way to the report's day. BrowserMissing when there
    is no Chromium.
    """
    options: dict[str, Any] = launch_options(find_browser(browser_path or None), PAGE_SECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        try:
            context = browser.new_context(java_script_enabled=False, offline=True, color_scheme="light")
            page = context.new_page()
            page.route("**/*", refuse)
            page.set_content(html, wait_until="load", timeout=PAGE_SECONDS * 1000)
            content = page.pdf(
                format="A4",
                print_background=True,
                prefer_css_page_size=True,
                tagged=True,
                outline=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOTER,
                margin={"top": "14mm", "bottom": "16mm", "left": "12mm", "right": "12mm"},
            )
        finally:
            browser.close()
    return restore_characters(fix_moment(content, day))


def refuse(route: Route) -> None:
    """Refuse a request."""
    route.abort()


def fix_moment(content: bytes, day: date | None) -> bytes:
    """The PDF with the report's day as its moment; every offset in the file stays as it is."""
    stamp = f"{day or date(2000, 1, 1):%Y%m%d}000000".encode()
    return STAMP.sub(lambda found: b"(D:" + stamp + found[2] + b")", content)


def write_pdf(html_file: Path, browser_path: str, day: date | None) -> Path:
    """Print a report's page to `report.pdf` beside it, whole or not at all."""
    target = html_file.with_suffix(".pdf")
    part = target.with_name(".report.pdf.part")
    part.write_bytes(print_pdf(html_file.read_text(encoding="utf-8"), browser_path, day))
    part.replace(target)
    return target
