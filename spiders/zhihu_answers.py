"""Answers and pages of Zhihu in; the lists they hold out, or the stop sign that they are."""

from __future__ import annotations

from typing import Any

from spiders.embedded_state import read_script_state
from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, read_code
from spiders.page import Json, Page
from spiders.zhihu_contents import KINDS

WALL_CODES = {100, 101, 401, 403, 10003, 40352, 40353, 40362}
WALL_MARKS = ("zh-zse-ck", "/account/unhuman", "/signin?next=")


def open_answer(page: Page) -> Json:
    """The JSON of an answer; Blocked when it asks for a login or a captcha, SourceFailed at other errors."""
    answer = page.json()
    error = pick(answer, "error")
    if isinstance(error, dict):
        code = read_code(error.get("code"))
        if error.get("need_login") or error.get("redirect") or code in WALL_CODES:
            raise Blocked(f"error {code}", page.url)
        raise SourceFailed(f"error {code}", page.url)
    return answer


def open_state(page: Page) -> Json:
    """`initialState` of a page; None when it has none; Blocked for a challenge or sign-in page."""
    state = read_script_state(page.text, "js-initialData")
    if state is None and any(mark in page.text for mark in WALL_MARKS):
        raise Blocked("a challenge or sign-in page", page.url)
    return pick(state, "initialState") if isinstance(pick(state, "initialState"), dict) else state


def require_board(page: Page, value: Json, *path: str) -> list[Any]:
    """Lines of a board; Blocked when there are none, as Zhihu answers robots since 2026."""
    lines = pick(value, *path)
    if not isinstance(lines, list):
        raise PageChanged(".".join(path), page.url)
    if not lines:
        raise Blocked("an empty board that is never empty", page.url)
    return lines


def find_contents(answer: Json, page: Page) -> list[Json]:
    """Items of a list, or the one content that an answer is; PageChanged when it is neither."""
    inner = pick(answer, "data") if pick(answer, "data") is not None else answer
    if isinstance(inner, dict) and isinstance(pick(inner, "data"), list):
        inner = inner["data"]
    if isinstance(inner, list) and (inner or isinstance(answer, dict)):
        return inner
    if isinstance(inner, dict) and (str(pick(inner, "type")) in KINDS or "voteup_count" in inner):
        return [inner]
    raise PageChanged("data", page.url)
