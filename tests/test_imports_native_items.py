"""Items of Douyin, TikTok and Xiaohongshu as their answers hold them, listed by a script of the user's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.landed import FIXTURES, import_rows, import_to


def list_items(*places: int) -> list[dict[str, object]]:
    """Items that Zeeschuimer captured, without its envelope."""
    lines = (FIXTURES / "zeeschuimer" / "capture.ndjson").read_text(encoding="utf-8").splitlines()
    return [json.loads(lines[place])["data"] for place in places]


def find_place(platform: str, member: str) -> int:
    """Line of the first captured item of a platform that has a member."""
    lines = (FIXTURES / "zeeschuimer" / "capture.ndjson").read_text(encoding="utf-8").splitlines()
    captured = [json.loads(line) for line in lines]
    return next(
        at
        for at, line in enumerate(captured)
        if platform in line["source_platform"] and member in line["data"]
    )


@pytest.mark.parametrize(
    ("platform", "member"), [("douyin", "statistics"), ("tiktok", "stats"), ("xiaohongshu", "note_card")]
)
@pytest.mark.parametrize("is_list", [True, False])
def test_listed_items_are_what_the_same_items_are_in_their_envelope(
    tmp_path: Path, platform: str, member: str, is_list: bool
) -> None:
    place = find_place(platform, member)
    [item] = list_items(place)
    listed = tmp_path / "items.json"
    listed.write_text(
        json.dumps([item]) if is_list else json.dumps(item) + "\n" + json.dumps(item) + "\n", encoding="utf-8"
    )
    enveloped = import_rows(tmp_path / "a", FIXTURES / "zeeschuimer" / "capture.ndjson")
    found = import_rows(tmp_path / "b", listed)
    assert import_to(tmp_path / "c", listed).format_name == "native_items"
    assert len(found) == (1 if is_list else 2)
    same = next(row for row in enveloped if row["post_id"] == found[0]["post_id"])
    for name in ("platform", "kind", "url", "text", "hashtags", "likes", "comments", "views", "published_at"):
        assert found[0][name] == same[name], name


def test_douyins_counts_are_no_longer_left_aside(tmp_path: Path) -> None:
    item = {
        "aweme_id": "7300000000000000009",
        "desc": "#露营 露营灯",
        "create_time": 1763500000,
        "statistics": {"digg_count": 12, "comment_count": 1, "share_count": 0, "play_count": 0},
        "author": {"sec_uid": "MS4abc", "nickname": "阿毛"},
    }
    listed = tmp_path / "aweme.json"
    listed.write_text(json.dumps([item, {"aweme_id": None}]), encoding="utf-8")
    result = import_to(tmp_path / "a", listed)
    assert (result.taken, result.skipped) == ({"posts": 1}, {"stub": 1})
    [post] = import_rows(tmp_path / "b", listed)
    assert (post["likes"], post["comments"], post["shares"], post["views"]) == (12, 1, 0, None)
    assert post["author_key"] and "阿毛" not in str(post)
