"""Bilibili: popular, ranking, hot words, one video with its tags, and its page."""

from __future__ import annotations

import re

from spiders.sandbox.boards import ShownLine
from spiders.sandbox.identities import hash_number, make_bvid
from spiders.sandbox.pages import embed_json, render_page
from spiders.sandbox.posts import WorldPost
from spiders.sandbox.wire import NOT_FOUND, Answer, Route, SiteRequest, answer_html, answer_json

FIRST_AID = 115_000_000_000
FIRST_CID = 30_000_000_000


def wrap(value: object) -> Answer:
    """Bilibili's envelope of a good answer."""
    return answer_json({"code": 0, "message": "OK", "ttl": 1, "data": value})


def refuse(code: int, message: str) -> Answer:
    """Bilibili's envelope of a refusal, still HTTP 200."""
    return answer_json({"code": code, "message": message, "ttl": 1})


def write_video(post: WorldPost, request: SiteRequest) -> dict[str, object]:
    """A VideoItem as popular, ranking and view show it."""
    counts = post.counts_at(request.moment)
    published = int(post.published_at.timestamp())
    tags = "".join(f"#{tag}#" for tag in post.hashtags)
    aid = FIRST_AID + post.serial
    interest = post.topic.interest if post.topic else None
    return {
        "aid": aid,
        "bvid": post.post_id,
        "videos": 1,
        "tid": interest.zone if interest else 160,
        "tname": interest.section if interest else "生活",
        "copyright": 1,
        "pic": f"//i0.hdslb.com/bfs/archive/{post.serial:08x}.jpg",
        "title": post.title,
        "pubdate": published,
        "ctime": published - 60,
        "desc": post.text,
        "state": 0,
        "duration": 60 + hash_number("duration", post.post_id) % 900,
        "rights": {"bp": 0, "download": 0, "no_reprint": 1},
        "owner": {
            "mid": int(post.author_id),
            "name": post.author_name,
            "face": "//i1.hdslb.com/bfs/face/0.jpg",
        },
        "stat": {
            "aid": aid,
            "view": counts["views"],
            "danmaku": counts["danmaku"],
            "reply": counts["comments"],
            "favorite": counts["collects"],
            "coin": counts["coins"],
            "share": counts["shares"],
            "now_rank": 0,
            "his_rank": 0,
            "like": counts["likes"],
            "dislike": 0,
        },
        "dynamic": tags,
        "cid": FIRST_CID + post.serial,
        "dimension": {"width": 1920, "height": 1080, "rotate": 0},
        "short_link_v2": f"https://b23.tv/{post.post_id}",
        "pub_location": "浙江",
        "season_type": 0,
        "is_ogv": False,
        "ogv_info": None,
        "rcmd_reason": {"content": "百万播放" if counts["views"] > 1_000_000 else "", "corner_mark": 0},
    }


def write_replayed_video(line: ShownLine, request: SiteRequest) -> dict[str, object]:
    """A VideoItem for a line of a replayed archive: its title, its place in time, and nothing invented."""
    serial = hash_number("replay", line.line_id) % 900_000_000
    bvid = line.video_id if line.video_id.startswith("BV") else make_bvid(0, serial)
    return {
        "aid": FIRST_AID + serial,
        "bvid": bvid,
        "title": line.title,
        "desc": "",
        "dynamic": "",
        "tname": "",
        "pubdate": int(line.since.timestamp()),
        "owner": {"mid": 1, "name": "archive", "face": ""},
        "stat": {"aid": FIRST_AID + serial} | ({"view": line.heat} if line.heat is not None else {}),
        "short_link_v2": f"https://b23.tv/{bvid}",
        "rcmd_reason": {"content": "", "corner_mark": 0},
    }


