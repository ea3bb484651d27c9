"""Xiaohongshu: the note behind a link that the user holds; notes and comments that a user saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from spiders.embedded_state import read_assigned_state
from spiders.errors import Blocked, PageChanged, SourceFailed
from spiders.fields import pick, pick_list, read_code
from spiders.nested import find_items
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.xiaohongshu_notes import (
    NOTE_ID,
    find_shown_note,
    list_comments,
    list_notes,
    open_refs,
    read_comment,
    read_note,
)

BLOCK_CODES = {-100, -101, -104, 300011, 300012, 300013, 300015, 461, 471}
NOTE_SELECTOR = "#detail-desc, #detail-title, .note-content"


class Xiaohongshu(Platform):
    """Notes of xiaohongshu.com, by the user's own links with their tokens."""

    name = "xiaohongshu"
    title = "Xiaohongshu 小红书"
    homepage = "https://www.xiaohongshu.com"
    routes = ("crawl", "import")
    needs_targets = True
    needs_browser = True
    short_link_hosts = ("xhslink.com",)
    addresses: ClassVar = {"www": "https://www.xiaohongshu.com"}
    page_kinds: ClassVar = {
        "comments": PageKind(r"/comment/(?:sub/)?page", r'"sub_comments?(?:_count)?"\s*:'),
        "notes": PageKind(r"/api/sns/", r'"note_card"\s*:|"display_title"\s*:'),
        "note": PageKind(
            r"/explore\b|/discovery/item/|/search_result|/user/profile/|/404\b|/website-login",
            r"noteDetailMap|og:xhs:|id=\"detail-(?:title|desc)\"|\"xsecToken\"|xiaohongshu\.com/explore/",
        ),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The notes whose links, with their tokens, the user gave."""
        for target in order.targets:
            found = NOTE_ID.search(target)
            token = parse_qs(urlsplit(target).query).get("xsec_token", [""])[0]
            source = parse_qs(urlsplit(target).query).get("xsec_source", ["pc_share"])[0]
            query = {"xsec_token": token, "xsec_source": source} if token else {}
            if found:
                url = self.address("www", f"/explore/{found[1]}", **query)
                yield PageRequest(url, "note", needs_browser=True, wait_for=NOTE_SELECTOR)
            elif urlsplit(target).hostname in self.short_link_hosts:
                yield PageRequest(target, "note", needs_browser=True, wait_for=NOTE_SELECTOR)

    def parse_note(self, page: Page) -> Iterator[Parsed]:
        """The note of a page with its first comments; the notes of a profile or of the home page."""
        if "/website-login/" in page.url or "/website-login/captcha" in page.text[:20_000]:
            raise Blocked("login or captcha page", page.url)
        state = open_refs(read_assigned_state(page.text, "window.__INITIAL_STATE__"))
        details = pick(state, "note", "noteDetailMap")
        found = False
        for note_id, detail in details.items() if isinstance(details, dict) else []:
            if pick(detail, "note", "noteId") or pick(detail, "note", "title"):
                found = True
                yield from self.read_each(page, "posts", [detail], read_note, self)
                comments = list_comments(pick_list(detail, "comments", "list"))
                yield from self.read_each(page, "posts", comments, read_comment, self, note_id)
        listed = pick_list(state, "feed", "feeds")
        for group in pick_list(state, "user", "notes"):
            listed = [*listed, *(group if isinstance(group, list) else [group])]
        yield from self.read_each(page, "posts", list_notes(listed), read_note, self)
        if found or listed:
            return
        shown = find_shown_note(page)
        if shown is not None:
            yield from self.read_each(page, "posts", [shown], read_note, self)
        elif "error_code=" in page.url or "页面不见了" in page.text or isinstance(details, dict):
            raise SourceFailed("no note: it is gone, or the link's token has expired", page.url)
        else:
            raise PageChanged("__INITIAL_STATE__.note.noteDetailMap and #detail-desc", page.url)

    def parse_notes(self, page: Page) -> Iterator[Parsed]:
        """Notes of a search, a feed or a profile."""
        items = find_items(_open_envelope(page), "items", "notes")
        if items is None:
            raise PageChanged("data.items or data.notes", page.url)
        yield from self.read_each(page, "posts", list_notes(items), read_note, self)

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments under a note, with those under them."""
        items = find_items(_open_envelope(page), "comments")
        if items is None:
            raise PageChanged("data.comments", page.url)
        yield from self.read_each(page, "posts", list_comments(items), read_comment, self)


def _open_envelope(page: Page) -> Json:
    answer = page.json()
    code = read_code(pick(answer, "code"))
    if code in BLOCK_CODES:
        raise Blocked(f"code {code}", page.url)
    if code or pick(answer, "success") is False:
        raise SourceFailed(f"code {code}", page.url)
    return answer
