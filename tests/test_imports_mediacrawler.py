"""MediaCrawler's files: seven platforms, both schema generations, and no account left of them."""

from __future__ import annotations

import csv
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from openpyxl import Workbook

from spiders.bilibili_ids import encode_bvid
from spiders.privacy import Pseudonymiser
from tests.landed import FIXTURES, KEY, import_rows, import_to, read_rejections, write_json_lines

CRAWLED = FIXTURES / "mediacrawler"
OLD_NOTES = CRAWLED / "xhs" / "json" / "search_contents_2026-03-14.json"
OLD_COMMENTS = CRAWLED / "xhs" / "csv" / "search_comments_2026-03-14.csv"
NEW_DOUYIN = CRAWLED / "douyin" / "jsonl" / "search_contents_2026-08-02.jsonl"


def test_notes_of_the_old_generation(tmp_path: Path) -> None:
    first, second = import_rows(tmp_path, OLD_NOTES)
    assert first["platform"] == "xiaohongshu"
    assert (first["post_id"], first["kind"]) == ("67d3a1f2000000000903b8c1", "note")
    assert first["url"] == "https://www.xiaohongshu.com/explore/67d3a1f2000000000903b8c1"
    assert first["title"] == "一百块搞定春日露营餐桌"
    assert first["hashtags"] == ["露营", "春日限定"]
    assert (first["likes"], first["collects"], first["comments"], first["shares"]) == (12000, 8734, 10, None)
    assert first["floor_counts"] == ["comments"]
    assert first["published_at"] == datetime(2025, 3, 13, 7, 13, 20, tzinfo=UTC)
    assert first["published_precision"] == "second"
    assert first["captured_at"] == datetime(2025, 3, 14, 6, 0, 0, 123000, tzinfo=UTC)
    assert first["query"] == "露营"
    assert first["author_key"] == Pseudonymiser(KEY).author_key("xiaohongshu", "5f0canary0xhs01")
    assert (second["kind"], second["title"], second["hashtags"]) == ("video", None, [])
    assert (second["collects"], second["comments"], second["floor_counts"]) == (100000, 0, ["collects"])


def test_comments_of_the_old_generation(tmp_path: Path) -> None:
    rows = import_rows(tmp_path, OLD_COMMENTS)
    assert [row["kind"] for row in rows] == ["comment"] * 3
    assert {row["parent_id"] for row in rows} == {"67d3a1f2000000000903b8c1"}
    assert [(row["likes"], row["comments"]) for row in rows] == [(88, 2), (1, 0), (None, None)]
    assert "camping2026" not in rows[1]["text"]
    assert rows[2]["text"] == "第一行\n第二行，带逗号"


def test_videos_of_the_new_generation(tmp_path: Path) -> None:
    video, note = import_rows(tmp_path, NEW_DOUYIN)
    assert (video["kind"], note["kind"]) == ("video", "note")
    assert video["url"] == "https://www.douyin.com/video/7533400112233445566"
    assert note["url"] == "https://www.douyin.com/note/7533400112233445567"
    # Douyin has no titles: the tool copies the caption.
    assert (video["title"], video["text"]) == (None, "早八人的五分钟快手早餐 #早餐 #打工人")
    assert video["hashtags"] == ["早餐", "打工人"]
    assert (video["likes"], video["shares"], note["likes"], note["comments"]) == (35621, 15000, None, 0)
    assert video["author_key"] == Pseudonymiser(KEY).author_key("douyin", "a1b2c3d4e5f60718")


FIRST_ROWS: list[tuple[str, dict[str, Any]]] = [
    ("bilibili/csv/search_contents_2026-08-02.csv",
     {"platform": "bilibili", "post_id": "BV1Q541167Qg", "kind": "video", "views": 1234000, "likes": 60000,
      "comments": 2046, "shares": 1024, "collects": 8888, "danmaku": 5123, "hashtags": ["拼豆"],
      "url": "https://www.bilibili.com/video/BV1Q541167Qg"}),
    ("bilibili/csv/search_comments_2026-08-02.csv",
     {"platform": "bilibili", "post_id": "260000000001", "kind": "comment", "parent_id": "BV1Q541167Qg",
      "likes": 66}),
    ("douyin/jsonl/search_comments_2026-08-02.jsonl",
     {"platform": "douyin", "kind": "comment", "parent_id": "7533400112233445566", "likes": 120,
      "comments": 3}),
    ("kuaishou/jsonl/search_contents_2026-08-02.jsonl",
     {"platform": "kuaishou", "post_id": "3xq8a7b6c5d4e3f", "kind": "video", "views": 987000, "likes": 23000,
      "title": None, "hashtags": ["乡村美食"],
      "published_at": datetime(2026, 8, 2, 0, 20, 0, 123000, tzinfo=UTC)}),
    ("kuaishou/jsonl/search_comments_2026-08-02.jsonl",
     {"platform": "kuaishou", "kind": "comment", "parent_id": "3xq8a7b6c5d4e3f", "likes": None}),
    ("weibo/json/search_contents_2026-08-02.json",
     {"platform": "weibo", "post_id": "5190000000000001", "kind": "note", "hashtags": ["早秋穿搭"],
      "likes": 1024, "comments": 88, "shares": 16}),
    ("weibo/json/search_comments_2026-08-02.json",
     {"platform": "weibo", "kind": "comment", "parent_id": "5190000000000001", "likes": 5}),
    ("zhihu/json/search_contents_2026-08-02.json",
     {"platform": "zhihu", "post_id": "3600000001", "kind": "answer", "parent_id": "610000001", "likes": 321,
      "title": "洗地机值得买吗？", "url": "https://www.zhihu.com/question/610000001/answer/3600000001"}),
    ("zhihu/json/search_comments_2026-08-02.json",
     {"platform": "zhihu", "kind": "comment", "parent_id": "3600000001", "likes": 9}),
    ("tieba/json/search_contents_2026-08-02.json",
     {"platform": "tieba", "kind": "note", "comments": 57, "category": "拼豆吧",
      "published_precision": "minute", "published_at": datetime(2026, 8, 1, 13, 30, tzinfo=UTC)}),
    ("tieba/json/search_comments_2026-08-02.json",
     {"platform": "tieba", "kind": "comment", "parent_id": "9100000001"}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "expected"), FIRST_ROWS, ids=[name for name, _ in FIRST_ROWS])
