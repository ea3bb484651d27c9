"""Kuaishou: a home page whose hot rank exists only after its script has fetched and drawn it."""

from __future__ import annotations

import re

from spiders.sandbox.identities import hash_number
from spiders.sandbox.pages import render_page
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_html, answer_json


def format_heat(heat: int | None) -> str | None:
    """Heat as the page shows it: 123.4万."""
    return None if heat is None else f"{heat / 10_000:.1f}万"


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The home page without its rank."""
    layout = request.query.get("layout", "")
    address = f"{request.base}/rest/hot-rank?layout={layout if layout in ('A', 'B') else ''}"
    return answer_html(render_page("kuaishou_home", address=address))


def serve_rank(request: SiteRequest, match: re.Match[str]) -> Answer:
    """What the page's script fetches; layout A or B by the hour where none is asked for."""
    lines = request.boards.board_at(request.moment, "kuaishou", "hot")
    hour = int(request.moment.timestamp()) // 3600
    rows = [
        {
            "rank": place,
            "id": line.line_id,
            "name": line.title,
            "viewCount": None,
            "hotValue": format_heat(line.heat),
            "iconUrl": None,
            "poster": f"https://p1.a.yximgs.com/upic/poster.jpg?clientCacheKey={line.video_id}.jpg",
            "tagType": "置顶" if line.is_pinned else line.label or None,
            "photos": [line.video_id, f"3x{hash_number('photo', line.line_id) % 10**13:013d}"],
        }
        for place, line in enumerate(line for line in lines if not line.is_ad)
    ]
    return answer_json({"layout": request.query.get("layout") or "AB"[hour % 2], "rows": rows})


ROUTES = (
    Route(r"/|/brilliant", serve_home),
    Route(r"/rest/hot-rank", serve_rank),
)
