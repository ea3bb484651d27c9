"""A model's name or folder in, a sentiment classifier out: the shipped one or a Hugging Face one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np

from nlp.calibration import Scores, softmax
from nlp.encoder import Encoder, open_session
from nlp.errors import ModelError
from nlp.model_files import MANIFEST
from nlp.sentiment_labels import SENTIMENT_CLASSES, number_labels

_MAX_TOKENS = 128
_MAX_CHARACTERS = 2000
_GRAPHS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")


class Classifier(Protocol):
    """What every sentiment model offers."""

    @property
    def version(self) -> str:
        """Changes whenever a score may change."""

    def classes(self, head: str = "sentiment") -> tuple[str, ...]:
        """Classes in the order of the columns of classify."""

    def classify(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
        """Probabilities [texts, classes]; NaN in the row of a text without a usable score."""


def load_classifier(name_or_folder: str | Path | None = None, *, threads: int = 1) -> Classifier:
    """The shipped encoder for None or an empty name, else the model named: a folder, or a checkpoint of a
    model hub that was downloaded before: no hub is asked.

    A folder with a manifest is one of ours and is verified; one with an ONNX export runs without PyTorch;
    any other, and a hub's name, needs PyTorch and safetensors weights. ModelError otherwise.
    """
    if name_or_folder is None or not str(name_or_folder):
        return Encoder.load(threads=threads)
    folder = Path(name_or_folder)
    if (folder / MANIFEST).exists():
        return Encoder.load(folder, threads=threads)
    if folder.is_dir():
        for name in _GRAPHS:
            if (folder / name).is_file():
                return OnnxCheckpoint(folder, folder / name)
    if find_spec("torch") is None:
        raise ModelError(
            f"model {name_or_folder} has no {MANIFEST} and no ONNX export, so it needs PyTorch; "
            "install the extra `train`, or export the checkpoint to model.onnx in its folder"
        )
    return TorchCheckpoint(str(name_or_folder))


class OnnxCheckpoint:
    """A Hugging Face folder with an ONNX export of a sequence classifier."""

    def __init__(self, folder: Path, graph: Path) -> None:
        config, self._tokenizer = _load_front(str(folder))
        self._columns = _map_labels(config.id2label)
        content = graph.read_bytes()
        self._session = open_session(content)
        self._inputs = [entry.name for entry in self._session.get_inputs()]
        self.version = f"{folder.name}-{hashlib.sha256(content).hexdigest()[:12]}"

    def classes(self, head: str = "sentiment") -> tuple[str, ...]:
        """negative, neutral, positive."""
        return SENTIMENT_CLASSES

    def classify(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
        """Probabilities of each text, run alone so that no text depends on another."""
        rows = np.zeros((len(texts), len(self._columns)))
        for place, text in enumerate(texts):
            encoded = self._tokenizer(
                _clean(text), truncation=True, max_length=_MAX_TOKENS, return_tensors="np"
            )
            inputs = {name: encoded[name].astype(np.int64) for name in self._inputs}
            rows[place] = self._session.run(None, inputs)[0][0]
        return _gather_classes(softmax(rows), self._columns)


class TorchCheckpoint:
    """A Hugging Face checkpoint run by PyTorch; only safetensors weights are read."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForSequenceClassification

        config, self._tokenizer = _load_front(name)
        self._columns = _map_labels(config.id2label)
        try:
            self._network = AutoModelForSequenceClassification.from_pretrained(
                name, local_files_only=True, use_safetensors=True, trust_remote_code=False
            ).eval()
        except (OSError, ValueError) as error:
            raise ModelError(f"model {name} cannot be loaded: {error}") from error
        self.version = _describe_checkpoint(name, config.to_json_string())

    def classes(self, head: str = "sentiment") -> tuple[str, ...]:
        """negative, neutral, positive."""
        return SENTIMENT_CLASSES

    def classify(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
        """Probabilities of each text, run alone so that no text depends on another."""
        import torch

        rows = np.zeros((len(texts), len(self._columns)))
        with torch.inference_mode():
            for place, text in enumerate(texts):
                encoded = self._tokenizer(
                    _clean(text), truncation=True, max_length=_MAX_TOKENS, return_tensors="pt"
                )
                rows[place] = self._network(**encoded).logits[0].float().numpy()
        return _gather_classes(softmax(rows), self._columns)


def _load_front(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from transformers import AutoConfig, AutoTokenizer

    try:
        config = AutoConfig.from_pretrained(name, local_files_only=True, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(
            name, local_files_only=True, trust_remote_code=False, split_special_tokens=True
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"model {name} cannot be loaded: {str(error).splitlines()[0]}; "
            "name a folder in the Hugging Face layout"
        ) from error
    return config, tokenizer


def _map_labels(labels: dict[int, str]) -> list[int]:
    """Class number of each of a checkpoint's outputs; two nameless outputs are negative and positive."""
    names = [str(labels[number]).strip().lower() for number in sorted(labels)]
    if all(name.startswith("label_") for name in names) and len(names) in (2, 3):
        return [0, 2] if len(names) == 2 else [0, 1, 2]
    number_of = number_labels(names)
    columns: list[int] = []
    for name in names:
        number = number_of[name]
        if number is None:
            raise ModelError(
                f"the model's label {name!r} is no sentiment; id2label in its config.json must name "
                "negative, neutral and positive"
            )
        columns.append(number)
    return columns


def _gather_classes(probabilities: Scores, columns: list[int]) -> Scores:
    gathered = np.zeros((len(probabilities), len(SENTIMENT_CLASSES)))
    for output, column in enumerate(columns):
        gathered[:, column] += probabilities[:, output]
    return gathered


def _clean(text: str) -> str:
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _describe_checkpoint(name: str, config: str) -> str:
    digest = hashlib.sha256(json.dumps([name, config]).encode()).hexdigest()
    return f"{Path(name).name}-{digest[:12]}"