def test_every_platform_by_content_alone(tmp_path: Path, file: str, expected: dict[str, Any]) -> None:
    renamed = tmp_path / f"file{Path(file).suffix}"
    renamed.write_bytes((CRAWLED / file).read_bytes())
    result = import_to(tmp_path / "landing", renamed)
    assert result.format_name == "mediacrawler"
    row = import_rows(tmp_path / "again", renamed)[0]
    assert {name: row[name] for name in expected} == expected


def test_where_platforms_share_columns_the_user_or_the_folder_decides(tmp_path: Path) -> None:
    rows = [
        {"comment_id": "c1", "note_id": "n1", "content": "好看", "create_time": 1785650000, "like_count": 1}
    ]
    file = write_json_lines(tmp_path / "detail_comments.jsonl", rows * 2)
    assert import_rows(tmp_path / "a", file)[0]["platform"] == "xiaohongshu"
    folder = tmp_path / "weibo" / "jsonl"
    folder.mkdir(parents=True)
    unmarked = [{"comment_id": "c1", "video_id": "3xabc", "content": "香", "create_time": 1785650000000}]
    video = write_json_lines(folder / "comments.jsonl", unmarked * 2)
    assert import_rows(tmp_path / "b", video)[0]["platform"] == "kuaishou"
    assert import_rows(tmp_path / "c", video, platform="B站")[0]["platform"] == "bilibili"


def test_tables_of_accounts_are_counted_and_left_out(tmp_path: Path) -> None:
    result = import_to(tmp_path, CRAWLED / "xhs" / "csv" / "search_creators_2026-03-14.csv")
    assert result.taken == {}
    assert result.skipped == {"account_table": 1}


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_all_file_types_give_the_same_posts(tmp_path: Path) -> None:
    rows = rows_of(NEW_DOUYIN)
    files = [
        write_json_lines(tmp_path / "a.jsonl", rows),
        write_array(tmp_path / "a.json", rows),
        write_csv(tmp_path / "a.csv", rows),
        write_workbook(tmp_path / "a.xlsx", {"Contents": rows}),
        write_database(tmp_path / "a.db", {"douyin_aweme": rows}),
        write_parquet(tmp_path / "a.parquet", rows),
    ]
    landed = [import_rows(tmp_path / "landing" / file.suffix, file) for file in files]
    for posts in landed:
        for post in posts:
            del post["run_id"]
    assert all(posts == landed[0] for posts in landed[1:])


def test_a_workbook_lands_its_posts_and_comments_and_counts_its_creators(tmp_path: Path) -> None:
    comments = rows_of(CRAWLED / "douyin" / "jsonl" / "search_comments_2026-08-02.jsonl")
    creators = [{"user_id": "1", "nickname": "甲", "fans": "3", "follows": "1"}]
    file = write_workbook(
        tmp_path / "douyin_search_20260802_100000.xlsx",
        {"Contents": rows_of(NEW_DOUYIN), "Comments": comments, "Creators": creators},
    )
    result = import_to(tmp_path, file)
    assert result.taken == {"posts": 3}
    assert result.skipped == {"account_table": 1}


def test_a_database_is_only_read(tmp_path: Path) -> None:
    file = write_database(tmp_path / "sqlite_tables.db", {"douyin_aweme": rows_of(NEW_DOUYIN)})
    before = file.read_bytes()
    import_to(tmp_path / "landing", file)
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["landing", "sqlite_tables.db"]


def test_19_digit_ids_survive_as_numbers_and_are_refused_as_floats(tmp_path: Path) -> None:
    rows = rows_of(NEW_DOUYIN)
    rows[0]["aweme_id"] = 9007199254740993
    rows[1]["aweme_id"] = 7.533400112233445e18
    result = import_to(tmp_path, write_json_lines(tmp_path / "ids.jsonl", rows))
    assert result.rejected == {"id_lost_digits": 1}
    assert import_rows(tmp_path / "b", tmp_path / "ids.jsonl")[0]["post_id"] == "9007199254740993"


