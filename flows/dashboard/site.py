"""A home and a gate in; what every page of the dashboard shares out."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from flows.dashboard.downloads import write_csv
from flows.dashboard.guard import Gate
from flows.dashboard.rendering import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    build_environment,
    choose_language,
    describe_edition,
    make_context,
)
from warehouse.dashboard.panels import Panel
from warehouse.dashboard.published import NothingPublished, PublishedReader, Reading
from warehouse.dashboard.queries import MartMissing
from warehouse.dashboard.trends import TrendFilter, build_trends
from warehouse.dashboard.wording import choose_wording
from warehouse.publish import published_path
from warehouse.reports.wording import Wording

Shown = dict[str, Any]
Build = Callable[[Reading, Wording], Shown]


def read_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """What the pages share: the published file, the user's home, the gate, templates, the clock."""

    home: Path
    gate: Gate = field(default_factory=Gate)
    clock: Callable[[], datetime] = read_clock
    environment: Environment = field(default_factory=build_environment)
    reader: PublishedReader = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", PublishedReader(published_path(self.home)))

    def warm(self) -> None:
        """Read words, templates and the newest edition before the first visitor waits for them."""
        for name in self.environment.list_templates():
            self.environment.get_template(name)
        for language in LANGUAGES:
            choose_wording(language)
        with contextlib.suppress(NothingPublished, MartMissing), self.reader.read() as reading:
            build_trends(reading, choose_wording(LANGUAGES[0]), TrendFilter())

    def show(self, request: Request, page: str, build: Build, template: str | None = None) -> Response:
        """The page that `build` makes of the newest edition; its table as CSV where the address asks for one.

        `build` gives what the template shows; `panels` among it are those with a CSV.
        """
        wording = choose_wording(choose_language(request))
        with self.reader.read() as reading:
            shown = build(reading, wording)
            note = describe_edition(reading.ask("state"), wording, self.clock())
        wanted = request.query_params.get("csv")
        if wanted is not None:
            return give_csv(shown.get("panels", ()), wanted)
        return self.render(request, template or page, page, edition=note, **shown)

    def render(
        self, request: Request, template: str, page: str, status: int = 200, **shown: object
    ) -> Response:
        """A template as an answer; the language asked for is kept for the next page."""
        context = make_context(request, page, **shown)
        answer = HTMLResponse(self.environment.get_template(f"{template}.html.j2").render(context), status)
        asked = request.query_params.get("lang")
        if asked in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, asked, max_age=31_536_000, httponly=True, samesite="lax")
        return answer

    def explain(self, request: Request, name: str, status: int) -> Response:
        """A page that says in words why there is no other; it asks again while there may be one soon."""
        wording = choose_wording(choose_language(request))
        said = {"title": wording.say("site", f"{name}_title"), "text": wording.say("site", name)}
        return self.render(request, "message", "", status, follows=status == 503, **said)


def give_csv(panels: tuple[Panel, ...], wanted: str) -> Response:
    """A panel's table in full; 404 when the page has no such panel."""
    for panel in panels:
        if panel.section.name == wanted and panel.table is not None:
            name = re.sub(r"[^a-z0-9_]", "", wanted)
            return Response(
                write_csv(
                    panel.table.columns,
                    ([row[name] for name in panel.table.columns] for row in panel.table.rows),
                ),
                media_type="text/csv; charset=utf-8",
                headers={"content-disposition": f'attachment; filename="{name}.csv"'},
            )
    raise HTTPException(404)
