"""Douyin: the hot board, the share page of a video, and the open platform's billboard."""

from __future__ import annotations

import re

from spiders.moments import SHANGHAI
from spiders.sandbox.boards import ShownLine
from spiders.sandbox.identities import hash_number
from spiders.sandbox.pages import embed_escaped_json, render_page
from spiders.sandbox.posts import WorldPost
from spiders.sandbox.wire import NOT_FOUND, Answer, Route, SiteRequest, answer_html, answer_json, redirect_to

LABELS = {"": 0, "新": 1, "热": 3}


def write_word(line: ShownLine, place: int | None) -> dict[str, object]:
    """One line of the board; a pinned line and a rising line have no place."""
    word: dict[str, object] = {
        "word": line.title,
        "sentence_id": line.line_id,
        "group_id": str(hash_number("group", line.line_id) % 10**19),
        "hot_value": line.heat or 0,
        "view_count": (line.heat or 0) * 6,
        "video_count": 1 + hash_number("videos", line.line_id) % 9,
        "discuss_video_count": 1,
        "event_time": int(line.since.timestamp()),
        "label": 2 if line.is_ad else LABELS.get(line.label, 0),
        "word_type": 1,
        "sentence_tag": 0,
        "word_cover": {"uri": "cover", "url_list": ["https://p3-sign.douyinpic.com/cover.jpeg"]},
        "article_detail_count": 0,
        "can_extend_detail": True,
        "related_words": None,
        "aweme_infos": None,
    }
    if place is not None:
        word["position"] = place
    return word


def serve_board(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The hot board: a pinned line, the ranked lines, and the rising ones."""
    lines = request.boards.board_at(request.moment, "douyin", "hot")
    pinned = [write_word(line, None) for line in lines if line.is_pinned]
    ranked = [line for line in lines if not line.is_pinned]
    words = [write_word(line, place) for place, line in enumerate(ranked, start=1)]
    rising = [write_word(line, None) | {"hot_value": 0, "word_type": 3} for line in ranked[-5:]]
    now = request.moment.astimezone(SHANGHAI)
    return answer_json(
        {
            "data": {
                "active_time": f"{now:%Y-%m-%d %H:%M:%S}",
                "recommend_list": None,
                "share_info": {"share_url": "https://www.iesdouyin.com/share/billboard/"},
                "trending_desc": "实时上升热点",
                "trending_list": rising,
                "word_list": pinned + words,
            },
            "extra": {"now": int(request.moment.timestamp() * 1000), "logid": f"{now:%Y%m%d%H%M%S}0A1B2C"},
            "log_pb": {"impr_id": f"{now:%Y%m%d%H%M%S}0A1B2C"},
            "status_code": 0,
        }
    )


def write_caption(post: WorldPost) -> tuple[str, list[dict[str, object]]]:
    """Caption with its hashtags at the end, and where each stands."""
    caption, marks = post.text, []
    for tag in post.hashtags:
        caption += " "
        start = len(caption)
        caption += f"#{tag}"
        marks.append(
            {
                "start": start,
                "end": len(caption),
                "type": 1,
                "hashtag_name": tag,
                "hashtag_id": hash_number("tag", tag) % 10**16,
            }
        )
    return caption, marks


def write_aweme(post: WorldPost, request: SiteRequest) -> dict[str, object]:
    """The reduced aweme of a share page, play_count always 0 as on the platform."""
    counts, (caption, marks) = post.counts_at(request.moment), write_caption(post)
    return {
        "aweme_id": post.post_id,
        "desc": caption,
        "create_time": int(post.published_at.timestamp()),
        "author": {
            "short_id": post.author_id,
            "nickname": post.author_name,
            "signature": "",
            "unique_id": f"dy{post.author_id}",
            "sec_uid": f"MS4wLjABAAAA{hash_number('sec', post.author_id):020d}",
        },
        "music": {"mid": "7000000000000000000", "title": "原声", "author": post.author_name, "duration": 30},
        "video": {
            "play_addr": {"uri": "v0", "url_list": []},
            "height": 1280,
            "width": 720,
            "duration": 30_000,
            "bit_rate": None,
        },
        "statistics": {
            "aweme_id": post.post_id,
            "comment_count": counts["comments"],
            "digg_count": counts["likes"],
            "play_count": 0,
            "share_count": counts["shares"],
            "collect_count": counts["collects"],
        },
        "text_extra": marks,
        "aweme_type": 4,
        "risk_infos": {"warn": False, "type": 0, "content": ""},
        "images": None,
        "promotions": None,
        "group_id_str": post.post_id,
    }


def serve_share(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The mobile share page with `_ROUTER_DATA`; a removed video has an empty item_list."""
    kind, post_id = match.group("kind"), match.group("id")
    post = request.world.post("douyin", post_id, request.moment)
    gone = [
        {
            "aweme_id": post_id,
            "filter_reason": "status_self_see",
            "notice": "抱歉，作品不见了",
            "detail_msg": "",
        }
    ]
    state = {
        "loaderData": {
            "video_layout": None,
            f"{kind}_(id)/page": {
                "videoInfoRes": {
                    "status_code": 0,
                    "is_oversea": 0,
                    "extra": {"logid": "0", "now": int(request.moment.timestamp() * 1000)},
                    "filter_list": [] if post else gone,
                    "item_list": [write_aweme(post, request)] if post else [],
                },
                "itemId": post_id,
            },
        },
        "errors": None,
    }
    title = post.title if post else "抖音"
    return answer_html(render_page("douyin_share", title=title, state=embed_escaped_json(state)))


def serve_short_link(request: SiteRequest, match: re.Match[str]) -> Answer:
    """A v.douyin.com link: on to the share page."""
    posts = request.world.popular_at(request.moment, "douyin")
    if not posts:
        return NOT_FOUND
    post = posts[hash_number(match.group("code")) % len(posts)]
    return redirect_to(f"{request.base}/share/video/{post.post_id}/?region=CN")


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Links to share pages, standing for the links that a user holds."""
    posts = request.world.popular_at(request.moment, "douyin")
    links = [(f"{request.base}/share/video/{post.post_id}/", post.title) for post in posts]
    return answer_html(render_page("links", title="抖音", links=links))


ROUTES = (
    Route(r"/", serve_home),
    Route(r"/aweme/v1/web/hot/search/list/", serve_board),
    Route(r"/share/(?P<kind>video|note)/(?P<id>\d+)/?", serve_share),
    Route(r"/v/(?P<code>\w+)/?", serve_short_link),
)
