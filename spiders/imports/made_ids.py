"""Rows of posts and offers without an id of their own in; ids that another export of them gives too, out."""

from __future__ import annotations

import re

from spiders.imports.drafts import ColumnPick
from spiders.imports.headings import fold_heading
from spiders.imports.identifiers import clean_address
from spiders.imports.landing_rows import make_id
from spiders.item_addresses import identify_item

_OFFER = re.compile(
    r"(?:taobao|tmall|yangkeduo|pinduoduo)\.com/.*[?&](?:id|goods_id)=(\d{5,20})|jd\.com/(\d{5,20})\.html"
)
"""Addresses of offers with the ids that the shops give them."""


_VARIANTS = frozenset({"规格", "款式", "颜色分类", "sku名称", "型号"})
"""Headings of what tells offers of one title apart."""


def make_post_ids(pick: ColumnPick) -> None:
    """The ids that addresses bear, the same in every export; else made of the address, or of all."""
    rows = pick.batch.rows
    names = [
        name for name in ("parent_id", "author_id", "published_at", "title", "text") if name in pick.columns
    ]
    addresses = pick.columns.get("url") or [None] * rows
    if not names and "url" not in pick.columns:
        return
    is_comment = "parent_id" in pick.columns
    ids: list[str] = []
    kinds: list[str | None] = []
    for at, address in enumerate(addresses):
        item = identify_item(address) if isinstance(address, str) and not is_comment else None
        clean = None if is_comment else clean_address(address)
        kinds.append(item.kind if item else None)
        if item is not None:
            ids.append(item.post_id)
        elif clean:
            ids.append(make_id(clean))
        else:
            told = [address] if "url" in pick.columns else []
            ids.append(make_id(*told, *(pick.columns[name][at] for name in names)))
    if any(kinds) and "kind" not in pick.columns:
        pick.columns["kind"] = kinds
    pick.columns["post_id"] = ids


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
        own = _OFFER.search(clean) if clean else None
        if own:
            ids.append(own[1] or own[2])
        elif clean:
            is_shared = len(titles_by_address[clean]) > 1
            ids.append(make_id(clean, shop, *([title] * is_shared)))
        else:
            ids.append(make_id(title, shop, *([kind] * (variant is not None))) if title else None)
    pick.columns["listing_id"] = ids
