"""The figures and the page of a report in, an RSS feed of its rising interests out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5
from xml.etree import ElementTree

from warehouse.reports.figures import Figures
from warehouse.reports.links import Link, find_links
from warehouse.reports.page import Page, join_parts
from warehouse.reports.wording import Wording, read_wording

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
FEED_FILE = "rising.rss"
SHANGHAI_OFFSET = timedelta(hours=8)


def render_feed(figures: Figures, page: Page) -> str:
    """RSS 2.0: one item a rising event with its figures and sample posts; text only, never markup.

    An item's guid is made of the topic and the report's last day, so that a reader shows it once a period.
    """
    wording = Wording(page.language)
    feed = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(feed, "channel")
    add(channel, "title", f"{wording.say('product')} · {page.title}")
    # the file is read wherever it is put, so that its page has no address: a name with a scheme stands for it
    add(channel, "link", uuid5(NAMESPACE_OID, f"headwater {figures.kind} {figures.as_of}").urn)
    add(channel, "description", " ".join(filter(None, (join_parts(page.period), join_parts(page.scope)))))
    add(channel, "language", "zh-CN" if page.language == "zh" else "en")
    moment = None
    if figures.as_of is not None:
        midnight = datetime.combine(figures.as_of + timedelta(days=1), time(0), UTC) - SHANGHAI_OFFSET
        moment = format_datetime(midnight)
        add(channel, "lastBuildDate", moment)
    spec = next(one for one in read_wording()["sentences"] if one["query"] == "rising")
    table = figures.tables["rising"]
    for place, row in enumerate(table.rows):
        topic = str(row["topic_id"])
        links = find_links(topic, figures, wording)
        item = ElementTree.SubElement(channel, "item")
        number = join_parts(wording.fill(wording.choose(spec["number"]), table, place))
        add(item, "title", f"{wording.make_figure(table, place, 'label').text} {number}")
        address = next((link.url for link in links if link.url), None)
        if address is not None:
            add(item, "link", address)
        lines = [join_parts(wording.fill(wording.choose(spec["text"]), table, place))]
        lines += [write_post(link, wording) for link in links]
        add(item, "description", "\n".join(lines))
        name = f"{topic} {figures.kind} {figures.as_of}"
        guid = ElementTree.SubElement(item, "guid", isPermaLink="false")
        guid.text = f"headwater-{sha256(name.encode()).hexdigest()[:24]}"
        if moment is not None:
            add(item, "pubDate", moment)
    ElementTree.indent(feed, " ")
    return DECLARATION + ElementTree.tostring(feed, encoding="unicode") + "\n"


def write_post(link: Link, wording: Wording) -> str:
    """A sample post on a line of its own."""
    told = wording.tell(
        "feed_post", title=link.title.text, platform=link.platform.text, address=link.url or ""
    )
    return told.rstrip()


def add(parent: ElementTree.Element, tag: str, text: str) -> None:
    """A child element with a text."""
    ElementTree.SubElement(parent, tag).text = text
