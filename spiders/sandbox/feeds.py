"""Items in, RSS 2.0, Atom and JSON Feed documents out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from spiders.sandbox.pages import render_page
from spiders.sandbox.wire import Answer, answer_json, answer_xml


@dataclass(frozen=True)
class FeedItem:
    """One item of a feed; `moment` is None where the source tells no time."""

    guid: str
    title: str
    link: str
    text: str
    moment: datetime | None
    tags: tuple[str, ...] = ()
    author: str = ""

    @property
    def published(self) -> str:
        """RFC 822 time, empty when unknown."""
        return format_datetime(self.moment.astimezone(UTC), usegmt=True) if self.moment else ""

    @property
    def updated(self) -> str:
        """ISO 8601 time, empty when unknown."""
        return self.moment.isoformat() if self.moment else ""


@dataclass(frozen=True)
class Feed:
    """A feed: its own address, the page it stands for, and its items, newest first."""

    title: str
    address: str
    link: str
    built: datetime
    items: tuple[FeedItem, ...]
    description: str = ""
    generator: str = ""

    def answer_rss(self) -> Answer:
        """RSS 2.0."""
        text = render_page(
            "rss",
            title=self.title,
            address=self.address,
            link=self.link,
            description=self.description,
            generator=self.generator,
            built=format_datetime(self.built.astimezone(UTC), usegmt=True),
            items=self.items,
        )
        return answer_xml(text, "application/rss+xml; charset=utf-8")

    def answer_atom(self) -> Answer:
        """Atom 1.0."""
        text = render_page(
            "atom",
            title=self.title,
            address=self.address,
            link=self.link,
            updated=self.built.isoformat(),
            items=self.items,
        )
        return answer_xml(text, "application/atom+xml; charset=utf-8")

    def answer_json(self) -> Answer:
        """JSON Feed 1.1."""
        items = [
            {
                "id": item.guid,
                "url": item.link,
                "title": item.title,
                "content_html": item.text,
                "date_published": item.published or None,
                "authors": [{"name": item.author}] if item.author else [],
                "tags": list(item.tags),
            }
            for item in self.items
        ]
        return answer_json(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": self.title,
                "home_page_url": self.link,
                "feed_url": self.address,
                "description": self.description,
                "language": "zh-cn",
                "items": items,
            }
        )
