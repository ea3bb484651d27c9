"""Hostile, damaged and foreign files: one plain sentence each, or every row that can be read."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from spiders.errors import ImportRefused
from spiders.imports.reader import list_importable
from tests.landed import (
    FIXTURES,
    import_rows,
    import_to,
    read_landed,
    read_rejections,
    read_report,
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
    ("导出.xls", "<html><table><tr><th>商品ID</th></tr></table></html>".encode("gbk"), "save it as .xlsx"),
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
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
    for name in ("b/notes.csv", "a.parquet", "b/readme.md", "b/.hidden/x.jsonl", "c.rar", "d.7z"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [file.name for file in list_importable(tmp_path)] == [
        "a.parquet", "notes.csv", "c.rar", "d.7z",
    ]  # fmt: skip
    assert list_importable(tmp_path / "b" / "readme.md") == [tmp_path / "b" / "readme.md"]


def test_rows_without_a_moment_of_their_own_were_seen_by_the_end_of_the_day_in_the_name(
    tmp_path: Path,
) -> None:
    file = tmp_path / "weibo-2026-08-02.csv"
    file.write_text("平台,编号,id,正文,点赞\n微博,,5190000000000001,格纹外套,3\n", "utf-8")
    (row,) = import_rows(tmp_path / "landing", file)
    assert row["captured_at"] == datetime(2026, 8, 2, 15, 59, 59, tzinfo=UTC)
