"""Pages no parser was written for: an odd item is rejected, an odd page is told, neither ends the crawl."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from spiders.errors import PageChanged
from spiders.page import Page
from spiders.platform import Parsed, Platform
from spiders.privacy import Pseudonymiser
from spiders.reading import read_page
from warehouse.records import Post

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
ITEMS = ({"id": "v1", "title": "露营灯测评"}, {"id": "v2", "title": ["露营灯"]}, None, {"title": "没有编号"})


class Notes(Platform):
    """A platform whose parsers trust what they read."""

    name, title, homepage = "notes", "笔记", "https://notes.example"

    def parse_list(self, page: Page) -> Iterator[Parsed]:
        yield from self.read_each(page, "posts", ITEMS, self.read_note)

    def parse_note(self, page: Page) -> Iterator[Parsed]:
        yield self.read_note(ITEMS[1], page)

    def read_note(self, item: Any, page: Page) -> Post:
        title = item["title"].strip()
        return Post(**self.stamp(page), post_id=item["id"], kind="note", title=title, text="")


def read(kind: str) -> list[tuple[str, str]]:
    """Kind and reason of each line that a page of that kind gives."""
    page = Page("https://notes.example/1", 200, {}, b"{}", NOW, "r1", {"kind": kind})
    return [(line.kind, line.reason) for line in read_page(Notes(Pseudonymiser(b"k" * 32)), page).records]


def test_an_item_that_breaks_its_parser_is_rejected_and_the_others_land() -> None:
    assert read("list") == [("posts", ""), *[("rejections", "parser_fault")] * 3]


def test_a_page_that_breaks_its_parser_is_told_as_one_whose_structure_changed() -> None:
    with pytest.raises(PageChanged, match=r"AttributeError.*notes\.example") as told:
        read("note")
    assert "露营灯" not in str(told.value)
