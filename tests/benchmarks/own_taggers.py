"""Labelled topic sets in, scores of `headwater evaluate encoder` beside a plain n-gram machine out.

`python -m tests.benchmarks.own_taggers DATA_FOLDER [OUTPUT.json]`. Each set is deduplicated by its letters
and split by a keyed hash of them: fitted on the training and the validation split, scored on the test split,
which nothing was chosen on. The encoder learnt the labels of the training split, so that the validation texts
are those by which `fit_classifier` compares its members.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.svm import LinearSVC

from nlp.encoder import Encoder
from nlp.evaluate import measure_f1
from nlp.ngram_space import NgramSpace
from nlp.own_evaluate import evaluate_encoder
from nlp.training.config import read_config
from nlp.training.corpora import TOPIC_SOURCES, Example, read_labelled
from tests.benchmarks.machine import describe_machine, measure_peak_mib

SETS = ("captions", "emotions", "headlines")


def main(data_folder: Path, output: Path) -> None:
    """Measure every set and write the rows."""
    config = read_config()
    examples = read_labelled(
        data_folder,
        seed=config.seed,
        validation_share=config.splits.validation_share,
        test_share=config.splits.test_share,
        sources=TOPIC_SOURCES,
    )
    encoder = Encoder.load()
    rows: list[dict[str, Any]] = []
    for name in SETS:
        rows.append(measure_set([row for row in examples if row.source == name], name, encoder))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
        document = {"machine": describe_machine(), "peak_mib": measure_peak_mib(), "sets": rows}
        output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measure_set(examples: Sequence[Example], name: str, encoder: Encoder) -> dict[str, Any]:
    """One set: our scores, and those of one support vector machine a class over n-grams 1-3."""
    train = [example for example in examples if example.split != "test"]
    test = [example for example in examples if example.split == "test"]
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            write_file(Path(folder) / f"{split}.jsonl", rows)
            for split, rows in (("train", train), ("test", test))
        ]
        scores = evaluate_encoder(paths[0], paths[1], "text", "label", encoder)
    seconds = time.process_time() - started
    kept = {key: value for key, value in scores.to_json().items() if key not in ("f1_by_class", "model")}
    return {"set": name, **kept, "processor_seconds": round(seconds, 1), "svm": measure_machine(train, test)}


def measure_machine(train: Sequence[Example], test: Sequence[Example]) -> dict[str, float]:
    """Accuracy and macro F1 of the plain machine."""
    space = NgramSpace.fit([example.text for example in train])
    machine = LinearSVC(C=0.5, random_state=0)
    machine.fit(space.vectorise([example.text for example in train]), [example.label for example in train])
    said = machine.predict(space.vectorise([example.text for example in test]))
    _, truth = np.unique([*said, *(example.label for example in test)], return_inverse=True)
    predicted, labels = truth[: len(test)], truth[len(test) :]
    f1 = measure_f1(labels, predicted, np.unique(labels))
    return {"accuracy": float((predicted == labels).mean()), "macro_f1": float(f1.mean())}


def write_file(path: Path, examples: Sequence[Example]) -> Path:
    """JSON lines, as a user would give them."""
    rows = (json.dumps({"text": row.text, "label": row.label}, ensure_ascii=False) for row in examples)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2] if len(sys.argv) > 2 else "tests/benchmarks/own_taggers.json"),
    )
