"""Labelled sets in, scores, size and speed of the shipped sentiment model and of what it was chosen over out.

`python -m tests.benchmarks.encoder_comparison DATA_FOLDER [OUTPUT.json]` trains the linear candidates anew,
runs the shipped encoder alone and blended, and writes one row a candidate. It takes some minutes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from nlp.calibration import Scores, softmax
from nlp.domain_linear import DomainLinearModel
from nlp.encoder import Encoder, shipped_model_folder
from nlp.encoder_text import prepare_text
from nlp.training.blend import fit_blend
from nlp.training.config import LinearSettings, read_config
from nlp.training.corpora import Example, read_labelled
from nlp.training.linear import fit_linear
from nlp.training.measure import measure_sets
from tests.benchmarks.machine import describe_machine, measure_peak_mib

LINEAR = {
    "n-grams 1-3, 2^20 columns": LinearSettings(orders=(1, 2, 3), bits=20, domain_weight=0),
    "n-grams 1-4, 2^21 columns": LinearSettings(orders=(1, 2, 3, 4), bits=21, domain_weight=0),
    "n-grams 1-3, 2^19 columns, four domains": LinearSettings(orders=(1, 2, 3), bits=19),
}
CONFIDENCE = (0.8, 0.9, 0.97)
SHORT_TEXTS = "shopping_reviews"
"""The set whose texts are as short as most that are read: half of them have at most 35 characters."""


def main(data_folder: Path, output: Path) -> None:
    """Measure every candidate and write the rows."""
    config = read_config()
    examples = read_labelled(
        data_folder,
        seed=config.seed,
        validation_share=config.splits.validation_share,
        test_share=config.splits.test_share,
    )
    training = [example for example in examples if example.split == "train"]
    kept = [example for example in examples if example.split == "validation"]
    tests = [example for example in examples if example.split == "test"]
    texts = [example.text for example in tests]
    rows = []
    margins: Scores = np.zeros((len(texts), 2))
    for name, settings in LINEAR.items():
        model = DomainLinearModel.from_tensors(fit_linear(training, settings, seed=config.seed).to_tensors())
        size = sum(tensor.nbytes for tensor in model.to_tensors().values())
        rows.append(measure_linear(name, model, size, kept, tests))
        if settings == config.linear:
            margins = model.score(texts)
            linear = model
    encoder = Encoder.load()
    size = (shipped_model_folder() / "model.onnx").stat().st_size
    raw, speed = time_texts(encoder.score, texts)
    kept_raw = encoder.score([example.text for example in kept])
    alone = fit_blend(kept_raw, np.zeros((len(kept), 2)), kept)
    rows.append(describe("encoder alone", softmax(alone.combine(raw, margins * 0)), tests, size, speed))
    shipped = sum(path.stat().st_size for path in shipped_model_folder().iterdir())
    blend = fit_blend(kept_raw, linear.score([example.text for example in kept]), kept)
    blended = softmax(blend.combine(raw, margins))
    rows.append(describe("encoder and n-grams 1-3, both on every text", blended, tests, shipped, None))
    rows += measure_cascades(linear, kept, tests, blended, margins, shipped)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        short = pool.submit(
            measure_two_cores, [row.text for row in tests if row.source == SHORT_TEXTS]
        ).result()
    probabilities, speed = time_texts(encoder.classify, texts)
    rows.append(describe("shipped: cascade from 0.9", probabilities, tests, shipped, speed))
    document = {
        "machine": describe_machine(),
        "threads": 1,
        "peak_mib": measure_peak_mib(),
        "on_two_cores": short,
        "candidates": rows,
    }
    output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def measure_two_cores(texts: Sequence[str]) -> dict[str, Any]:
    """Texts a second of wall time by two threads, so that an idle machine with two cores is needed, and the
    memory of a process that does nothing else.
    """
    encoder = Encoder.load(threads=2)
    rates = {}
    for name, score in (("encoder_alone", encoder.score), ("cascade", encoder.classify)):
        score(texts[:500])
        started = time.perf_counter()
        score(texts)
        rates[name] = round(len(texts) / (time.perf_counter() - started))
    return {
        "texts": len(texts),
        "median_characters": float(np.median([len(text) for text in texts])),
        "texts_per_second": rates,
        "peak_mib": measure_peak_mib(),
    }


def measure_linear(
    name: str, model: DomainLinearModel, size: int, kept: Sequence[Example], tests: Sequence[Example]
) -> dict[str, Any]:
    """A linear model on its own, calibrated on the validation texts."""
    nothing = np.zeros((len(kept), 3))
    blend = fit_blend(nothing, model.score([example.text for example in kept]), kept)
    margins, speed = time_texts(
        lambda texts: model.score([prepare_text(text) for text in texts]), [example.text for example in tests]
    )
    return describe(name, softmax(blend.combine(np.zeros((len(tests), 3)), margins)), tests, size, speed)


def measure_cascades(
    linear: DomainLinearModel,
    kept: Sequence[Example],
    tests: Sequence[Example],
    blended: Scores,
    margins: Scores,
    size: int,
) -> list[dict[str, Any]]:
    """The linear model alone where it is confident enough, both elsewhere."""
    blend = fit_blend(np.zeros((len(kept), 3)), linear.score([example.text for example in kept]), kept)
    first = softmax(blend.combine(np.zeros((len(tests), 3)), margins))
    rows = []
    for confidence in CONFIDENCE:
        is_sure = first.max(axis=1) >= confidence
        mixed = np.where(is_sure[:, None], first, blended)
        row = describe(f"cascade, n-grams alone from {confidence}", mixed, tests, size, None)
        rows.append({**row, "share_without_encoder": round(float(is_sure.mean()), 3)})
    return rows


def time_texts(score: Callable[[Sequence[str]], Scores], texts: Sequence[str]) -> tuple[Scores, float]:
    """Scores, and texts a second of processor time."""
    started = time.process_time()
    scores = score(texts)
    return scores, len(texts) / (time.process_time() - started)


def describe(
    name: str, probabilities: Scores, tests: Sequence[Example], size: int, speed: float | None
) -> dict[str, Any]:
    """One candidate's row: accuracy (and macro F1 for three classes) of every set in percent."""
    sets = {
        scores.name: {
            "rows": scores.rows,
            "accuracy": round(100 * scores.accuracy, 2),
            "macro_f1": round(100 * scores.macro_f1, 2),
            "calibration_error": round(scores.expected_calibration_error, 4),
        }
        for scores in measure_sets(probabilities, tests)
    }
    rate = None if speed is None else round(speed)
    return {"candidate": name, "megabytes": round(size / 1e6, 2), "texts_per_cpu_second": rate, "sets": sets}


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2] if len(sys.argv) > 2 else "tests/benchmarks/encoder_comparison.json"),
    )
