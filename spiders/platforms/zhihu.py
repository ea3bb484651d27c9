"""Zhihu: the hot list and the daily news; pages, searches, answers and comments that a user saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from spiders.errors import Blocked, PageChanged
from spiders.fields import pick, pick_list, require_list
from spiders.order import CrawlOrder
from spiders.page import Json, Page
from spiders.platform import PageKind, PageRequest, Parsed, Platform
from spiders.zhihu_answers import find_contents, open_answer, open_state, require_board
from spiders.zhihu_boards import (
    find_subject,
    list_shown_searches,
    read_hot_line,
    read_hot_subject,
    read_search_line,
    read_story,
    read_story_line,
)
from spiders.zhihu_contents import list_contents, list_entities, read_comment, read_content


class Zhihu(Platform):
    """The boards of zhihu.com that answer without a login."""

    name = "zhihu"
    title = "Zhihu 知乎"
    homepage = "https://www.zhihu.com"
    routes = ("crawl", "import")
    addresses: ClassVar = {"www": "https://www.zhihu.com", "daily": "https://daily.zhihu.com"}
    page_kinds: ClassVar = {
        "hot": PageKind(
            r"/topstory/hot-list", r'"(?:metrics_area|detail_text)"\s*:|"hot_list_feed"(?s:.*)"paging"'
        ),
        "top_search": PageKind(r"/search/top_search", r'"top_search"\s*:'),
        "daily": PageKind(r"/api/\d/(?:news|stories)/", r'"stories"\s*:\s*\['),
        "comments": PageKind(r"/comment_v5/|/(?:root_|child_)?comments?\b", r'"child_comment_count"\s*:'),
        "contents": PageKind(
            r"/search_v3|/api/v4/(?:questions|answers|articles|zvideos|pins|members|columns)/|/api/v3/feed/topstory/rec",
            r'"voteup_count"\s*:|"question_feed_card"',
        ),
        "page": PageKind(r"zhihu\.com/(?!api/)", r"js-initialData|TopSearchMain|zh-zse-ck"),
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """The hot list and today's news."""
        yield PageRequest(self.address("www", "/api/v3/feed/topstory/hot-lists/total", limit=50), "hot")
        yield PageRequest(self.address("daily", "/api/4/news/latest"), "daily")

    def parse_hot(self, page: Page) -> Iterator[Parsed]:
        """Lines of the hot list, and what they tell of their questions."""
        yield from self._read_hot(page, require_board(page, open_answer(page), "data"))

    def parse_top_search(self, page: Page) -> Iterator[Parsed]:
        """Lines of the hot searches."""
        yield from self._read_searches(page, require_board(page, open_answer(page), "top_search", "words"))

    def parse_daily(self, page: Page) -> Iterator[Parsed]:
        """Stories of the day with their places, and those at the top that are of other days."""
        answer = open_answer(page)
        stories = require_list(page, answer, "stories")
        known = {str(pick(story, "id")) for story in stories}
        older = [story for story in pick_list(answer, "top_stories") if str(pick(story, "id")) not in known]
        for rank, story in enumerate(stories, 1):
            yield from self.read_each(page, "posts", [story], read_story, self, pick(answer, "date"))
            yield from self.read_each(page, "board_entries", [story], read_story_line, self, rank)
        yield from self.read_each(page, "posts", older, read_story, self, None)

    def parse_comments(self, page: Page) -> Iterator[Parsed]:
        """Comments with those under them, each once."""
        top = require_list(page, open_answer(page), "data")
        nested = [child for comment in top for child in pick_list(comment, "child_comments")]
        unique = {str(pick(comment, "id")): comment for comment in [*nested, *top]}
        yield from self.read_each(page, "posts", unique.values(), read_comment, self)

    def parse_contents(self, page: Page) -> Iterator[Parsed]:
        """Contents of a search, a question's answers, or a single one."""
        contents = list_contents(find_contents(open_answer(page), page))
        yield from self.read_each(page, "posts", contents, read_content, self)

    def parse_page(self, page: Page) -> Iterator[Parsed]:
        """A board or contents, from a page's state; hot searches also from the page as drawn."""
        state = open_state(page)
        hot, searches = pick(state, "topstory", "hotList"), pick(state, "topsearch", "data")
        contents = list(list_entities(pick(state, "entities")))
        shown = [] if searches else list(list_shown_searches(page.text))
        if hot:
            yield from self._read_hot(page, require_board(page, state, "topstory", "hotList"))
        elif searches or shown:
            yield from self._read_searches(
                page, searches if isinstance(searches, list) and searches else shown
            )
        elif searches == []:
            raise Blocked("an empty board that is never empty", page.url)
        elif not contents:
            raise PageChanged("initialState.entities, topstory.hotList or topsearch.data", page.url)
        yield from self.read_each(page, "posts", contents, read_content, self)

    def _read_hot(self, page: Page, lines: list[Json]) -> Iterator[Parsed]:
        for rank, line in enumerate(lines, 1):
            yield from self.read_each(page, "board_entries", [line], read_hot_line, self, rank)
            subject = find_subject(line)
            if subject:
                yield from self.read_each(page, "posts", [line], read_hot_subject, self, subject)

    def _read_searches(self, page: Page, lines: list[Json]) -> Iterator[Parsed]:
        for rank, line in enumerate(lines, 1):
            yield from self.read_each(page, "board_entries", [line], read_search_line, self, rank)
