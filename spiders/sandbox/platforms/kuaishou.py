"""Kuaishou: a home page whose hot rank exists only after its script has fetched and drawn it."""

from __future__ import annotations

import re

from spiders.sandbox.identities import hash_number
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_html, answer_json

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>快手</title></head>
<body><div id="app"><div class="hot-rank"></div></div>
<noscript>请开启 JavaScript 后浏览</noscript>
<script>
(async function () {
  const answer = await fetch("@ADDRESS@");
  const rank = await answer.json();
  const layout = rank.layout === "B" ? '{"page":"home","platform":"web"}' : '{"page":"home"}';
  const client = { ROOT_QUERY: {} }, items = [];
  for (const row of rank.rows) {
    const id = "VisionHotRankItem:" + row.name;
    items.push({ type: "id", generated: false, id: id, typename: "VisionHotRankItem" });
    client[id] = Object.assign({ photoIds: { type: "json", json: row.photos }, __typename: "VisionHotRankItem" }, row);
    delete client[id].photos;
  }
  const query = "$ROOT_QUERY.visionHotRank(" + layout + ")";
  client[query] = { result: 1, pcursor: "", webPageArea: "homexxbrilliant", items: items, __typename: "VisionHotRankResult" };
  client.ROOT_QUERY["visionHotRank(" + layout + ")"] = { type: "id", generated: true, id: query, typename: "VisionHotRankResult" };
  window.__APOLLO_STATE__ = { defaultClient: client, clients: {} };
  const text = JSON.stringify(window.__APOLLO_STATE__).replace('"webPageArea":"homexxbrilliant"', '"webPageArea":undefined');
  const state = document.createElement("script");
  state.textContent = "window.__APOLLO_STATE__=" + text + ";(function(){var s;}());";
  document.head.appendChild(state);
  const list = document.querySelector(".hot-rank");
  rank.rows.forEach(function (row) {
    const line = document.createElement("div");
    line.className = "rank-item";
    const name = document.createElement("p");
    name.className = "rank-name";
    name.textContent = row.name;
    const heat = document.createElement("span");
    heat.className = "rank-heat";
    heat.textContent = row.hotValue || "";
    line.append(name, heat);
    list.appendChild(line);
  });
}());
</script></body></html>"""


def format_heat(heat: int | None) -> str | None:
    """Heat as the page shows it: 123.4万."""
    return None if heat is None else f"{heat / 10_000:.1f}万"


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The home page without its rank."""
    layout = request.query.get("layout", "")
    address = f"{request.base}/rest/hot-rank?layout={layout if layout in ('A', 'B') else ''}"
    return answer_html(PAGE.replace("@ADDRESS@", address))


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
