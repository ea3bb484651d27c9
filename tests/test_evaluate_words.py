"""`headwater evaluate words`: days as people write them, texts counted and not occurrences, lists in GBK."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.exit_codes import CommandError
from flows.measures import choose_window, measure_words, read_dated_texts, read_day
from nlp.evaluation.words import find_rising
from nlp.segment import Segmenter
from tests.command_line import CommandLine

SEGMENTER = Segmenter()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026/11/25 10:00", date(2026, 11, 25)),
        ("2026/11/24", date(2026, 11, 24)),
        ("2026年11月5日", date(2026, 11, 5)),
        ("2026-11-25T10:00:00", date(2026, 11, 25)),
        # Half past midnight in Shanghai.
        ("2026-11-24T16:30:00Z", date(2026, 11, 25)),
        (datetime(2026, 11, 24, 16, 30, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 24, 16, 30), date(2026, 11, 24)),
        (date(2026, 11, 24), date(2026, 11, 24)),
        (1764001800, date(2025, 11, 25)),
        (20261124, date(2026, 11, 24)),
        ("昨天看的", None),
        ("", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_a_moment_is_the_day_of_shanghai_in_any_form_that_imports_read(
    written: object, day: date | None
) -> None:
    assert read_day(written) == day


def test_rows_without_a_day_or_a_text_are_left_out(tmp_path: Path) -> None:
    rows = "text,published_at\n拼豆真好玩,2026/11/25 10:00\n拼豆,2026/11/24\n拼豆,去年\n,2026/11/24\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    dated, skipped = read_dated_texts([tmp_path / "a.csv"])
    assert dated == [(date(2026, 11, 25), "拼豆真好玩"), (date(2026, 11, 24), "拼豆")]
    assert skipped == 2


def test_a_window_is_told_with_its_last_day() -> None:
    assert choose_window("", date(2026, 11, 25)) == (date(2026, 10, 27), date(2026, 11, 25))
    assert choose_window("2026-11", date(2026, 11, 25)) == (date(2026, 11, 1), date(2026, 11, 30))
    assert choose_window("2024-12", date(2026, 11, 25)) == (date(2024, 12, 1), date(2024, 12, 31))


def write_texts(word: str, count: int) -> list[str]:
    """So many different texts that hold the word."""
    return [f"{word}第{number}条" for number in range(count)]


@pytest.mark.parametrize(
    ("window", "background", "rises"),
    [
        (write_texts("流体熊", 10), write_texts("旧文字", 50), True),
        (write_texts("流体熊", 9), write_texts("旧文字", 50), False),
        (["流体熊" * 12, *write_texts("新文字", 50)], write_texts("旧文字", 50), False),
        # One text of before that holds it twenty times is one.
        (write_texts("流体熊", 10), ["流体熊" * 20, *write_texts("旧文字", 9)], True),
        (write_texts("流体熊", 10), write_texts("流体熊", 10), False),
        (write_texts("流体熊", 20), [], True),
    ],
)
def test_a_word_rises_when_ten_texts_hold_it_and_fewer_did_before(
    window: Sequence[str], background: Sequence[str], rises: bool
) -> None:
    assert find_rising({"流体熊", "电脑"}, window, background, SEGMENTER) == ({"流体熊"} if rises else set())


def test_a_list_in_gbk_and_days_with_slashes_are_scored_by_the_command(tmp_path: Path) -> None:
    listed = tmp_path / "words.txt"
    listed.write_text("流体熊\n", encoding="gbk")
    days = (date(2026, 11, 1) + timedelta(days=number % 20) for number in range(60))
    rows = [
        f"{chr(0x4E00 + at)}说流体熊{chr(0x5E00 + at)},{day:%Y/%m/%d} 10:00" for at, day in enumerate(days)
    ]
    texts = tmp_path / "titles.csv"
    texts.write_text("\n".join(["text,published_at", *rows, "流体熊,不详"]), encoding="utf-8")
    outcome = CommandLine(tmp_path).run("evaluate", "words", listed, "--texts", texts, "--json")
    assert outcome.exit_code == 0, outcome.errors
    scores = json.loads(outcome.output)
    assert (scores["texts"], scores["texts_before"], scores["skipped"]) == (60, 0, 1)
    assert (scores["listed_in_window"], scores["from"], scores["to"]) == (1, "2026-10-22", "2026-11-20")


def test_a_month_without_texts_is_told_with_its_days(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("流体熊\n", encoding="utf-8")
    table = pa.table({"title": ["流体熊"], "captured_at": [datetime(2026, 11, 30, 18, tzinfo=UTC)]})
    pq.write_table(table, tmp_path / "titles.parquet")
    asked = (tmp_path, tmp_path / "words.txt", [tmp_path / "titles.parquet"], "word")
    with pytest.raises(CommandError, match="no text is dated from 2026-11-01 to 2026-11-30"):
        measure_words(*asked, "2026-11", 10)
    assert measure_words(*asked, "2026-12", 10)["texts"] == 1
