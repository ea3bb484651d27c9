"""Labelled and plain texts in, a table of encoder shapes and recipes at one small budget out.

`python -m tests.benchmarks.encoder_shapes DATA_FOLDER [OUTPUT.json] [TEXTS]` trains every candidate on the
same TEXTS labelled texts (12,000 by default) for two epochs, exports it in 8 bits and measures size, speed
and the scores on the validation texts. It shows what shape and recipe are worth at a given speed, not what
a long training reaches. It needs PyTorch and takes about an hour of one core.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from nlp.calibration import Scores, softmax
from nlp.encoder import Encoder, keep_ends, open_session, shipped_model_folder
from nlp.training.batches import TokenTable, pad_batch, plan_batches, split_tokens
from nlp.training.config import FinetuneSettings, PretrainSettings, TrainingConfig, read_config
from nlp.training.corpora import Example, read_labelled, read_pretraining_texts
from nlp.training.export import export_quantized
from nlp.training.finetune import finetune, tokenize
from nlp.training.linear import fit_linear
from nlp.training.measure import measure_sets
from nlp.training.network import EncoderNetwork, build_network
from nlp.training.precision import choose_autocast
from nlp.training.pretrain import find_special_ids, pretrain
from nlp.training.tokenizer import list_characters
from nlp.training.vectors import build_token_vectors
from tests.benchmarks.machine import describe_machine

EPOCHS = 2
TOKENS_PER_BATCH = 2048
PLAIN_TEXTS = 120_000
"""Unlabelled texts that word vectors and pre-training read."""
SHORT_TEXTS = 2_000
"""Short validation texts that speed is measured on."""
DISTILLED_TEXTS = 24_000
MOST_DROPPED = 0.999
"""The most that a training config lets be read by characters."""


@dataclass(frozen=True)
class Candidate:
    """One shape with one recipe."""

    name: str
    layers: int
    width: int
    attention_heads: int = 4
    pretraining_steps: int = 0
    dropped_merges: float = 0.1
    is_by_character: bool = False
    """Whether every word is read character by character."""
    is_distilled: bool = False
    """Whether it learns the shipped model's probabilities of plain texts instead of labels."""
    is_cleaned: bool = False
    """Whether silver labels that an n-gram model of the other half contradicts are left out."""


CANDIDATES = (
    Candidate("2 x 128", 2, 128),
    Candidate("2 x 256", 2, 256),
    Candidate("3 x 256", 3, 256),
    Candidate("4 x 256", 4, 256),
    Candidate("4 x 312", 4, 312),
    Candidate("6 x 384", 6, 384, 6),
    Candidate("3 x 256, characters", 3, 256, is_by_character=True),
    Candidate("3 x 256, no words split at random", 3, 256, dropped_merges=0.0),
    Candidate("3 x 256, silver labels cleaned", 3, 256, is_cleaned=True),
    Candidate("2 x 128, 300 pre-training steps", 2, 128, pretraining_steps=300),
    Candidate("3 x 256, 300 pre-training steps", 3, 256, pretraining_steps=300),
    Candidate("2 x 128, distilled from the shipped model", 2, 128, is_distilled=True),
)


