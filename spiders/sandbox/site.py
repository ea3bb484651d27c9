"""A world in, a web site on the loopback address out that speaks the shapes of every platform."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from spiders.sandbox.connection import Wire
from spiders.sandbox.faults.table import FAULTS
from spiders.sandbox.front_page import write_front_page
from spiders.sandbox.wire import (
    NOT_FOUND,
    Answer,
    BoardSource,
    SiteRequest,
    discover_routes,
    serve_platform,
    split_target,
)
from spiders.sandbox.world import World

ROBOTS = b"User-agent: *\nDisallow: /private\nAllow: /\n"
HOST = "127.0.0.1"
IDLE_SECONDS = 60
MAX_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as the site met it: `moment` is the real clock's UNIX time, `path` the whole target."""

    method: str
    path: str
    moment: float
    user_agent: str
    status: int


@dataclass(frozen=True)
class Place:
    """Where a target points: a fault asked for, a simulated moment, a platform, and the path on it."""

    fault: str | None
    moment: datetime
    platform: str
    path: str
    prefix: str


class SandboxSite:
    """The site as a context manager: serves from a thread of its own until it is closed.

    `boards` replaces the world's boards, for instance by a `BoardReplay`. `faults` maps the beginning of a
    target to the name of a fault (`{"/robots.txt": "status-503", "/douyin/": "empty"}`) and may be changed
    while the site serves.
    """

    def __init__(
        self,
        world: World,
        port: int = 0,
        *,
        boards: BoardSource | None = None,
        faults: Mapping[str, str] | None = None,
        robots: bytes = ROBOTS,
    ) -> None:
        self.world = world
        self.boards: BoardSource = boards or world
        self.faults = dict(faults or {})
        self.robots = robots
        self.stopping = threading.Event()
        self._log: list[LoggedRequest] = []
        self._log_lock = threading.Lock()
        self._server = SiteServer((HOST, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        discover_routes()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving; endless answers end within half a second."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    @property
    def host_and_port(self) -> str:
        """`127.0.0.1:<port>`, as allow lists want it."""
        return f"{HOST}:{self._server.server_port}"

    @property
    def address(self) -> str:
        """Root address without a slash at its end."""
        return f"http://{self.host_and_port}"

    def address_of(self, platform: str, moment: datetime | None = None) -> str:
        """Base address of a platform, at a simulated moment or at the world's newest."""
        return (
            f"{self.address}/at/{int(moment.timestamp())}/{platform}"
            if moment
            else f"{self.address}/{platform}"
        )

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """Requests so far, oldest first."""
        with self._log_lock:
            return tuple(self._log)

    def count_requests(self, target: str) -> int:
        """How often a target has been asked for."""
        return sum(entry.path == target for entry in self.requests)

    def log_request(self, entry: LoggedRequest) -> None:
        """Remember a request."""
        with self._log_lock:
            self._log.append(entry)

    def locate(self, target: str) -> Place:
        """Take fault, moment and platform off a path; a fault may be named by the field `fault` too."""
        path, query = split_target(target)
        parts = path.split("/")[1:]
        fault = next(
            (name for start, name in self.faults.items() if target.startswith(start)), query.get("fault")
        )
        prefix = ""
        moment = self.boards.ends
        if len(parts) > 1 and parts[0] == "fault":
            fault, prefix, parts = parts[1], f"/fault/{parts[1]}", parts[2:]
        if len(parts) > 1 and parts[0] == "at" and parts[1].isdigit() and len(parts[1]) < 12:
            moment = datetime.fromtimestamp(int(parts[1]), UTC)
            prefix, parts = f"{prefix}/at/{parts[1]}", parts[2:]
        platform = parts[0] if parts else ""
        return Place(fault, moment, platform, "/" + "/".join(parts[1:]), f"{prefix}/{platform}")

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer without any fault."""
        place = self.locate(target)
        path, query = split_target(target)
        if path == "/robots.txt":
            return Answer(self.robots, 200, "text/plain; charset=utf-8")
        base = f"http://{headers.get('host', self.host_and_port)}{place.prefix}"
        request = SiteRequest(
            method=method,
            path=unquote(place.path),
            query=query,
            headers=headers,
            body=body,
            moment=place.moment,
            base=base,
            world=self.world,
            boards=self.boards,
        )
        if place.platform in discover_routes():
            return serve_platform(place.platform, request)
        return write_front_page(request) if place.platform == "" and place.path == "/" else NOT_FOUND


class SiteServer(ThreadingHTTPServer):
    """The listening socket; every connection has a thread that ends with the process."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], site: SandboxSite) -> None:
        self.site = site
        super().__init__(address, SiteHandler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is ordinary here; other errors are shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class SiteHandler(BaseHTTPRequestHandler):
    """One connection."""

    server: SiteServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        """Answer one request, through a fault where one is asked for."""
        site = self.server.site
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "")
        body = self.rfile.read(min(int(length), MAX_BODY)) if length.isdigit() else b""
        answer = site.answer(self.command, self.path, headers, body)
        fault = FAULTS.get(site.locate(self.path).fault or "")
        wire = Wire(
            method=self.command,
            target=self.path,
            headers=headers,
            connection=self.connection,
            stopping=site.stopping,
            address=site.address,
            earlier=site.count_requests(self.path) if fault else 0,
            answer_for=lambda target: site.answer("GET", target, headers, b""),
        )
        status = fault.status if fault and fault.status else answer.status
        agent = headers.get("user-agent", "")
        site.log_request(LoggedRequest(self.command, self.path, time.time(), agent, status))
        if fault is None:
            wire.send_answer(answer)
        else:
            self.close_connection = not fault.act(wire, answer)

    do_POST = do_GET  # noqa: N815
    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Requests are in the site's own log."""
