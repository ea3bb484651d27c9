"""Annotation tables: rows for every subject, whatever the batch, and a bad text hurts no other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyarrow as pa
import pytest

from nlp.pipeline import ANNOTATION_SCHEMA, Subject, TaggerError, annotate, annotate_table, build_taggers
from nlp.tagger import Label, Tagger, TaggerSettings
from nlp.taggers.hashtags import HashtagTagger
from warehouse.records import Annotation


class BrittleTagger:
    """Breaks on one word and answers the others with their length."""

    name = "brittle"
    version = "1"
    subjects = frozenset({"post"})

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        if any("炸弹" in text for text in texts):
            raise ValueError("cannot read this")
        return [[Label(str(len(text)), 0.5, 0, 1)] if text else [] for text in texts]


class ScoreTagger:
    """Gives the score written in the text."""

    name = "scores"
    version = "1"
    subjects = frozenset({"post"})

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        return [[Label("x", float(text))] for text in texts]


class ForgetfulTagger:
    """Loses texts."""

    name = "forgetful"
    version = "1"
    subjects = frozenset({"post"})

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        return []


def posts(*texts: str) -> list[Subject]:
    return [Subject("post", f"douyin:{number}", text) for number, text in enumerate(texts)]


def test_a_tagger_that_fails_on_every_text_is_broken_and_nothing_of_it_is_kept() -> None:
    with pytest.raises(TaggerError, match="brittle failed on all of 20 texts"):
        annotate(posts(*["炸弹"] * 20), [BrittleTagger()])


def test_columns_are_the_fields_of_the_record() -> None:
    assert ANNOTATION_SCHEMA.names == list(Annotation.model_fields)
    table = annotate(posts("周末 #露营# 走起", "没有话题"), [HashtagTagger()])
    assert table.schema == ANNOTATION_SCHEMA
    rows = [Annotation.model_validate(row) for row in table.to_pylist()]
    assert [(row.subject_id, row.label, row.span_start, row.span_end) for row in rows] == [
        ("douyin:0", "露营", 4, 6),
        ("douyin:1", "none", None, None),
    ]


def test_a_table_of_texts_is_annotated_as_its_rows_are() -> None:
    subjects = [*posts("周末 #露营# 走起", "没有话题"), Subject("listing", "a:1", "帐篷 #露营")]
    columns = [list(column) for column in zip(*subjects, strict=True)]
    table = pa.table(dict(zip(Subject._fields, columns, strict=True)))
    chunked = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    assert annotate_table(chunked, [HashtagTagger()]).equals(annotate(subjects, [HashtagTagger()]))
    assert annotate_table(table.slice(0, 0), [HashtagTagger()]).num_rows == 0


def test_no_subjects_give_an_empty_table() -> None:
    assert annotate([], [HashtagTagger()]).schema == ANNOTATION_SCHEMA
    assert annotate([Subject("listing", "a:1", "帐篷 #露营")], [HashtagTagger()]).num_rows == 0


def test_a_text_that_breaks_a_tagger_is_flagged_and_the_others_are_done() -> None:
    subjects = posts("一", "二二", "炸弹", "四四四四", "", "还有炸弹在")
    table = annotate(subjects, [BrittleTagger(), HashtagTagger()])
    brittle = table.slice(0, 6)
    assert brittle["label"].to_pylist() == ["1", "2", "failed", "4", "none", "failed"]
    assert brittle["score"].to_pylist() == [0.5, 0.5, 0.0, 0.5, 1.0, 0.0]
    assert table.num_rows == 12


def test_a_score_that_is_no_probability_is_flagged() -> None:
    table = annotate(posts("0.25", "nan", "inf", "-0.1", "1.5", "1"), [ScoreTagger()])
    bad = "invalid_score"
    assert table["label"].to_pylist() == ["x", bad, bad, bad, bad, "x"]
    assert all(math.isfinite(score) for score in table["score"].to_pylist())


def test_a_tagger_that_loses_texts_is_refused_by_name() -> None:
    with pytest.raises(TaggerError, match="forgetful"):
        annotate(posts("一", "二"), [ForgetfulTagger()])


def test_unknown_tagger_names_are_refused() -> None:
    with pytest.raises(ValueError, match="horoscope"):
        build_taggers(TaggerSettings(names=("hashtags", "horoscope")))


def test_taggers_come_in_their_order_and_keep_the_protocol() -> None:
    taggers = build_taggers(TaggerSettings(names=("hashtags",)))
    assert [tagger.name for tagger in taggers] == ["hashtags"]
    assert all(isinstance(tagger, Tagger) for tagger in taggers)


def test_batches_do_not_matter() -> None:
    subjects = posts(*(f"第{number}条 #标签{number % 7}# 炸弹"[: 6 + number % 9] for number in range(60)))
    taggers: list[Tagger] = [HashtagTagger(), BrittleTagger()]
    key = [("tagger", "ascending"), ("subject_id", "ascending")]
    whole = annotate(subjects, taggers).sort_by(key)
    for size in (1, 7):
        parts = [annotate(subjects[at : at + size], taggers) for at in range(0, len(subjects), size)]
        assert pa.concat_tables(parts).sort_by(key).equals(whole)
