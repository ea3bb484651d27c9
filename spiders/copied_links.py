"""What a person copied from an app, words around a link, in; the link out."""

from __future__ import annotations

import re


def find_short_link(copied: str, host: str) -> str | None:
    """The short link of that host, which leads to a page of the platform; None without one."""
    found = re.search(rf"https?://{re.escape(host)}/[\w-]+/?", copied)
    return found[0] if found else None
