"""TikTok's videos (itemStruct), oEmbed answers and comments in; posts out."""

from __future__ import annotations

import re

from spiders.captions import extract_hashtags
from spiders.fields import (
    pick,
    pick_list,
    read_counts,
    read_id,
    read_name,
    read_published,
    read_text,
    require_id,
)
from spiders.page import Json, Page
from spiders.platform import Platform
from warehouse.records import Post

_EMBEDDED_ID = re.compile(r"data-video-id=[\"'](\d{6,20})|/(?:video|photo)/(\d{6,20})")


def read_item(item: Json, page: Page, platform: Platform) -> Post:
    """An itemStruct; statsV2 is exact where stats is rounded."""
    item_id = require_id(pick(item, "id"))
    caption, author = read_text(pick(item, "desc")), pick(item, "author")
    is_note = isinstance(pick(item, "imagePost"), dict)
    named = [read_name(pick(extra, "hashtagName")) for extra in pick_list(item, "textExtra")]
    named += [read_name(pick(challenge, "title")) for challenge in pick_list(item, "challenges")]
    # SIGI_STATE keeps the author's name in `author`, and the ids beside it.
    beside = pick(item, "authorSecId") or pick(item, "authorId") or author
    author_id = pick(author, "secUid") or pick(author, "id") if isinstance(author, dict) else beside
    is_ad = pick(item, "isAd")
    return Post(
        **platform.stamp(page),
        post_id=item_id,
        kind="note" if is_note else "video",
        url=make_item_url(item_id, "photo" if is_note else "video"),
        text=caption,
        hashtags=_unique([*named, *extract_hashtags(caption, paired=False)]),
        category=read_name(pick(item, "diversificationLabels", 0)),
        author_key=platform.author_key(read_id(author_id)),
        **read_published(pick(item, "createTime"), page.captured_at),
        is_ad=is_ad if isinstance(is_ad, bool) else None,
        **read_counts(
            {
                "views": _count(item, "playCount"),
                "likes": _count(item, "diggCount"),
                "comments": _count(item, "commentCount"),
                "shares": _count(item, "shareCount"),
                "collects": _count(item, "collectCount"),
            }
        ),
    )


def read_embed(item: Json, page: Page, platform: Platform) -> Post:
    """An oEmbed answer: caption and id; the author's name there is not the id that other answers give."""
    found = _EMBEDDED_ID.search(str(pick(item, "html")))
    item_id = require_id(pick(item, "embed_product_id") or (found and (found[1] or found[2])))
    caption = read_text(pick(item, "title"))
    return Post(
        **platform.stamp(page),
        post_id=item_id,
        kind="note" if pick(item, "embed_type") == "photo" else "video",
        url=make_item_url(item_id, "video"),
        text=caption,
        hashtags=extract_hashtags(caption, paired=False),
    )


def list_comments(items: list[Json]) -> list[Json]:
    """Comments with the replies shown under them, each id once."""
    nested = [reply for item in items for reply in pick_list(item, "reply_comment")]
    named = {str(pick(comment, "cid")): comment for comment in [*nested, *items] if pick(comment, "cid")}
    return [*named.values(), *(comment for comment in items if not pick(comment, "cid"))]


def read_comment(item: Json, page: Page, platform: Platform) -> Post:
    """A comment, or a reply to one, under its video."""
    user = pick(item, "user")
    return Post(
        **platform.stamp(page),
        post_id=require_id(pick(item, "cid")),
        kind="comment",
        parent_id=read_id(pick(item, "aweme_id")),
        text=read_text(pick(item, "text")),
        author_key=platform.author_key(read_id(pick(user, "sec_uid") or pick(user, "uid"))),
        **read_published(pick(item, "create_time"), page.captured_at),
        **read_counts({"likes": pick(item, "digg_count"), "comments": pick(item, "reply_comment_total")}),
    )


def make_item_url(item_id: str, kind: str) -> str:
    """Address of a video or photo post that does not tell its author; TikTok completes it."""
    return f"https://www.tiktok.com/@/{kind}/{item_id}"


def _count(item: Json, name: str) -> Json:
    exact = pick(item, "statsV2", name)
    return pick(item, "stats", name) if exact is None or exact == "" else exact


def _unique(tags: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip("# ") for tag in tags if tag and tag.strip("# ")))
