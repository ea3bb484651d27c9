"""Markup in posts and pages: what a reader sees of it; however odd, it is read in linear time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from spiders.errors import BadPayload
from spiders.rich_text import read_rich_text
from spiders.structured_data import read_structured_data

SECONDS = 30.0
"""Far more than a linear reading takes, far less than one that looks at every pair of openings (hours)."""


def read_shop(text: str) -> object:
    try:
        return read_structured_data(text, "https://shop.example/p/1")
    except BadPayload:
        return None


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>周末露营<script>var a = '<b>';</script>清单</p>", "周末露营 清单"),
        ("帐篷<!-- 广告位 -->天幕<STYLE media='a'>p{}</Style >咖啡壶", "帐篷 天幕 咖啡壶"),
        ("帐篷<!-- <script> -->天幕<script>1</script>", "帐篷 天幕"),
        ("<script>1</script><script>2</script>拼豆<noscript>请打开脚本</noscript>教程", "拼豆 教程"),
        ("拼豆<!-- 没有写完<script>1</script>教程", "拼豆<!-- 没有写完 教程"),
        ("第一行<br/>第二行<p>第三行</p>", "第一行\n第二行第三行"),
    ],
)
def test_scripts_styles_and_comments_are_not_shown(markup: str, text: str) -> None:
    assert read_rich_text(markup) == text


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_rich_text, "拼豆" + "<!--" * 450_000),
        (read_rich_text, "拼豆" + "<script>" * 240_000),
        (read_rich_text, "拼豆" + "<!--<script>" * 150_000 + "</style>"),
        (read_rich_text, "拼豆" + "<style>" * 250_000 + "</style>"),
        (read_rich_text, "拼豆" + " " * 1_900_000 + "教程"),
        (read_shop, "<html>拼豆" + '<script type="application/ld+json">' * 60_000),
        (read_shop, "<html>拼豆" + "<script " * 240_000),
    ],
    ids=["comments", "scripts", "of both kinds", "one end", "spaces", "ld+json", "broken tags"],
)
def test_many_openings_without_an_end_take_no_longer_than_one(
    read: Callable[[str], object], text: str
) -> None:
    began = time.process_time()
    try:
        read(text)
    except ValueError:
        """What is too long to be shown is refused; how soon is what counts."""
    assert time.process_time() - began < SECONDS


def test_json_ld_that_cannot_be_read_is_told_from_an_empty_one() -> None:
    head = '<html><head><script type="application/ld+json">'
    with pytest.raises(BadPayload, match="JSON-LD"):
        read_structured_data(f"{head}{{'@type': 露营灯</script></head></html>", "")
    assert read_structured_data(f"{head} \n </script></head></html>", "").items == []
