"""An answer of Bilibili in; its data, or what its code says, out."""

from __future__ import annotations

from typing import Any

from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, read_code
from spiders.page import Page

BLOCK_CODES = {-101, -352, -401, -403, -412, -509, -799}
GONE_CODES = {-404, 62002, 62004, 62012}
"""No such video, not visible, under review, visible to its author only."""


def open_envelope(page: Page) -> dict[str, Any]:
    """The data of an answer; Blocked, SourceFailed or PageChanged by its code and shape."""
    answer = page.json()
    code, data = read_code(pick(answer, "code")), pick(answer, "data")
    if code in BLOCK_CODES:
        raise Blocked(f"code {code}", page.url)
    if code:
        raise SourceFailed(f"code {code}", page.url)
    if code is None or not isinstance(data, dict):
        raise PageChanged("code and data", page.url)
    return data


def is_gone(page: Page) -> bool:
    """Whether the answer says that there is no such video to see."""
    return read_code(pick(page.json(), "code")) in GONE_CODES
