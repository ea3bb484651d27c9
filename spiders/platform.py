"""What a platform is: an order in, requests out; a page in, records out; `spiders/platforms/` is scanned."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, TypedDict
from urllib.parse import urlencode

from pydantic import ValidationError

import spiders.platforms
from spiders.errors import (
    PARSER_FAULTS,
    BadPayload,
    BadValue,
    Blocked,
    PageChanged,
    SourceFailed,
    SpiderError,
    UnknownPlatform,
)
from spiders.order import EVERY_ADDRESS, CrawlOrder
from spiders.page import Page
from spiders.privacy import Pseudonymiser, is_nobody, scrub_payload
from warehouse.records import BoardEntry, Listing, Post, Record, Rejection

_NO_TARGET = "-"
"""What names nothing anywhere."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to fetch: its address, its kind (which parser reads it), what the parser must know besides."""

    url: str
    kind: str
    context: Mapping[str, str] = field(default_factory=dict)
    needs_browser: bool = False
    wait_for: str = ""
    """CSS selector that a rendered page must show before it is read."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """How pages of one kind are recognised when nobody says what they are."""

    url: str
    """Regular expression searched in the address."""
    content: str
    """Regular expression searched in the text when there is no address."""


class Stamp(TypedDict):
    """Where, when and by which run a record was observed."""

    platform: str
    captured_at: datetime
    run_id: str


Parsed = Post | Listing | BoardEntry | PageRequest | Rejection


class Platform:
    """Base of all platforms: one file each, whose stem is its name, with a `parse_<kind>` per page kind."""

    name: ClassVar[str]
    title: ClassVar[str]
    homepage: ClassVar[str]
    routes: ClassVar[tuple[str, ...]] = ("crawl",)
    needs_browser: ClassVar[bool] = False
    short_link_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts whose addresses lead to pages elsewhere, which robots.txt of theirs says nothing of."""
    needs_targets: ClassVar[bool] = False
    """True when there is nothing to crawl until the user names addresses or ids."""
    revisits: ClassVar[bool] = False
    """Whether `request_again` can read a known video once more."""
    searches: ClassVar[Literal["posts", "listings"]] = "posts"
    """What its searches look for, where it has any: pages with a `query` in their context."""
    addresses: ClassVar[Mapping[str, str]] = {}
    page_kinds: ClassVar[Mapping[str, PageKind]] = {}

    def __init__(self, pseudonymiser: Pseudonymiser, addresses: Mapping[str, str] | None = None) -> None:
        """`addresses` replaces live base addresses by name; `base` replaces all of them."""
        given = addresses or {}
        everywhere = given.get(EVERY_ADDRESS)
        self._bases = {name: given.get(name, everywhere or live) for name, live in self.addresses.items()}
        self._pseudonymiser = pseudonymiser

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The pages a visit begins with."""
        raise NotImplementedError

    def request_again(self, post_id: str) -> Iterator[PageRequest]:
        """The page that shows a known video's engagement, and nothing besides; none for an odd id."""
        raise NotImplementedError

    def list_first_pages(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """All pages a visit begins with: the platform's own, then those of known posts."""
        if not order.revisits_only:
            yield from self.requests(order)
        for post_id in order.revisits:
            yield from self.request_again(post_id)

    def list_unknown_targets(self, order: CrawlOrder) -> list[str]:
        """Targets of an order that name no page here: nothing would be read for them.

        A platform that reads its boards whatever is named knows none at all.
        """

        def ask(*targets: str) -> list[PageRequest]:
            return list(self.requests(order.model_copy(update={"targets": targets})))

        asked = () if order.revisits_only else order.targets
        knows_none = bool(asked) and ask() == ask(_NO_TARGET) != []
        return [target for target in asked if knows_none or not ask(target)]

    def parse(self, page: Page) -> Iterator[Parsed]:
        """Records, further requests and rejections of a page.

        PageChanged when the page's structure is not the known one, Blocked at a stop sign, BadPayload when
        the bytes cannot be read, UnknownPlatform when no kind of page fits.
        """
        kind = page.context.get("kind") or self.recognise(page)
        parse: Callable[[Page], Iterator[Parsed]] = getattr(self, f"parse_{kind}")
        yield from parse(page)

    def recognise(self, page: Page) -> str:
        """Kind of a page that a user saved: by its address, else by its content."""
        for kind, signs in self.page_kinds.items():
            if page.url and re.search(signs.url, page.url):
                return kind
        text = page.text
        for kind, signs in self.page_kinds.items():
            if re.search(signs.content, text):
                return kind
        refused = None if text.lstrip()[:1] == "<" else self._find_refused(page)
        if refused is not None:
            return refused
        raise UnknownPlatform(
            f"no {self.name} parser knows this page; kinds are {', '.join(self.page_kinds)}"
        )

    def _find_refused(self, page: Page) -> str | None:
        """The first kind whose parser knows an answer as a refusal: those have no content to tell them by."""
        for kind in self.page_kinds:
            parse: Callable[[Page], Iterator[Parsed]] = getattr(self, f"parse_{kind}")
            try:
                next(parse(page), None)
            except (Blocked, SourceFailed):
                return kind
            except (BadPayload, BadValue, PageChanged):
                continue
        return None

    def address(self, base: str, path: str, **query: str | int) -> str:
        """Address of a path under the named base, with a query in the order given."""
        return f"{self._bases[base]}{path}" + (f"?{urlencode(query)}" if query else "")

    def author_key(self, author_id: str | None, site: str = "") -> str | None:
        """Pseudonym of an author; None when none is shown.

        `site` is where the name holds, for a source that reads many sites: an admin there is none elsewhere.
        """
        if not author_id or is_nobody(author_id):
            return None
        return self._pseudonymiser.author_key(site or self.name, author_id)

    def stamp(self, page: Page) -> Stamp:
        """The fields that every record of a page shares."""
        return {"platform": self.name, "captured_at": page.captured_at, "run_id": page.run_id}

    def read_each(
        self, page: Page, kind: str, items: Iterable[Any], read: Callable[..., Record], *known: object
    ) -> Iterator[Parsed]:
        """Items of a page -> records by `read(item, page, *known)`, or rejections with its reason."""
        for item in items:
            try:
                record = read(item, page, *known)
            except BadValue as error:
                yield self.reject(page, kind, error.reason, error.what, item)
            except ValidationError as error:
                fault = error.errors(include_url=False, include_input=False)[0]
                where = ".".join(str(part) for part in fault["loc"])
                yield self.reject(page, kind, "bad_record", f"{where}: {fault['msg']}", item)
            except SpiderError:
                raise
            except PARSER_FAULTS as error:
                yield self.reject(page, kind, "parser_fault", type(error).__name__, item)
            else:
                yield record  # type: ignore[misc]

    def reject(self, page: Page, kind: str, reason: str, detail: str, item: object) -> Rejection:
        """An item that did not become a record, without personal data."""
        return Rejection(
            source=self.name,
            run_id=page.run_id,
            record_kind=kind,
            reason=reason,
            detail=detail,
            payload=scrub_payload(item),
            captured_at=page.captured_at,
        )


def discover_platforms() -> dict[str, type[Platform]]:
    """Every platform in `spiders/platforms/`, by name, in order of name."""
    found: dict[str, type[Platform]] = {}
    for module_info in pkgutil.iter_modules(spiders.platforms.__path__):
        module = importlib.import_module(f"spiders.platforms.{module_info.name}")
        for member in vars(module).values():
            if (
                isinstance(member, type)
                and issubclass(member, Platform)
                and member.__module__ == module.__name__
            ):
                found[member.name] = member
    return dict(sorted(found.items()))


def find_platform(name: str) -> type[Platform]:
    """The platform of that name; UnknownPlatform, with the names there are, otherwise."""
    known = discover_platforms()
    if name not in known:
        raise UnknownPlatform(f"no platform {name!r}; known are {', '.join(known)}")
    return known[name]
