"""Weibo: hot search, hot band, the mobile container, and the open interface of a status."""

from __future__ import annotations

import re
from urllib.parse import quote

from spiders.moments import SHANGHAI
from spiders.sandbox.boards import ShownLine
from spiders.sandbox.identities import hash_number, make_author_name
from spiders.sandbox.signatures import SANDBOX_TOKEN, is_same
from spiders.sandbox.wire import Answer, Route, SiteRequest, answer_json, redirect_to

LABELS = {"": 0, "新": 1, "热": 2}


def write_hot(line: ShownLine, place: int) -> dict[str, object]:
    """One row of the hot search; adverts lack number, rank and category as on the platform."""
    row: dict[str, object] = {
        "word": line.title,
        "note": line.title,
        "word_scheme": f"#{line.title}#",
        "realpos": place,
        "label_name": "商" if line.is_ad else line.label,
        "icon_desc": "荐" if line.is_ad else line.label,
        "topic_flag": 1,
        "emoticon": "",
        "mid": str(hash_number("mid", line.line_id) % 10**16),
    }
    if line.is_ad:
        return row | {"is_ad": 1, "topic_ad": 1, "ad_info": ""}
    return row | {
        "num": line.heat,
        "raw_hot": line.heat,
        "rank": place - 1,
        "flag": LABELS.get(line.label, 0),
        "category": "生活" if line.topic else "社会新闻",
        "onboard_time": int(line.since.timestamp()),
    }


def write_rows(request: SiteRequest) -> tuple[list[dict[str, object]], dict[str, object] | None]:
    """Rows without the pinned line, and the pinned line."""
    lines = request.boards.board_at(request.moment, "weibo", "hot")
    pinned = next((line for line in lines if line.is_pinned), None)
    rows = [
        write_hot(line, place) for place, line in enumerate((x for x in lines if not x.is_pinned), start=1)
    ]
    if pinned is None:
        return rows, None
    top: dict[str, object] = {
        "word": f"#{pinned.title}#",
        "name": f"#{pinned.title}#",
        "note": pinned.title,
        "is_gov": 1,
        "icon_desc": "热",
        "pos": 1,
        "stime": int(pinned.since.timestamp()),
        "url": f"https://s.weibo.com/weibo?q={quote(pinned.title)}&Refer=new_time",
    }
    return rows, top


def serve_hot_search(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The hot search of the desktop page."""
    rows, top = write_rows(request)
    return answer_json({"ok": 1, "data": {"realtime": rows, "hotgov": top, "hotgovs": [top] if top else []}})


def serve_hot_band(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The hot band."""
    rows, top = write_rows(request)
    band: list[dict[str, object]] = []
    for row in rows:
        extra: dict[str, object] = {"ad_type": "商业投放"} if "is_ad" in row else {"star_name": {}}
        band.append(row | extra)
    return answer_json({"ok": 1, "data": {"band_list": band, "hotgov": top}})


def serve_container(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The hot container of the mobile site; other containers want a login."""
    if not request.query.get("containerid", "").startswith("106003"):
        return answer_json({"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=wapsso"})
    rows, top = write_rows(request)
    cards: list[dict[str, object]] = (
        [{"card_type": 4, "desc": top["note"], "pic": "hot_gov.png"}] if top else []
    )
    for row in rows:
        card = {
            "card_type": 4,
            "desc": row["word"],
            "scheme": f"https://m.weibo.cn/search?containerid=100103type%3D1%26q%3D{quote(str(row['word_scheme']))}",
            "itemid": f"c_type:31|pos:{row['realpos']}",
        }
        cards.append(
            card | ({"promotion": {"monitor_url": []}} if "is_ad" in row else {"desc_extr": row["num"]})
        )
    return answer_json({"ok": 1, "data": {"cards": [{"card_group": cards, "title": "实时热点"}]}})


def refuse(code: int, error: str, request: SiteRequest, status: int = 400) -> Answer:
    """The open interface's error body."""
    return answer_json({"error": error, "error_code": code, "request": request.path}, status)


def write_status(line: ShownLine, request: SiteRequest) -> dict[str, object]:
    """A status about a hot line."""
    number = hash_number("mid", line.line_id) % 10**16
    author = str(hash_number("weibo author", line.line_id) % 10**10)
    likes = hash_number("likes", line.line_id) % 5000
    created = line.since.astimezone(SHANGHAI)
    return {
        "created_at": f"{created:%a %b %d %H:%M:%S %z %Y}",
        "id": number,
        "mid": str(number),
        "idstr": str(number),
        "text": f"#{line.title}# 大家怎么看？",
        "source": '<a href="http://weibo.com/" rel="nofollow">微博网页版</a>',
        "favorited": False,
        "truncated": False,
        "geo": None,
        "user": {"id": int(author), "idstr": author, "screen_name": make_author_name(author)},
        "reposts_count": likes // 9,
        "comments_count": likes // 5,
        "attitudes_count": likes,
        "pic_urls": [],
    }


def serve_open(request: SiteRequest, match: re.Match[str]) -> Answer:
    """`statuses/show` and `statuses/count` with an access token."""
    token = request.query.get("access_token") or request.headers.get("authorization", "").removeprefix(
        "OAuth2 "
    )
    if not is_same(token, SANDBOX_TOKEN):
        return refuse(21332, "invalid_access_token", request, 401)
    lines = request.boards.board_at(request.moment, "weibo", "hot")
    statuses = {str(status["id"]): status for status in (write_status(line, request) for line in lines)}
    if match.group("name") == "show":
        found = statuses.get(request.query.get("id", ""))
        return answer_json(found) if found else refuse(20101, "target weibo does not exist!", request)
    counted = [statuses[number] for number in request.query.get("ids", "").split(",") if number in statuses]
    rows = [
        {
            "id": status["id"],
            "comments": status["comments_count"],
            "reposts": status["reposts_count"],
            "attitudes": status["attitudes_count"],
        }
        for status in counted
    ]
    return answer_json(rows)


def serve_login(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Search and timelines: on to the cookie wall."""
    return redirect_to("https://passport.weibo.com/visitor/visitor?entry=miniblog")


ROUTES = (
    Route(r"/ajax/side/hotSearch", serve_hot_search),
    Route(r"/ajax/statuses/hot_band", serve_hot_band),
    Route(r"/api/container/getIndex", serve_container),
    Route(r"/2/statuses/(?P<name>show|count)\.json", serve_open),
    Route(r"/weibo|/u/\d+", serve_login),
)
