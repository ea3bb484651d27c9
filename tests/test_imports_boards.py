"""Board archives: every line lands as the contract wants it, or is refused with its reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spiders.imports.board_table import find_subject_id, read_heat, read_rank
from tests.landed import (
    FIXTURES,
    NOW,
    import_rows,
    import_to,
    read_landed,
    read_rejections,
    read_report,
    write_json_lines,
)

BOARDS = FIXTURES / "boards" / "boards.csv"


def write_parquet(path: Path, columns: dict[str, Any]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_an_archive_of_many_platforms_lands_line_by_line(tmp_path: Path) -> None:
    rows = import_rows(tmp_path, BOARDS, "board_entries")
    assert [(row["platform"], row["board"], row["rank"], row["title"], row["heat"]) for row in rows] == [
        ("weibo", "hot_search", 1, "早秋穿搭", 1234567.0),
        ("weibo", "hot_search", None, "新车首发", None),
        ("douyin", "hot", 2, "拼豆", 1234000.0),
        ("zhihu", "hot-list", None, "洗地机值得买吗？", 990000.0),
    ]
    assert [row["captured_at"] for row in rows] == [
        datetime(2026, 8, 2, 2, 0, tzinfo=UTC),
        datetime(2026, 8, 2, 2, 0, tzinfo=UTC),
        datetime(2026, 8, 2, 2, 0, tzinfo=UTC),
        datetime(2026, 8, 2, 2, 0, tzinfo=UTC),
    ]
    assert [row["subject_id"] for row in rows] == [None, None, "2100003", "610000001"]
    assert [row["is_ad"] for row in rows] == [False, True, False, None]
    assert rows[0]["url"] == "https://s.weibo.com/weibo?q=1"
    assert [row["label"] for row in rows] == ["热", "商", None, None]


@pytest.mark.parametrize(
    ("address", "subject_id"),
    [
        ("https://bilibili.com/video/BV1xx411c7mD", "BV1xx411c7mD"),
        ("https://m.bilibili.com/video/BV1xx411c7mD?p=2", "BV1xx411c7mD"),
        ("https://b23.tv/BV1xx411c7mD", "BV1xx411c7mD"),
        ("https://www.douyin.com/share/video/7300000000000000001", "7300000000000000001"),
        ("https://zhihu.com/question/650000001", "650000001"),
        ("https://www.zhihu.com/question/650000001/answer/3100000001", "3100000001"),
        ("https://zhuanlan.zhihu.com/p/123456", "123456"),
        ("https://www.xiaohongshu.com/discovery/item/67d3a1f2000000000903b8c1", "67d3a1f2000000000903b8c1"),
        ("https://weibo.com/1642088277/z0JH2lOMb", "3501756485200075"),
        ("https://www.douyin.com/hot/2100003", "2100003"),
        ("https://www.smzdm.com/p/141234567/", "141234567"),
        ("https://s.weibo.com/weibo?q=%23拼豆%23", None),
    ],
)
def test_a_line_bears_the_id_that_the_crawled_post_has(address: str, subject_id: str | None) -> None:
    assert find_subject_id(address) == subject_id


def test_lines_that_do_not_fit_are_kept_with_their_reason(tmp_path: Path) -> None:
    result = import_to(tmp_path, BOARDS)
    assert result.taken == {"board_entries": 4}
    assert result.rejected == {
        "naive_time": 1,
        "no_title": 1,
        "bad_rank": 1,
        "captured_at_out_of_range": 1,
    }
    rejections = read_rejections(result)
    assert {rejection.reason for rejection in rejections} == set(result.rejected)
    assert any("没有时区的一条" in rejection.payload for rejection in rejections)
    report = read_report(result)
    assert report.records_by_kind == result.taken
    assert report.rejections_by_reason == result.rejected
    assert any("answer_count" in message for message in report.messages)


def test_a_zone_alone_does_not_make_a_board_archive_a_plain_table_of_posts(tmp_path: Path) -> None:
    rows = import_rows(tmp_path, BOARDS, "board_entries", mapping={"zone": "Asia/Shanghai"})
    assert [row["title"] for row in rows][:2] == ["早秋穿搭", "新车首发"]


def test_a_zone_given_by_the_user_lets_times_without_one_in(tmp_path: Path) -> None:
    rows = import_rows(
        tmp_path, BOARDS, "board_entries", mapping={"zone": "Asia/Shanghai"}, format_name="boards"
    )
    assert datetime(2026, 8, 2, 2, 0, tzinfo=UTC) in {row["captured_at"] for row in rows}
    assert "没有时区的一条" in {row["title"] for row in rows}


def test_the_same_file_twice_is_one_package(tmp_path: Path) -> None:
    first = import_to(tmp_path, BOARDS)
    second = import_to(tmp_path, BOARDS)
    assert not first.already_landed
    assert second.already_landed
    assert second.run_id == first.run_id
    assert (second.taken, second.rejected) == (first.taken, first.rejected)
    assert len(list(tmp_path.rglob("report.json"))) == 1


def test_a_dry_run_counts_the_same_and_writes_nothing(tmp_path: Path) -> None:
    dry = import_to(tmp_path / "dry", BOARDS, dry_run=True)
    real = import_to(tmp_path / "real", BOARDS)
    assert (dry.taken, dry.rejected, dry.skipped) == (real.taken, real.rejected, real.skipped)
    assert dry.package is None
    assert not (tmp_path / "dry").exists()
    assert dry.preview[0]["title"] == "早秋穿搭"


def test_parquet_and_json_lines_and_json_arrays_give_the_same_lines(tmp_path: Path) -> None:
    moment = datetime(2026, 8, 2, 2, 0, tzinfo=UTC)
    columns: dict[str, Any] = {
        "captured_at": pa.array([moment, moment], pa.timestamp("ms", "Asia/Shanghai")),
        "platform": ["douyin", "douyin"],
        "board": ["hot_search", "hot_search"],
        "rank": pa.array([1, 0], pa.int16()),
        "title": ["拼豆", "置顶的一条"],
        "heat": pa.array([12.5, None], pa.float32()),
        "url": ["https://www.douyin.com/hot/1", None],
    }
    parquet = write_parquet(tmp_path / "boards.parquet", columns)
    shown = [
        {
            "captured_at": "2026-08-02T10:00:00+08:00",
            "platform": "douyin",
            "board": "hot_search",
            "rank": rank,
            "title": title,
            "heat": heat,
            "url": url,
        }
        for rank, title, heat, url in (
            (1, "拼豆", 12.5, "https://www.douyin.com/hot/1"),
            (0, "置顶的一条", None, None),
        )
    ]
    lines = tmp_path / "boards.jsonl"
    write_json_lines(lines, shown)
    array = tmp_path / "boards.json"
    array.write_text(json.dumps(shown, ensure_ascii=False, indent=4), encoding="utf-8")
    landed = [import_rows(tmp_path / "landing", file, "board_entries") for file in (parquet, lines, array)]
    for rows in landed:
        for row in rows:
            del row["run_id"]
    assert landed[0] == landed[1] == landed[2]
    assert [row["rank"] for row in landed[0]] == [1, None]


def test_times_without_a_zone_in_parquet_are_refused_until_the_user_names_one(tmp_path: Path) -> None:
    file = write_parquet(
        tmp_path / "naive.parquet",
        {
            "captured_at": pa.array([datetime(2026, 8, 2, 10)], pa.timestamp("us")),
            "platform": ["weibo"],
            "board": ["hot_search"],
            "rank": [1],
            "title": ["早秋穿搭"],
        },
    )
    assert import_to(tmp_path, file).rejected == {"naive_time": 1}
    rows = import_rows(
        tmp_path, file, "board_entries", mapping={"zone": "Asia/Shanghai"}, format_name="boards"
    )
    assert rows[0]["captured_at"] == datetime(2026, 8, 2, 2, tzinfo=UTC)


def test_weibo_lines_with_heat_0_are_pinned_and_other_platforms_keep_theirs(tmp_path: Path) -> None:
    file = write_parquet(
        tmp_path / "pinned.parquet",
        {
            "captured_at": pa.array([NOW] * 3, pa.timestamp("us", "UTC")),
            "platform": ["weibo", "weibo", "v2ex"],
            "board": ["realtimehot", "realtimehot", "hot"],
            "rank": [1, 51, 1],
            "title": ["一", "二", "三"],
            "heat": [100.0, 0.0, 0.0],
        },
    )
    rows = import_rows(tmp_path, file, "board_entries")
    assert [(row["rank"], row["heat"]) for row in rows] == [(1, 100.0), (None, None), (1, 0.0)]


@pytest.mark.parametrize(
    ("cell", "rank"),
    [(1, 1), ("3", 3), ("3.0", 3), ("NO.5", 5), ("第7名", 7), (0, None), (-1, None),
     ("置顶", None), ("", None), (float("nan"), None), ("五", -1), (1.5, -1), (True, -1)],
)  # fmt: skip
def test_ranks_as_archives_write_them(cell: object, rank: int | None) -> None:
    assert read_rank(cell) == rank


@pytest.mark.parametrize(
    ("cell", "heat"),
    [("123 万热度", 1_230_000.0), ("剧集 123456", 123456.0), (12.5, 12.5), ("12.5", 12.5), ("-", None),
     ("", None), (float("nan"), None), (float("inf"), -1.0), (-3, -1.0), ("很热", -1.0)],
)  # fmt: skip
def test_heat_as_platforms_show_it(cell: object, heat: float | None) -> None:
    assert read_heat(cell) == heat


@pytest.mark.parametrize(
    ("name", "text", "platform", "titles"),
    [
        ("douyin_hot_2025.csv", "排名,标题,热度\n1,拼豆火了,998万\n", "douyin", ["拼豆火了"]),
        ("抖音热榜2025.csv", "排名,标题,热度\n1,拼豆火了,998万\n", "douyin", ["拼豆火了"]),
        (
            "微博热搜20261120_1030.csv",
            "排名,热搜词,热度值,标签\n1,拼豆,综艺 1234567,沸\n2,露营,987654,新\n",
            "weibo",
            ["拼豆", "露营"],
        ),
        (
            "热榜_2026-11-20.csv",
            "序号,问题,热度,链接\n1,如何评价拼豆？,12 万热度,https://www.zhihu.com/question/123456\n",
            "zhihu",
            ["如何评价拼豆？"],
        ),
    ],
)
def test_a_board_without_a_column_of_platforms_is_of_what_its_name_or_links_tell(
    tmp_path: Path, name: str, text: str, platform: str, titles: list[str]
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    result = import_to(tmp_path, file)
    rows = read_landed(result, "board_entries")
    assert [(row["platform"], row["title"]) for row in rows] == [(platform, title) for title in titles]
    assert any(message.startswith(f"Platform {platform} was told by") for message in result.messages)
    # what the user says stands above it
    [row, *_] = import_rows(tmp_path / "said", file, "board_entries", platform="baidu")
    assert row["platform"] == "baidu"
