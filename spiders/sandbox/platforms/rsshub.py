"""RSSHub: boards as RSS, Atom or JSON Feed."""

from __future__ import annotations

import re

from spiders.sandbox.aggregated import list_lines
from spiders.sandbox.feeds import Feed, FeedItem
from spiders.sandbox.wire import Answer, Route, SiteRequest

PATHS = {
    "/bilibili/popular/all": ("bilibili", "综合热门 - 哔哩哔哩"),
    "/bilibili/ranking/0": ("bilibili", "全站排行榜 - bilibili"),
    "/weibo/search/hot": ("weibo", "微博热搜榜"),
    "/zhihu/hotlist": ("zhihu", "知乎热榜"),
    "/zhihu/hot": ("zhihu", "知乎热榜"),
}


def serve_feed(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One feed in the form that `format` asks for."""
    platform, title = PATHS[request.path]
    lines = list_lines(platform, request)[: request.number("limit", 50)]
    items = tuple(
        FeedItem(
            guid=line.link,
            title=line.title,
            link=line.link,
            text=f"{line.text}<br>热度 {line.heat}",
            moment=line.since if platform == "bilibili" else None,
            author=line.author,
        )
        for line in lines
    )
    feed = Feed(
        title=title,
        address=f"https://rsshub.app{request.path}",
        link=f"https://www.{platform}.com/",
        built=request.moment,
        items=items,
        description=f"{title} - Powered by RSSHub",
        generator="RSSHub",
    )
    form = request.query.get("format", "rss")
    if form == "json":
        return feed.answer_json()
    return feed.answer_atom() if form == "atom" else feed.answer_rss()


ROUTES = (Route("|".join(PATHS), serve_feed),)
