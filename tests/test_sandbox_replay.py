"""Replay: an archive of real boards, served in the platforms' shapes at its own moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spiders.sandbox.replay import BoardReplay, NotABoardFile
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from tests.sandbox_fetch import fetch

FIRST = datetime(2025, 3, 1, 8, 0, 5, tzinfo=UTC)
BOARDS = {
    ("douyin", "hot"): ["春天的第一杯奶茶", "海边小镇的早市", "高铁上的手作人"],
    ("kuaishou", "hot"): ["老铁的拼豆小店", "村里来了新老师"],
    ("weibo", "realtimehot"): ["樱花季预测", "城市夜跑路线", "面馆老板的一天"],
    ("bilibili", "popular"): ["自制一台打字机", "三分钟看懂潮汐"],
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two hourly snapshots; in the second each board is turned round."""
    rows = [
        {
            "captured_at": FIRST + timedelta(hours=hour),
            "platform": platform,
            "board": board,
            "rank": rank,
            "title": title,
            "heat": 1_000_000.0 / rank if platform != "bilibili" else None,
            "url": f"https://b23.tv/BV1xx411c7m{rank}" if platform == "bilibili" else None,
        }
        for hour in (0, 1)
        for (platform, board), titles in BOARDS.items()
        for rank, title in enumerate(titles if hour == 0 else titles[::-1], start=1)
    ]
    path = tmp_path / "boards.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.fixture
def site(archive: Path) -> Iterator[SandboxSite]:
    with SandboxSite(World(), boards=BoardReplay(archive)) as site:
        yield site


def test_a_board_is_its_newest_snapshot(archive: Path) -> None:
    replay = BoardReplay(archive)
    titles = BOARDS["douyin", "hot"]
    for minutes, expected in (
        (-1, []),
        (0, titles),
        (59, titles),
        (60, titles[::-1]),
        (24 * 60, titles[::-1]),
    ):
        lines = replay.board_at(FIRST + timedelta(minutes=minutes), "douyin")
        assert [line.title for line in lines] == expected
    assert replay.board_at(FIRST + timedelta(days=3), "douyin") == ()
    assert (replay.begins, replay.ends) == (FIRST, FIRST + timedelta(hours=1))


def test_replayed_boards_have_the_platforms_shapes(site: SandboxSite) -> None:
    words = fetch(site.address_of("douyin", FIRST) + "/aweme/v1/web/hot/search/list/").json()["data"][
        "word_list"
    ]
    assert [word["word"] for word in words] == BOARDS["douyin", "hot"]
    assert [word["position"] for word in words] == [1, 2, 3]
    assert words[0]["hot_value"] == 1_000_000
    rows = fetch(site.address_of("kuaishou", FIRST) + "/rest/hot-rank").json()["rows"]
    assert [row["name"] for row in rows] == BOARDS["kuaishou", "hot"]
    hot = fetch(site.address_of("weibo", FIRST) + "/ajax/side/hotSearch").json()["data"]
    assert [row["word"] for row in hot["realtime"]] == BOARDS["weibo", "realtimehot"]
    assert hot["hotgov"] is None


def test_replayed_videos_keep_their_ids_and_invent_no_counts(site: SandboxSite) -> None:
    data = fetch(site.address_of("bilibili", FIRST) + "/x/web-interface/popular?pn=1&ps=50").json()["data"]
    assert [video["title"] for video in data["list"]] == BOARDS["bilibili", "popular"]
    assert data["list"][0]["bvid"] == "BV1xx411c7m1"
    assert "view" not in data["list"][0]["stat"]
    assert data["no_more"] is True


def test_without_a_moment_the_newest_snapshot_is_served(site: SandboxSite) -> None:
    rows = fetch(f"{site.address}/kuaishou/rest/hot-rank").json()["rows"]
    assert [row["name"] for row in rows] == BOARDS["kuaishou", "hot"][::-1]


def test_files_that_are_no_archive_are_named(tmp_path: Path) -> None:
    text = tmp_path / "notes.parquet"
    text.write_text("不是 Parquet")
    with pytest.raises(NotABoardFile, match=r"notes\.parquet cannot be read"):
        BoardReplay(text)
    pq.write_table(pa.table({"title": ["一"]}), tmp_path / "titles.parquet")
    with pytest.raises(NotABoardFile, match="lacks the columns captured_at, platform, board, rank"):
        BoardReplay(tmp_path / "titles.parquet")
