"""Hostile, damaged and foreign files: one plain sentence each, or every row that can be read."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from spiders.imports.errors import ImportRefused
from spiders.imports.identifiers import LostDigits, clean_address, normalise_id
from spiders.imports.instants import BadInstant, read_instant
from spiders.imports.reader import list_importable
from spiders.imports.texts import read_text, read_texts
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

FOREIGN: list[tuple[str, bytes, str]] = [
    ("empty.csv", b"", "is empty"),
    ("blanks.json", b" \n\t\r\n", "nothing but blanks"),
    ("bom.csv", b"\xef\xbb\xbf", "nothing but blanks"),
    ("header.csv", "标题,点赞\n".encode(), "has no rows"),
    ("array.json", b"[]", "has no rows"),
    ("list.json", b"[1, 2, 3]", "has no rows"),
    ("broken.json", b'[{"a": 1,', "not: its first value"),
    ("text.json", b"{ this is no json }", "not:"),
    ("scalar.json", b'{"a": 1', "not:"),
    ("deep.json", b'{"a":' * 100_000, "nested too deeply|not:"),
    ("pic.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "a picture"),
    ("table.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "save it as .xlsx"),
    ("doc.pdf", b"%PDF-1.7\n", "a PDF"),
    ("rows.csv.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 20, "unpack it"),
    ("noise.bin", bytes(range(32)) * 40, "binary file"),
    ("fake.parquet", b"PAR1" + b"\x00" * 100, "damaged Parquet"),
    ("fake.db", b"SQLite format 3\x00" + b"\x01" * 200, "damaged SQLite"),
    ("fake.xlsx", b"PK\x03\x04" + b"\x00" * 100, "damaged ZIP or Excel"),
    ("words.txt", "今天天气不错\n明天也是\n".encode(), "fits no known format"),
    ("foreign.csv", b"alpha,beta\n1,2\n", "fits no known format"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), FOREIGN, ids=[name for name, _, _ in FOREIGN])
def test_a_file_that_cannot_be_imported_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ImportRefused, match=sentence) as refusal:
        import_to(tmp_path / "landing", file)
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "landing").exists()


def test_missing_files_and_folders_and_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no file"):
        import_to(tmp_path, tmp_path / "nowhere.csv")
    with pytest.raises(ImportRefused, match="not a file"):
        import_to(tmp_path, tmp_path)
    with pytest.raises(ImportRefused, match="no import format excel: known are boards"):
        import_to(tmp_path, FIXTURES / "boards" / "boards.csv", format_name="excel")


def test_a_zip_archive_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "data.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    with pytest.raises(ImportRefused, match="unpack it"):
        import_to(tmp_path, file)


def test_a_database_damaged_further_on_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "damaged.db"
    with sqlite3.connect(file) as connection:
        connection.execute(
            "create table douyin_aweme (aweme_id text, aweme_type text, liked_count text, desc text)"
        )
        connection.executemany(
            "insert into douyin_aweme values (?, '0', '1', ?)", [(str(at), "字" * 300) for at in range(2000)]
        )
    connection.close()
    content = bytearray(file.read_bytes())
    content[8192:-4096] = b"\x7f" * (len(content) - 12288)
    file.write_bytes(bytes(content))
    with pytest.raises(ImportRefused, match=r"damaged\.db is a damaged SQLite file"):
        import_to(tmp_path / "landing", file)
    assert not list((tmp_path / "landing").rglob("report.json"))


def test_a_workbook_with_a_sheet_cut_short_is_refused(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.xlsx", tmp_path / "cut.xlsx"
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["aweme_id", "aweme_type", "liked_count", "desc"])
    for at in range(200):
        sheet.append([str(at), "0", "1", "拼豆"])
    workbook.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(cut, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    with pytest.raises(ImportRefused, match=r"cut\.xlsx is a damaged Excel file"):
        import_to(tmp_path / "landing", cut)


HEAD = "captured_at,platform,board,rank,title,heat,url"


def test_nul_bytes_a_byte_order_mark_and_controls_do_not_reach_the_records(tmp_path: Path) -> None:
    file = tmp_path / "nul.csv"
    file.write_bytes(f"\ufeff{HEAD}\n2026-08-02T10:00:00Z,weibo,hot,1,拼\x00豆\x07城\u202e门,1,\n".encode())
    (row,) = import_rows(tmp_path / "landing", file, "board_entries")
    assert row["title"] == "拼豆城\u202e门"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "boards.csv"
    file.write_bytes(
        (HEAD + "\n2026-08-02T10:00:00Z,weibo,hot,1," + "拼豆" * 5000 + "尾,1,\n").encode(encoding)
    )
    (row,) = import_rows(tmp_path / "landing", file, "board_entries")
    assert row["title"] == "拼豆" * 5000 + "尾"


def test_one_torn_character_does_not_turn_a_file_into_another_charset(tmp_path: Path) -> None:
    line = "2026-08-02T10:00:00Z,weibo,hot,{},第{}个热词是春日露营,1,\n"
    content = (HEAD + "\n" + "".join(line.format(at, at) for at in range(1, 200))).encode()
    file = tmp_path / "torn.csv"
    file.write_bytes(content[:5000] + b"\xe6" + content[5000:])
    titles = [row["title"] for row in import_rows(tmp_path / "landing", file, "board_entries")]
    assert sum("春日露营" in title for title in titles) >= 197


def test_lone_surrogates_in_json_become_readable_text(tmp_path: Path) -> None:
    file = tmp_path / "s.jsonl"
    row = {"captured_at": "2026-08-02T10:00:00Z", "platform": "weibo", "board": "hot", "rank": 1}
    file.write_text(
        json.dumps({**row, "title": "拼豆\ud83d"}) + "\n" + json.dumps({**row, "title": "💛"}) + "\n"
    )
    rows = import_rows(tmp_path / "landing", file, "board_entries")
    assert [line["title"] for line in rows] == ["拼豆\ufffd", "💛"]


def test_lines_with_too_many_cells_are_refused_and_the_rest_is_taken(tmp_path: Path) -> None:
    good = "2026-08-02T10:00:00Z,weibo,hot,1,拼豆,1,"
    file = tmp_path / "ragged.csv"
    file.write_text(f"{HEAD}\n{good}\n{good},机密昵称,x\n2026-08-02T10:00:00Z,weibo,hot,2,短行\n", "utf-8")
    result = import_to(tmp_path / "landing", file)
    assert (result.taken, result.rejected) == ({"board_entries": 2}, {"too_many_cells": 1})
    assert [row["title"] for row in read_landed(result, "board_entries")] == ["拼豆", "短行"]


def test_what_the_user_can_do_about_refused_rows_is_said(tmp_path: Path) -> None:
    file = tmp_path / "boards.csv"
    file.write_text(f"{HEAD}\n2026-08-02 10:00:00,weibo,hot,1,拼豆,1,\n", "utf-8")
    result = import_to(tmp_path / "landing", file)
    assert any("--map zone=Asia/Shanghai" in message for message in result.messages)
    assert any("No row" in message for message in result.messages)
    assert read_report(result).outcome == "partial"


def test_of_many_refused_rows_the_first_are_kept_and_all_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spiders.imports.intake.KEPT_REJECTIONS", 3)
    file = tmp_path / "boards.csv"
    file.write_text(f"{HEAD}\n" + "2026-08-02 10:00:00,weibo,hot,1,拼豆,1,\n" * 10, "utf-8")
    result = import_to(tmp_path / "landing", file)
    assert result.rejected == {"naive_time": 10}
    assert len(read_rejections(result)) == 3
    assert any("Of 10 rows" in message for message in result.messages)


def test_a_folder_is_the_files_in_it_that_can_be_read(tmp_path: Path) -> None:
    for name in ("b/notes.csv", "a.parquet", "b/readme.md", "b/.hidden/x.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [file.name for file in list_importable(tmp_path)] == ["a.parquet", "x.jsonl", "notes.csv"]
    assert list_importable(tmp_path / "b" / "readme.md") == [tmp_path / "b" / "readme.md"]


def test_rows_without_a_moment_of_their_own_were_seen_by_the_end_of_the_day_in_the_name(
    tmp_path: Path,
) -> None:
    file = tmp_path / "weibo-2026-08-02.csv"
    file.write_text("平台,编号,id,正文,点赞\n微博,,5190000000000001,格纹外套,3\n", "utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert row["captured_at"] == datetime(2026, 8, 2, 15, 59, 59, tzinfo=UTC)


def test_lists_and_objects_where_values_belong(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"note_id": ["67d3"], "title": {"a": 1}, "desc": "甲", "tag_list": "", "liked_count": {"n": 3}},
        {"note_id": "67d3a1f2000000000903b8c1", "title": {"a": 1}, "desc": ["乙"], "tag_list": {"x": 1},
         "liked_count": [3], "time": {"t": 1}, "user_id": ["x"], "last_modify_ts": []},
    ]  # fmt: skip
    result = import_to(tmp_path / "landing", write_json_lines(tmp_path / "nested.jsonl", rows))
    assert sum(result.taken.values()) + sum(result.rejected.values()) == 2
    for row in read_landed(result, "posts"):
        assert (row["title"], row["text"], row["likes"]) == (None, "", None)


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["", "1.2万", "10万+", "1741850000000", "2026-08-02 10:00", '="7533400112233445566"', "0"]
    ),
    st.lists(st.integers(), max_size=2),
)
NAMES = (
    "note_id",
    "title",
    "desc",
    "tag_list",
    "liked_count",
    "comment_count",
    "time",
    "user_id",
    "last_modify_ts",
    "type",
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, CELLS)), min_size=1, max_size=8))
def test_any_cells_give_valid_records_or_rejections(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        file = root / "rows.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in [*rows, *rows]), encoding="utf-8")
        result = import_to(root, file, format_name="mediacrawler", platform="xiaohongshu")
        counted = (result.taken, result.skipped, result.rejected)
        assert sum(sum(part.values()) for part in counted) == 2 * len(rows)
        read_landed(result, "posts")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=60), st.integers(), st.floats()), max_size=12))
def test_a_column_of_texts_is_read_as_each_text_alone(values: list[Any]) -> None:
    assert read_texts(values) == [read_text(value) for value in values]


PERSONAL = ["加vx: abc12345 进群", "电话１３８１２３４５６７８", "住在朝阳区建国路88号",
            "有事 at 我", "@小美 快来", "3\u3000号楼", "微\u3000信 hello_1",
            "mail me: a.b@c.com", "京A12345"]  # fmt: skip


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_is_masked_in_columns_as_in_single_texts(text: str) -> None:
    assert read_texts([text, "干净的一句话"]) == [read_text(text), "干净的一句话"]


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [(9007199254740993, "9007199254740993"), ("7533400112233445566\t", "7533400112233445566"),
     ('="123"', "123"),      ("'00123", "00123"), (12.0, "12"), ("1.2E+3", "1200"),
     ("12345678901.0", "12345678901"), ("", None), (None, None),
     (float("nan"), None), (True, None)],
)  # fmt: skip
def test_ids_are_kept_to_the_last_digit(cell: object, identifier: str | None) -> None:
    assert normalise_id(cell) == identifier


@pytest.mark.parametrize(
    "cell", [7.533400112233445e18, "7.53340011223345E+18", "7533400112233445566.0", 1e18, float("inf"), 1.5]
)
def test_ids_that_lost_digits_are_never_guessed(cell: object) -> None:
    with pytest.raises(LostDigits):
        normalise_id(cell)


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("//item.jd.com/1.html", "https://item.jd.com/1.html"),
        ("https://a.cn/x?id=1&xsec_token=T&spm=a.b", "https://a.cn/x?id=1"),
        ("https://user:pw@a.cn/x#frag", "https://a.cn/x"),
        ("https://weibo.com/2345678901/P1aBcDeFg?refer_flag=1", "https://m.weibo.cn/status/P1aBcDeFg"),
        (
            "https://www.tiktok.com/@canary.maker/video/742?lang=en",
            "https://www.tiktok.com/@/video/742?lang=en",
        ),
        ("https://www.xiaohongshu.com/user/profile/5f0canary", None),
        ("https://weibo.com/u/2345678901", None),
        ("https://www.zhihu.com/people/canary", None),
        ("javascript:alert(1)", None),
        ("ftp://a.cn", None),
        ("https://", None),
        ("https://a.cn:99999/", None),
        (12, None),
    ],
)
def test_addresses_lose_tokens_and_never_run(address: object, clean: str | None) -> None:
    assert clean_address(address) == clean


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=30), st.integers(), st.floats(), st.datetimes(), st.dates(), st.booleans(), st.none()
    )
)
@example(date(1, 1, 1))
def test_any_moment_is_in_range_or_refused(value: object) -> None:
    try:
        moment = read_instant(value, None, NOW)
    except BadInstant as refusal:
        assert refusal.reason in {
            "no_captured_at",
            "naive_time",
            "bad_captured_at",
            "captured_at_out_of_range",
        }
    else:
        assert moment.tzinfo is not None
        assert moment <= NOW
