"""TikTok: the crawl of known videos ends with them; walls and private videos are told apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.errors import Blocked, SourceFailed
from spiders.parse import parse_saved
from spiders.privacy import Pseudonymiser
from tests.sandbox_crawl import WORLD, crawl_sandbox

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
VIDEO = "https://www.tiktok.com/@bead.lab/video/7575000000000000001"
STATE = (
    '<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__">'
    '{"__DEFAULT_SCOPE__":{"webapp.video-detail":%s}}</script>'
)


@pytest.mark.process
def test_a_crawl_lands_each_known_video_once_and_reports_the_one_that_is_gone(tmp_path: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    posts = WORLD.popular_at(moment, "tiktok")[:6]
    links = [f"{{base}}/@user{post.author_id}/video/{post.post_id}" for post in posts]
    landed = crawl_sandbox(
        tmp_path, "tiktok", moment, targets=(*links, posts[0].post_id, "7000000000000000000")
    )

    found = {post["post_id"]: post for post in landed.records["posts"]}
    assert sorted(found) == sorted(post.post_id for post in posts) and len(landed.records["posts"]) == 6
    for post in posts:
        video, counts = found[post.post_id], post.counts_at(moment)
        assert {name: video[name] for name in ("views", "likes", "comments", "shares", "collects")} == {
            name: counts[name] for name in ("views", "likes", "comments", "shares", "collects")
        }
        assert video["hashtags"] == list(post.hashtags) and video["is_ad"] == post.is_promotional
        assert "user" not in video["url"]
    assert landed.report.outcome == "partial" and landed.report.skips_by_reason["source_error"] == 1


def read(body: str, url: str = VIDEO) -> list[object]:
    return list(parse_saved("tiktok", body.encode(), url, MOMENT, KEY))


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (VIDEO, "<title>Please wait...</title>"),
        (VIDEO, '<p id="cs">x</p><p id="wci">y</p><p id="rci">z</p>'),
        ("https://www.tiktok.com/api/comment/list/?aweme_id=1", ""),
        (
            "https://www.tiktok.com/api/search/item/full/?keyword=x",
            '{"status_code": 2483, "status_msg": "Please login"}',
        ),
    ],
)
def test_walls_are_stop_signs(url: str, body: str) -> None:
    with pytest.raises(Blocked):
        read(body, url)


@pytest.mark.parametrize("code", [10204, 10216, 10222])
def test_private_and_missing_videos_are_the_sources_answer(code: int) -> None:
    with pytest.raises(SourceFailed, match=str(code)):
        read(STATE % f'{{"statusCode":{code},"statusMsg":"x"}}')
