"""HTML of a Bilibili video's page in; the VideoItem and the tags that it shows out."""

from __future__ import annotations

import re
from typing import NamedTuple

from parsel import Selector

from spiders.embedded_state import read_assigned_state
from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, pick_list, read_code, read_name
from spiders.page import Json, Page

BVID = re.compile(r"BV[0-9A-Za-z]{10}")
_TITLE_END = re.compile(r"(?:_哔哩哔哩)?_bilibili\s*$")


class ShownVideo(NamedTuple):
    """A VideoItem as the interfaces write it, and the names of its tags."""

    item: Json
    tags: list[str]


def read_video_page(page: Page) -> ShownVideo:
    """The video of a page: from its state, of a festival's page too, or else from its meta elements.

    Blocked at the page of the risk control, SourceFailed for a video that is gone, PageChanged without one.
    """
    if "_riskdata_" in page.text:
        raise Blocked("a page of the risk control", page.url)
    state = read_assigned_state(page.text, "window.__INITIAL_STATE__")
    tags = [name for tag in pick_list(state, "tags") if (name := read_name(pick(tag, "tag_name")))]
    for item in (pick(state, "videoData"), read_festival(state)):
        if pick(item, "bvid") or pick(item, "aid"):
            return ShownVideo(item, tags)
    code = read_code(pick(state, "error", "trueCode")) or read_code(pick(state, "error", "code"))
    if code:
        raise SourceFailed(f"code {code}", page.url)
    item = read_meta(page)
    if item is None:
        raise PageChanged("__INITIAL_STATE__.videoData or og:url", page.url)
    return ShownVideo(item, tags)


def read_festival(state: Json) -> Json:
    """A festival's page names its video in `videoInfo`, and the rest beside it."""
    video = pick(state, "videoInfo")
    if not isinstance(video, dict):
        return None
    counts = pick(state, "videoStatus")
    views = {} if pick(state, "viewCount") is None else {"view": state["viewCount"]}
    return {
        "owner": {"mid": pick(state, "upMid")},
        "stat": {**(counts if isinstance(counts, dict) else {}), **views},
        **video,
    }


def read_meta(page: Page) -> dict[str, Json] | None:
    """What OpenGraph and microdata tell of a video; None when they name none."""
    selector = Selector(page.text, type="html")
    shown = {
        meta.attrib.get("property") or meta.attrib.get("itemprop") or meta.attrib.get("name", ""): text
        for meta in reversed(selector.css("meta[content]"))
        if (text := meta.attrib.get("content", ""))
    }
    address = shown.get("og:url") or shown.get("url") or page.url
    found, title = BVID.search(address), shown.get("og:title") or shown.get("title", "")
    if found is None or not title:
        return None
    return {
        "bvid": found[0],
        "title": _TITLE_END.sub("", title),
        "desc": "",
        "pubdate": shown.get("uploadDate") or shown.get("datePublished"),
    }
