"""Zhihu: hot lists in both shapes, and the daily news."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from random import Random

from spiders.moments import SHANGHAI
from spiders.sandbox.boards import ShownLine
from spiders.sandbox.identities import hash_number
from spiders.sandbox.phrases import load_grammar
from spiders.sandbox.wire import NOT_FOUND, Answer, Route, SiteRequest, answer_json

STORIES_A_DAY = 6


def list_questions(request: SiteRequest) -> list[ShownLine]:
    """Lines of the hot list, adverts and pinned lines left out."""
    lines = request.boards.board_at(request.moment, "zhihu", "hot")
    limit = request.number("limit", 50, high=50)
    return [line for line in lines if not line.is_ad and not line.is_pinned][:limit]


def write_question_id(line: ShownLine) -> int:
    """The number of a question."""
    return 600_000_000 + hash_number("question", line.line_id) % 90_000_000


def write_area_row(line: ShownLine, place: int) -> dict[str, object]:
    """A row in the shape with areas."""
    number = write_question_id(line)
    return {
        "type": "hot_list_feed",
        "style_type": "1",
        "id": f"{place}_{line.since.timestamp():.6f}",
        "card_id": f"Q_{number}",
        "feed_specific": {"answer_count": hash_number("answers", line.line_id) % 900},
        "target": {
            "title_area": {"text": line.title},
            "excerpt_area": {"text": "想听听大家的真实经历。"},
            "image_area": {"url": ""},
            "metrics_area": {"text": f"{(line.heat or 0) // 10_000} 万热度", "font_color": "", "weight": ""},
            "label_area": {"type": "trend", "trend": 0},
            "link": {"url": f"https://www.zhihu.com/question/{number}"},
        },
        "attached_info": "",
    }


def write_flat_row(line: ShownLine, place: int) -> dict[str, object]:
    """A row in the flat shape."""
    number = write_question_id(line)
    return {
        "type": "hot_list_feed",
        "id": f"{place}_{line.since.timestamp():.6f}",
        "target": {
            "id": number,
            "type": "question",
            "title": line.title,
            "url": f"https://api.zhihu.com/questions/{number}",
            "excerpt": "想听听大家的真实经历。",
            "created": int(line.since.timestamp()),
            "answer_count": hash_number("answers", line.line_id) % 900,
            "follower_count": hash_number("followers", line.line_id) % 9000,
            "comment_count": hash_number("remarks", line.line_id) % 60,
            "author": {"id": "0", "url_token": "", "name": "用户"},
        },
        "detail_text": f"{(line.heat or 0) // 10_000} 万热度",
        "trend": 0,
        "children": [],
    }


def serve_hot(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The hot list: with areas on www paths, flat on the api host's path."""
    write_row = write_flat_row if match.group("flat") else write_area_row
    rows = [write_row(line, place) for place, line in enumerate(list_questions(request))]
    paging = {"is_end": True, "is_start": True, "next": "", "previous": "", "totals": len(rows)}
    return answer_json({"data": rows, "paging": paging, "fresh_text": "热榜已更新", "display_num": 15})


def write_stories(day: date, request: SiteRequest) -> list[dict[str, object]]:
    """The stories of a day."""
    world, grammar = request.world, load_grammar("captions", "boards")
    random = Random(f"{world.seed}:daily:{day}")
    stories = []
    for place in range(STORIES_A_DAY):
        number = 9_700_000 + hash_number("story", world.seed, day, place) % 90_000
        words = random.choice(world.topics).draw_words(random)
        stories.append(
            {
                "id": number,
                "title": grammar.write("story_title", random, words),
                "hint": f"{grammar.write('story_author', random)} · {random.randrange(2, 9)} 分钟阅读",
                "url": f"https://daily.zhihu.com/story/{number}",
                "images": ["https://pic1.zhimg.com/daily.jpg"],
                "image_hue": "0x879943",
                "type": 0,
                "ga_prefix": f"{day:%m%d}07",
            }
        )
    return stories


def serve_daily(request: SiteRequest, match: re.Match[str]) -> Answer:
    """The newest daily, or the one before a day."""
    today = request.moment.astimezone(SHANGHAI).date()
    if match.group("before") is None:
        stories = write_stories(today, request)
        top = [story | {"image": "https://pic1.zhimg.com/daily.jpg"} for story in stories[:2]]
        return answer_json({"date": f"{today:%Y%m%d}", "stories": stories, "top_stories": top})
    try:
        asked = datetime.strptime(match.group("before"), "%Y%m%d").date()
    except ValueError:
        return NOT_FOUND
    day = min(asked, today + timedelta(days=1)) - timedelta(days=1)
    return answer_json({"date": f"{day:%Y%m%d}", "stories": write_stories(day, request)})


def serve_search(request: SiteRequest, match: re.Match[str]) -> Answer:
    """Search: only with a login."""
    redirect = "https://www.zhihu.com/account/unhuman?type=unhuman"
    error = {"need_login": True, "redirect": redirect, "code": 40353, "message": "请先登录"}
    return answer_json({"error": error}, 403)


ROUTES = (
    Route(
        r"/api/v3/feed/topstory/(hot-lists/\w+|hot-list-web)|(?P<flat>/topstory/hot-lists/total)", serve_hot
    ),
    Route(r"/api/4/news/(latest|before/(?P<before>\d{8}))", serve_daily),
    Route(r"/search|/api/v4/search_v3", serve_search),
)
