"""Texts in, calibrated class probabilities out, by the shipped ONNX encoder and the linear model with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from tokenizers import Tokenizer

from nlp.calibration import Blend, Scores, softmax
from nlp.domain_linear import DomainLinearModel
from nlp.encoder_text import prepare_text
from nlp.errors import ModelError
from nlp.learnt_texts import LEARNT, LEARNT_FILE, hash_texts
from nlp.model_files import read_model_files

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Row = TypeVar("Row")
_SHIPPED = Path(__file__).parent / "model"
_SLICE = 64
POOLED = "pooled"
"""Output of the graph that holds the vector which every head reads: first token's state, mean and maximum."""
TOKEN_VECTORS = "token_vectors"
"""Output of the graph that holds each token's own vector, before any layer."""


def shipped_model_folder() -> Path:
    """Where the shipped model lies."""
    return _SHIPPED


@dataclass(frozen=True)
class Head:
    """One question that the encoder answers."""

    name: str
    classes: tuple[str, ...]
    temperature: float = 1.0
    blend: Blend | None = None
    """Where the linear model has a say: how much."""
    first: Blend | None = None
    """Where the linear model may decide alone: its own calibration."""
    first_confidence: float = 1.0
    """Probability from which it does; the transformer is then not run."""


def keep_ends(ids: Sequence[int], limit: int) -> list[int]:
    """At most limit ids: the first half and the last half, as a review's verdict stands at either."""
    if len(ids) <= limit:
        return list(ids)
    head = limit // 2
    return [*ids[:head], *ids[len(ids) - (limit - head) :]]


