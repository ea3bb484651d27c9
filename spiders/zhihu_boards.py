"""Lines of Zhihu's hot list, hot searches and daily news, in each of their shapes, in; records out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from parsel import Selector

from spiders.errors import MissingField
from spiders.fields import (
    pick,
    pick_first,
    read_counts,
    read_heat,
    read_id,
    read_name,
    read_published,
    read_text,
    read_title,
    read_url,
    require_id,
    require_title,
)
from spiders.page import Json, Page
from spiders.platform import Platform
from warehouse.records import BoardEntry, Post, PostKind

HOT_BOARD, SEARCH_BOARD, DAILY_BOARD = "hot_questions", "hot_search", "daily"
LABELS = {"hot": "热", "new": "新"}
_ADDRESS = re.compile(r"/(questions?|zvideos?|p|articles?)/(\d+)")
_CARD = re.compile(r"^([QAZ]V?)_(\d+)$")
_KINDS: dict[str, PostKind] = {"q": "question", "z": "video", "p": "article", "a": "article"}


class Subject(NamedTuple):
    """What a line of the hot list is about."""

    kind: PostKind
    post_id: str
    url: str


def find_subject(item: Json) -> Subject | None:
    """Question, article or video of a line, by its link or else by its card; None when neither tells."""
    target = pick(item, "target")
    link = pick(target, "link", "url") or pick(target, "url")
    found = _ADDRESS.search(link) if isinstance(link, str) else None
    card = pick_first(item, "card_id", "cardId")
    found = found or (_CARD.search(card) if isinstance(card, str) else None)
    number = pick(target, "id")
    if found is None and pick(target, "type") == "question" and type(number) in (int, str) and number:
        return make_subject("question", str(number))
    return make_subject(_KINDS[found[1][0].lower()], found[2]) if found else None


def make_subject(kind: PostKind, post_id: str) -> Subject:
    """A question, article or video with its address."""
    base = {
        "question": "https://www.zhihu.com/question/",
        "video": "https://www.zhihu.com/zvideo/",
        "article": "https://zhuanlan.zhihu.com/p/",
    }[kind]
    return Subject(kind, post_id, f"{base}{post_id}")


def read_hot_line(item: Json, page: Page, platform: Platform, rank: int) -> BoardEntry:
    """A line of the hot list."""
    target, subject = pick(item, "target"), find_subject(item)
    metrics = pick(target, "metrics_area", "text") or pick(target, "metricsArea", "text")
    label = read_name(pick(pick_first(item, "card_label", "cardLabel"), "type"))
    return BoardEntry(
        **platform.stamp(page),
        board=HOT_BOARD,
        rank=rank,
        title=read_area_title(target),
        subject_id=subject.post_id if subject else None,
        heat=read_heat(metrics or pick_first(item, "detail_text", "detailText")),
        label=LABELS.get(label, label) if label else None,
        is_ad=True if "advert" in str(pick(item, "type")) else None,
        url=subject.url if subject else read_url(pick(target, "link", "url")),
    )


def read_hot_subject(item: Json, page: Page, platform: Platform, subject: Subject) -> Post:
    """What a line of the hot list tells of its question, article or video."""
    target = pick(item, "target")
    excerpt = pick_first(target, "excerpt_area", "excerptArea", "excerpt")
    author = pick_first(target, "author", "author_area", "authorArea")
    answers = pick_first(
        pick(item, "feed_specific") or pick(item, "feedSpecific"), "answer_count", "answerCount"
    )
    comments = pick_first(target, "comment_count", "commentCount")
    if subject.kind == "question":
        comments = pick_first(target, "answer_count", "answerCount") if answers is None else answers
    return Post(
        **platform.stamp(page),
        post_id=subject.post_id,
        kind=subject.kind,
        url=subject.url,
        title=read_area_title(target),
        text=read_text(pick(excerpt, "text") if isinstance(excerpt, dict) else excerpt),
        author_key=platform.author_key(read_author(author)),
        **read_published(pick(target, "created"), page.captured_at),
        **read_counts(
            {"comments": comments, "collects": pick_first(target, "follower_count", "followerCount")}
        ),
    )


def read_area_title(target: Json) -> str:
    """Title of a line, in any of the shapes."""
    area = pick(target, "title_area", "text") or pick(target, "titleArea", "text")
    return require_title(area or pick(target, "title"))


def read_search_line(item: Json, page: Page, platform: Platform, rank: int) -> BoardEntry:
    """A line of the hot searches: of the page, or of the older interface."""
    shown = read_title(pick_first(item, "queryDisplay", "display_query", "query"))
    if shown is None:
        raise MissingField("no title", item)
    query = read_title(pick_first(item, "realQuery", "real_query", "query")) or shown
    return BoardEntry(
        **platform.stamp(page),
        board=SEARCH_BOARD,
        rank=rank,
        title=shown,
        subject_id=query[:512],
        label="新" if pick(item, "isNew") is True else None,
        url=f"https://www.zhihu.com/search?q={quote(query)}",
    )


def list_shown_searches(text: str) -> Iterator[dict[str, Any]]:
    """Lines of the page of hot searches as it is drawn."""
    for item in Selector(text, type="html").css(".TopSearchMain-item"):
        yield {"queryDisplay": "".join(item.css(".TopSearchMain-title ::text").getall()).strip()}


def read_story(item: Json, page: Page, platform: Platform, day: object) -> Post:
    """A story of the daily news -> an article of that day (`20261122`)."""
    story_id = require_id(pick(item, "id"))
    return Post(
        **platform.stamp(page),
        post_id=story_id,
        kind="article",
        url=f"https://daily.zhihu.com/story/{quote(story_id)}",
        title=require_title(pick(item, "title")),
        **read_published(str(day) if isinstance(day, int) else day, page.captured_at),
    )


def read_story_line(item: Json, page: Page, platform: Platform, rank: int) -> BoardEntry:
    """A story of the daily news -> its line there."""
    story_id = require_id(pick(item, "id"))
    return BoardEntry(
        **platform.stamp(page),
        board=DAILY_BOARD,
        rank=rank,
        title=require_title(pick(item, "title")),
        subject_id=story_id,
        url=f"https://daily.zhihu.com/story/{quote(story_id)}",
    )


def read_author(author: Json) -> str | None:
    """Id of an author; None for anonymous ones, whose id is 0 or empty."""
    found = read_id(pick(author, "id") or pick(author, "member", "id"))
    return None if found == "0" else found
