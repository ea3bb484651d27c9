"""Bullet comments of a Bilibili video in (XML, deflated or not); posts of kind comment out."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

from lxml import etree  # type: ignore[import-untyped]

from spiders.errors import BadPayload, BadValue, Blocked, MissingField, PageChanged
from spiders.fields import read_published, read_text, require_id
from spiders.page import Json, Page, load_json
from spiders.platform import Platform
from warehouse.records import Post

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of an inflated document at most: the longest video has some 12,000 lines of 150 bytes."""
SCRIPT_MODES = {"8", "9"}
POSITIONED_MODE = "7"

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


def inflate_page(page: Page) -> Page:
    """The page with its XML in clear: clients that know no raw deflate hand it on as it came.

    BadPayload when it inflates to more than MAX_BYTES.
    """
    if not page.body or page.body[:1] in b'{["' or _XML_START.match(page.body):
        return page
    for window in (-zlib.MAX_WBITS, zlib.MAX_WBITS | 32):
        inflater = zlib.decompressobj(window)
        try:
            body = inflater.decompress(page.body, MAX_BYTES)
        except zlib.error:
            continue
        if inflater.unconsumed_tail:
            raise BadPayload(f"more than {MAX_BYTES} bytes of bullet comments", page.url)
        if _XML_START.match(body):
            return replace(page, body=body)
    return page


def list_lines(page: Page) -> list[tuple[str, str]]:
    """(attribute p, text) of every line; Blocked for HTML, BadPayload for no XML, PageChanged for another."""
    text = inflate_page(page).text.strip()
    if not text or (text[:1] == "{" and '"code"' in text):
        raise Blocked("no XML where bullet comments were asked for", page.url)
    if text[:1] in "{[":
        raise PageChanged("i > chatid", page.url)
    if "<!DOCTYPE" in text[:4096] or "<!ENTITY" in text:
        if "<html" in text[:4096].lower():
            raise Blocked("HTML where XML was asked for", page.url)
        raise BadPayload("XML with a document type", text[:80])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    clean = re.sub(r"^<\?xml[^>]*\?>", "", _NOT_XML.sub("", text))
    try:
        root = etree.fromstring(clean.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadPayload("no XML", text[:80]) from error
    if root is None:
        raise BadPayload("no XML", text[:80])
    if root.tag == "html":
        raise Blocked("HTML where XML was asked for", page.url)
    if root.tag != "i" or root.find("chatid") is None:
        raise PageChanged("i > chatid", page.url)
    return [(line.get("p") or "", line.text or "") for line in root.iterfind("d")]


def read_line(item: tuple[str, str], page: Page, platform: Platform) -> Post:
    """A line -> a comment under the video that the page was asked for; its video is unknown in a saved file.

    `p` is: second of the video, mode, size, colour, sent at (s), pool, CRC-32 of the sender, id[, weight].
    """
    about, shown = item
    members = about.split(",")
    if len(members) < 8:
        raise MissingField("fewer than 8 members of p", about)
    mode, sent_at, sender, line_id = members[1], members[4], members[6], members[7]
    text = read_text(read_drawn_text(mode, shown))
    if not text:
        raise MissingField("no text", about)
    return Post(
        **platform.stamp(page),
        post_id=require_id(line_id),
        kind="comment",
        parent_id=page.context.get("bvid"),
        text=text,
        # A CRC can be all digits: the prefix keeps it from being taken for the account of that number.
        author_key=platform.author_key(f"crc32:{sender}" if sender else None),
        **read_published(int(sent_at) if sent_at.isdigit() else None, page.captured_at),
    )


def read_drawn_text(mode: str, shown: str) -> Json:
    """The words of a line: positioned lines carry them as the fifth member of an array, scripts have none."""
    if mode in SCRIPT_MODES:
        raise BadValue("a script, no comment", mode)
    if mode != POSITIONED_MODE:
        return shown
    members = load_json(shown)
    if not isinstance(members, list) or len(members) < 5:
        raise BadValue("a positioned line without its text", shown)
    return members[4]
