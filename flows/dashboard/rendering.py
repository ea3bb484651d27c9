"""A template and what a page shows in; HTML with the words of the visitor's language out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from warehouse.dashboard.wording import choose_wording
from warehouse.reports.figures import Table
from warehouse.reports.wording import Wording

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "headwater_language"
STALE_HOURS = 36
"""Age of the newest observation beyond which the page says in red that it is old (THREATS R12)."""
PAGES = ("trends", "opportunity", "brands", "platforms", "scorecard", "breakout", "sources", "words", "sql")
"""Pages of the navigation, in order; the first lies at the root."""


@dataclass(frozen=True)
class EditionNote:
    """What is being read: number and moments in words; what to know or do when it is old or empty."""

    text: str
    stale: str = ""
    advice: str = ""


def build_environment() -> Environment:
    """Templates that escape every text and know no undefined name."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["topic_address"] = write_topic_address
    environment.globals["page_address"] = page_address
    environment.globals["pages"] = PAGES
    return environment


def write_topic_address(topic_id: str, day: date | None = None) -> str:
    """Address of a topic's page, of a period that ends on `day`; its id may hold anything: it is no path."""
    return "/topic?" + urlencode({"id": topic_id} | ({} if day is None else {"day": day.isoformat()}))


def read_day(request: Request, name: str) -> date | None:
    """A day of the address; None when there is none, or no day."""
    try:
        return date.fromisoformat(request.query_params.get(name, ""))
    except ValueError:
        return None


def page_address(page: str) -> str:
    """Address of a page of the navigation."""
    return "/" if page == PAGES[0] else f"/{page}"


def choose_language(request: Request) -> str:
    """Language asked for in the address, else the one chosen before, else Chinese."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]


def change_query(request: Request, **changes: object) -> str:
    """The page's own address with some parameters changed; None takes one out."""
    query = {**request.query_params, **changes}
    kept = {name: str(value) for name, value in query.items() if value is not None}
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")


def describe_edition(state: Table, wording: Wording, now: datetime) -> EditionNote:
    """One line on the edition; a warning when its newest crawl is too old, advice when it has no data.

    The newest observation counts where nothing is crawled; an import alone makes no crawl younger.
    """
    row = state.rows[0]
    newest, number, published = row["newest_captured_at"], row["publish_seq"], row["published_at"]
    name = "edition" if newest is not None else "edition_empty"
    text = wording.say("site", name).format(newest=newest, number=number, published=published)
    if not isinstance(row["newest_captured_epoch"], int):
        return EditionNote(text, advice=wording.say("site", "edition_advice"))
    crawled = row["newest_crawled_epoch"]
    epoch = crawled if isinstance(crawled, int) else row["newest_captured_epoch"]
    if epoch < row["newest_captured_epoch"]:
        name, newest = "stale_crawl", row["newest_crawled_at"]
    else:
        name = "stale"
    hours = (now - datetime.fromtimestamp(epoch, UTC)).total_seconds() / 3600
    unit, count = ("hours_ago", hours) if hours < 72 else ("days_ago", hours / 24)
    ago = wording.say("site", unit).format(count=f"{count:,.0f}")
    stale = wording.say("site", name).format(ago=ago, newest=newest)
    return EditionNote(text, stale if hours > STALE_HOURS else "")


def make_context(request: Request, page: str, **shown: object) -> dict[str, Any]:
    """What every template knows, and what this page shows."""
    wording = choose_wording(choose_language(request))
    return {
        "page": page,
        "request": request,
        "wording": wording,
        "language": wording.language,
        "words": wording.say,
        "tell": wording.tell,
        "change": lambda **changes: change_query(request, **changes),
        # who chose a day reads on of that day
        "topic_address": lambda topic_id: write_topic_address(topic_id, read_day(request, "day")),
        "edition": None,
        "follows": False,
        "kept": {},
        **shown,
    }
