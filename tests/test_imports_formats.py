"""Files of other tools: weibo-crawler, weibo-search, f2, Zeeschuimer, 4CAT, archives, HAR, saved pages."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from spiders.imports.format import discover_formats
from spiders.privacy import Pseudonymiser
from tests.landed import FIXTURES, KEY, import_rows, import_to, read_landed

KEYS = Pseudonymiser(KEY)


def test_every_format_names_itself_after_its_file() -> None:
    folder = Path(__file__).parent.parent / "spiders" / "imports" / "formats"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert discover_formats().keys() == files
    assert all(found.title for found in discover_formats().values())


def test_weibo_crawler_csv_with_reposted_originals(tmp_path: Path) -> None:
    rows = import_rows(tmp_path, FIXTURES / "weibo_crawler" / "山野小禾" / "2345678901.csv")
    own, repost, original = rows
    assert (own["post_id"], own["kind"], own["hashtags"]) == ("5180000000000001", "note", ["露营"])
    assert own["url"] == "https://m.weibo.cn/status/5180000000000001"
    assert own["published_at"] == datetime(2026, 4, 3, 10, 20, 11, tzinfo=UTC)
    assert (own["likes"], own["comments"], own["shares"]) == (321, 45, 6)
    assert own["author_key"] == repost["author_key"] == KEYS.author_key("weibo", "2345678901")
    assert (original["post_id"], original["kind"], original["likes"]) == ("5170000000000009", "video", 11000)
    assert original["author_key"] == KEYS.author_key("weibo", "8765432109")
    assert original["hashtags"] == ["天幕", "测评"]


def test_weibo_crawler_json_gives_the_same_posts(tmp_path: Path) -> None:
    folder = FIXTURES / "weibo_crawler" / "山野小禾"
    from_csv = import_rows(tmp_path / "csv", folder / "2345678901.csv")
    from_json = import_rows(tmp_path / "json", folder / "2345678901.json")
    same = ("post_id", "text", "author_key", "likes", "comments", "shares", "hashtags", "url")
    assert [[row[name] for name in same] for row in from_json] == [
        [row[name] for name in same] for row in from_csv
    ]
    repost = from_json[1]
    assert repost["published_at"] == datetime(2026, 4, 3, 16, 0, tzinfo=UTC)
    assert repost["published_precision"] == "day"


def test_weibo_crawler_rows_of_an_older_run_have_their_day_alone(tmp_path: Path) -> None:
    file = tmp_path / "1669879400.csv"
    file.write_text(
        "id,bid,正文,日期,点赞数,评论数,转发数,完整日期\n"
        "4900000000000001\t,Na,露营第一天,2024-05-03,1,2,3,2024-05-03 10:20:30\n"
        "4900000000000002\t,Nb,露营第二天,2024-05-04,1,2,3\n",
        encoding="utf-8-sig",
    )
    first, second = import_rows(tmp_path / "landing", file)
    assert (first["published_precision"], second["published_precision"]) == ("second", "day")
    assert second["published_at"] == datetime(2024, 5, 3, 16, tzinfo=UTC)


def test_weibo_crawler_json_counts_what_is_no_post(tmp_path: Path) -> None:
    file = tmp_path / "1669879400.json"
    posts = [{"id": 1, "text": "露营第一天", "created_at": "2024-05-03", "bid": "N"}, "torn"]
    file.write_text(json.dumps({"user": {"id": "1"}, "weibo": posts}), encoding="utf-8")
    result = import_to(tmp_path / "landing", file)
    assert (result.taken, result.rejected) == ({"posts": 1}, {"not_an_object": 1})


def test_weibo_crawler_comments(tmp_path: Path) -> None:
    (row,) = import_rows(tmp_path, FIXTURES / "weibo_crawler" / "山野小禾" / "5180000000000001_comments.csv")
    assert (row["kind"], row["post_id"], row["parent_id"]) == (
        "comment",
        "5180000000000501",
        "5180000000000001",
    )
    assert row["published_at"] == datetime(2026, 4, 3, 10, 30, tzinfo=UTC)


def test_weibo_search_takes_the_keyword_from_its_folder(tmp_path: Path) -> None:
    video, note = import_rows(tmp_path, FIXTURES / "weibo_search" / "露营装备" / "露营装备.csv")
    assert (video["kind"], note["kind"]) == ("video", "note")
    assert video["query"] == note["query"] == "露营装备"
    assert video["hashtags"] == ["露营装备", "新手"]
    assert (video["shares"], video["comments"], video["likes"]) == (12, 34, 567)
    assert (video["published_at"], video["published_precision"]) == (
        datetime(2026, 4, 5, 2, 15, tzinfo=UTC),
        "minute",
    )


def test_f2_database(tmp_path: Path) -> None:
    file = tmp_path / "douyin_videos.db"
    names = [
        "aweme_id", "sec_user_id", "uid", "nickname", "create_time", "desc", "desc_raw", "images", "is_ads",
        "hashtag_names", "collect_count", "comment_count", "digg_count", "share_count",
    ]  # fmt: skip
    video = [
        "7400000000000000001", "MS4secret", "1", "甲", "2026-06-01 12-30-05", "早餐 打工人",
        "早餐 #打工人|快手", "[]", "0", '["打工人", "早餐"]', "5", "6", "7", "8",
    ]  # fmt: skip
    note = [*video]
    note[0], note[7], note[8] = "7400000000000000002", '["https://p/1.jpg"]', "1"
    columns = ", ".join(f'"{name}" text' for name in names)
    with sqlite3.connect(file) as connection:
        connection.execute(f"create table video_info ({columns})")
        connection.execute("create table user_info_web (sec_user_id text primary key, nickname text)")
        connection.execute("insert into user_info_web values ('MS4secret', '甲')")
        for row in (video, note):
            connection.execute(f"insert into video_info values ({', '.join('?' * len(names))})", row)  # noqa: S608
    connection.close()
    result = import_to(tmp_path / "landing", file)
    assert result.format_name == "f2"
    assert result.skipped == {"account_table": 1}
    first, second = read_landed(result, "posts")
    assert (first["kind"], second["kind"]) == ("video", "note")
    assert (first["is_ad"], second["is_ad"]) == (False, True)
    assert first["text"] == "早餐 #打工人|快手"
    assert first["hashtags"] == ["打工人", "早餐"]
    assert first["published_at"] == datetime(2026, 6, 1, 4, 30, 5, tzinfo=UTC)
    assert (first["likes"], first["comments"], first["shares"], first["collects"], first["views"]) == (
        7,
        6,
        8,
        5,
        None,
    )
    assert first["author_key"] == KEYS.author_key("douyin", "MS4secret")


def test_zeeschuimer_reads_three_platforms_and_counts_the_rest(tmp_path: Path) -> None:
    result = import_to(tmp_path, FIXTURES / "zeeschuimer" / "capture.ndjson")
    assert result.taken == {"posts": 5}
    assert result.skipped == {"stub": 1, "platform_not_read": 1}
    tiktok, douyin, embedded, note, mapped = read_landed(result, "posts")
    assert (tiktok["platform"], tiktok["views"], tiktok["likes"]) == ("tiktok", 50000, 1201)
    assert tiktok["hashtags"] == ["perlerbeads", "拼豆"]
    assert "canary" not in tiktok["url"]
    assert tiktok["captured_at"] == datetime(2026, 8, 2, 19, 46, 40, 123000, tzinfo=UTC)
    assert (douyin["views"], douyin["likes"], douyin["category"]) == (None, 35700, "美食")
    assert (embedded["kind"], embedded["likes"]) == ("note", 5)
    assert (note["title"], note["likes"], note["shares"]) == ("一百块搞定春日露营餐桌", 13000, 77)
    assert (mapped["title"], mapped["likes"]) == ("阳台改造前后对比", 0)


def test_4cat_stores_the_same_items_with_the_envelope_inside(tmp_path: Path) -> None:
    lines = (FIXTURES / "zeeschuimer" / "capture.ndjson").read_text(encoding="utf-8").splitlines()
    stored = tmp_path / "stored.ndjson"
    with stored.open("w", encoding="utf-8") as stream:
        for line in lines:
            envelope = json.loads(line)
            item = envelope.pop("data")
            stream.write(json.dumps({**item, "__import_meta": envelope}, ensure_ascii=False) + "\n")
    before = import_rows(tmp_path / "a", FIXTURES / "zeeschuimer" / "capture.ndjson")
    after = import_rows(tmp_path / "b", stored)
    assert [row["post_id"] for row in after] == [row["post_id"] for row in before]
    assert [row["likes"] for row in after] == [row["likes"] for row in before]


def test_4cat_export_with_unknown_values(tmp_path: Path) -> None:
    post, stream = import_rows(tmp_path, FIXTURES / "fourcat" / "douyin-export.csv")
    assert (post["kind"], post["likes"], post["hashtags"]) == ("video", 35700, ["早餐", "打工人"])
    assert post["published_at"] == datetime(2026, 8, 1, 16, 0, tzinfo=UTC)
    assert (stream["kind"], stream["likes"], stream["comments"]) == ("live", None, None)


ARCHIVES: list[tuple[str, list[dict[str, Any]]]] = [
    ("raw/2026-03-14.json", [
        {"platform": "weibo", "board": "hot_search", "rank": None, "title": "春日露营", "heat": None,
         "url": "https://s.weibo.com/weibo?q=%23%E6%98%A5%E6%97%A5%E9%9C%B2%E8%90%A5%23&Refer=top"},
        {"platform": "weibo", "title": "天幕"}]),
    ("raw/zhihu-search/2026-03-14.json", [
        {"platform": "zhihu", "board": "hot_search", "title": "洗地机值得买吗"}]),
    ("raw/bilibili/2026-03-14.json", [
        {"platform": "bilibili", "board": "popular", "subject_id": "BV1Q541167Qg"}]),
    ("daily/2026-03-14.json", [
        {"platform": "weibo", "title": "拼豆", "heat": 812345.0,
         "captured_at": datetime(2026, 3, 14, 2, 10, tzinfo=UTC)},
        {"title": "去年的旧词", "heat": None, "captured_at": datetime(2026, 3, 13, 16, 0, tzinfo=UTC)}]),
    ("api/douyin-hot/now.json", [
        {"platform": "douyin", "board": "douyin-hot", "rank": 1, "heat": 11223344.0, "subject_id": "2100001",
         "captured_at": datetime(2026, 8, 2, 19, 46, 40, 123000, tzinfo=UTC)},
        {"rank": 2, "heat": None}]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "expected"), ARCHIVES, ids=[name for name, _ in ARCHIVES])
def test_days_of_boards_kept_in_git(tmp_path: Path, file: str, expected: list[dict[str, Any]]) -> None:
    rows = import_rows(tmp_path, FIXTURES / "archives" / file, "board_entries")
    assert [
        {name: row[name] for name in wanted} for row, wanted in zip(rows, expected, strict=True)
    ] == expected
    if file.startswith("raw"):
        # The day is all that such a file proves: its midnight in Shanghai.
        assert {row["captured_at"] for row in rows} == {datetime(2026, 3, 13, 16, 0, tzinfo=UTC)}


def test_har_reads_what_parsers_know_and_counts_the_rest(tmp_path: Path) -> None:
    result = import_to(tmp_path, FIXTURES / "har" / "session.har")
    assert result.taken == {"board_entries": 2}
    assert result.skipped == {
        "picture_or_script": 1,
        "other_site": 1,
        "no_body_saved": 1,
        "not_answered_with_200": 1,
    }
    rows = read_landed(result, "board_entries")
    assert [(row["title"], row["rank"]) for row in rows] == [("拼豆", 1), ("早秋穿搭", 2)]
    assert rows[0]["captured_at"] == datetime(2026, 8, 2, 2, 0, tzinfo=UTC)
    assert rows[0]["run_id"] == result.run_id


PRODUCT = """<!-- saved from url=(0042)https://shop.example.com/p/beads-2600.html -->
<!doctype html><html><head><title>拼豆套装</title>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",
"name":"拼豆套装 2600 粒","sku":"beads-2600","brand":{"@type":"Brand","name":"豆豆工坊"},
"offers":{"@type":"Offer","price":"59.90","priceCurrency":"CNY","availability":"https://schema.org/InStock"}}</script>
</head><body><h1>拼豆套装</h1></body></html>"""


def test_a_saved_page_of_any_shop(tmp_path: Path) -> None:
    page = tmp_path / "拼豆套装.html"
    page.write_text(PRODUCT, encoding="utf-8")
    result = import_to(tmp_path / "landing", page)
    assert result.format_name == "saved_page"
    (row,) = read_landed(result, "listings")
    assert (row["title"], str(row["price"]), row["currency"]) == ("拼豆套装 2600 粒", "59.9000", "CNY")


def test_a_saved_page_as_mhtml(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://shop.example.com/p/beads-2600.html"
    message["MIME-Version"] = "1.0"
    message.make_related()
    page = EmailMessage()
    page.set_content(PRODUCT, subtype="html")
    message.attach(page)
    file = tmp_path / "page.mhtml"
    file.write_bytes(b"From: <Saved by Blink>\n" + message.as_bytes())
    (row,) = import_rows(tmp_path / "landing", file, "listings")
    assert row["listing_id"] == "beads-2600"


def test_a_saved_answer_of_a_named_platform(tmp_path: Path) -> None:
    answer = {
        "status_code": 0,
        "data": {
            "word_list": [
                {"word": "拼豆", "sentence_id": "2100003", "hot_value": 12, "position": 1, "label": 0}
            ]
        },
    }
    file = tmp_path / "hot-2026-03-14.json"
    file.write_text(json.dumps(answer, ensure_ascii=False, indent=2), encoding="utf-8")
    (row,) = import_rows(tmp_path / "landing", file, "board_entries", platform="抖音")
    (recognised,) = import_rows(tmp_path / "again", file, "board_entries")
    assert recognised["platform"] == row["platform"] == "douyin"
    assert (row["title"], row["captured_at"]) == ("拼豆", datetime(2026, 3, 13, 16, 0, tzinfo=UTC))


def test_an_answer_that_the_source_refused_is_counted_and_the_others_are_taken(tmp_path: Path) -> None:
    video = (FIXTURES.parent / "bilibili" / "video" / "page.json").read_text(encoding="utf-8")
    answers = {
        "https://api.bilibili.com/x/web-interface/view/detail?bvid=BV1": '{"code": -404, "message": "x"}',
        "https://api.bilibili.com/x/web-interface/popular?pn=1": '{"code": -352, "message": "x"}',
        "https://api.bilibili.com/x/web-interface/view/detail?bvid=BV1hw4m1A7cQ": video,
    }
    entries = [
        {
            "startedDateTime": "2026-11-22T04:30:00Z",
            "request": {"url": url, "method": "GET"},
            "response": {"status": 200, "content": {"mimeType": "application/json", "text": text}},
        }
        for url, text in answers.items()
    ]
    path = tmp_path / "session.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    result = import_to(tmp_path / "out", path)
    assert result.taken == {"posts": 1}
    assert result.skipped == {"stop_sign_instead_of_a_page": 1} and result.rejected == {"source_error": 1}
