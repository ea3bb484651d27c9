"""DailyHotApi: boards of many platforms, each under its own path."""

from __future__ import annotations

import re

from spiders.sandbox.aggregated import AggregatedLine, list_lines
from spiders.sandbox.feeds import Feed, FeedItem
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json

TITLES = {"weibo": "微博", "zhihu": "知乎", "douyin": "抖音", "kuaishou": "快手", "bilibili": "哔哩哔哩"}


def write_item(line: AggregatedLine, name: str) -> dict[str, object]:
    """One item; optional fields are left out where the board has none."""
    item: dict[str, object] = {
        "id": line.line_id,
        "title": line.title,
        "hot": line.heat,
        "timestamp": int(line.since.timestamp() * 1000) if name != "weibo" else 0,
        "url": line.link,
        "mobileUrl": line.link,
    }
    if name == "bilibili":
        item |= {"author": line.author, "desc": line.text, "cover": ""}
    return item


def serve_board(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One board, as JSON or with `rss=true` as RSS."""
    name = match.group("name")
    lines = list_lines(name, request)[: request.number("limit", 50)]
    if request.query.get("rss") == "true":
        items = tuple(
            FeedItem(line.line_id, line.title, line.link, line.text, request.moment) for line in lines
        )
        return Feed(
            TITLES[name], request.base + request.path, "https://example.org/", request.moment, items
        ).answer_rss()
    return answer_json(
        {
            "code": 200,
            "name": name,
            "title": TITLES[name],
            "type": "热门榜" if name == "bilibili" else "热榜",
            "link": f"https://www.{name}.com/",
            "total": len(lines),
            "updateTime": f"{request.moment:%Y-%m-%dT%H:%M:%S}.000Z",
            "fromCache": False,
            "data": [write_item(line, name) for line in lines],
        }
    )


def serve_all(request: SiteRequest, match: re.Match[str]) -> Answer:
    """All boards by name."""
    routes = [{"name": name, "path": f"/{name}"} for name in TITLES]
    return answer_json({"code": 200, "count": len(routes), "routes": routes})


ROUTES = (
    Route(rf"/(?P<name>{'|'.join(TITLES)})", serve_board),
    Route(r"/all", serve_all),
)
