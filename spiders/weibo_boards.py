"""Rows of Weibo's hot search, in each form it is served in, in; board lines out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from parsel import Selector

from spiders.errors import MissingField
from spiders.fields import pick, read_code, read_heat, read_name, read_title
from spiders.page import Json, Page
from spiders.platform import Platform
from warehouse.records import BoardEntry

HOT_SEARCH = "hot_search"
ADVERT_LABELS = {"荐", "商"}
BADGES = (
    (re.compile(r"hot_?gov|pinned|top\b"), None),
    (re.compile(r"flags/1_|_new\b|icon_new"), "新"),
    (re.compile(r"flags/2_|_hot\b|icon_hot"), "热"),
    (re.compile(r"flags/4_|_boom\b|icon_boom"), "爆"),
    (re.compile(r"flags/16_|_boil\b|icon_boil|_fei\b"), "沸"),
    (re.compile(r"recommend|_jian\b|flags/32768_"), "荐"),
)
"""Part of a badge image's address or class -> the badge."""


def read_hot_row(item: Json, page: Page, platform: Platform, board: str) -> BoardEntry:
    """A row of hotSearch, hot_band or hotgov, or one that the functions below made of a page."""
    word = (read_title(pick(item, "word")) or read_title(pick(item, "note")) or "").strip("# ")
    if not word:
        raise MissingField("no title", item)
    is_pinned = bool(pick(item, "is_gov") or pick(item, "is_pinned"))
    label = read_name(pick(item, "label_name")) or read_name(pick(item, "icon_desc"))
    label = label or read_name(pick(item, "small_icon_desc"))
    scheme = read_title(pick(item, "word_scheme")) or f"#{word}#"
    heat = pick(item, "num")
    return BoardEntry(
        **platform.stamp(page),
        board=board,
        rank=None if is_pinned else _read_rank(item),
        title=word,
        subject_id=word[:512],
        heat=read_heat(pick(item, "raw_hot") if heat is None else heat),
        label=label,
        category=read_name(pick(item, "category")) or read_name(pick(item, "flag_desc")),
        is_ad=label in ADVERT_LABELS or any(pick(item, name) for name in ("is_ad", "topic_ad", "ad_type")),
        url=f"https://s.weibo.com/weibo?q={quote(scheme)}",
    )


def list_container_rows(cards: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of the mobile hot container with their board: hot search, or the rising words below it."""
    for card in cards if isinstance(cards, list) else []:
        group, place = pick(card, "card_group"), 0
        board = "rising" if "上升" in str(pick(card, "title")) else HOT_SEARCH
        for index, row in enumerate(group if isinstance(group, list) else []):
            if pick(row, "desc") is None or isinstance(pick(row, "mblog"), dict):
                continue
            label = _read_badge(f"{pick(row, 'icon')} {pick(row, 'pic')}")
            is_ad = bool(pick(row, "promotion")) or label in ADVERT_LABELS
            is_ad = is_ad or "topic_ad=1" in str(pick(row, "scheme"))
            is_pinned = board == HOT_SEARCH and not index and not is_ad and pick(row, "desc_extr") is None
            place += not is_pinned and not is_ad
            yield (
                board,
                {
                    "word": row["desc"],
                    "num": pick(row, "desc_extr"),
                    "label_name": label,
                    "is_ad": is_ad,
                    "is_pinned": is_pinned,
                    "realpos": None if is_ad else place,
                },
            )


def list_summary_rows(text: str) -> list[dict[str, Any]]:
    """Rows of the page s.weibo.com/top/summary, in its desktop or its mobile layout."""
    selector = Selector(text, type="html")
    desktop = selector.css("#pl_top_realtimehot tbody tr")
    if desktop:
        return [_read_table_row(row) for row in desktop if row.css("td.td-02 a")]
    return [_read_list_row(row) for row in selector.css("ul.list_a > li")]


def _read_table_row(row: Selector) -> dict[str, Any]:
    place = "".join(row.css("td.td-01 ::text").getall()).strip()
    link = row.css("td.td-02 a")[0]
    href = link.attrib.get("href", "")
    is_ad = href.startswith("javascript") or place == "•" or "topic_ad=1" in href
    return {
        "word": "".join(link.css("::text").getall()),
        "num": "".join(row.css("td.td-02 span::text").getall()).strip() or None,
        "label_name": "".join(row.css("td.td-03 ::text").getall()).strip(),
        "is_ad": is_ad,
        "is_pinned": bool(row.css("td.td-01 i.icon-top")) or "Refer=new_time" in href,
        "realpos": int(place) if place.isdecimal() and not is_ad else None,
    }


def _read_list_row(row: Selector) -> dict[str, Any]:
    place = "".join(row.css("strong.hot::text").getall()).strip()
    label = _read_badge(" ".join(row.css("i::attr(class)").getall()))
    href = row.css("a::attr(href)").get() or ""
    return {
        "word": "".join(row.xpath(".//span//text()[not(parent::em)]").getall()),
        "num": "".join(row.css("span em::text").getall()).strip() or None,
        "label_name": label,
        "is_ad": label in ADVERT_LABELS or "topic_ad=1" in href,
        "is_pinned": bool(row.css("i.icon_pinned")),
        "realpos": int(place) if place.isdecimal() else None,
    }


def _read_rank(item: Json) -> int | None:
    shown, place = read_code(pick(item, "realpos")), read_code(pick(item, "rank"))
    if shown is not None and shown > 0:
        return shown
    return place + 1 if place is not None and place >= 0 else None


def _read_badge(where: str) -> str | None:
    return next((label for sign, label in BADGES if sign.search(where)), None)
