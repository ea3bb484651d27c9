"""Real servers on loopback that answer by a function, and orders for crawls of them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import zstandard

from spiders.order import CrawlOrder, Visit

MOMENT = datetime(2026, 11, 15, 14, 30, tzinfo=UTC)
ROBOTS = b"User-agent: *\nDisallow: /private\n"
LAST_PAGE = 6
Answer = tuple[int, dict[str, str], bytes]
RANK_SCRIPT = """
<html><head><title>快手</title><link rel="icon" href="data:,"></head><body><div id="app"></div><script>
setTimeout(function () {
  document.getElementById("app").innerHTML = [1, 2, 3].map(function (place) {
    return '<a href="/short-video/3xphoto' + place + '"><span>' + place + '</span>' +
      '<p class="rank-name">热点' + place + '</p><span class="rank-heat">' + place + '2.3万</span></a>';
  }).join("");
}, 50);
"""


class Site:
    """A server on loopback that answers by a function and remembers who asked when."""

    def __init__(
        self,
        answer: Callable[[str], Answer | None],
        robots: Answer = (200, {}, ROBOTS),
        pause: Callable[[str], float] = lambda path: 0.0,
    ) -> None:
        self.hits: list[tuple[float, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.hits.append((time.monotonic(), self.path))
                time.sleep(pause(self.path))
                found = robots if self.path == "/robots.txt" else answer(self.path)
                status, headers, body = found or (404, {}, b"")
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.pair = f"127.0.0.1:{self.server.server_port}"
        self.address = f"http://{self.pair}"

    def pages(self) -> list[str]:
        """Paths asked for, robots.txt left out."""
        return [path for _, path in self.hits if path != "/robots.txt"]


@contextmanager
def serve(*sites: Site) -> Iterator[None]:
    threads = [
        threading.Thread(target=site.server.serve_forever, args=(0.05,), daemon=True) for site in sites
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for site in sites:
            site.server.shutdown()
            site.server.server_close()


def answer_json(value: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return (
        status,
        {"Content-Type": "application/json", **named},
        json.dumps(value, ensure_ascii=False).encode(),
    )


def write_video(number: int) -> dict[str, object]:
    return {
        "bvid": f"BV1test{number:04}",
        "title": f"春日露营好物第{number}期",
        "desc": "加微信 lucy_2020 领清单",
        "dynamic": "#露营##户外#",
        "tname": "户外",
        "pubdate": 1_763_000_000 + number,
        "owner": {"mid": 900_000 + number, "name": f"露营的小{number}"},
        "stat": {"view": 1000 * number, "like": number, "reply": 0, "favorite": 1, "share": 2, "danmaku": 3},
    }


def answer_popular(path: str, last_page: int = LAST_PAGE) -> Answer | None:
    """Pages of five videos; the last page repeats a video of the first."""
    if "/popular" not in path:
        return None
    number = int(parse_qs(urlsplit(path).query)["pn"][0])
    videos = [write_video(place) for place in range(5 * number - 4, 5 * number + 1)]
    if number == last_page:
        videos.append(write_video(1))
    return answer_json({"code": 0, "data": {"list": videos, "no_more": number >= last_page}})


def answer_page(script: str) -> Callable[[str], Answer | None]:
    """A board of three titles that a script draws, and a script beside it."""
    body = f"{RANK_SCRIPT}{script}</script></body></html>".encode()
    return lambda path: (
        (200, {"Content-Type": "text/html; charset=utf-8"}, body) if "isHome" in path else None
    )


def make_order(
    tmp_path: Path, key_file: Path, *sites: Site, source: str = "bilibili", **wishes: object
) -> CrawlOrder:
    visits = tuple(Visit(moment=MOMENT, addresses={"base": site.address}) for site in sites)
    defaults: dict[str, object] = {
        "source": source,
        "run_id": "run-1",
        "landing_root": tmp_path / "landing",
        "secret_key_file": key_file,
        "visits": visits,
        "allow_loopback": tuple(site.pair for site in sites),
        "deadline_seconds": 60.0,
        "page_seconds": 5.0,
    }
    return CrawlOrder.model_validate(defaults | wishes)


def read_lines(path: Path) -> list[dict[str, object]]:
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
