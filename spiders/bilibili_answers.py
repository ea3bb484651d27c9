"""An answer of Bilibili in; its data, or what its code says, out."""

from __future__ import annotations

from typing import Any

from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, pick_list, read_code, read_name
from spiders.page import Json, Page

BLOCK_CODES = {-101, -352, -401, -403, -412, -509, -799}
GONE_CODES = {-404, 62002, 62004, 62012}
"""No such video, not visible, under review, visible to its author only."""
PINNED = (("root",), ("upper", "top"), ("top",), ("top", "upper"), ("top", "admin"))
"""Where an answer holds single comments: the one whose answers it lists, and those put on top."""


def open_envelope(page: Page) -> dict[str, Any]:
    """The data of an answer; Blocked, SourceFailed or PageChanged by its code and shape."""
    answer = page.json()
    check_code(page, answer)
    data = pick(answer, "data")
    if read_code(pick(answer, "code")) is None or not isinstance(data, dict):
        raise PageChanged("code and data", page.url)
    return data


def check_code(page: Page, answer: Json) -> None:
    """Nothing for a good answer; Blocked or SourceFailed by its code."""
    code = read_code(pick(answer, "code"))
    if code in BLOCK_CODES:
        raise Blocked(f"code {code}", page.url)
    if code:
        raise SourceFailed(
            f"code {code}: {read_name(pick(answer, 'message')) or 'no reason given'}", page.url
        )


def list_replies(data: Json) -> list[Json]:
    """Comments of an answer, pinned and hot ones first, with the replies nested in them, each once."""
    pinned = (pick(data, *path) for path in PINNED)
    top = [reply for reply in pinned if pick(reply, "rpid")]
    top += [*pick_list(data, "top_replies"), *pick_list(data, "hots"), *pick_list(data, "replies")]
    nested = [reply for comment in top for reply in pick_list(comment, "replies")]
    return list({str(pick(reply, "rpid")): reply for reply in [*top, *nested]}.values())


def list_hits(hit: Json) -> list[Json]:
    """A video of search results, or those of a group of them; other things (rooms, people) are left."""
    group = pick(hit, "data")
    if isinstance(group, list):
        return [item for item in group if pick(hit, "result_type") == "video"]
    return [hit] if pick(hit, "type") in (None, "video") else []


def is_gone(page: Page) -> bool:
    """Whether the answer says that there is no such video to see."""
    return read_code(pick(page.json(), "code")) in GONE_CODES
