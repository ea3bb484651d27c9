"""newsnow: boards of many platforms in one shape."""

from __future__ import annotations

import re

from spiders.sandbox.aggregated import AggregatedLine, list_lines
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json

SOURCES = {
    "weibo": "weibo",
    "zhihu": "zhihu",
    "douyin": "douyin",
    "kuaishou": "kuaishou",
    "bilibili-hot-video": "bilibili",
    "bilibili-ranking": "bilibili",
}
LONGEST = 30


def write_item(line: AggregatedLine, source: str) -> dict[str, object]:
    """One item; Bilibili's carry counts in words."""
    item: dict[str, object] = {"id": line.line_id, "title": line.title, "url": line.link, "extra": {}}
    if source.startswith("bilibili"):
        watched = f"{(line.heat or 0) / 10_000:.1f}w+观看"
        item |= {
            "pubDate": int(line.since.timestamp() * 1000),
            "extra": {"info": f"{line.author} · {watched}", "hover": line.text},
        }
    elif source == "zhihu":
        item["extra"] = {"info": f"{(line.heat or 0) // 10_000} 万热度", "icon": False}
    return item


def write_source(source: str, request: SiteRequest) -> dict[str, object]:
    """The body of one source."""
    lines = list_lines(SOURCES[source], request)[:LONGEST]
    return {
        "status": "success",
        "id": source,
        "updatedTime": int(request.moment.timestamp() * 1000),
        "items": [write_item(line, source) for line in lines],
    }


def serve_source(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One source; an unknown one is HTTP 500 as the software answers it."""
    source = request.query.get("id", "")
    if source not in SOURCES:
        return answer_json({"error": True, "statusCode": 500, "message": "Invalid source id"}, 500)
    return answer_json(write_source(source, request))


def serve_entire(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Several sources at once, unknown ones left out."""
    asked = request.document().get("sources")
    names = [str(name) for name in asked] if isinstance(asked, list) else []
    return answer_json([write_source(name, request) for name in names if name in SOURCES])


ROUTES = (
    Route(r"/api/s", serve_source),
    Route(r"/api/s/entire", serve_entire, ("POST",)),
)
