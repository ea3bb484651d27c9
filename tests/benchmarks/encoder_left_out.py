"""A pre-trained network and labelled reviews in, how the whole model does on categories new to it out.

`python -m tests.benchmarks.encoder_left_out DATA_FOLDER WORK_FOLDER [OUTPUT.json]`. WORK_FOLDER is what
`headwater train encoder` keeps its work in: the tokenizer and the pre-trained network, which read no label.
Five of the ten categories are left out at once, every review of them whatever its split, then the other
five: harder than one at a time, and two fine-tunings (one epoch over sentiment) in place of ten. It needs
PyTorch and takes about forty minutes of one core.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from nlp.encoder import Encoder
from nlp.encoder_text import duplicate_key
from nlp.learnt_texts import hash_texts
from nlp.training.assemble import assemble_model
from nlp.training.config import TrainingConfig, read_config
from nlp.training.corpora import OUT_OF_DOMAIN, Example, read_labelled
from nlp.training.finetune import finetune
from nlp.training.linear import fit_linear
from nlp.training.network import EncoderNetwork, build_network
from nlp.training.pretrain import find_special_ids
from tests.benchmarks.machine import describe_machine

REVIEWS = "shopping_reviews"
EPOCHS = 1


@dataclass(frozen=True)
class LeavingOut:
    """What every fold starts from."""

    config: TrainingConfig
    work: Path
    examples: Sequence[Example]

    def measure(self, categories: Sequence[str]) -> list[dict[str, Any]]:
        """Accuracy in percent on all reviews of each category, by a model that learnt from none of them."""
        asked = [row for row in self.examples if row.source == REVIEWS and row.group in categories]
        keys = {duplicate_key(row.text) for row in asked}
        known = [row for row in self.examples if duplicate_key(row.text) not in keys]
        with tempfile.TemporaryDirectory() as folder:
            encoder = Encoder.load(self._train(known, Path(folder)))
        rows = []
        for category in categories:
            reviews = [row for row in asked if row.group == category]
            negative, _, positive = encoder.classify([row.text for row in reviews]).T
            truth = np.array([row.label == "positive" for row in reviews])
            right = float(((positive > negative) == truth).mean())
            rows.append({"category": category, "rows": len(reviews), "accuracy": round(100 * right, 2)})
        return rows

    def _train(self, known: Sequence[Example], folder: Path) -> Path:
        """A whole model folder, blend and calibration included, from the known examples."""
        training = [row for row in known if row.split == "train"]
        kept = [row for row in known if row.split != "train"]
        tokenizer = Tokenizer.from_file(str(self.work / "tokenizer.json"))
        network = finetune(
            self._restore(tokenizer),
            tokenizer,
            training,
            find_special_ids(tokenizer),
            self.config.finetuning.model_copy(update={"epochs": EPOCHS}),
            seed=self.config.seed,
            checkpoint=folder / "finetuning.safetensors",
            on_progress=_show,
        )
        linear = fit_linear(training, self.config.linear, seed=self.config.seed)
        target = folder / "model"
        learnt = hash_texts([row.text for row in training])
        assemble_model(network, tokenizer, linear, kept, self.config, target, learnt=learnt)
        return target

    def _restore(self, tokenizer: Tokenizer) -> EncoderNetwork:
        network = build_network(self.config, tokenizer.get_vocab_size(), {"sentiment": 3}, "cpu")
        saved = load_file(self.work / "pretraining.safetensors")
        core = {name.removeprefix("network."): tensor for name, tensor in saved.items() if ".core." in name}
        network.load_state_dict(core, strict=False)
        return network


def main(data_folder: Path, work: Path, output: Path) -> None:
    """Measure both halves of the categories and write the rows."""
    config = read_config()
    torch.set_num_threads(config.threads)
    rows = read_labelled(data_folder, seed=config.seed, **config.splits.model_dump())
    examples = [row for row in rows if row.source not in OUT_OF_DOMAIN]
    names = sorted({row.group for row in examples if row.source == REVIEWS})
    leaving = LeavingOut(config, work, examples)
    found = [row for half in (names[::2], names[1::2]) for row in leaving.measure(half)]
    accuracies = [row["accuracy"] for row in found]
    document = {
        "machine": describe_machine(),
        "epochs": EPOCHS,
        "categories": found,
        "mean": round(float(np.mean(accuracies)), 2),
        "worst": min(accuracies),
    }
    output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(document, ensure_ascii=False))


def _show(what: str, done: int, total: int, loss: float) -> None:
    if done % 100 == 0:
        print(f"{what}: step {done} of {total}, loss {loss:.3f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3] if len(sys.argv) > 3 else "tests/benchmarks/encoder_left_out.json"),
    )
