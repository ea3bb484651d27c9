"""An answer with status 200 in; the sign that it is a wall all the same, or nothing, out (PLATFORMS 0.1)."""

from __future__ import annotations

import re

from spiders.page import Page

_TITLE = re.compile(rb"<title[^>]{0,100}>(.{0,200}?)</title", re.IGNORECASE | re.DOTALL)
WALL_TITLES = ("验证", "Sina Visitor System", "京东验证", "Please wait", "安全检查", "访问受限", "人机验证")


def find_stop_sign(page: Page) -> str | None:
    """The stop sign a page carries, in words; None when it carries none."""
    body = page.body[:4096].strip()
    if not body:
        return "empty answer"
    if body == b"blocked":
        return "the answer `blocked`"
    title = _TITLE.search(page.body[:65_536])
    if title is None:
        return None
    text = title[1].decode("utf-8", "replace") + title[1].decode("gb18030", "replace")
    found = next((sign for sign in WALL_TITLES if sign in text), None)
    return None if found is None else f"page titled {found}"