class Encoder:
    """The shipped model, loaded once; safe to use from several threads."""

    def __init__(
        self,
        *,
        session: InferenceSession,
        tokenizer: Tokenizer,
        linear: DomainLinearModel | None,
        heads: Sequence[Head],
        max_tokens: int,
        version: str,
        threads: int,
        learnt: NDArray[np.uint32] | None = None,
    ) -> None:
        tokenizer.encode_special_tokens = True
        self._session = session
        self._asks_mask = any(asked.name == "attention_mask" for asked in session.get_inputs())
        self._tokenizer = tokenizer
        self._linear = linear
        self._heads = {head.name: head for head in heads}
        self._max_tokens = max_tokens
        self._first = tokenizer.token_to_id("[CLS]")
        self._last = tokenizer.token_to_id("[SEP]")
        self._threads = threads
        self._learnt = learnt if learnt is not None else np.zeros(0, dtype=np.uint32)
        self.version = version

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 1) -> Encoder:
        """Verify and load a model folder; ModelError when a file is missing or its SHA-256 differs."""
        folder = folder if folder is not None else shipped_model_folder()
        files = read_model_files(folder)
        try:
            settings = json.loads(files.content["config.json"])["headwater"]
            tokenizer = Tokenizer.from_str(files.content["tokenizer.json"].decode())
            linear = files.content.get("linear.safetensors")
            learnt = files.content.get(LEARNT_FILE)
            heads = [_read_head(head) for head in settings["heads"]]
            return cls(
                session=open_session(files.content["model.onnx"]),
                tokenizer=tokenizer,
                linear=DomainLinearModel.from_tensors(load_tensors(linear)) if linear is not None else None,
                heads=heads,
                max_tokens=int(settings["max_tokens"]),
                version=f"{files.name}-{files.digest[:12]}",
                threads=threads,
                learnt=load_tensors(learnt)[LEARNT] if learnt is not None else None,
            )
        except (KeyError, TypeError, ValueError, SafetensorError) as error:
            raise ModelError(
                f"model folder {folder} has a shape this version cannot read: {error}"
            ) from error

    @property
    def heads(self) -> tuple[str, ...]:
        """Names of the questions that the encoder answers."""
        return tuple(self._heads)

    def classes(self, head: str = "sentiment") -> tuple[str, ...]:
        """Classes of a head, in the order of the columns of classify."""
        return self._find_head(head).classes

    def classify(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
        """Calibrated probabilities [texts, classes]; a row is NaN where the scores were no usable numbers.

        A row depends on its own text alone, not on the batch, its order or the number of threads.
        """
        return self.classify_heads(texts, (head,))[head]

    def classify_heads(self, texts: Sequence[str], heads: Sequence[str] | None = None) -> dict[str, Scores]:
        """Probabilities of several heads from one pass; of every head when none is named."""
        asked = [self._find_head(name) for name in (heads if heads is not None else self.heads)]
        prepared = [prepare_text(text) for text in texts]
        if len(asked) == 1 and self._linear is not None and asked[0].first is not None:
            return {asked[0].name: self._classify_in_two_steps(prepared, asked[0])}
        margins = None
        if self._linear is not None and any(head.blend is not None for head in asked):
            margins = self._linear.score(prepared)
        raw = self._run(prepared, [head.name for head in asked])
        return {
            head.name: _settle_scores(head, scores, margins) for head, scores in zip(asked, raw, strict=True)
        }

    def _classify_in_two_steps(self, prepared: Sequence[str], head: Head) -> Scores:
        """The linear model's word where it is confident; the transformer runs on the other texts only."""
        assert self._linear is not None
        margins = self._linear.score(prepared)
        found = _decide_first(head, margins)
        is_open: NDArray[np.bool_] = np.asarray(np.isnan(found).any(axis=1))
        left = [text for text, is_left in zip(prepared, is_open, strict=True) if is_left]
        (raw,) = self._run(left, [head.name])
        found[is_open] = _settle_scores(head, raw, margins[is_open])
        return found

    def score(self, texts: Sequence[str], head: str = "sentiment") -> Scores:
        """The transformer's own scores before any blend or temperature [texts, classes]."""
        return self._run([prepare_text(text) for text in texts], [self._find_head(head).name])[0]

    def _find_head(self, name: str) -> Head:
        if name not in self._heads:
            raise ModelError(f"the model has no head {name!r}; it has {', '.join(self._heads)}")
        return self._heads[name]

    def count_tokens(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """In how many of the texts each token of the vocabulary stands [tokens]."""
        counts = np.zeros(self._tokenizer.get_vocab_size(), dtype=np.int64)
        for ids in self._tokenize([prepare_text(text) for text in texts]):
            counts[np.unique(ids)] += 1
        return counts

    def recall_texts(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Whether the encoder was fine-tuned on each text, with some label [texts]: its vectors then say
        more of that text than they will of others like it.
        """
        is_learnt: NDArray[np.bool_] = np.isin(
            hash_texts([prepare_text(text) for text in texts]), self._learnt
        )
        return is_learnt

    def embed(self, texts: Sequence[str], token_weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """What a head may read of each text [texts, four widths]: the pooled vector, and the direction of
        the weighted mean of the tokens' own vectors, which knows topics that the pooled one forgot.

        A row depends on its own text alone; the row of a text without tokens ends in zeros.
        """

        def read(ids: NDArray[np.int64]) -> NDArray[np.float32]:
            pooled, vectors = self._session.run([POOLED, TOKEN_VECTORS], self._feed(ids))
            inner: NDArray[np.int64] = np.unique(ids[0, 1:-1], return_index=True)[1] + 1
            own = vectors[0, inner]
            own = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
            mean = token_weights[ids[0, inner]] @ own
            return np.concatenate((pooled[0], mean / max(float(np.linalg.norm(mean)), 1e-9)))

        rows = self._map([prepare_text(text) for text in texts], read)
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, 0), dtype=np.float32)

    def _run(self, prepared: Sequence[str], names: list[str]) -> list[Scores]:
        def read(ids: NDArray[np.int64]) -> list[NDArray[np.float32]]:
            return [output[0] for output in self._session.run(names, self._feed(ids))]

        rows = self._map(prepared, read)
        sizes = [len(self._heads[name].classes) for name in names]
        return [
            np.array([row[place] for row in rows], dtype=np.float64).reshape(len(rows), size)
            for place, size in enumerate(sizes)
        ]

    def _feed(self, ids: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """The graph's inputs for one text; folders trained before graphs read one text ask for a mask."""
        return {"input_ids": ids, **({"attention_mask": np.ones_like(ids)} if self._asks_mask else {})}

    def _map(self, prepared: Sequence[str], read: Callable[[NDArray[np.int64]], Row]) -> list[Row]:
        """What `read` makes of the ids of each text, in order, by as many threads as the encoder may use."""

        def read_slice(start: int) -> list[Row]:
            return [read(ids) for ids in self._tokenize(prepared[start : start + _SLICE])]

        starts = range(0, len(prepared), _SLICE)
        if self._threads <= 1 or len(starts) <= 1:
            parts = [read_slice(start) for start in starts]
        else:
            with ThreadPoolExecutor(self._threads, thread_name_prefix="encoder") as pool:
                parts = list(pool.map(read_slice, starts))
        return [row for part in parts for row in part]

    def _tokenize(self, prepared: Sequence[str]) -> Iterator[NDArray[np.int64]]:
        for encoded in self._tokenizer.encode_batch_fast(list(prepared), add_special_tokens=False):
            ids = keep_ends(encoded.ids, self._max_tokens - 2)
            yield np.array([[self._first, *ids, self._last]], dtype=np.int64)


def _decide_first(head: Head, margins: Scores) -> Scores:
    """Probabilities [texts, classes] by the linear model alone; NaN where it is not confident enough."""
    found: Scores = np.full((len(margins), len(head.classes)), np.nan)
    if head.first is not None:
        alone = softmax(head.first.combine(np.zeros_like(found), margins))
        is_sure = alone.max(axis=1) >= head.first_confidence
        found[is_sure] = alone[is_sure]
    return found


def _settle_scores(head: Head, scores: Scores, margins: Scores | None) -> Scores:
    """Probabilities of one head from the transformer's scores and, where it has a say, the linear model's."""
    if head.blend is None or margins is None:
        return softmax(scores / head.temperature)
    blended = softmax(head.blend.combine(scores, margins))
    first = _decide_first(head, margins)
    return np.where(np.isnan(first), blended, first)


def open_session(graph: bytes) -> InferenceSession:
    """An ONNX Runtime session for one text at a time on one core; callers run it from several threads.

    Activations are quantised with one scale a run, so texts that shared a run would change each other's
    scores. One text a run needs no padding either, and costs a fifth of the speed of batches of eight.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = True
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except (onnxruntime.capi.onnxruntime_pybind11_state.Fail, RuntimeError, ValueError) as error:
        raise ModelError(f"ONNX Runtime cannot open the model: {error}") from error


def _read_head(settings: dict[str, Any]) -> Head:
    blend, first = settings.get("blend"), settings.get("first")
    return Head(
        name=settings["name"],
        classes=tuple(settings["classes"]),
        temperature=float(settings.get("temperature", 1.0)),
        blend=Blend.from_mapping(blend) if blend is not None else None,
        first=Blend.from_mapping(first) if first is not None else None,
        first_confidence=float(settings.get("first_confidence", 1.0)),
    )
