"""`headwater evaluate` on files of every form people hold their labels in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.commands.scores import print_scores
from flows.wording import ENGLISH
from nlp.aspect_reader import load_aspect_reader
from nlp.entities import load_recogniser
from nlp.errors import EvaluationError
from nlp.evaluation.aspects import evaluate_aspects, score_most_frequent
from nlp.evaluation.entities import evaluate_entities
from nlp.evaluation.interests import evaluate_interests
from nlp.evaluation.intervals import estimate_macro_f1, estimate_matches, estimate_share
from nlp.evaluation.names import read_map
from nlp.evaluation.words import read_word_list, score_words
from nlp.labelled_aspects import read_judged_texts
from nlp.labelled_spans import read_marked_texts
from nlp.segment import Segmenter
from nlp.tagger import TaggerSettings
from nlp.taggers.interests import build_tagger
from tests.command_line import CommandLine

TITLE = "华为mate60手机壳"
SPANS = [(0, 2, "brand"), (2, 8, "model"), (8, 11, "product")]
FORMS = [
    ('[[0, 2, "品牌"], [2, 8, "型号"], [8, 11, "产品"]]', "text"),
    ('[["华为", "HPPX"], ["mate60", "XH"], ["手机壳", "HCCX"]]', "text"),
    (
        [
            {"start": 0, "end": 2, "label": "BRAND"},
            {"start": 2, "end": 8, "type": "MODEL"},
            {"text": "手机壳", "type": "product"},
        ],
        "text",
    ),
]


def write_lines(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(("entities", "column"), FORMS)
def test_entities_are_read_in_every_usual_form(tmp_path: Path, entities: object, column: str) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": TITLE, "entities": entities}])
    rows = read_marked_texts(file, column, "entities").rows
    assert [span[:3] for span in rows[0].spans] == SPANS


@pytest.mark.parametrize(
    "labels",
    [
        ["B-brand", "I-brand", "B-model", "I-model", "B-product", "I-product", "I-product"],
        ["B-HPPX", "E-HPPX", "B-XH", "E-XH", "B-HCCX", "M-HCCX", "E-HCCX"],
    ],
)
def test_tokens_with_tags_are_joined(tmp_path: Path, labels: list[str]) -> None:
    tokens = ["华", "为", "mate", "60", "手", "机", "壳"]
    table = pa.table({"tokens": [tokens, tokens], "labels": [labels, ["O"] * 7]})
    pq.write_table(table, tmp_path / "a.parquet")
    found = read_marked_texts(tmp_path / "a.parquet", "text", "entities")
    assert [span[:3] for span in found.rows[0].spans] == SPANS
    assert found.rows[1].spans == []


def test_full_width_titles_keep_their_places(tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "a.jsonl", [{"text": "【正品】ＮＩＫＥ跑鞋", "entities": [["ＮＩＫＥ", "brand"]]}]
    )
    row = read_marked_texts(file, "text", "entities").rows[0]
    assert row.text[slice(*row.spans[0][:2])] == "NIKE"


def test_a_type_nobody_knows_is_asked_for(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": TITLE, "entities": [[0, 2, "VEHICLE"]]}])
    with pytest.raises(EvaluationError, match="unknown type 'VEHICLE'"):
        read_marked_texts(file, "text", "entities")
    assert read_marked_texts(file, "text", "entities", {"VEHICLE": "brand"}).rows[0].spans[0].kind == "brand"


def test_an_entity_that_is_not_in_its_text_is_named(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": TITLE, "entities": [["小米", "brand"]]}])
    with pytest.raises(EvaluationError, match=r"row 1.*小米"):
        read_marked_texts(file, "text", "entities")


def test_entities_are_scored_by_place_and_kind(tmp_path: Path) -> None:
    rows = [
        {"text": "重温甄嬛传第一集", "entities": [[2, 5, "TELEVISION"]]},
        {"text": "重温甄嬛传第一集!", "entities": [[2, 5, "brand"]]},
    ]
    scores = evaluate_entities(write_lines(tmp_path / "a.jsonl", rows), "text", "entities", load_recogniser())
    assert scores["rows"] == 2
    assert scores["precision"] == scores["recall"] == scores["f1"] == 0.5
    assert {"f1_low", "f1_high", "texts_per_second", "coverage"} <= set(scores)
    by_kind = scores["by_kind"]
    assert isinstance(by_kind, dict)
    assert (by_kind["ip"]["recall"], by_kind["brand"]["recall"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("05", "05"),
        ("05.02", "05"),
        ("美食饮品", "05"),
        ("咖啡", "05"),
        ("Coffee", "05"),
        ("美食", "05"),
        ("food", "05"),
    ],
)
def test_an_interest_may_be_a_code_or_any_of_its_names(tmp_path: Path, label: str, codes: str) -> None:
    rows = [{"text": "今天手冲咖啡拉花", "label": label}, {"text": "今天什么也没有", "label": ""}]
    scores = evaluate_interests(
        write_lines(tmp_path / "a.jsonl", rows), "text", "", build_tagger(TaggerSettings())
    )
    assert scores["rows"] == 2 and scores["accuracy"] == 1.0
    counted = {"given": 1, "precision": 1.0, "wanted": 1, "recall": 1.0}
    assert scores["by_interest"] == {f"{codes} 美食饮品": counted}


def test_other_categories_are_mapped_and_unknown_ones_left_out(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("喝的: 咖啡\n别的: null\n多个: ['05', '17']\n", encoding="utf-8")
    rows = [
        {"text": "手冲咖啡拉花", "cat": "喝的"},
        {"text": "手冲咖啡拉花!", "cat": "别的"},
        {"text": "手冲咖啡拉花。", "cat": "多个"},
        {"text": "手冲咖啡拉花~", "cat": "没听过"},
    ]
    file = write_lines(tmp_path / "a.jsonl", rows)
    names = read_map(tmp_path / "map.yaml")
    scores = evaluate_interests(file, "text", "cat", build_tagger(TaggerSettings()), names=names)
    assert (scores["rows"], scores["left_out"]) == (3, 1)
    assert scores["accuracy"] == pytest.approx(2 / 3)
    assert (scores["precision"], scores["recall"], scores["coverage"]) == (pytest.approx(2 / 3), 1.0, 1.0)
    assert scores["by_category"] == {
        "喝的": {"texts": 1, "interests": "05", "right": 1.0, "given_none": 0.0},
        "别的": {"texts": 1, "interests": "none", "right": 0.0, "given_none": 0.0},
        "多个": {"texts": 1, "interests": "05 17", "right": 1.0, "given_none": 0.0},
    }
    # A text for which two interests are right misses neither.
    by_interest = scores["by_interest"]
    assert isinstance(by_interest, dict)
    assert by_interest["05 美食饮品"] == {
        "given": 3,
        "precision": pytest.approx(2 / 3),
        "wanted": 1,
        "recall": 1.0,
    }
    assert "17 旅行出游" not in by_interest


def test_a_map_to_no_interest_is_refused(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": "咖啡", "label": "喝的"}])
    with pytest.raises(EvaluationError, match="99"):
        evaluate_interests(file, "text", "label", build_tagger(TaggerSettings()), names={"喝的": ("99",)})


def test_aspects_are_read_by_row_and_by_column(tmp_path: Path) -> None:
    by_row = write_lines(
        tmp_path / "a.jsonl",
        [
            {"text": "不贵但是难吃", "aspect": "价格", "label": "positive"},
            {"text": "不贵但是难吃", "aspect": "味道", "label": -1},
            {"text": "动力足", "aspect": "动力", "label": "正面"},
            {"text": "动力足", "aspect": "星座", "label": "正面"},
        ],
    )
    by_column = write_lines(
        tmp_path / "b.jsonl",
        [{"reviewbody": "不贵但是难吃", "price_level": 1, "price_discount": -2, "dish_taste": -1}],
    )
    rows, unknown, _ = read_judged_texts(by_row, "text", "aspect")
    assert [row.polarities for row in rows] == [
        {"price": "positive", "taste": "negative"},
        {"efficacy": "positive"},
    ]
    assert unknown == {"星座": 1}
    assert read_judged_texts(by_column, "text", "aspect")[0][0].polarities == {
        "price": "positive",
        "taste": "negative",
    }


def test_aspects_are_scored_apart_from_their_polarity(tmp_path: Path) -> None:
    rows = [
        {"text": "味道不错,推荐", "aspect": "taste", "polarity": "positive"},
        {"text": "感觉是假货", "aspect": "authenticity", "polarity": "positive"},
    ]
    scores = evaluate_aspects(
        write_lines(tmp_path / "a.jsonl", rows), "text", "aspect", "", load_aspect_reader()
    )
    assert (scores["rows"], scores["judged"], scores["macro_f1"], scores["accuracy"]) == (2, 2, 1.0, 0.5)
    assert {"accuracy_low", "accuracy_high", "macro_f1_low", "coverage"} <= set(scores)
    assert scores["f1"] == 0.5
    assert (scores["most_frequent"], scores["most_frequent_accuracy"]) == ("positive", 1.0)


def test_who_always_says_the_most_frequent_polarity_is_right_often_and_finds_one_alone() -> None:
    neutral, positive = [0, 1, 0], [0, 0, 1]
    scores = score_most_frequent(np.array([neutral, neutral, neutral, positive]))
    assert (scores["most_frequent"], scores["most_frequent_accuracy"]) == ("neutral", 0.75)
    # Precision .75 and recall 1 on neutral, nothing on positive.
    assert scores["most_frequent_macro_f1"] == pytest.approx((2 * 0.75 / 1.75 + 0) / 2)


def test_a_polarity_nobody_knows_is_named(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"text": "好", "aspect": "price", "label": "so-so"}])
    with pytest.raises(EvaluationError, match="row 1: 'so-so'"):
        read_judged_texts(file, "text", "aspect")


def test_new_words_are_scored_against_a_list(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("多巴胺穿搭\n电脑\n美拉德风\n", encoding="utf-8")
    words = read_word_list(tmp_path / "words.txt")
    starts, ends = "今明昨这那每某各整全", "真绝棒火热美酷赞妙强"
    window = [f"{a}天的美拉德风{b}了" for a in starts for b in ends]
    scores = score_words(words, window, ["今天的电脑坏了"] * 3, Segmenter(), 50)
    assert scores["rows"] == 3 and scores["listed_in_window"] == 1
    assert scores["recall"] in (0.0, 1.0)
    assert {"precision", "precision_low", "precision_high", "coverage", "texts_per_second"} <= set(scores)


def test_words_are_measured_from_the_command_line_on_dated_texts(tmp_path: Path) -> None:
    rows = [
        {
            "captured_at": (date(2025, 3, 1) + timedelta(days=number % 28)).isoformat(),
            "title": f"{chr(0x4E00 + number)}说拼豆手作{chr(0x5E00 + number)}",
        }
        for number in range(60)
    ]
    texts = write_lines(tmp_path / "titles.jsonl", rows)
    listed = tmp_path / "words.txt"
    listed.write_text("拼豆手作\n", encoding="utf-8")
    outcome = CommandLine(tmp_path).run(
        "evaluate", "words", listed, "--texts", texts, "--month", "2025-03", "--json"
    )
    assert outcome.exit_code == 0, outcome.errors
    scores = json.loads(outcome.output)
    assert (scores["rows"], scores["texts"], scores["from"], scores["to"]) == (
        1,
        60,
        "2025-03-01",
        "2025-03-31",
    )


def test_figures_carry_intervals_that_hold_them() -> None:
    share = estimate_share(8, 10)
    assert share.low < share.value == 0.8 < share.high
    assert estimate_share(0, 0) == (0.0, 0.0, 1.0)
    precision, recall, f1 = estimate_matches([1, 1, 0, 2], [1, 2, 1, 2], [1, 1, 1, 3])
    assert precision.value == pytest.approx(4 / 6) == recall.value
    assert f1.low <= f1.value <= f1.high
    ones = np.ones((5, 2), np.int64)
    macro_f1 = estimate_macro_f1(ones, ones, ones)
    assert macro_f1.low < macro_f1.value == macro_f1.high == 1.0


def test_scores_are_read_by_people_as_lines_and_tables(capsys: pytest.CaptureFixture[str]) -> None:
    scores: dict[str, object] = {
        "rows": 26_970,
        "f1": 0.73806,
        "f1_low": 0.7309,
        "f1_high": 0.744,
        "by_interest": {
            "05 美食饮品": {"given": 1513, "recall": None},
            "13 宠物": {"given": 0, "recall": 0.5},
        },
        "categories_left_out": {"娱乐": 1808},
        "f1_by_class": {"positive": 0.8},
        "deep": {"a": {"b": {"c": 1}}},
        "none_such": float("nan"),
    }
    print_scores(scores, ENGLISH, as_json=False)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == ["rows 26,970", "f1 0.7381 (0.7309 to 0.7440)"]
    for line in ("deep {'a': {'b': {'c': 1}}}", "none_such -", "05 美食饮品 1,513 -", "13 宠物 0 0.5000"):
        assert line in lines
    assert lines[lines.index("categories_left_out") :][2:5:2] == ["count", "娱乐 1,808"]
    assert lines[lines.index("f1_by_class") :][2:5:2] == ["value", "positive 0.8000"]
    assert not [line for line in lines if line.startswith(("f1_low", "by_interest:"))]
    print_scores(scores, ENGLISH, as_json=True)
    assert json.loads(capsys.readouterr().out) == {**scores, "none_such": None}
