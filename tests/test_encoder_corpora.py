"""Labelled files to examples: one split a text, none with two labels, heads and limits of topic sets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlp.errors import TrainingError
from nlp.training.corpora import TOPIC_SOURCES, Example, read_labelled


def _read(folder: Path) -> list[Example]:
    return read_labelled(folder, seed=5, validation_share=0.15, test_share=0.15)


def test_a_text_is_in_one_split_however_it_is_punctuated(tmp_path: Path) -> None:
    (tmp_path / "sentiment").mkdir()
    rows = [
        {"text": f"第{number}件衣服{sign}很好{sign}", "label": "positive", "category": "衣服"}
        for number in range(200)
        for sign in ("，", "！", "~ ")
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "sentiment" / "shopping_reviews.parquet")
    examples = _read(tmp_path)
    assert len(examples) == 200
    assert {example.split for example in examples} == {"train", "validation", "test"}
    assert examples == _read(tmp_path)


def test_a_text_with_two_labels_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "sentiment").mkdir()
    rows = [{"text": f"衣服{number}", "label": "positive", "category": "a"} for number in range(50)]
    rows.append({"text": "衣服7！", "label": "negative", "category": "a"})
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "sentiment" / "shopping_reviews.parquet")
    assert len(_read(tmp_path)) == 49


def test_topic_sets_are_read_with_their_heads_and_no_label_outweighs_the_others(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    rows = [{"text": f"市民反映第{number}号路灯不亮", "category": "社会"} for number in range(3100)]
    rows += [{"text": f"第{number}届篮球赛开幕", "category": "体育"} for number in range(30)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "topics" / "weibo_hot_titles.parquet")
    examples = read_labelled(tmp_path, seed=5, validation_share=0.15, test_share=0.15, sources=TOPIC_SOURCES)
    assert {example.head for example in examples} == {"hot_titles"}
    assert Counter(example.label for example in examples) == {"社会": 3000, "体育": 30}


def test_a_caption_answers_for_both_its_categories_and_an_unknown_one_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    rows = [
        {
            "text": f"第{number}道家常菜的做法",
            "level1": "美食",
            "level2": "美食教程" if number % 2 else "UNKNOWN",
        }
        for number in range(100)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "topics" / "kuaishou_captions.parquet")
    examples = read_labelled(tmp_path, seed=5, validation_share=0.15, test_share=0.15, sources=TOPIC_SOURCES)
    answers = Counter((example.head, example.label) for example in examples)
    assert answers == {("captions", "美食"): 100, ("caption_details", "美食教程"): 50}
    split_of = {example.text: example.split for example in examples if example.head == "captions"}
    assert all(split_of[example.text] == example.split for example in examples)


def test_a_folder_without_labelled_texts_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"shopping_reviews\.parquet"):
        _read(tmp_path)