class Search:
    """What all candidates share: texts, tokens, splits."""

    def __init__(self, data_folder: Path, texts: int) -> None:
        self.config: TrainingConfig = read_config()
        torch.set_num_threads(1)
        shares = self.config.splits
        examples = read_labelled(
            data_folder,
            seed=self.config.seed,
            validation_share=shares.validation_share,
            test_share=shares.test_share,
        )
        rng = np.random.default_rng(self.config.seed)
        training = [example for example in examples if example.split == "train"]
        self.training = [training[place] for place in np.sort(rng.permutation(len(training))[:texts])]
        self.validation = [example for example in examples if example.split == "validation"]
        plain = read_pretraining_texts(
            data_folder, examples, self.config.pretraining_shares, self.config.seed
        )
        self.plain = [plain[place] for place in np.sort(rng.permutation(len(plain))[:PLAIN_TEXTS])]
        self.tokenizer = Tokenizer.from_file(str(shipped_model_folder() / "tokenizer.json"))
        self.characters = list_characters(self.tokenizer)
        self.plain_tokens = tokenize(self.tokenizer, self.plain)
        self.special = find_special_ids(self.tokenizer)

    def measure(self, candidate: Candidate) -> dict[str, Any]:
        """Train, export and score one candidate."""
        started = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            network = self._train(candidate, Path(folder))
            trained = time.process_time()
            graph = Path(folder) / "model.onnx"
            export_quantized(network, graph, ("sentiment",))
            size = graph.stat().st_size
            scores, speed = self._score(candidate, graph.read_bytes())
        sets = {
            row.name: round(100 * (row.accuracy if row.classes == 2 else row.macro_f1), 2)
            for row in measure_sets(scores, self.validation)
        }
        return {
            **asdict(candidate),
            "megabytes": round(size / 1e6, 2),
            "short_texts_per_cpu_second": round(speed),
            "training_cpu_seconds": round(trained - started, 1),
            "validation": sets,
            "mean": round(float(np.mean(list(sets.values()))), 2),
        }

    def _train(self, candidate: Candidate, folder: Path) -> EncoderNetwork:
        update = {name: getattr(candidate, name) for name in ("layers", "width", "attention_heads")}
        shape = self.config.shape.model_copy(update=update)
        config = self.config.model_copy(update={"shape": shape})
        network = build_network(config, self.tokenizer.get_vocab_size(), {"sentiment": 3}, "cpu")
        table = (
            self._split(self.plain_tokens, MOST_DROPPED) if candidate.is_by_character else self.plain_tokens
        )
        vectors = build_token_vectors(
            table,
            vocabulary_size=self.tokenizer.get_vocab_size(),
            width=candidate.width,
            window=4,
            seed=self.config.seed,
        )
        with torch.no_grad():
            network.core.embeddings.word_embeddings.weight.copy_(torch.from_numpy(vectors))
        if candidate.pretraining_steps:
            pretrain(
                network,
                table,
                self.special,
                PretrainSettings(steps=candidate.pretraining_steps, tokens_per_batch=4096, warmup_steps=50),
                seed=self.config.seed,
                checkpoint=folder / "pretraining.safetensors",
                on_progress=_keep_silent,
            )
        if candidate.is_distilled:
            return self._distil(network)
        return finetune(
            network,
            self.tokenizer,
            self._choose_labels(candidate),
            self.special,
            FinetuneSettings(
                epochs=EPOCHS,
                tokens_per_batch=TOKENS_PER_BATCH,
                dropped_merges=MOST_DROPPED if candidate.is_by_character else candidate.dropped_merges,
                average_decay=0.98,
            ),
            seed=self.config.seed,
            checkpoint=folder / "finetuning.safetensors",
            on_progress=_keep_silent,
        )

    def _choose_labels(self, candidate: Candidate) -> list[Example]:
        """The labelled texts, without the silver ones that n-grams of the other half contradict."""
        if not candidate.is_cleaned:
            return self.training
        halves = [self.training[0::2], self.training[1::2]]
        kept: list[Example] = []
        for own, other in (halves, halves[::-1]):
            model = fit_linear(other, self.config.linear, seed=self.config.seed)
            polarity, neutrality = model.score([example.text for example in own]).T
            said = np.where(neutrality > 0, "neutral", np.where(polarity > 0, "positive", "negative"))
            is_sure = np.where(neutrality > 0, neutrality, np.abs(polarity)) > 0.5
            kept += [
                example
                for example, name, sure in zip(own, said.tolist(), is_sure.tolist(), strict=True)
                if example.source != "douyin_comments" or name == example.label or not sure
            ]
        return kept

    def _distil(self, network: EncoderNetwork) -> EncoderNetwork:
        """Train on the shipped model's probabilities of plain texts, for as many texts as the others read."""
        texts = self.plain[:: max(1, len(self.plain) // DISTILLED_TEXTS)][:DISTILLED_TEXTS]
        target = torch.from_numpy(np.nan_to_num(Encoder.load().classify(texts), nan=1 / 3)).float()
        table = tokenize(self.tokenizer, texts)
        lengths = np.minimum(table.lengths, self.config.shape.max_tokens - 2)
        optimizer = torch.optim.AdamW(network.parameters(), lr=3e-4, weight_decay=0.01)
        network.train()
        batches = plan_batches(lengths, tokens_per_batch=TOKENS_PER_BATCH, seed=self.config.seed, epoch=0)
        for step, rows in enumerate(batches):
            for group in optimizer.param_groups:
                group["lr"] = 3e-4 * min(1.0, (step + 1) / 20) * (1 - step / len(batches))
            ids, mask = pad_batch(
                table,
                rows,
                self.config.shape.max_tokens,
                first=self.special.first,
                last=self.special.last,
                pad=self.special.pad,
            )
            with choose_autocast(torch.device("cpu")):
                (scores,) = network(torch.from_numpy(ids), torch.from_numpy(mask))
            loss = functional.cross_entropy(scores.float(), target[rows])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        network.eval()
        return network

    def _split(self, table: TokenTable, share: float) -> TokenTable:
        return split_tokens(table, self.characters, share, (self.config.seed, 0))

    def _score(self, candidate: Candidate, graph: bytes) -> tuple[Scores, float]:
        """Probabilities of the validation texts, and short texts a second of processor time."""
        table = tokenize(self.tokenizer, [example.text for example in self.validation])
        if candidate.is_by_character:
            table = self._split(table, MOST_DROPPED)
        session = open_session(graph)
        limit = self.config.shape.max_tokens - 2
        rows = [table.ids[table.starts[text] : table.starts[text + 1]].tolist() for text in range(len(table))]
        feeds = [
            np.array([[self.special.first, *keep_ends(ids, limit), self.special.last]], dtype=np.int64)
            for ids in rows
        ]

        def run(ids: NDArray[np.int64]) -> NDArray[np.float32]:
            found: NDArray[np.float32] = session.run(["sentiment"], {"input_ids": ids})[0][0]
            return found

        scores = softmax(np.stack([run(ids) for ids in feeds]).astype(np.float64))
        short = [
            ids for ids, example in zip(feeds, self.validation, strict=True) if 25 <= len(example.text) <= 45
        ][:SHORT_TEXTS]
        started = time.process_time()
        for ids in short:
            run(ids)
        return scores, len(short) / (time.process_time() - started)


def _keep_silent(what: str, done: int, total: int, loss: float) -> None:
    """The rows themselves show progress."""


def main(data_folder: Path, output: Path, texts: int, candidates: Sequence[Candidate] = CANDIDATES) -> None:
    """Measure every candidate, writing after each."""
    search = Search(data_folder, texts)
    rows: list[dict[str, Any]] = []
    for candidate in candidates:
        rows.append(search.measure(candidate))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
        document = {
            "machine": {**describe_machine(), "torch": torch.__version__},
            "labelled_texts": len(search.training),
            "epochs": EPOCHS,
            "plain_texts": len(search.plain),
            "validation_texts": len(search.validation),
            "candidates": rows,
        }
        output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2] if len(sys.argv) > 2 else "tests/benchmarks/encoder_shapes.json"),
        int(sys.argv[3]) if len(sys.argv) > 3 else 12_000,
    )
