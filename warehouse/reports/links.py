"""A topic, a brand or a watched group in; the sample posts that stand for it, as links, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.wording import Figure, Wording

POSTS = ("posts", "watch_posts", "alert_watch_posts", "brand_posts")
"""Queries whose rows are posts that stand for something, `topic_id`."""
MOST_LINKS = 20


@dataclass(frozen=True)
class Link:
    """A sample post; url is None when it is not an http(s) address."""

    url: str | None
    title: Figure
    platform: Figure


def find_links(
    topic_id: str, figures: Figures, wording: Wording, most: int = MOST_LINKS, since: date | None = None
) -> tuple[Link, ...]:
    """Sample posts of a topic, of a group of the watch list, or of a brand; none from before `since`."""
    found = (
        make_link(table, row, values, wording)
        for table in (figures.tables[query] for query in POSTS if query in figures.tables)
        for row, values in enumerate(table.rows)
        if values["topic_id"] == topic_id and (since is None or is_from(values["day"], since))
    )
    return tuple(found)[:most]


def is_from(day: Value, since: date) -> bool:
    """Whether a day is known and not before another."""
    return isinstance(day, date) and day >= since


def make_link(table: Table, row: int, values: Mapping[str, Value], wording: Wording) -> Link:
    """The post of one row."""
    return Link(
        keep_web_address(values["url"]),
        wording.make_figure(table, row, "title"),
        wording.make_figure(table, row, "platform"),
    )


def keep_web_address(url: object) -> str | None:
    """The address when it is plain http or https with a host; None for anything else."""
    if not isinstance(url, str) or any(character.isspace() or character in "\"'<>\\`" for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and parts.username is None else None
