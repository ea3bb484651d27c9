"""The demo's home in, the pictures of docs/pictures out: `python -m tests.pictures HOME`.

HOME is where `headwater demo` left its files (`.headwater/demo`). The pages are asked of the application
itself, minutes after its newest reading, so that a picture made later carries no warning of old data.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import duckdb
from playwright.sync_api import Browser, Page, Route, sync_playwright
from starlette.testclient import TestClient

from flows.dashboard.application import build_application
from flows.dashboard.guard import list_hosts
from flows.dashboard.site import Site
from spiders.browser import find_browser
from warehouse.publish import published_path
from warehouse.reports.report import write_report

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
ADDRESS = "http://127.0.0.1:8420"
WIDTH = 1180
QUALITY = 80
"""Of WebP: text stays sharp at a third of the bytes of a PNG."""


@dataclass(frozen=True)
class Picture:
    """One picture of the dashboard: its file, the page, how much of it, by day or night."""

    name: str
    path: str
    height: int
    scheme: Literal["light", "dark"] = "light"
    pointed: float | None = None
    """Where along a chart the pointer rests, as a share of its width."""


PICTURES = (
    Picture("dashboard-trends", "/?lang=zh", 760),
    Picture("dashboard-topic", "/topic?id=tag:车载香氛&lang=en", 1080, "dark", 0.8),
    Picture("dashboard-platforms", "/platforms?lang=en", 960),
)
REPORT_HEIGHT = 1500


def take_pictures(home: Path, folder: Path) -> list[Path]:
    """Write every picture of a demo's home into the folder; their paths."""
    published = published_path(home)
    moment = find_newest(published) + timedelta(minutes=5)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        taken = []
        for language in ("zh", "en"):
            report = write_report(published, Path(scratch) / language, kind="weekly", language=language)
            shown = Picture(f"weekly-report.{language}", "", REPORT_HEIGHT)
            taken.append(take(browser, folder, shown, report.html.as_uri(), None))
        application = build_application(Site(home, clock=lambda: moment), list_hosts("127.0.0.1"))
        with TestClient(application, ADDRESS) as visitor:
            for one in PICTURES:
                taken.append(take(browser, folder, one, f"{ADDRESS}{one.path}", answer_from(visitor)))
        browser.close()
    return taken


def find_newest(published: Path) -> datetime:
    """Moment of the newest observation."""
    with duckdb.connect(str(published), read_only=True) as connection:
        ((newest,),) = connection.execute("select epoch(newest_captured_at) from publication").fetchall()
    return datetime.fromtimestamp(newest, UTC)


def answer_from(visitor: TestClient) -> Callable[[Route], None]:
    """Requests of the browser, answered by the application without a socket."""

    def answer(route: Route) -> None:
        found = visitor.get(route.request.url)
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.content)

    return answer


def take(
    browser: Browser, folder: Path, picture: Picture, address: str, answer: Callable[[Route], None] | None
) -> Path:
    """Open the page and keep the top of it."""
    file = folder / f"{picture.name}.webp"
    page = browser.new_page(viewport={"width": WIDTH, "height": picture.height}, color_scheme=picture.scheme)
    if answer is not None:
        page.route(f"{ADDRESS}/**", answer)
    page.goto(address)
    if picture.pointed is not None:
        point_at_chart(page, picture.pointed)
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(shot["data"]))
    page.close()
    return file


def point_at_chart(page: Page, share: float) -> None:
    """Rest the pointer on the first chart."""
    box = page.locator(".plot.wide svg").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="home of the demo, such as .headwater/demo")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pictures go")
    given = parser.parse_args()
    for path in take_pictures(given.home, given.folder):
        sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
