"""Xiaohongshu: the page of a note behind a link with a token."""

from __future__ import annotations

import re
from urllib.parse import quote

from markupsafe import Markup

from spiders.sandbox.identities import hash_number
from spiders.sandbox.pages import embed_json, render_page
from spiders.sandbox.posts import WorldPost
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_html, redirect_to


def make_token(post_id: str) -> str:
    """The token that a share link of the note carries."""
    return f"AB{hash_number('xsec', post_id):020d}="


def show_count(value: int) -> str:
    """A count as the page shows it."""
    return f"{value / 10_000:.1f}万" if value >= 10_000 else str(value)


def write_note(post: WorldPost, request: SiteRequest) -> dict[str, object]:
    """A note as the page's state holds it."""
    counts = post.counts_at(request.moment)
    tags = [
        {"id": f"{hash_number('topic', tag):024x}"[:24], "name": tag, "type": "topic"}
        for tag in post.hashtags
    ]
    published = int(post.published_at.timestamp() * 1000)
    return {
        "noteId": post.post_id,
        "title": post.title,
        "desc": post.text + "".join(f" #{tag}[话题]#" for tag in post.hashtags),
        "type": "video" if hash_number("note type", post.post_id) % 3 == 0 else "normal",
        "time": published,
        "lastUpdateTime": published,
        "ipLocation": "浙江",
        "user": {
            "userId": f"{hash_number('xhs user', post.author_id):024x}"[:24],
            "nickname": post.author_name,
        },
        "interactInfo": {
            "liked": False,
            "likedCount": show_count(counts["likes"]),
            "collected": False,
            "collectedCount": show_count(counts["collects"]),
            "commentCount": show_count(counts["comments"]),
            "shareCount": show_count(counts["shares"]),
            "followed": False,
            "relation": "none",
        },
        "tagList": tags,
        "imageList": [{"fileId": "", "width": 1080, "height": 1440, "urlDefault": "", "infoList": []}],
        "atUserList": [],
        "shareInfo": {"unShare": False},
        "xsecToken": make_token(post.post_id),
    }


def serve_note(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The note's page; without its token the way leads to the page of missing notes."""
    note_id = match.group("id")
    post = request.world.post("xiaohongshu", note_id, request.moment)
    if post is None or request.query.get("xsec_token") != make_token(note_id):
        return redirect_to(f"{request.base}/404?source=/explore/{note_id}&error_code=300031")
    detail = {
        "note": write_note(post, request),
        "comments": {
            "list": [],
            "cursor": "",
            "hasMore": True,
            "loading": False,
            "firstRequestFinish": False,
        },
        "currentTime": int(request.moment.timestamp() * 1000),
    }
    state = embed_json(
        {
            "global": {"appSettings": "@undefined"},
            "user": {"loggedIn": False, "userInfo": "@undefined"},
            "note": {"firstNoteId": note_id, "currentNoteId": note_id, "noteDetailMap": {note_id: detail}},
        }
    ).replace('"@undefined"', "undefined")
    counts = post.counts_at(request.moment)
    return answer_html(render_page("xiaohongshu_note", post=post, counts=counts, state=Markup(state)))


def serve_missing(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The page of missing notes."""
    return answer_html(render_page("links", title="你访问的页面不见了", links=[]), 404)


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Links with tokens, standing for the links that a user holds."""
    posts = request.world.popular_at(request.moment, "xiaohongshu")
    links = [
        (
            f"{request.base}/explore/{post.post_id}?xsec_token={quote(make_token(post.post_id))}&xsec_source=pc_share",
            post.title,
        )
        for post in posts
    ]
    return answer_html(render_page("links", title="小红书", links=links))


ROUTES = (
    Route(r"/", serve_home),
    Route(r"/(explore|discovery/item)/(?P<id>[0-9a-f]{24})", serve_note),
    Route(r"/404", serve_missing),
)
