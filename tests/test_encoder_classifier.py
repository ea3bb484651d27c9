"""Any Hugging Face folder in place of the shipped model, and the tagger that uses either."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from nlp.calibration import Scores
from nlp.classifier import load_classifier
from nlp.encoder import Encoder, shipped_model_folder
from nlp.errors import ModelError
from nlp.tagger import Label, TaggerSettings
from nlp.taggers.sentiment import SentimentTagger, build_tagger

TEXTS = ["质量很好，非常满意，推荐", "太差了，用了一天就坏了，退货"]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A folder as an ONNX export of a Hugging Face checkpoint leaves it, the graph below onnx/."""
    folder = tmp_path / "my-checkpoint"
    (folder / "onnx").mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(shipped_model_folder() / name, folder / name)
    shutil.copy(shipped_model_folder() / "model.onnx", folder / "onnx" / "model.onnx")
    return folder


def _rename_labels(folder: Path, names: list[str]) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["id2label"] = dict(enumerate(names))
    config["label2id"] = {name: number for number, name in enumerate(names)}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def test_the_shipped_model_is_loaded_when_none_is_named() -> None:
    assert load_classifier().version == load_classifier("").version == Encoder.load().version


def test_a_folder_with_a_manifest_is_verified(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped_model_folder(), tmp_path / "copy"))
    assert load_classifier(folder).version == Encoder.load().version
    (folder / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="altered"):
        load_classifier(folder)


def test_an_onnx_export_in_the_hugging_face_layout_runs_without_pytorch(exported: Path) -> None:
    classifier = load_classifier(exported)
    good, bad = classifier.classify(TEXTS)
    assert classifier.classes() == ("negative", "neutral", "positive")
    assert good.argmax() == 2
    assert bad.argmax() == 0
    assert classifier.version.startswith("my-checkpoint-")
    assert np.array_equal(classifier.classify(TEXTS[1:])[0], bad)


@pytest.mark.parametrize(
    "names",
    [
        ["Positive", "NEU", "负面"],
        ["正向", "中立", "负向"],
        ["1", "0", "-1"],
        ["positive (stars 4 and 5)", "neutral", "-1"],
    ],
)
def test_labels_of_a_checkpoint_are_read_by_their_names(exported: Path, names: list[str]) -> None:
    before = load_classifier(exported).classify(TEXTS)
    _rename_labels(exported, names)
    after = load_classifier(exported).classify(TEXTS)
    assert np.allclose(after, before[:, ::-1])


def test_a_checkpoint_whose_labels_are_no_sentiment_is_refused(exported: Path) -> None:
    _rename_labels(exported, ["体育", "财经", "游戏"])
    with pytest.raises(ModelError, match="体育"):
        load_classifier(exported)


def test_a_surrogate_or_a_million_characters_do_not_stop_a_checkpoint(exported: Path) -> None:
    rows = load_classifier(exported).classify(["a\ud800b", "好" * 1_000_000, ""])
    assert np.isfinite(rows).all()


@pytest.mark.skipif(find_spec("torch") is not None, reason="says what to do where PyTorch is absent")
def test_a_checkpoint_that_needs_pytorch_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="PyTorch"):
        load_classifier("someone/some-chinese-sentiment-model")
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="PyTorch"):
        load_classifier(tmp_path)


def test_a_tiny_pytorch_checkpoint_is_loaded_by_transformers(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(1)
    shape = transformers.BertConfig(
        vocab_size=16_000,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        id2label={0: "negative", 1: "positive"},
        label2id={"negative": 0, "positive": 1},
    )
    transformers.BertForSequenceClassification(shape).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(shipped_model_folder() / name, tmp_path / name)
    rows = load_classifier(tmp_path).classify(TEXTS)
    assert np.allclose(rows.sum(axis=1), 1)
    assert (rows[:, 1] == 0).all()


class BrokenClassifier:
    """Gives no usable score for any text."""

    version = "broken-1"

    def classes(self, head: str = "sentiment") -> tuple[str, ...]:
        """The three classes."""
        return ("negative", "neutral", "positive")

    def classify(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
        """Rows that are no numbers."""
        return np.full((len(texts), 3), np.nan)


def test_the_tagger_labels_posts_and_leaves_texts_without_a_word_alone() -> None:
    tagger = build_tagger(TaggerSettings())
    labels = tagger.tag(["", "😂😂[捂脸]", "！！！", *TEXTS])
    assert labels[:3] == [[], [], []]
    assert [label.label for (label,) in labels[3:]] == ["positive", "negative"]
    assert all(1 / 3 <= label.score <= 1 and label.start is None for (label,) in labels[3:])
    assert tagger.name == "sentiment"
    assert tagger.subjects == {"post"}
    assert tagger.version == Encoder.load().version


def test_the_tagger_abstains_where_the_model_is_less_sure_than_asked() -> None:
    texts = [*TEXTS, "还行吧，就那样", "昨天到的货"]
    every = build_tagger(TaggerSettings())
    sure = build_tagger(TaggerSettings(abstain_below=0.85))
    scores = [label.score for (label,) in every.tag(texts)]
    assert min(scores) < 0.85 < max(scores)
    assert [bool(labels) for labels in sure.tag(texts)] == [score >= 0.85 for score in scores]
    assert sure.version == f"{every.version}-from-0.85"


def test_the_tagger_gives_the_same_label_whatever_the_batch() -> None:
    tagger = build_tagger(TaggerSettings(threads=2))
    texts = [*TEXTS, "还行吧", "多少钱"] * 40
    assert tagger.tag(texts) == [label for text in texts for label in tagger.tag([text])]


def test_a_score_that_is_no_number_stays_visible_to_the_pipeline() -> None:
    ((label,),) = SentimentTagger(BrokenClassifier()).tag(["质量很好"])
    assert isinstance(label, Label)
    assert np.isnan(label.score)
