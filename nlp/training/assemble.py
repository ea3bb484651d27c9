"""A trained network, its tokenizer and its linear model in, a verified model folder with its card out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.calibration import Blend
from nlp.domain_linear import DomainLinearModel
from nlp.encoder import Encoder
from nlp.learnt_texts import LEARNT, LEARNT_FILE
from nlp.model_files import MANIFEST, write_manifest, write_tensors
from nlp.sentiment_labels import SENTIMENT_CLASSES
from nlp.training.blend import fit_blend
from nlp.training.card import write_card
from nlp.training.config import TrainingConfig
from nlp.training.corpora import Example
from nlp.training.export import export_quantized
from nlp.training.measure import SetScores, measure_sets, remove_emotes
from nlp.training.network import EncoderNetwork
from nlp.training.tokenizer import save_tokenizer

MODEL_NAME = "headwater-encoder"
_FILES = [
    "config.json",
    LEARNT_FILE,
    "linear.safetensors",
    "model.onnx",
    "tokenizer.json",
    "tokenizer_config.json",
]
_PLAIN = Blend(encoder=1.0, polarity=0.0, neutrality=0.0, positive_bias=0.0, neutral_bias=0.0)


def assemble_model(
    network: EncoderNetwork,
    tokenizer: Tokenizer,
    linear: DomainLinearModel,
    kept: Sequence[Example],
    config: TrainingConfig,
    folder: Path,
    *,
    learnt: NDArray[np.uint32],
) -> list[SetScores]:
    """Write a model folder and return its scores on the test texts among `kept`.

    The blend is fitted to the scores of the 8-bit graph on the validation texts, since that graph is what
    will run. `learnt` are the hashes of the texts whose labels the network was fine-tuned on.
    """
    building = folder.with_name(folder.name + ".partial")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    export_quantized(network, building / "model.onnx", ("sentiment",))
    save_tokenizer(tokenizer, building, config.shape.max_tokens)
    write_tensors(building / "linear.safetensors", linear.to_tensors())
    write_tensors(building / LEARNT_FILE, {LEARNT: np.unique(learnt)})
    _write_settings(network, config, _PLAIN, None, building)
    plain = Encoder.load(building, threads=config.threads)
    validation = [example for example in kept if example.split == "validation"]
    texts = [example.text for example in validation]
    stored = DomainLinearModel.from_tensors(linear.to_tensors())
    margins = stored.score(texts)
    blend = fit_blend(plain.score(texts), margins, validation)
    first = fit_blend(np.zeros((len(texts), len(SENTIMENT_CLASSES))), margins, validation)
    _write_settings(network, config, blend, first, building)
    encoder = Encoder.load(building, threads=config.threads)
    tests = [example for example in kept if example.split == "test"]
    scores = measure_sets(encoder.classify([example.text for example in tests]), tests)
    without = measure_sets(encoder.classify([remove_emotes(example.text) for example in tests]), tests)
    (building / "MODEL_CARD.md").write_text(write_card(config, scores, without), encoding="utf-8")
    write_manifest(building, MODEL_NAME, [*_FILES, "MODEL_CARD.md"])
    for path in building.iterdir():
        path.chmod(0o644)
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)
    report = {"with_emotes": [asdict(score) for score in scores], "without": [asdict(row) for row in without]}
    folder.with_name(folder.name + "-scores.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    return scores


def _write_settings(
    network: EncoderNetwork,
    config: TrainingConfig,
    blend: Blend,
    first: Blend | None,
    folder: Path,
) -> None:
    head: dict[str, object] = {
        "name": "sentiment",
        "classes": SENTIMENT_CLASSES,
        "blend": blend.to_mapping(),
    }
    if first is not None:
        head |= {"first": first.to_mapping(), "first_confidence": config.linear.first_confidence}
    settings = network.core.config.to_dict()
    settings["architectures"] = ["BertModel"]
    settings["id2label"] = dict(enumerate(SENTIMENT_CLASSES))
    settings["label2id"] = {name: number for number, name in enumerate(SENTIMENT_CLASSES)}
    settings["headwater"] = {
        "max_tokens": config.shape.max_tokens,
        "heads": [head],
    }
    rendered = json.dumps(settings, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "config.json").write_text(rendered + "\n", encoding="utf-8")
    (folder / MANIFEST).unlink(missing_ok=True)
    write_manifest(folder, MODEL_NAME, _FILES)
