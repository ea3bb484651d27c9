"""Ids and addresses of Douyin videos and notes as users give them in; where their share pages are out."""

from __future__ import annotations

import re

_ITEM = re.compile(r"(?:(note)/|video/|[?&](?:modal_id|vid)=|^)(\d{15,20})")


def find_share_path(target: str) -> str | None:
    """Path of the share page of a video or note; None when neither id nor address names one."""
    found = _ITEM.search(target)
    return f"/share/{found[1] or 'video'}/{found[2]}/" if found else None