def serve_popular(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One page of what is popular."""
    size, page = request.number("ps", 20, high=50), request.number("pn", 1)
    replayed = request.boards.board_at(request.moment, "bilibili", "popular")
    window = slice((page - 1) * size, page * size)
    if replayed:
        items, total = [write_replayed_video(line, request) for line in replayed[window]], len(replayed)
    else:
        posts = request.world.popular_at(request.moment)
        items, total = [write_video(post, request) for post in posts[window]], len(posts)
    return wrap({"list": items, "no_more": page * size >= total})


def serve_ranking(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The hundred most seen videos of a zone."""
    zone = request.number("rid", 0, low=0)
    posts = sorted(
        request.world.popular_at(request.moment),
        key=lambda post: (-post.counts_at(request.moment)["views"], post.serial),
    )
    items = [write_video(post, request) | {"score": 0} for post in posts]
    if zone:
        items = [item for item in items if item["tid"] == zone]
    return wrap({"note": "根据稿件内容质量、近期的数据综合展示，动态更新", "list": items[:100]})


def find_video(request: SiteRequest) -> WorldPost | None:
    """The video that bvid, aid or oid names."""
    world, bvid = request.world, request.query.get("bvid", "")
    if not bvid:
        name = "aid" if "aid" in request.query else "oid"
        serial = request.number(name, 0, low=0, high=10**15) - FIRST_AID
        bvid = make_bvid(world.seed, serial)
    return world.post("bilibili", bvid, request.moment)


def serve_view(request: SiteRequest, match: re.Match[str]) -> Answer:
    """One video, with `/detail` together with its tags."""
    post = find_video(request)
    if post is None:
        return refuse(-404, "啥都木有")
    video = write_video(post, request)
    part = {
        "cid": video["cid"],
        "page": 1,
        "from": "vupload",
        "part": post.title,
        "duration": video["duration"],
    }
    desc = [{"raw_text": post.text, "type": 1, "biz_id": 0}]
    view = video | {"desc_v2": desc, "pages": [part], "staff": None}
    if match.group("detail"):
        return wrap({"View": view, "Tags": write_tags(post), "Related": [], "Reply": None})
    return wrap(view)


def write_tags(post: WorldPost) -> list[dict[str, object]]:
    """Tags of a video."""
    return [
        {
            "tag_id": hash_number("tag", tag) % 10**8,
            "tag_name": tag,
            "music_id": "",
            "tag_type": "old_channel",
            "jump_url": "",
        }
        for tag in post.hashtags
    ]


def serve_tags(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Tags of one video."""
    post = find_video(request)
    return wrap(write_tags(post)) if post else refuse(-404, "啥都木有")


def serve_hot_words(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Hot search words: the tags of what is popular, most used first; no data wrapper here."""
    counts: dict[str, int] = {}
    for post in request.world.popular_at(request.moment):
        for tag in post.hashtags[:1]:
            counts[tag] = counts.get(tag, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[
        : request.number("limit", 30, high=50)
    ]
    words: list[dict[str, object]] = [
        {
            "hot_id": hash_number("hot", word) % 10**6,
            "keyword": word,
            "show_name": f"{word}最近怎么这么火" if place % 4 == 0 else word,
            "word_type": 5 if count > 10 else 8,
            "pos": place,
            "id": place,
            "icon": "",
            "goto_type": 0,
            "goto_value": "",
            "resource_id": 0,
            "live_id": [],
            "heat_score": count * 10_000,
        }
        for place, (word, count) in enumerate(ranked, start=1)
    ]
    return answer_json(
        {
            "code": 0,
            "message": "success",
            "seid": "1",
            "timestamp": int(request.moment.timestamp()),
            "list": words,
            "total_count": len(words),
        }
    )


def serve_page(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The page of a video with its state in a script."""
    post = request.world.post("bilibili", match.group("bvid"), request.moment)
    if post is None:
        return NOT_FOUND
    video = write_video(post, request)
    state = {
        "aid": video["aid"],
        "bvid": post.post_id,
        "videoData": video,
        "upData": video["owner"],
        "tags": write_tags(post),
        "related": [],
        "error": {},
    }
    return answer_html(render_page("bilibili_video", post=post, state=embed_json(state)))


def serve_home(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Links to what is popular, for link discovery."""
    posts = request.world.popular_at(request.moment)[:30]
    links = [(f"{request.base}/video/{post.post_id}", post.title) for post in posts]
    return answer_html(render_page("links", title="哔哩哔哩", links=links))


ROUTES = (
    Route(r"/", serve_home),
    Route(r"/x/web-interface/popular", serve_popular),
    Route(r"/x/web-interface/ranking(/v2)?", serve_ranking),
    Route(r"/x/web-interface/view(?P<detail>/detail)?", serve_view),
    Route(r"/x/web-interface/view/detail/tag|/x/tag/archive/tags", serve_tags),
    Route(r"/main/hotword", serve_hot_words),
    Route(r"/video/(?P<bvid>BV\w+)/?", serve_page),
)
