"""Taggers of the user's own: fitted without PyTorch, stored without pickles, verified by hash."""

from __future__ import annotations

import json
import random
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from nlp.encoder import Encoder, shipped_model_folder
from nlp.encoder_text import prepare_text
from nlp.errors import EvaluationError, ModelError
from nlp.learnt_texts import LEARNT, LEARNT_FILE, hash_texts
from nlp.model_files import write_manifest
from nlp.ngram_space import NgramSpace
from nlp.own_classifier import Coded, OwnClassifier
from nlp.own_evaluate import count_seen, evaluate_encoder
from nlp.own_fit import choose_folds, fit_classifier
from nlp.own_tagger import OwnTagger, check_tagger_name, find_own_folders, load_own_taggers
from nlp.pipeline import Subject, annotate, build_taggers
from nlp.tagger import TaggerSettings
from tests.command_line import CommandLine

WORDS = {
    "吃喝": ("火锅", "奶茶", "烧烤摊", "螺蛳粉", "早餐店", "麻辣烫", "小龙虾"),
    "穿戴": ("连衣裙", "卫衣", "马丁靴", "耳环", "牛仔裤", "针织衫", "贝雷帽"),
    "宠物": ("猫粮", "小狗", "猫砂", "布偶猫", "金毛", "逗猫棒", "仓鼠"),
}
FRAMES = (
    "今天去看了{}，真不错",
    "{}测评来了",
    "求推荐{}",
    "我家的{}到了[doge]",
    "这个{}排队一小时",
    "{}合集#日常#",
)


def write_rows(count: int, seed: int) -> list[dict[str, str]]:
    """Captions whose label is told by one word."""
    rng = random.Random(seed)
    labels = [rng.choice(list(WORDS)) for _ in range(count)]
    return [
        {
            "caption": f"{rng.choice(FRAMES).format(rng.choice(WORDS[label]))}{rng.randrange(99)}",
            "kind": label,
        }
        for label in labels
    ]


