"""A request for the site's root in, a page out that says what is served and what is planted."""

from __future__ import annotations

from html import escape

from spiders.sandbox.wire import Answer, SiteRequest, answer_html, discover_routes


def write_front_page(request: SiteRequest) -> Answer:
    """An index for people: platforms, simulated days, planted trends."""
    world = request.world
    platforms = "".join(f'<li><a href="/{name}/">{name}</a>' for name in discover_routes())
    planted = "".join(
        f"<tr><td>{escape(trend.topic)}<td>{trend.kind}<td>{trend.onset}<td>{trend.factor}<td>{'、'.join(trend.platforms)}"
        for trend in world.planted
    )
    return answer_html(
        f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Headwater sandbox</title>
<h1>Headwater 沙箱</h1>
<p>种子 {world.seed}，{world.first_day} 起 {world.days} 天。路径：<code>/平台/…</code> 或 <code>/at/秒/平台/…</code></p>
<h2>平台</h2><ul>{platforms}</ul>
<h2>埋设的趋势</h2><table><tr><th>话题<th>形状<th>起始日<th>倍数<th>平台{planted}</table></html>"""
    )
