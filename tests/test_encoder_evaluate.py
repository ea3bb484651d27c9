"""`headwater evaluate sentiment`: files of every shape, labels of every spelling, scores by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlp.calibration import Scores
from nlp.encoder import Encoder
from nlp.errors import EvaluationError
from nlp.evaluate import evaluate_sentiment
from nlp.evaluation.intervals import wilson_interval

ROWS = [
    ("裤子质量很好，非常满意", "positive"),
    ("太差了，再也不买了", "negative"),
    ("多少钱一件", "neutral"),
    ("物流快，包装好，推荐", "positive"),
]


class WordClassifier:
    """Says positive for 好 or 推荐, negative for 差, else neutral; sure of it to nine tenths."""

    version = "words-1"

    def classes(self, head: str = "sentiment") -> tuple[str, ...]:
        """The three classes."""
        return ("negative", "neutral", "positive")

    def classify(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
        """Nine tenths for the class of the words."""
        rows = np.full((len(texts), 3), 0.05)
        for place, text in enumerate(texts):
            rows[place, 0 if "差" in text else 2 if "好" in text or "推荐" in text else 1] = 0.9
        return rows


def _write(path: Path, rows: Sequence[tuple[object, object]]) -> Path:
    named = [{"content": text, "mood": label} for text, label in rows]
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(named), path)
    elif path.suffix == ".csv":
        lines = ["content,mood", *(f'"{text}",{label}' for text, label in rows)]
        path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in named]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["reviews.parquet", "reviews.csv", "reviews.jsonl"])
def test_every_format_gives_the_same_scores(tmp_path: Path, name: str) -> None:
    scores = evaluate_sentiment(_write(tmp_path / name, ROWS), "content", "mood", WordClassifier())
    assert scores.rows == 4
    assert scores.accuracy == 1.0
    assert scores.macro_f1 == 1.0
    assert scores.texts_per_second > 0
    assert scores.accuracy_low < scores.accuracy <= scores.accuracy_high
    assert scores.model == "words-1"


@pytest.mark.parametrize(
    ("positive", "negative", "neutral"),
    [
        ("pos", "neg", "neu"),
        ("正面", "负面", "中性"),
        (1, -1, 0),
        ("1", "-1", "0"),
        (1.0, -1.0, 0.0),
        ("正向", "负向", "中立"),
        ("5 stars", "1 star", "3 stars"),
        ("positive (4-5)", "negative (1-2)", "Neutral"),
    ],
)
def test_labels_may_be_spelt_in_many_ways(
    tmp_path: Path, positive: object, negative: object, neutral: object
) -> None:
    names = {"positive": positive, "negative": negative, "neutral": neutral}
    rows = [(text, names[label]) for text, label in ROWS]
    scores = evaluate_sentiment(_write(tmp_path / "a.parquet", rows), "content", "mood", WordClassifier())
    assert scores.accuracy == 1.0
    assert set(scores.f1_by_class) == {"negative", "neutral", "positive"}


def test_one_and_nought_alone_mean_positive_and_negative(tmp_path: Path) -> None:
    rows = [("质量很好", 1), ("太差了", 0)]
    scores = evaluate_sentiment(_write(tmp_path / "a.jsonl", rows), "content", "mood", WordClassifier())
    assert scores.accuracy == 1.0
    assert set(scores.f1_by_class) == {"negative", "positive"}


def test_where_neutral_is_absent_the_better_of_the_other_two_is_taken(tmp_path: Path) -> None:
    class Undecided(WordClassifier):
        def classify(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
            return np.tile([0.1, 0.7, 0.2], (len(texts), 1))

    rows = [("还可以", "positive"), ("就那样", "negative"), ("凑合", "positive")]
    scores = evaluate_sentiment(_write(tmp_path / "a.jsonl", rows), "content", "mood", Undecided())
    assert scores.accuracy == pytest.approx(2 / 3)
    assert scores.confusion["negative"] == {"negative": 0, "neutral": 0, "positive": 1}


def test_macro_f1_is_the_mean_over_the_classes_of_the_file(tmp_path: Path) -> None:
    rows = [("好", "positive"), ("好", "negative"), ("差", "negative"), ("差", "negative")]
    scores = evaluate_sentiment(_write(tmp_path / "a.jsonl", rows), "content", "mood", WordClassifier())
    assert scores.accuracy == 0.75
    assert scores.macro_f1 == pytest.approx((2 * 1 / 3 + 2 * 2 / 5) / 2)


def test_rows_without_text_or_label_are_counted_and_left_out(tmp_path: Path) -> None:
    rows = [*ROWS, ("", "positive"), ("没有标签", None), (None, "negative")]
    scores = evaluate_sentiment(_write(tmp_path / "a.parquet", rows), "content", "mood", WordClassifier())
    assert (scores.rows, scores.skipped) == (4, 3)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "text,label\n好,positive\n", "no column content, mood"),
        ("a.jsonl", '{"content": "好", "mood": "angry"}\n', "angry"),
        ("a.jsonl", "not json\n", "cannot be read"),
        ("a.jsonl", "[1]\n", "no JSON object"),
        ("a.jsonl", "", "no row"),
        ("a.parquet", "PAR1 this is none", "cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_says_what_to_mend(
    tmp_path: Path, name: str, content: str, says: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=says):
        evaluate_sentiment(tmp_path / name, "content", "mood", WordClassifier())


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.csv"):
        evaluate_sentiment(tmp_path / "none.csv", "content", "mood", WordClassifier())


def test_the_interval_is_wilsons() -> None:
    low, high = wilson_interval(0.9, 100)
    assert (round(low, 4), round(high, 4)) == (0.8256, 0.9448)
    assert wilson_interval(1.0, 5)[1] == 1.0


def test_the_shipped_model_is_right_on_plain_reviews(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", [row for row in ROWS if row[1] != "neutral"])
    assert evaluate_sentiment(path, "content", "mood", Encoder.load()).accuracy == 1.0
