"""Bilibili: comments by page, answers under a comment, and bullet comments."""

from __future__ import annotations

import re
import zlib

from spiders.sandbox.comments import WorldComment
from spiders.sandbox.identities import make_bvid
from spiders.sandbox.pages import render_page
from spiders.sandbox.platforms.bilibili import FIRST_AID, FIRST_CID, find_video, refuse, wrap
from spiders.sandbox.wire import NOT_FOUND, Answer, Route, SiteRequest

PLATFORM = "bilibili"


def write_reply(comment: WorldComment, children: list[WorldComment], aid: int) -> dict[str, object]:
    """One comment with at most three of its answers."""
    return {
        "rpid": int(comment.comment_id),
        "rpid_str": comment.comment_id,
        "oid": aid,
        "type": 1,
        "mid": int(comment.author_id),
        "root": int(comment.parent_id or 0),
        "parent": int(comment.parent_id or 0),
        "count": len(children),
        "rcount": len(children),
        "ctime": int(comment.published_at.timestamp()),
        "like": comment.likes,
        "member": {
            "mid": comment.author_id,
            "uname": comment.author_name,
            "sex": "保密",
            "level_info": {"current_level": 5},
        },
        "content": {"message": comment.text, "members": [], "max_line": 6},
        "replies": [write_reply(child, [], aid) for child in children[:3]] or None,
        "reply_control": {"time_desc": "1天前发布", "location": "IP属地：浙江"},
    }


def serve_replies(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One page of comments, or with `root` of the answers under one."""
    post = find_video(request)
    if post is None:
        return refuse(-404, "啥都木有")
    comments = request.world.comments_of(post, request.moment)
    roots, children = thread_comments(comments)
    if match.group("children"):
        top = [comment for comment in comments if comment.comment_id == request.query.get("root")]
        roots = children.get(top[0].comment_id, []) if top else []
        children = {}
    elif request.query.get("sort", "0") == "1":
        roots.sort(key=lambda comment: (-comment.likes, comment.comment_id))
    else:
        roots.reverse()
    size, page = request.number("ps", 20, high=20), request.number("pn", 1)
    shown = roots[(page - 1) * size : page * size]
    aid = FIRST_AID + post.serial
    replies = [write_reply(comment, children.get(comment.comment_id, []), aid) for comment in shown]
    pages = {"num": page, "size": size, "count": len(roots), "acount": len(comments)}
    return wrap({"page": pages, "replies": replies or None, "hots": None, "top": None, "mode": 3})


def thread_comments(
    comments: tuple[WorldComment, ...],
) -> tuple[list[WorldComment], dict[str, list[WorldComment]]]:
    """Top-level comments, and by top-level comment all answers under it, answers to answers included."""
    root_of: dict[str, str] = {}
    roots: list[WorldComment] = []
    children: dict[str, list[WorldComment]] = {}
    for comment in comments:
        if comment.parent_id is None:
            root_of[comment.comment_id] = comment.comment_id
            roots.append(comment)
        else:
            root = root_of[comment.comment_id] = root_of[comment.parent_id]
            children.setdefault(root, []).append(comment)
    return roots, children


def serve_danmaku(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Bullet comments as raw-deflated XML."""
    cid = int(match.groupdict().get("cid") or request.number("oid", 0, low=0, high=10**15))
    post = request.world.post("bilibili", make_bvid(request.world.seed, cid - FIRST_CID), request.moment)
    if post is None:
        return NOT_FOUND
    text = render_page("bilibili_danmaku", cid=cid, lines=request.world.danmaku_of(post, request.moment))
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(text.encode()) + packer.flush()
    return Answer(body, 200, "text/xml; charset=utf-8", (("Content-Encoding", "deflate"),))


ROUTES = (
    Route(r"/x/v2/reply(?P<children>/reply)?", serve_replies),
    Route(r"/(?P<cid>\d+)\.xml|/x/v1/dm/list\.so", serve_danmaku),
)
