"""Rows of posts and offers without an id of their own in; ids that another export of them gives too, out."""

from __future__ import annotations

import re

from spiders.imports.drafts import ColumnPick
from spiders.imports.headings import fold_heading
from spiders.imports.landing_rows import make_id
from spiders.item_addresses import identify_item, identify_offer
from spiders.kept_addresses import clean_address

_TELLING = ("parent_id", "author_id", "published_at", "title", "text")
"""Fields that tell posts without an id of their own apart."""
_VARIANTS = frozenset({"规格", "款式", "颜色分类", "sku名称", "型号"})
"""Headings of what tells offers of one title apart."""


def make_post_ids(pick: ColumnPick) -> None:
    """The ids that addresses bear, the same in every export; else made of the address, or of all."""
    rows = pick.batch.rows
    names = [name for name in _TELLING if name in pick.columns]
    addresses = pick.columns.get("url") or [None] * rows
    if not names and "url" not in pick.columns:
        return
    ids: list[str] = []
    kinds: list[str | None] = []
    for at, address in enumerate(addresses):
        item = identify_item(address) if isinstance(address, str) else None
        clean = clean_address(address)
        kinds.append(item.kind if item else None)
        if item is not None:
            ids.append(item.post_id)
        elif clean is not None:
            ids.append(make_id(clean))
        else:
            told = [_strip_token(address)] if "url" in pick.columns else []
            ids.append(make_id(*told, *(pick.columns[name][at] for name in names)))
    if any(kinds) and "kind" not in pick.columns:
        pick.columns["kind"] = kinds
    pick.columns["post_id"] = ids


def make_comment_ids(pick: ColumnPick) -> None:
    """Ids of comments, made of what they stand under, who wrote them, when and what.

    A link in their rows leads to the work or product: it tells a comment only where it tells no id of that.
    """
    if not {"text", "title"} & pick.columns.keys():
        return
    rows = pick.batch.rows
    names = [name for name in _TELLING if name in pick.columns]
    addresses = pick.columns.get("url") or [None] * rows
    parents = pick.columns.get("parent_id") or [None] * rows
    ids: list[str] = []
    for at, (address, parent) in enumerate(zip(addresses, parents, strict=True)):
        told = [pick.columns[name][at] for name in names]
        if address is not None and not parent:
            told.insert(0, address)
        ids.append(make_id(*told))
    pick.columns["post_id"] = ids


def find_linked_id(address: object) -> str | None:
    """The id of the work or offer that an address leads to; None where it tells none."""
    if not isinstance(address, str):
        return None
    item = identify_item(address)
    return item.post_id if item is not None else identify_offer(address)


def _find_offer(address: object) -> str | None:
    return identify_offer(address) if isinstance(address, str) else None


def _strip_token(address: object) -> object:
    """An address that is not kept, of a profile or of no known form, without what changes at every copy."""
    return re.split(r"[?#]", address, maxsplit=1)[0] if isinstance(address, str) else address


def make_listing_ids(pick: ColumnPick) -> None:
    """The ids that addresses of offers bear; else made of address and shop, or of title and shop.

    An address of several titles is the shop's, so that the title tells its offers apart.
    """
    blank: list[None] = [None] * pick.batch.rows
    variant = next((name for name in pick.batch.names if fold_heading(name) in _VARIANTS), None)
    variants = blank if variant is None else pick.batch.values(variant)
    addresses, titles, shops = (pick.columns.get(name) or blank for name in ("url", "title", "shop"))
    titles_by_address: dict[object, set[object]] = {}
    for address, title in zip(addresses, titles, strict=True):
        titles_by_address.setdefault(clean_address(address), set()).add(title)
    ids: list[str | None] = []
    for address, title, shop, kind in zip(addresses, titles, shops, variants, strict=True):
        clean = clean_address(address)
        if own := _find_offer(address):
            ids.append(own)
        elif clean:
            is_shared = len(titles_by_address[clean]) > 1
            ids.append(make_id(clean, shop, *([title] * is_shared)))
        else:
            ids.append(make_id(title, shop, *([kind] * (variant is not None))) if title else None)
    pick.columns["listing_id"] = ids
