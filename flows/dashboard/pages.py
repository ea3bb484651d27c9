"""Addresses in, the reading pages of the dashboard out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from flows.dashboard.rendering import read_day
from flows.dashboard.site import Shown, Site
from warehouse.dashboard import overviews, topics, trends
from warehouse.dashboard.breakouts import build_breakout
from warehouse.dashboard.periods import find_day
from warehouse.dashboard.published import Reading
from warehouse.reports.html import TEMPLATES as REPORT_TEMPLATES
from warehouse.reports.wording import Wording

STATIC = Path(__file__).parent / "static"
FURTHEST_OFFSET = 100_000


@dataclass(frozen=True)
class Pages:
    """The reading pages of a site; each method answers one address."""

    site: Site

    def list_routes(self) -> list[BaseRoute]:
        """Routes of the pages and of what they are drawn with."""
        return [
            Route("/", self.show_trends),
            Route("/search", self.show_search),
            Route("/topic", self.show_topic),
            Route("/posts", self.show_posts),
            Route("/platforms", self.show_platforms),
            Route("/opportunity", self.show_opportunity),
            Route("/brands", self.show_brands),
            Route("/scorecard", self.show_scorecard),
            Route("/sources", self.show_sources),
            Route("/breakout", self.show_breakout),
            Route("/static/report.css", give_report_style),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    def show_trends(self, request: Request) -> Response:
        """Rising interests, filtered and ordered as asked."""
        wanted = read_trend_filter(request)

        def lay(reading: Reading, wording: Wording) -> Shown:
            found = trends.build_trends(reading, wording, wanted)
            return {"trends": found, "panels": (found.panel,), "most": trends.PAGE_ROWS}

        return self.site.show(request, "trends", lay)

    def show_search(self, request: Request) -> Response:
        """Topics by name."""
        words = request.query_params.get("q", "").strip()[:100]

        def lay(reading: Reading, wording: Wording) -> Shown:
            return {"searched": words, "panels": (trends.find_topics(reading, wording, words),)}

        return self.site.show(request, "search", lay)

    def show_topic(self, request: Request) -> Response:
        """One topic from every side."""
        topic = request.query_params.get("id", "")
        platform = request.query_params.get("platform") or "all"
        days = choose_number(request, "days", topics.SPANS, topics.SPANS[1])
        asked = read_day(request, "day")

        def lay(reading: Reading, wording: Wording) -> Shown:
            found = topics.build_topic(reading, wording, topic, platform, days, asked)
            if found is None:
                raise HTTPException(404)
            spans = tuple((str(span), wording.say("filters", f"days_{span}")) for span in topics.SPANS)
            panels = (*found.sides, found.posts.panel, found.curve_panel, found.known)
            return {"topic": found, "panels": panels, "spans": spans}

        return self.site.show(request, "topic", lay)

    def show_posts(self, request: Request) -> Response:
        """Every document behind a topic's numbers."""
        topic = request.query_params.get("id", "")
        platform = request.query_params.get("platform") or "all"
        last_day = read_day(request, "day")
        days = choose_number(request, "days", (1, 7, 28, 90), 28)
        offset, most = read_offset(request), topics.POSTS_A_PAGE

        def lay(reading: Reading, wording: Wording) -> Shown:
            until = last_day or find_day(reading)
            known = reading.ask("topic", topic=topic, as_of=until)
            if not known.rows:
                raise HTTPException(404)
            posts = topics.list_posts(reading, wording, topic, platform, until, days, most, offset)
            shown = {"posts": posts, "panels": (posts.panel,), "offset": offset, "most": most}
            return {**shown, "label": wording.make_figure(known, 0, "label"), "topic_id": topic}

        return self.site.show(request, "posts", lay)

    def show_platforms(self, request: Request) -> Response:
        """Topics by platforms."""
        interest, asked = request.query_params.get("interest", ""), read_day(request, "day")

        def lay(reading: Reading, wording: Wording) -> Shown:
            found = overviews.build_platforms(reading, wording, interest, asked)
            panels = (found.crossed, found.read_panel, found.sources, found.lead)
            return {"platforms": found, "panels": panels}

        return self.site.show(request, "platforms", lay)

    def show_opportunity(self, request: Request) -> Response:
        """Demand against supply."""
        interest = request.query_params.get("interest", "")
        return self.show_overview(
            request,
            "opportunity",
            "interest",
            lambda reading, wording: overviews.build_opportunity(reading, wording, interest),
        )

    def show_brands(self, request: Request) -> Response:
        """Share of voice and sentiment of a category's brands."""
        category = request.query_params.get("category", "")
        return self.show_overview(
            request,
            "brands",
            "category",
            lambda reading, wording: overviews.build_brands(reading, wording, category),
        )

    def show_scorecard(self, request: Request) -> Response:
        """Past calls, graded."""
        week = read_day(request, "week")
        return self.show_overview(
            request,
            "scorecard",
            "week",
            lambda reading, wording: overviews.build_scorecard(reading, wording, week),
        )

    def show_sources(self, request: Request) -> Response:
        """What was read, and what did not get in."""
        return self.show_overview(request, "sources", "", overviews.build_sources)

    def show_breakout(self, request: Request) -> Response:
        """Titles likely to reach the top of their board."""
        return self.show_overview(request, "breakout", "", build_breakout)

    def show_overview(
        self,
        request: Request,
        page: str,
        choice: str,
        build: Callable[[Reading, Wording], overviews.Overview],
    ) -> Response:
        """A page of panels below one filter, which is called `choice`."""

        def lay(reading: Reading, wording: Wording) -> Shown:
            found = build(reading, wording)
            return {"overview": found, "panels": found.panels, "choice": choice}

        return self.site.show(request, page, lay, "overview")


def give_report_style(_: Request) -> Response:
    """The style of the reports, on which the pages build."""
    return FileResponse(REPORT_TEMPLATES / "report.css")


def read_trend_filter(request: Request) -> trends.TrendFilter:
    """The filter of an address; values that are none of the offered fall back to the first."""

    def choose(name: str, offered: Sequence[str]) -> str:
        value = request.query_params.get(name, "")
        return value if value in offered else offered[0]

    return trends.TrendFilter(
        grain=choose("grain", trends.GRAINS),
        day=read_day(request, "day"),
        platform=request.query_params.get("platform") or "all",
        interest=request.query_params.get("interest") or None,
        kind=choose("kind", ("", *trends.KINDS)) or None,
        level=choose("level", trends.LEVELS),
        sort=choose("sort", trends.SORTS),
        offset=read_offset(request),
    )


def read_offset(request: Request) -> int:
    """Rows to skip."""
    text = request.query_params.get("offset", "0")
    return min(int(text), FURTHEST_OFFSET) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def choose_number(request: Request, name: str, offered: tuple[int, ...], default: int) -> int:
    """One of the offered numbers."""
    text = request.query_params.get(name, "")
    return int(text) if text in {str(number) for number in offered} else default
