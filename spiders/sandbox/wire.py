"""What a sandbox platform is given and gives back: requests, answers, routes, platforms."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from spiders.sandbox import platforms
from spiders.sandbox.boards import ShownLine
from spiders.sandbox.world import World

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"


class BoardSource(Protocol):
    """Whatever can tell the lines of a board at a moment: a world, or a replayed archive."""

    @property
    def ends(self) -> datetime:
        """The newest moment that can be shown."""

    def board_at(self, moment: datetime, platform: str, board: str = "hot") -> tuple[ShownLine, ...]:
        """Lines of a board at a moment, first place first; empty when the source has no such board."""


@dataclass(frozen=True)
class SiteRequest:
    """One request after the site has taken time and platform off its path.

    `path` is the path on the true platform, `base` the absolute address that stands for the platform's root.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    moment: datetime
    base: str
    world: World
    boards: BoardSource

    def number(self, name: str, default: int, low: int = 1, high: int = 1_000_000) -> int:
        """An integer of the query, the default where it is none, kept within bounds."""
        text = self.query.get(name, "")
        return min(high, max(low, int(text))) if text.isdigit() else default

    def form(self) -> dict[str, str]:
        """Fields of the query and of a form body together."""
        fields = dict(self.query)
        if "x-www-form-urlencoded" in self.headers.get("content-type", ""):
            fields.update(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        return fields

    def document(self) -> dict[str, object]:
        """A JSON object body; empty when the body is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Answer:
    """One response."""

    body: bytes = b""
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = field(default=())


def answer_json(value: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A JSON answer, Chinese unescaped as the platforms send it."""
    return Answer(json.dumps(value, ensure_ascii=False).encode(), status, JSON, headers)


def answer_html(text: str, status: int = 200) -> Answer:
    """An HTML answer."""
    return Answer(text.encode(), status, HTML)


def answer_xml(text: str, content_type: str = XML) -> Answer:
    """An XML answer."""
    return Answer(text.encode(), 200, content_type)


def redirect_to(address: str) -> Answer:
    """A redirect."""
    return Answer(b"", 302, HTML, (("Location", address),))


NOT_FOUND = Answer("<title>404</title><p>页面不存在".encode(), 404)

Serve = Callable[[SiteRequest, "re.Match[str]"], Answer]


@dataclass(frozen=True)
class Route:
    """A pattern that the whole path must match, and what answers it."""

    pattern: str
    serve: Serve
    methods: tuple[str, ...] = ("GET", "HEAD")


@lru_cache(maxsize=1)
def discover_routes() -> Mapping[str, tuple[tuple[re.Pattern[str], Route], ...]]:
    """Routes by platform: the ROUTES of each module in `platforms/`.

    A module serves the platform of its name, or the one its PLATFORM names.
    """
    found: dict[str, tuple[tuple[re.Pattern[str], Route], ...]] = {}
    for entry in pkgutil.iter_modules(platforms.__path__):
        module = importlib.import_module(f"{platforms.__name__}.{entry.name}")
        routes: tuple[Route, ...] = module.ROUTES
        name = getattr(module, "PLATFORM", entry.name)
        found[name] = found.get(name, ()) + tuple((re.compile(route.pattern), route) for route in routes)
    return found


def serve_platform(name: str, request: SiteRequest) -> Answer:
    """The platform's answer; 404 for an unknown path, 405 for a method that the path does not take."""
    known_path = False
    for pattern, route in discover_routes().get(name, ()):
        match = pattern.fullmatch(request.path)
        if match is None:
            continue
        if request.method in route.methods:
            return route.serve(request, match)
        known_path = True
    return Answer(b"", 405) if known_path else NOT_FOUND


def split_target(target: str) -> tuple[str, dict[str, str]]:
    """A request target -> path (still quoted) and query fields, the last of a name winning."""
    parts = urlsplit("//site" + target if target.startswith("/") else target)
    return parts.path or "/", dict(parse_qsl(parts.query, keep_blank_values=True))
