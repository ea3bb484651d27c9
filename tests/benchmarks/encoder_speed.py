"""`python -m tests.benchmarks.encoder_speed FILE [FOLDER...] --json`: texts a second of models, by turns.

FILE is a Parquet file with a column `text`; FOLDERs are model folders, the shipped one by default. By the
encoder alone and with the linear model before it, as `headwater enrich` runs them, normalisation included.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from nlp.encoder import Encoder, shipped_model_folder
from tests.benchmarks.machine import describe_machine, measure_peak_mib

TEXTS = 2_000
TURNS = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="Parquet file with a column `text`")
    parser.add_argument("folders", type=Path, nargs="*", default=[shipped_model_folder()])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    texts = pq.read_table(arguments.file, columns=["text"])["text"].to_pylist()
    result = measure(texts, arguments.folders, arguments.threads)
    print(json.dumps(result, ensure_ascii=False, indent=1) if arguments.json else result)


def measure(texts: Sequence[str], folders: Sequence[Path], threads: int) -> dict[str, object]:
    """Texts a second by the clock of every turn and in the middle, and the process's peak.

    Of texts that no model learnt: of others the linear model is surer, and the cascade faster.
    """
    encoders = [Encoder.load(folder, threads=threads) for folder in folders]
    is_new = ~np.any([encoder.recall_texts(texts) for encoder in encoders], axis=0)
    chosen = np.random.default_rng(1).permutation(np.flatnonzero(is_new))[:TEXTS]
    texts = [texts[place] for place in chosen]
    rates: dict[str, dict[str, list[float]]] = {encoder.version: {} for encoder in encoders}
    for turn in range(TURNS + 1):
        for encoder in encoders:
            for name, score in (("encoder_alone", encoder.score), ("cascade", encoder.classify)):
                rate = time_texts(score, texts)
                # The first turn warms what is read and compiled once.
                if turn:
                    rates[encoder.version].setdefault(name, []).append(round(rate, 1))
    return {
        "texts": len(texts),
        "median_characters": statistics.median(map(len, texts)),
        "threads": threads,
        "texts_per_second": {
            version: {
                name: {"median": statistics.median(found), "turns": found} for name, found in names.items()
            }
            for version, names in rates.items()
        },
        "peak_mib": measure_peak_mib(),
        "machine": describe_machine(),
    }


def time_texts(score: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Texts a second by the clock."""
    started = time.perf_counter()
    score(texts)
    return len(texts) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
