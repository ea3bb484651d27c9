"""The Products of a page in; those that are listings of their own, each with an id of its own, out."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin

from spiders.errors import BadValue
from spiders.fields import pick, read_id, read_title, read_url, require_id, strip_query
from spiders.page import Json, Page
from spiders.structured_data import StructuredData, as_list, name_of

PRODUCT_TYPES = ("Product", "IndividualProduct", "ProductModel", "ProductGroup")
PRODUCT_IDS = ("sku", "productID", "gtin", "gtin13", "gtin8", "mpn", "productGroupID")
QUERY_IDS = ("id", "item_id", "sku", "goods_id")
"""Parameters of an address that say which product it is; all others are trackers or views."""

_FRAGMENT = re.compile(r"#([\w-]{1,64})\Z")
_HASH_DIGITS = 12


class Catalogue(NamedTuple):
    """What a page offers."""

    products: list[dict[str, Any]]
    """Products, one for each listing: variants without an id of their own are in the one they vary."""
    shared: frozenset[str]
    """Addresses that several products of other names fall back on for want of an id."""

    @property
    def is_single(self) -> bool:
        """Whether what the page shows beside its markup can only be of one product."""
        return len(self.products) == 1

    def identify(self, product: Json, page: Page) -> str:
        """Id of a product: sku, productID, gtin or mpn, else its address without trackers.

        Where several have it, the fragment of their `@id`, or else a hash of their name, follows.
        """
        own = _find_own_id(product)
        if own:
            return own
        address = require_id(_find_address(product, page))
        if address not in self.shared:
            return address
        fragment = _FRAGMENT.search(str(pick(product, "@id") or ""))
        name = str(name_of(pick(product, "name")))
        hashed = hashlib.sha256(name.encode()).hexdigest()[:_HASH_DIGITS]
        return f"{address}#{fragment[1] if fragment else hashed}"


def list_products(data: StructuredData, page: Page) -> Catalogue:
    """The products of a page; a group's variants that are no listings by themselves give it their offers."""
    found = data.of_type(*PRODUCT_TYPES)
    variants: dict[int, list[Json]] = defaultdict(list)
    listed: dict[int, list[dict[str, Any]]] = defaultdict(list)
    joined: set[int] = set()
    for group, variant, place in _list_variants(found):
        if place == group or place in joined or group in joined:
            continue
        if not _is_own(variant, found[group], page):
            variants[group].append(variant)
            joined |= set() if place is None else {place}
        elif place is None:
            listed[group].append(variant)
    products: list[dict[str, Any]] = []
    for place, product in enumerate(found):
        products += [] if place in joined else [_join(product, variants[place])]
        products += listed[place]
    return Catalogue(products, _find_shared(products, page))


def _list_variants(found: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any], int | None]]:
    """Place of a group, a variant of it, and the variant's place where it stands among the products too."""
    names = {str(product["@id"]): place for place, product in enumerate(found) if "@id" in product}
    places = {id(product): place for place, product in enumerate(found)}
    for place, product in enumerate(found):
        for variant in as_list(product.get("hasVariant")):
            if isinstance(variant, dict):
                yield place, variant, names.get(str(variant.get("@id")))
    for place, product in enumerate(found):
        group = product.get("isVariantOf")
        known = names.get(str(pick(group, "@id")), places.get(id(group)))
        if known is not None:
            yield known, product, place


def _join(group: dict[str, Any], variants: list[Json]) -> dict[str, Any]:
    """A group with the offers and reviews of its variants."""
    joined = dict(group)
    for name in ("offers", "review", "reviews") if variants else ():
        members = [member for one in (group, *variants) for member in as_list(pick(one, name))]
        joined |= {name: members} if members else {}
    return joined


def _is_own(variant: Json, group: Json, page: Page) -> bool:
    """Whether a variant is a listing by itself: it has an id or an address that its group has not."""
    try:
        own, groups = _find_own_id(variant), _find_own_id(group)
    except BadValue:
        return True
    if own:
        return own != groups
    has_address = read_url(pick(variant, "url"), page.url) is not None
    return has_address and _find_address(variant, page) != _find_address(group, page)


def _find_own_id(product: Json) -> str | None:
    for name in PRODUCT_IDS:
        found = read_id(next(iter(as_list(pick(product, name))), None))
        if found:
            return found
    return None


def _find_address(product: Json, page: Page) -> str | None:
    url = read_url(pick(product, "url"), page.url) or page.url
    return strip_query(urljoin(page.url, url), *QUERY_IDS) if url else None


def _find_shared(products: list[dict[str, Any]], page: Page) -> frozenset[str]:
    names: dict[str, set[str]] = defaultdict(set)
    for product in products:
        try:
            address = None if _find_own_id(product) else _find_address(product, page)
            title = read_title(name_of(product.get("name")))
        except BadValue:
            continue
        if address and title:
            names[address].add(title)
    return frozenset(address for address, titles in names.items() if len(titles) > 1)
