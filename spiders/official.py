"""What an official interface is: a source whose requests are signed with the user's own key as they leave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal, NamedTuple, TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from spiders.counts import parse_count_range
from spiders.errors import Blocked, SourceFailed
from spiders.fields import read_name
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageRequest, Platform, Stamp
from spiders.prices import Price
from spiders.shown_offers import Sold
from warehouse.records import SoldBasis

FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/json; charset=utf-8"
SIGNED_SETTINGS = {
    "DOWNLOAD_HANDLERS": {
        "http": "spiders.signed_download.SigningHandler",
        "https": "spiders.signed_download.SigningHandler",
        "file": None,
        "data": None,
        "ftp": None,
        "s3": None,
    },
    "REDIRECT_ENABLED": False,
}
"""A redirected call would carry its signature and token to another host."""


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A request as it goes over the wire; it holds secrets, so it is never kept nor logged."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Token(NamedTuple):
    """A client token, and for how long it holds."""

    value: str
    seconds: float


class OfferPrices(TypedDict):
    """The price fields of a Listing for one price and an original one."""

    price: Decimal | None
    list_price: Decimal | None
    currency: str | None


class OfficialSource(Platform):
    """Base of official interfaces: `sign` makes the call of a request, which itself names no key."""

    routes = ("official",)
    searches: ClassVar[Literal["posts", "listings"]] = "listings"
    platform: ClassVar[str]
    """Platform of the records; `name` is that of the source."""
    credentials: ClassVar[tuple[str, ...]]
    """Names of the keys an order must carry."""
    key_codes: ClassVar[frozenset[str]] = frozenset()
    """Error codes that tell of a key, signature, token or permission that is refused."""
    limit_codes: ClassVar[frozenset[str]] = frozenset()
    """Error codes that tell of a quota or frequency limit."""

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """The call that a request stands for; `token` is empty for sources without `call_token`."""
        raise NotImplementedError

    def call_token(self, keys: Mapping[str, str]) -> SignedCall | None:
        """The call that gives a client token; None for sources that need none."""
        return None

    def read_token(self, page: Page) -> Token:
        """The answer to `call_token`; Blocked when the key is refused."""
        raise NotImplementedError

    def is_token_expired(self, page: Page) -> bool:
        """Whether an answer says that the token no longer holds."""
        return False

    def stamp(self, page: Page) -> Stamp:
        """The fields that every record of a page shares, with the platform's own name."""
        return {"platform": self.platform, "captured_at": page.captured_at, "run_id": page.run_id}

    def author_key(self, author_id: str | None, site: str = "") -> str | None:
        """Pseudonym of an author, the same as by any other route of the platform."""
        return super().author_key(author_id, site or self.platform)

    def is_documented(self, url: str) -> bool:
        """Whether an address is a documented endpoint of this interface, on the host that it lives on.

        Such a call, signed with the user's own key, is a use that the interface was opened for, and no crawl
        of pages: a gateway's `Disallow`, written for crawlers without a key, is noted but does not forbid it.
        """
        on_host = any(url.startswith(f"{base}/") for base in self._bases.values() if base)
        return on_host and any(re.search(kind.url, url) for kind in self.page_kinds.values())

    @classmethod
    def list_variables(cls) -> tuple[str, ...]:
        """Environment variables that the credentials come from."""
        return tuple(f"HEADWATER_{cls.name.upper()}_{name.upper()}" for name in cls.credentials)

    def explain(self, page: Page, code: object, text: object) -> Blocked | SourceFailed:
        """An error code and its text -> the error to raise, in a sentence that says what to do."""
        shown = f"code {str(code)[:40]}" + (f": {read_name(text)}" if read_name(text) else "")
        if str(code) in self.key_codes:
            return Blocked(
                f"the key was refused ({shown}); check {', '.join(self.list_variables())}", page.url
            )
        if str(code) in self.limit_codes:
            return Blocked(f"the quota of the key is used up ({shown}); run it again later", page.url)
        return SourceFailed(shown, page.url)

    def follow(self, page: Page, kind: str, /, **changes: str | int) -> Iterator[PageRequest]:
        """The request for the next page of a list, while the page budget lasts: the same, fields changed."""
        left = read_number(page.context, "left", 0) - 1
        if left > 0:
            parts = urlsplit(page.url)
            query = dict(parse_qsl(parts.query)) | changes
            url = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
            yield PageRequest(url, kind, {**page.context, "left": str(left)})


def begin_list(order: CrawlOrder, query: str = "") -> dict[str, str]:
    """Context of a list's first page: pages left, and the search word."""
    return {"left": str(order.page_budget)} | ({"query": query} if query else {})


def read_query(url: str) -> dict[str, str]:
    """Fields of an address."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def read_number(query: Mapping[str, str], name: str, default: int) -> int:
    """A whole number among the fields of an address; the default where it is none."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def strip_query(url: str) -> str:
    """An address without its fields."""
    return url.split("?", 1)[0]


def post_form(url: str, fields: Mapping[str, str]) -> SignedCall:
    """A form, so that nothing signed stands in an address."""
    return SignedCall(url, "POST", {"Content-Type": FORM}, urlencode(fields).encode())


def post_json(url: str, value: object, headers: Mapping[str, str] | None = None) -> SignedCall:
    """A JSON body."""
    body = value if isinstance(value, str) else write_json(value)
    return SignedCall(url, "POST", {"Content-Type": JSON, **(headers or {})}, body.encode())


def write_json(value: object) -> str:
    """Compact JSON with sorted names, as the gateways sign it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def is_last(number: int, size: int, found: int, total: int | None) -> bool:
    """Whether page `number` of `size` items, with `found` on it, ends a list of `total` (None = not told)."""
    return found == 0 or (found < size if total is None else number * size >= total)


def read_offer_prices(asked: Price | None, original: Price | None) -> OfferPrices:
    """Price asked and original price -> fields of a Listing; an original that is not higher is left out."""
    price = asked or original
    if price is None:
        return {"price": None, "list_price": None, "currency": None}
    is_higher = original is not None and original.low > price.low
    return {
        "price": price.low,
        "list_price": original.low if is_higher and original else None,
        "currency": price.currency,
    }


def read_sold(value: object, basis: SoldBasis) -> Sold:
    """A sales count as shown (3905, `1.2万`, `10万+`) -> the sold fields; none when not shown."""
    count = parse_count_range(value)
    return {} if count is None else {"sold_low": count.low, "sold_high": count.high, "sold_basis": basis}
