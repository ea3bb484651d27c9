"""Labelled files as people keep them: lines that lack a key, labels as floats, long cells, GBK."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from nlp.aspect_reader import load_aspect_reader
from nlp.errors import EvaluationError
from nlp.evaluate import parse_labels
from nlp.evaluation.aspects import evaluate_aspects
from nlp.evaluation.interests import evaluate_interests
from nlp.evaluation.names import read_map
from nlp.evaluation.words import read_word_list
from nlp.labelled_aspects import read_judged_texts
from nlp.labelled_file import read_columns, read_label, read_labelled_file
from nlp.labelled_spans import read_marked_texts
from nlp.tagger import TaggerSettings
from nlp.taggers.interests import build_tagger
from tests.command_line import CommandLine


def write_lines(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_columns_are_the_keys_of_every_line(tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "a.jsonl",
        [{"text": "先一行没标签"}, {"text": "很好用", "label": "正面"}, {"label": "负面"}],
    )
    assert read_columns(file) == ["text", "label"]
    assert read_labelled_file(file, "text", "label") == (["很好用"], ["正面"], 2)
    with pytest.raises(EvaluationError, match="no column sentiment; it has text, label"):
        read_labelled_file(file, "text", "sentiment")


def test_lines_without_a_category_are_skipped(tmp_path: Path) -> None:
    rows = [{"text": "手冲咖啡豆", "label": "05.02"}, {"text": "口红显白"}, {"label": "05"}]
    file = write_lines(tmp_path / "a.jsonl", rows)
    scores = evaluate_interests(file, "text", "", build_tagger(TaggerSettings()))
    assert (scores["rows"], scores["skipped"]) == (1, 2)


def test_a_category_that_parquet_holds_as_nan_is_none_at_all(tmp_path: Path) -> None:
    table = pa.table({"text": ["手冲咖啡豆", "口红显白", "吃火锅"], "label": [5.0, float("nan"), None]})
    pq.write_table(table, tmp_path / "a.parquet")
    scores = evaluate_interests(
        tmp_path / "a.parquet", "text", "", build_tagger(TaggerSettings()), names={"5.0": ("05",)}
    )
    assert (scores["rows"], scores["skipped"]) == (1, 2)


def test_lines_without_an_aspect_or_a_polarity_are_skipped(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"text": "价格太贵", "aspect": "价格", "polarity": -1},
        {"text": "口红显白"},
        {"text": "物流很快", "aspect": "物流"},
        {"aspect": "价格", "polarity": 1},
        {"text": "没有谈到价格", "aspect": "价格", "polarity": -2},
    ]
    judged = read_judged_texts(write_lines(tmp_path / "a.jsonl", rows), "text", "aspect")
    assert [(row.text, row.polarities) for row in judged.rows] == [
        ("价格太贵", {"price": "negative"}),
        ("没有谈到价格", {}),
    ]
    assert (judged.skipped, judged.unknown) == (3, {})
    scores = evaluate_aspects(tmp_path / "a.jsonl", "text", "aspect", "", load_aspect_reader())
    assert (scores["rows"], scores["skipped"], scores["left_out"]) == (2, 3, 0)


def test_lines_without_entities_are_skipped(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"text": "口红显白"},
        {"text": "花西子口红", "entities": [{"start": 0, "end": 3, "type": "brand"}]},
    ]
    marked = read_marked_texts(write_lines(tmp_path / "a.jsonl", rows), "text", "entities")
    assert (len(marked.rows), marked.skipped) == (1, 1)


@pytest.mark.parametrize(
    "entities",
    [["花西子"], [["品牌", 0, 3]], [[None, 3, "brand"]], [{"start": "a", "end": 3, "type": "brand"}]],
)
def test_what_is_no_entity_is_named(tmp_path: Path, entities: list[object]) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": "花西子口红", "entities": entities}])
    with pytest.raises(EvaluationError, match=r"row 1: .* is no entity; write \[start, end, type\]"):
        read_marked_texts(file, "text", "entities")


def test_a_text_or_entities_that_are_nan_are_none(tmp_path: Path) -> None:
    rows = [
        {"text": float("nan"), "entities": []},
        {"text": "好", "entities": float("nan")},
        {"text": "好", "entities": []},
        {"text": "花西子口红", "entities": {"start": 0, "end": 3, "type": "brand"}},
    ]
    marked = read_marked_texts(write_lines(tmp_path / "a.jsonl", rows), "text", "entities")
    assert [(text, len(spans)) for text, spans in marked.rows] == [("好", 0), ("花西子口红", 1)]
    assert marked.skipped == 2


def test_a_line_of_brackets_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(EvaluationError, match="cannot be read as a labelled file: line 1: "):
        read_labelled_file(tmp_path / "a.jsonl", "text", "label")


def test_words_behind_blanks_are_words(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# 新词\n 拼豆\n\u3000流体熊\t3\n\n水豚 12 n\n", encoding="utf-8")
    assert read_word_list(tmp_path / "words.txt") == ["拼豆", "流体熊", "水豚"]


@pytest.mark.parametrize("label", [5, 5.0, "5", "05.0", 5.02, "5.02"])
def test_codes_that_a_spreadsheet_took_for_numbers_are_codes(tmp_path: Path, label: object) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": "手冲咖啡豆", "label": label}])
    scores = evaluate_interests(file, "text", "", build_tagger(TaggerSettings()))
    assert (scores["left_out"], scores["accuracy"]) == (0, 1.0)
    mapped = write_lines(tmp_path / "b.jsonl", [{"text": "手冲咖啡豆", "label": "喝的"}])
    (tmp_path / "map.yaml").write_text(f"喝的: {label}\n别的: none\n", encoding="utf-8")
    names = read_map(tmp_path / "map.yaml")
    assert evaluate_interests(mapped, "text", "", build_tagger(TaggerSettings()), names=names)["rows"] == 1


def test_lines_without_a_word_are_none(tmp_path: Path) -> None:
    assert read_word_list(write_lines(tmp_path / "a.jsonl", [{"word": "拼豆"}, {"x": 1}])) == ["拼豆"]


def test_the_command_counts_lines_that_lack_a_key(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": "口红显白"}, {"text": "手冲咖啡豆", "label": "05.02"}])
    outcome = CommandLine(tmp_path).run("evaluate", "interests", file, "--json")
    assert outcome.exit_code == 0, outcome.errors
    assert json.loads(outcome.output)["skipped"] == 1


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "好", "label": 1}\n{"text": "好"\n', encoding="utf-8")
    with pytest.raises(EvaluationError, match="cannot be read as a labelled file: line 2: "):
        read_labelled_file(tmp_path / "a.jsonl", "text", "label")


@pytest.mark.parametrize(
    ("written", "label"),
    [
        (" 美食 ", "美食"),
        ("美食\u3000", "美食"),
        (1, "1"),
        (1.0, "1"),
        ("1.0", "1"),
        ("-1.00", "-1"),
        (0.0, "0"),
        (1.5, "1.5"),
        ("05.02", "05.02"),
        ("05.0", "05.0"),
        (float("nan"), ""),
        ("NaN", ""),
        (None, ""),
        ("  ", ""),
        ("none", "none"),
    ],
)
def test_a_label_is_the_same_however_it_was_written(written: object, label: str) -> None:
    assert read_label(written) == label


def test_a_column_of_floats_with_a_gap_holds_the_labels_of_one_of_whole_numbers(tmp_path: Path) -> None:
    whole = write_lines(tmp_path / "a.jsonl", [{"text": "好", "label": 1}, {"text": "差", "label": 2}])
    table = pa.table({"text": ["好", "差", "一般"], "label": [1.0, 2.0, None]})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text("text,label\n好, 1.0\n差,2.0 \n一般,nan\n", encoding="utf-8")
    for file, skipped in ((whole, 0), (tmp_path / "a.parquet", 1), (tmp_path / "a.csv", 1)):
        assert read_labelled_file(file, "text", "label") == (["好", "差"], ["1", "2"], skipped)
    assert parse_labels(["1", "-1"], whole).tolist() == [2, 0]


def test_a_cell_of_any_length_is_read(tmp_path: Path) -> None:
    long = "长" * 140_000
    (tmp_path / "a.csv").write_text(f"text,label\n{long},美食\n火锅,美食\n", encoding="utf-8")
    texts, labels, _ = read_labelled_file(tmp_path / "a.csv", "text", "label")
    assert ([len(text) for text in texts], labels) == ([140_000, 2], ["美食", "美食"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_what_a_spreadsheet_saves_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_text("标题,标签\n今天手冲咖啡,美食\n", encoding=encoding)
    assert read_labelled_file(tmp_path / "a.csv", "标题", "标签") == (["今天手冲咖啡"], ["美食"], 0)
    (tmp_path / "words.txt").write_text("拼豆\n流体熊\n", encoding=encoding)
    assert read_word_list(tmp_path / "words.txt") == ["拼豆", "流体熊"]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    """Labels are kept in spreadsheets: an empty line first, a gap, and codes as numbers."""
    workbook = Workbook()
    for line in ([None], ["内容", "标签", "备注"], ["真香", 1, "a"], [None] * 3, ["踩雷", 2.0], ["没有标签"]):
        workbook.worksheets[0].append(line)
    path = tmp_path / "标注.xlsx"
    workbook.save(path)
    assert read_labelled_file(path, "内容", "标签") == (["真香", "踩雷"], ["1", "2"], 1)
    with pytest.raises(EvaluationError, match="no column 正文; it has 内容, 标签, 备注"):
        read_labelled_file(path, "正文", "标签")


@pytest.mark.parametrize("name", ["坏.xlsx", "旧.xls"])
def test_a_workbook_that_cannot_be_read_says_how_to_save_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0 no workbook")
    with pytest.raises(EvaluationError, match=r"save it (anew )?as \.xlsx"):
        read_labelled_file(tmp_path / name, "内容", "标签")


def test_utf8_with_a_torn_character_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    content = "标题,标签\n今天手冲咖啡拉花,美食饮品\n".encode()
    (tmp_path / "a.csv").write_bytes(content[:-3] + b"\n")
    with pytest.raises(EvaluationError, match="neither UTF-8 nor GB18030"):
        read_labelled_file(tmp_path / "a.csv", "标题", "标签")


def test_a_word_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"words\.txt does not exist"):
        read_word_list(tmp_path / "words.txt")
