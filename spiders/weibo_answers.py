"""Answers of Weibo's interfaces in; what they hold out, or the stop sign that they are."""

from __future__ import annotations

from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, read_code
from spiders.nested import find_items, find_members
from spiders.page import Json, Page

ACCESS_ERRORS = {10022, 10023, 10024, 21301, 21314, 21315, 21316, 21317, 21327, 21332}
STATUS_MEMBERS = ("mblog", "status", "statuses", "list")


def open_answer(page: Page) -> Json:
    """The JSON of an answer; Blocked when it asks for a login or a captcha, SourceFailed at other errors."""
    answer = page.json()
    ok, code = read_code(pick(answer, "ok")), read_code(pick(answer, "error_code"))
    if ok == -100 or (ok == 0 and (pick(answer, "errno") or pick(answer, "url"))):
        raise Blocked(f"ok {ok}, errno {pick(answer, 'errno')}: a login or captcha is asked for", page.url)
    if code in ACCESS_ERRORS:
        raise Blocked(f"error_code {code}", page.url)
    if code:
        raise SourceFailed(f"error_code {code}", page.url)
    return answer


def find_statuses(answer: Json, page: Page) -> list[Json]:
    """Statuses of a list, a single one, or none at the end of a list (`ok` 0); PageChanged otherwise."""
    inner = pick(answer, "data") if pick(answer, "data") is not None else answer
    if pick(inner, "created_at") is not None:
        return [inner]
    if isinstance(inner, list) and any(pick(item, "created_at") is not None for item in inner):
        return inner
    found = find_items(answer, *STATUS_MEMBERS)
    if found is None and read_code(pick(answer, "ok")) != 0:
        raise PageChanged("data.list, mblog, or a status itself", page.url)
    return found or []


def find_comments(answer: Json, page: Page) -> list[Json]:
    """Comments under a status, none where there are none (`ok` 0); PageChanged when they are not there."""
    listed = next(find_members(answer, "data", "comments"), None)
    for name in ("data", "comments"):
        listed = pick(listed, name) if isinstance(pick(listed, name), list) else listed
    if isinstance(listed, list):
        return listed
    if read_code(pick(answer, "ok")) == 0:
        return []
    raise PageChanged("data.data", page.url)
