"""A training config and a folder of texts in, a verified model folder out; an interrupted run resumes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from nlp.errors import TrainingError
from nlp.learnt_texts import hash_texts
from nlp.training.config import TrainingConfig, read_config
from nlp.training.corpora import TOPIC_SOURCES, Example, read_labelled
from nlp.training.linear import fit_linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.training.batches import TokenTable
    from nlp.training.network import EncoderNetwork

OnProgress = Callable[[int, int], None]
"""Called with steps done and steps in all."""

_LOG = logging.getLogger(__name__)


def train_encoder(
    config: Path | None, data_folder: Path, output: Path, *, on_progress: OnProgress | None = None
) -> Path:
    """Train the encoder and return its model folder, `output/model`; the work in between stays in
    `output/work`.

    `config` is a YAML file, None the shipped one. Needs PyTorch (extra `train`); runs on CUDA where
    PyTorch sees it, else on the CPU in hours. TrainingError when something to train with is missing.
    """
    settings = read_config(config)
    if find_spec("torch") is None or find_spec("onnx") is None:
        raise TrainingError(
            "training needs PyTorch and onnx; install the extra: pip install 'headwater[train]'"
        )
    if not data_folder.is_dir():
        raise TrainingError(f"{data_folder} is no folder; name the one that holds sentiment/ and pretrain/")
    work = output / "work"
    work.mkdir(parents=True, exist_ok=True)
    _claim_work(work, settings, data_folder)
    return _TrainingRun(settings, data_folder, work, output / "model", on_progress).finish()


class _TrainingRun:
    """The steps of one run; each leaves a file that the next start finds."""

    def __init__(
        self,
        settings: TrainingConfig,
        data_folder: Path,
        work: Path,
        target: Path,
        on_progress: OnProgress | None,
    ) -> None:
        import torch

        torch.set_num_threads(settings.threads)
        self._settings = settings
        self._data_folder = data_folder
        self._work = work
        self._target = target
        self._on_progress = on_progress
        self._device = "cuda" if torch.cuda.is_available() else "cpu"

    def finish(self) -> Path:
        """Run the steps that are still open."""
        from nlp.training.assemble import assemble_model

        settings = self._settings
        shares = settings.splits.model_dump()
        examples = read_labelled(self._data_folder, seed=settings.seed, **shares)
        training = [example for example in examples if example.split == "train"]
        kept = [example for example in examples if example.split != "train"]
        linear = fit_linear(training, settings.linear, seed=settings.seed)
        everything = [*examples, *self._read_topics()]
        learnt = [example for example in everything if example.split == "train"]
        network, tokenizer = self._train_network(everything, learnt)
        hashes = hash_texts([example.text for example in learnt])
        for scores in assemble_model(network, tokenizer, linear, kept, settings, self._target, learnt=hashes):
            _LOG.info("%s: accuracy %.4f, macro F1 %.4f", scores.name, scores.accuracy, scores.macro_f1)
        return self._target

    def _train_network(
        self, examples: list[Example], training: list[Example]
    ) -> tuple[EncoderNetwork, Tokenizer]:
        """Pre-training from random weights, then fine-tuning of every head; kept examples are not read."""
        import torch

        from nlp.training.finetune import finetune, list_classes
        from nlp.training.network import build_network
        from nlp.training.pretrain import find_special_ids, pretrain

        settings = self._settings
        table, vectors = self._prepare_tokens(examples)
        tokenizer = Tokenizer.from_file(str(self._work / "tokenizer.json"))
        special = find_special_ids(tokenizer)
        heads = {head: len(names) for head, names in list_classes(training).items()}
        network = build_network(settings, tokenizer.get_vocab_size(), heads, self._device)
        with torch.no_grad():
            network.core.embeddings.word_embeddings.weight.copy_(torch.from_numpy(vectors))
        pretrain(
            network,
            table,
            special,
            settings.pretraining,
            seed=settings.seed,
            checkpoint=self._work / "pretraining.safetensors",
            on_progress=self._report,
        )
        network = finetune(
            network,
            tokenizer,
            training,
            special,
            settings.finetuning,
            seed=settings.seed,
            checkpoint=self._work / "finetuning.safetensors",
            on_progress=self._report,
        )
        return network, tokenizer

    def _read_topics(self) -> list[Example]:
        """Examples of the topic sources that the folder has."""
        if not any((self._data_folder / source.path).is_file() for source in TOPIC_SOURCES):
            return []
        shares = self._settings.splits.model_dump()
        return read_labelled(self._data_folder, seed=self._settings.seed, sources=TOPIC_SOURCES, **shares)

    def _prepare_tokens(self, examples: list[Example]) -> tuple[TokenTable, NDArray[np.float32]]:
        from nlp.training.batches import TokenTable
        from nlp.training.corpora import read_pretraining_texts
        from nlp.training.finetune import tokenize
        from nlp.training.tokenizer import build_tokenizer, save_tokenizer
        from nlp.training.vectors import build_token_vectors

        path = self._work / "tokens.safetensors"
        settings = self._settings
        if not path.exists():
            shares = settings.pretraining_shares
            texts = read_pretraining_texts(self._data_folder, examples, shares, settings.seed)
            sizes = settings.tokenizer
            tokenizer = build_tokenizer(
                texts,
                vocabulary_size=sizes.vocabulary_size,
                alphabet_size=sizes.alphabet_size,
                min_emote_count=sizes.min_emote_count,
            )
            save_tokenizer(tokenizer, self._work, settings.shape.max_tokens)
            table = tokenize(tokenizer, texts)
            vectors = build_token_vectors(
                table,
                vocabulary_size=tokenizer.get_vocab_size(),
                width=settings.shape.width,
                window=4,
                seed=settings.seed,
            )
            partial = path.with_suffix(".partial")
            save_file({"ids": table.ids, "starts": table.starts, "vectors": vectors}, partial)
            partial.replace(path)
        tensors = load_file(path)
        return TokenTable(tensors["ids"], tensors["starts"]), tensors["vectors"]

    def _report(self, what: str, done: int, total: int, loss: float) -> None:
        _LOG.info("%s: step %d of %d, loss %.3f", what, done, total, loss)
        if self._on_progress is not None:
            self._on_progress(done, total)


def _claim_work(work: Path, settings: TrainingConfig, data_folder: Path) -> None:
    """Note whose work the folder holds; another config or other texts must not go on with it."""
    parts = [settings.model_dump_json()]
    parts += [f"{path.name} {path.stat().st_size}" for path in sorted(data_folder.rglob("*.parquet"))]
    claim = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    path = work / "claim"
    if path.exists() and path.read_text(encoding="utf-8").strip() != claim:
        raise TrainingError(
            f"{work} holds the run of another config or other texts; name another output folder or remove it"
        )
    path.write_text(claim + "\n", encoding="utf-8")