def test_rows_glued_from_several_files_with_their_headers(tmp_path: Path) -> None:
    text = OLD_COMMENTS.read_text(encoding="utf-8-sig")
    glued = tmp_path / "glued.csv"
    glued.write_text(text + text, encoding="utf-8")
    result = import_to(tmp_path, glued)
    assert (result.taken, result.skipped, result.rejected) == ({"posts": 6}, {"repeated_header": 1}, {})


def test_times_and_ids_that_a_spreadsheet_shortened(tmp_path: Path) -> None:
    rows = json.loads(OLD_NOTES.read_text(encoding="utf-8"))
    rows[0]["time"] = "1.62056E+12"
    rows[1]["time"] = "1.75E+12"
    first, second = import_rows(tmp_path, write_array(tmp_path / "short.json", rows))
    assert (first["published_at"], first["published_precision"]) == (
        datetime(2021, 5, 9, 11, 33, 20, tzinfo=UTC),
        "day",
    )
    assert second["published_at"] is None


def test_comments_without_ids_get_the_same_made_id_every_time(tmp_path: Path) -> None:
    rows = [
        {"note_id": "67d3a1f2000000000903b8c1", "text": text, "create_time": "1741870000000",
         "like_count": "3", "sub_comment_count": "0", "parent_comment_id": "0"}
        for text in ("好看", "求链接")
    ]  # fmt: skip
    posts = import_rows(tmp_path, write_parquet(tmp_path / "comments.parquet", rows))
    assert [post["text"] for post in posts] == ["好看", "求链接"]
    assert len({post["post_id"] for post in posts}) == 2
    again = import_rows(tmp_path / "again", write_json_lines(tmp_path / "c.jsonl", rows))
    assert [post["post_id"] for post in again] == [post["post_id"] for post in posts]


def test_a_torn_line_is_kept_without_the_account_in_it(tmp_path: Path) -> None:
    lines = NEW_DOUYIN.read_text(encoding="utf-8").splitlines()
    torn = tmp_path / "torn.jsonl"
    torn.write_text(lines[0] + "\n" + lines[1][:160] + '"user_id": "canary-77", "nickname": "canary', "utf-8")
    result = import_to(tmp_path, torn)
    assert result.taken == {"posts": 1}
    assert result.rejected == {"bad_json": 1}
    assert "通勤包" in read_rejections(result)[0].payload
    assert "canary" not in read_rejections(result)[0].payload


def test_an_array_cut_in_the_middle_gives_what_was_whole(tmp_path: Path) -> None:
    text = OLD_NOTES.read_text(encoding="utf-8")
    cut = tmp_path / "cut.json"
    cut.write_text(text[: text.index("67d3b2aa")], encoding="utf-8")
    result = import_to(tmp_path, cut)
    assert (result.taken, result.rejected) == ({"posts": 1}, {"torn_json": 1})
    assert any("damaged" in message for message in result.messages)


def test_no_account_of_any_fixture_reaches_the_landing_zone(tmp_path: Path) -> None:
    for file in sorted(path for path in FIXTURES.rglob("*.*") if path.is_file()):
        import_to(tmp_path, file)
    landed = "".join(read_everything(path) for path in tmp_path.rglob("*") if path.is_file())
    assert "早八人" in landed
    assert "canary" not in landed
    assert "山野小禾" not in landed


def read_everything(path: Path) -> str:
    if path.suffix == ".parquet":
        return repr(pq.read_table(path).to_pylist())
    if path.suffix == ".zst":
        with zstandard.open(path, "rt", encoding="utf-8") as lines:
            return str(lines.read())
    return path.read_text(encoding="utf-8")


def test_bilibili_numbers_become_the_ids_of_its_addresses() -> None:
    assert encode_bvid(170001) == "BV17x411w7KC"
    assert encode_bvid(455017605) == "BV1Q541167Qg"


def write_array(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=4), encoding="utf-8")
    return path


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_workbook(path: Path, sheets: dict[str, list[dict[str, Any]]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    workbook.save(path)
    return path


def write_database(path: Path, tables: dict[str, list[dict[str, Any]]]) -> Path:
    with sqlite3.connect(path) as connection:
        for name, rows in tables.items():
            columns = ", ".join(f'"{column}" text' for column in rows[0])
            connection.execute(f'create table "{name}" (id integer primary key, add_ts integer, {columns})')
            marks = ", ".join("?" for _ in rows[0])
            names = ", ".join(f'"{column}"' for column in rows[0])
            for row in rows:
                connection.execute(f'insert into "{name}" ({names}) values ({marks})', list(row.values()))  # noqa: S608
    connection.close()
    return path


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    names = list(rows[0])
    texts = {name: [None if row[name] is None else str(row[name]) for row in rows] for name in names}
    pq.write_table(pa.table(texts), path)
    return path