def write_file(path: Path, rows: list[dict[str, str]]) -> Path:
    """JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="module")
def classifier(encoder: Encoder) -> OwnClassifier:
    rows = write_rows(240, seed=1)
    return fit_classifier("kinds", [row["caption"] for row in rows], [row["kind"] for row in rows], encoder)


def test_a_label_told_by_a_word_is_learnt(classifier: OwnClassifier) -> None:
    rows = write_rows(60, seed=2)
    numbers, probabilities = classifier.predict([row["caption"] for row in rows])
    assert [classifier.class_names[number] for number in numbers] == [row["kind"] for row in rows]
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert classifier.classify([]).shape == (0, 3)


def test_probabilities_do_not_depend_on_the_batch_or_the_order(classifier: OwnClassifier) -> None:
    texts = [row["caption"] for row in write_rows(70, seed=3)] + ["", "，", "𠀀" * 400]
    together = classifier.classify(texts)
    alone = np.concatenate([classifier.classify([text]) for text in texts])
    assert np.array_equal(together, alone)
    assert np.array_equal(classifier.classify(texts[::-1]), together[::-1])


def test_a_saved_classifier_says_the_same_and_an_altered_byte_is_refused(
    classifier: OwnClassifier, encoder: Encoder, tmp_path: Path
) -> None:
    folder = tmp_path / "kinds"
    classifier.save(folder)
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".json", ".safetensors"]
    texts = [row["caption"] for row in write_rows(20, seed=4)]
    loaded = OwnClassifier.load(folder, encoder)
    assert np.array_equal(loaded.classify(texts), classifier.classify(texts))
    for path in folder.iterdir():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(ModelError, match="altered"):
            OwnClassifier.load(folder, encoder)
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    assert OwnClassifier.load(folder, encoder).version == loaded.version


def test_a_classifier_of_another_encoder_is_refused(
    classifier: OwnClassifier, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier.save(tmp_path / "kinds")
    monkeypatch.setattr(encoder, "version", "headwater-encoder-of-tomorrow")
    with pytest.raises(ModelError, match="train classifier"):
        OwnClassifier.load(tmp_path / "kinds", encoder)


def test_the_same_texts_make_the_same_bytes(encoder: Encoder, tmp_path: Path) -> None:
    rows = write_rows(60, seed=6)
    for name in ("first", "second"):
        texts, labels = [row["caption"] for row in rows], [row["kind"] for row in rows]
        fit_classifier("kinds", texts, labels, encoder).save(tmp_path / name)
    first, second = ((tmp_path / name / "manifest.json").read_bytes() for name in ("first", "second"))
    assert first == second


def test_a_label_with_one_text_and_two_labels_alone_are_no_fault(encoder: Encoder) -> None:
    rows = write_rows(40, seed=7)
    texts, labels = [row["caption"] for row in rows], [row["kind"] for row in rows]
    rare = fit_classifier("rare", [*texts, "孤零零的一条"], [*labels, "别的"], encoder)
    assert rare.classify(["火锅"]).shape == (1, 4)
    pairs = [(text, label) for text, label in zip(texts, labels, strict=True) if label != "宠物"]
    two = fit_classifier("two", [text for text, _ in pairs], [label for _, label in pairs], encoder)
    (number,), _ = two.predict(["这家火锅和奶茶"])
    assert two.class_names[number] == "吃喝"


def test_a_second_label_with_one_text_is_no_fault(encoder: Encoder) -> None:
    rows = [row for row in write_rows(90, seed=11) if row["kind"] == "吃喝"]
    lone = fit_classifier(
        "lone", [*(row["caption"] for row in rows), "猫粮"], ["吃喝"] * len(rows) + ["宠物"], encoder
    )
    assert lone.class_names == ("吃喝", "宠物")
    (number,), (row,) = lone.predict(["求推荐火锅"])
    assert lone.class_names[number] == "吃喝"
    assert np.isfinite(row).all()


def test_too_few_texts_or_labels_say_so(encoder: Encoder) -> None:
    with pytest.raises(EvaluationError, match="too few"):
        fit_classifier("few", ["好"] * 5, ["a", "b", "a", "b", "a"], encoder)
    with pytest.raises(EvaluationError, match="1 labels"):
        fit_classifier("one", ["好"] * 50, ["a"] * 50, encoder)
    same = [f"求链接{'！' * number}" for number in range(60)]
    with pytest.raises(EvaluationError, match="1 different texts with 2 labels"):
        fit_classifier("same", same, ["提问", "感谢"] * 30, encoder)


def test_few_texts_whose_labels_stand_once_are_learnt_without_a_warning(encoder: Encoder) -> None:
    foods = ("火锅", "奶茶", "烤肉", "甜品", "咖啡", "面包", "串串", "寿司", "米线", "烧麦")
    texts = [f"{food}{where}" for food in foods for where in ("探店", "在家做")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier = fit_classifier("each", texts, [f"第{number}类" for number in range(20)], encoder)
    assert len(classifier.classes()) == 20


def test_folds_are_numbered_without_a_gap() -> None:
    for seed in range(40):
        folds = choose_folds(["好喝", "难喝", "好吃"], seed)
        assert sorted(set(folds.tolist())) == list(range(folds.max() + 1))


def test_texts_that_differ_in_signs_are_in_one_fold() -> None:
    folds = choose_folds(["衣服很好", "衣服，很好！", "裤子不好", "裤子不好~"], seed=3)
    assert folds[0] == folds[1]
    assert folds[2] == folds[3]


def test_a_member_that_only_recalls_what_the_encoder_learnt_is_not_believed(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(6)
    texts = [f"第{number}条动态" for number in range(800)]
    labels = rng.choice(["甲", "乙"], 800).tolist()
    is_learnt = np.arange(800) < 500
    vectors = rng.normal(size=(800, 8)).astype(np.float32)
    vectors[is_learnt, 0] = np.where(np.array(labels)[is_learnt] == "甲", 3, -3)
    monkeypatch.setattr(encoder, "embed", lambda asked, weights: vectors[: len(asked)])
    everything = fit_classifier("甲乙", texts, labels, encoder)
    monkeypatch.setattr(encoder, "recall_texts", lambda asked: is_learnt)
    judged = fit_classifier("甲乙", texts, labels, encoder)
    assert judged._mixture.weights[-1] < 0.5 * everything._mixture.weights[-1]


def test_a_text_is_recalled_however_it_is_punctuated(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped_model_folder(), tmp_path / "model"))
    hashes = np.unique(hash_texts([prepare_text("猫粮测评，来了！")]))
    save_file({LEARNT: hashes}, folder / LEARNT_FILE)
    (folder / "manifest.json").unlink()
    write_manifest(folder, "headwater-encoder", sorted(path.name for path in folder.iterdir()))
    recalled = Encoder.load(folder).recall_texts(["猫粮测评来了", "猫粮测评，来了！", "狗粮测评来了"])
    assert recalled.tolist() == [True, True, False]


def test_eight_bits_keep_a_weight_within_half_a_step() -> None:
    values = np.random.default_rng(2).normal(size=(50, 3))
    coded = Coded.encode(values)
    assert np.abs(coded.decode() - values).max() <= coded.steps.max() / 2 + 1e-6


def test_rows_of_ngrams_have_length_one_and_unknown_ones_are_left_out() -> None:
    space = NgramSpace.fit(["猫粮测评", "猫粮推荐", "猫砂推荐"])
    rows = space.vectorise(["猫粮", "狗"])
    assert (rows[[0]].multiply(rows[[0]])).sum() == pytest.approx(1)
    assert rows[[1]].nnz == 2, "the marks of beginning and end alone"


def test_evaluation_fits_on_one_file_and_scores_another(encoder: Encoder, tmp_path: Path) -> None:
    train = write_file(tmp_path / "train.jsonl", write_rows(150, seed=8))
    unknown = [{"caption": "星座运势", "kind": "星座"}, {"caption": "", "kind": "宠物"}]
    test = write_file(tmp_path / "test.jsonl", write_rows(49, seed=9) + unknown)
    steps: list[tuple[int, int]] = []
    scores = evaluate_encoder(
        train, test, "caption", "kind", encoder, on_progress=lambda *step: steps.append(step)
    )
    assert (scores.rows, scores.skipped, scores.classes, scores.training_rows) == (50, 1, 4, 150)
    assert scores.accuracy == pytest.approx(0.98)
    assert scores.f1_by_class["星座"] == 0
    assert scores.macro_f1_low <= scores.macro_f1 <= scores.macro_f1_high
    assert scores.seen == 0
    assert steps[0] == (0, 7)
    assert steps[-1] == (7, 7)


def test_test_texts_that_were_learnt_are_counted() -> None:
    assert count_seen(["猫粮测评，来了！", "狗粮测评来了"], ["猫粮测评来了", "求推荐猫砂"]) == 1


def test_a_tagger_of_ones_own_annotates_with_its_name_and_version(
    classifier: OwnClassifier, tmp_path: Path
) -> None:
    classifier.save(tmp_path / "kinds")
    taggers = build_taggers(TaggerSettings(names=(), own=find_own_folders(tmp_path)))
    subjects = [
        Subject("post", "1", "求推荐猫粮"),
        Subject("listing", "2", "马丁靴测评来了"),
        Subject("post", "3", ""),
    ]
    table = annotate(subjects, taggers)
    assert table["label"].to_pylist() == ["宠物", "穿戴", "none"]
    assert set(table["tagger"].to_pylist()) == {"kinds"}
    assert set(table["tagger_version"].to_pylist()) == {taggers[0].version}
    assert isinstance(taggers[0], OwnTagger)
    assert load_own_taggers(()) == []


def test_a_name_that_is_taken_or_odd_is_refused() -> None:
    assert check_tagger_name("mood_2") == "mood_2"
    for name in ("sentiment", "Mood", "../x", "", "a" * 41):
        with pytest.raises(ValueError, match="tagger"):
            check_tagger_name(name)


def test_the_commands_train_list_and_remove(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path).run
    untrained = headwater("train", "list")
    assert untrained.exit_code == 0
    assert "no tagger was trained here yet" in untrained.errors
    data = write_file(tmp_path / "captions.jsonl", write_rows(60, seed=10))
    columns = ("--text", "caption", "--label", "kind")
    trained = headwater("train", "classifier", "--data", str(data), *columns, "--name", "kinds")
    assert trained.exit_code == 0, trained.errors
    assert "3 labels from 60 texts" in trained.output
    assert "next: headwater trends" in trained.output
    assert headwater("train", "list").output.startswith("kinds\tkinds-")
    (weights,) = (tmp_path / ".headwater" / "models" / "kinds").glob("*.safetensors")
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert headwater("train", "list").exit_code == 7
    assert "there are: kinds" in headwater("train", "remove", "kind").errors
    assert headwater("train", "remove", "kinds").exit_code == 0


def test_the_command_evaluates_and_refuses_a_name_that_is_taken(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path).run
    data = write_file(tmp_path / "captions.jsonl", write_rows(60, seed=10))
    columns = ("--text", "caption", "--label", "kind")
    scored = headwater("evaluate", "encoder", "--train", str(data), "--test", str(data), *columns, "--json")
    assert {"accuracy", "macro_f1", "texts_per_second"} <= json.loads(scored.output).keys()
    taken = headwater("train", "classifier", "--data", str(data), *columns, "--name", "intent")
    assert taken.exit_code == 2
    missing = headwater("train", "remove", "kinds")
    assert missing.exit_code == 2
    assert "there is no trained tagger 'kinds'; there are: none yet" in missing.errors
