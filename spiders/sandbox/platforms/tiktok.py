"""TikTok: the page of a video, oEmbed, and the research interface with its token."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from spiders.moments import SHANGHAI
from spiders.sandbox.identities import hash_number
from spiders.sandbox.pages import embed_json, render_page
from spiders.sandbox.posts import WorldPost
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_TOKEN, SANDBOX_WORD, is_bearer, is_same
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_html, answer_json

LONGEST_RANGE = timedelta(days=30)


def write_user(post: WorldPost) -> str:
    """The author's unique name."""
    return f"user{post.author_id}"


def write_item(post: WorldPost, request: SiteRequest) -> dict[str, object]:
    """An itemStruct."""
    counts = post.counts_at(request.moment)
    stats = {
        "diggCount": counts["likes"],
        "shareCount": counts["shares"],
        "commentCount": counts["comments"],
        "playCount": counts["views"],
        "collectCount": str(counts["collects"]),
    }
    return {
        "id": post.post_id,
        "desc": post.text + "".join(f" #{tag}" for tag in post.hashtags),
        "createTime": str(int(post.published_at.timestamp())),
        "author": {
            "id": post.author_id,
            "uniqueId": write_user(post),
            "nickname": post.author_name,
            "verified": False,
        },
        "authorStats": {"followerCount": 1200, "heartCount": 9000, "videoCount": 40, "diggCount": 0},
        "stats": stats,
        "statsV2": {name: str(value) for name, value in stats.items()} | {"repostCount": "0"},
        "challenges": [
            {"id": str(hash_number("challenge", tag) % 10**10), "title": tag, "desc": ""}
            for tag in post.hashtags
        ],
        "textExtra": [
            {"hashtagName": tag, "hashtagId": "", "start": 0, "end": 0, "type": 1} for tag in post.hashtags
        ],
        "music": {"id": "7", "title": "original sound", "authorName": post.author_name, "original": True},
        "video": {"id": post.post_id, "duration": 21, "cover": "", "width": 576, "height": 1024},
        "locationCreated": "SG",
        "isAd": post.is_promotional,
    }


def serve_video(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The page of a video; a video that is not there has statusCode 10204."""
    post = request.world.post("tiktok", match.group("id"), request.moment)
    detail: dict[str, object] = {"statusCode": 10204, "statusMsg": "item doesn't exist"}
    if post is not None:
        detail = {"statusCode": 0, "statusMsg": "", "itemInfo": {"itemStruct": write_item(post, request)}}
    state = {"__DEFAULT_SCOPE__": {"webapp.app-context": {"language": "en"}, "webapp.video-detail": detail}}
    title = post.title if post else "TikTok"
    return answer_html(render_page("tiktok_video", title=title, state=embed_json(state)))


def serve_embed(request: SiteRequest, match: re.Match[str]) -> Answer:
    """oEmbed of a video's address."""
    found = re.search(r"/video/(\d+)", request.query.get("url", ""))
    post = request.world.post("tiktok", found.group(1), request.moment) if found else None
    if post is None:
        return answer_json({"message": "Something went wrong", "code": 400}, 400)
    return answer_json(
        {
            "version": "1.0",
            "type": "video",
            "title": post.text,
            "author_url": f"https://www.tiktok.com/@{write_user(post)}",
            "author_name": post.author_name,
            "html": "<blockquote></blockquote>",
            "embed_product_id": post.post_id,
        }
    )


def serve_token(request: SiteRequest, match: re.Match[str]) -> Answer:
    """A client token for the sandbox's app."""
    form = request.form()
    known = is_same(form.get("client_key"), SANDBOX_APP) and is_same(form.get("client_secret"), SANDBOX_WORD)
    if not known or form.get("grant_type") != "client_credentials":
        return answer_json(
            {
                "error": "invalid_client",
                "error_description": "Client key or secret is incorrect.",
                "log_id": "0",
            }
        )
    return answer_json({"access_token": SANDBOX_TOKEN, "expires_in": 7200, "token_type": "Bearer"})


def answer_research(code: str, message: str, status: int, content: dict[str, object] | None = None) -> Answer:
    """The research interface's envelope."""
    return answer_json(
        {"data": content or {}, "error": {"code": code, "message": message, "log_id": "0"}}, status
    )


def write_research_video(post: WorldPost, request: SiteRequest) -> dict[str, object]:
    """A video as the research interface shows it."""
    counts = post.counts_at(request.moment)
    return {
        "id": int(post.post_id),
        "video_description": post.text + "".join(f" #{tag}" for tag in post.hashtags),
        "create_time": int(post.published_at.timestamp()),
        "region_code": "SG",
        "username": write_user(post),
        "view_count": counts["views"],
        "like_count": counts["likes"],
        "comment_count": counts["comments"],
        "share_count": counts["shares"],
        "favorites_count": counts["collects"],
        "hashtag_names": list(post.hashtags),
        "video_duration": 21,
    }


def is_wanted(post: WorldPost, query: object) -> bool:
    """Whether a post fits every `and` condition on keyword or hashtag_name; others are not judged."""
    conditions = query.get("and", []) if isinstance(query, dict) else []
    for condition in conditions:
        if not isinstance(condition, dict):
            continue
        values = [str(value) for value in condition.get("field_values", [])]
        name = condition.get("field_name")
        if name == "keyword" and not any(value in post.text or value in post.hashtags for value in values):
            return False
        if name == "hashtag_name" and not any(value in post.hashtags for value in values):
            return False
    return True


def serve_research(request: SiteRequest, match: re.Match[str]) -> Answer:
    """`research/video/query`: paged by cursor and search_id."""
    if not is_bearer(request.headers.get("authorization", "")):
        return answer_research(
            "access_token_invalid", "The access token is invalid or not found in the request.", 401
        )
    asked = request.document()
    try:
        start, end = (
            datetime.strptime(str(asked.get(name)), "%Y%m%d").replace(tzinfo=SHANGHAI)
            for name in ("start_date", "end_date")
        )
        size, cursor = int(str(asked.get("max_count", 20))), int(str(asked.get("cursor", 0)))
    except ValueError:
        return answer_research("invalid_params", "start_date and end_date must be YYYYMMDD", 400)
    if not (timedelta() <= end - start <= LONGEST_RANGE and 1 <= size <= 100 and cursor >= 0):
        return answer_research("invalid_params", "at most 30 days and 100 videos a request", 400)
    until = min(end + timedelta(days=1), request.moment)
    posts = [
        post
        for post in request.world.posts_between(start, until, "tiktok")
        if is_wanted(post, asked.get("query"))
    ]
    shown = posts[cursor : cursor + size]
    content: dict[str, object] = {
        "videos": [write_research_video(post, request) for post in shown],
        "cursor": cursor + len(shown),
        "search_id": str(hash_number("search", str(asked.get("query"))) % 10**19),
        "has_more": cursor + size < len(posts),
    }
    return answer_research("ok", "", 200, content)


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Links to videos, standing for the links that a user holds."""
    posts = request.world.popular_at(request.moment, "tiktok")
    links = [(f"{request.base}/@{write_user(post)}/video/{post.post_id}", post.title) for post in posts]
    return answer_html(render_page("links", title="TikTok", links=links))


ROUTES = (
    Route(r"/", serve_home),
    Route(r"/@(?P<user>[\w.]+)/video/(?P<id>\d+)/?", serve_video),
    Route(r"/oembed", serve_embed),
    Route(r"/v2/oauth/token/", serve_token, ("POST",)),
    Route(r"/v2/research/video/query/", serve_research, ("POST",)),
)
