"""A board of any platform in, its lines in the neutral form that aggregators serve out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from spiders.sandbox.wire import SiteRequest

SEARCH_ADDRESSES = {
    "weibo": "https://s.weibo.com/weibo?q={}",
    "kuaishou": "https://www.kuaishou.com/search/video?searchKey={}",
    "zhihu": "https://www.zhihu.com/search?q={}",
    "douyin": "https://www.douyin.com/search/{}",
}


@dataclass(frozen=True)
class AggregatedLine:
    """One line: id, title, link, heat where the board tells one, and when it came."""

    line_id: str
    title: str
    link: str
    heat: int | None
    since: datetime
    author: str = ""
    text: str = ""


def list_lines(platform: str, request: SiteRequest) -> list[AggregatedLine]:
    """Lines of a platform's board, best first; Bilibili's are its popular videos."""
    if platform == "bilibili":
        return [
            AggregatedLine(
                line_id=post.post_id,
                title=post.title,
                link=f"https://www.bilibili.com/video/{post.post_id}",
                heat=post.counts_at(request.moment)["views"],
                since=post.published_at,
                author=post.author_name,
                text=post.text,
            )
            for post in request.world.popular_at(request.moment)[:50]
        ]
    return [
        AggregatedLine(
            line_id=line.line_id,
            title=line.title,
            link=SEARCH_ADDRESSES[platform].format(quote(line.title)),
            heat=line.heat,
            since=line.since,
        )
        for line in request.boards.board_at(request.moment, platform, "hot")
        if not line.is_ad
    ]
