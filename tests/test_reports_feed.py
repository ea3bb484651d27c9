"""The feed and the Markdown of a report, as other programs read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from warehouse.reports.markdown import escape
from warehouse.reports.report import write_report


def test_the_feed_has_links_with_a_scheme_and_brackets_of_its_language(
    report_world: Path, tmp_path: Path
) -> None:
    feed = (write_report(report_world, tmp_path / "en", language="en").folder / "rising.rss").read_text(
        "utf-8"
    )
    links = re.findall("<link>([^<]*)</link>", feed)
    assert (
        links and [link for link in links if not re.match(r"(https?://|urn:uuid:[0-9a-f-]{36}$)", link)] == []
    )
    assert "· 下班后拼了一只小熊，解压！ (Xiaohongshu) https://" in feed
    assert "（" not in feed


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("原价~~99~~现价", r"原价\~\~99\~\~现价"),
        ("&lt;b&gt; &#35; &amp;", r"\&lt;b\&gt; \&\#35; \&amp;"),
        ("A&B", "A&B"),
    ],
)
def test_markdown_shows_strokes_and_entities_as_they_were_written(text: str, written: str) -> None:
    assert escape(text) == written
