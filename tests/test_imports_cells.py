"""Any value in any cell: a valid record or a rejection, personal data masked, ids to the last digit."""

from __future__ import annotations

import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spiders.imports.identifiers import LostDigits, normalise_id
from spiders.imports.instants import BadInstant, read_instant
from spiders.imports.texts import read_text, read_texts
from spiders.kept_addresses import clean_address
from tests.landed import (
    NOW,
    import_to,
    read_landed,
    write_json_lines,
)


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
     ("12345678901.0", "12345678901"), ("6.543210987651E+12", "6543210987651"), ("", None), (None, None),
     (float("nan"), None), (True, None)],
)  # fmt: skip
def test_ids_are_kept_to_the_last_digit(cell: object, identifier: str | None) -> None:
    assert normalise_id(cell) == identifier


@pytest.mark.parametrize(
    "cell",
    [7.533400112233445e18, "7.53340011223345E+18", "7533400112233445566.0", 1e18, float("inf"), 1.5,
     "6.54321E+12", "1.00012E+11"],
)  # fmt: skip
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


@pytest.mark.parametrize(
    ("shown", "shanghai"),
    [
        ("2024/5/3 9:05", "2024-05-03T09:05:00"),
        ("2024/5/3 9:05:07", "2024-05-03T09:05:07"),
        ("2024/5/3 下午 3:20:11", "2024-05-03T15:20:11"),
        ("2024年5月3日 10:20", "2024-05-03T10:20:00"),
        ("2024-05-03 03:20 PM", "2024-05-03T15:20:00"),
        ("2024-05-03 10:20:30.5", "2024-05-03T10:20:30.500000"),
    ],
)
def test_moments_as_spreadsheets_write_them(shown: str, shanghai: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert read_instant(shown, zone, NOW) == datetime.fromisoformat(shanghai).replace(tzinfo=zone)
    with pytest.raises(BadInstant, match="naive_time"):
        read_instant(shown, None, NOW)


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
