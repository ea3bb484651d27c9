"""Labelled reviews in, how the linear model does on a product category whose reviews it never saw out.

`python -m tests.benchmarks.encoder_transfer DATA_FOLDER [OUTPUT.json] [--json]`. For each category every
review of it is left out, whatever its split, then the polarity machine is fitted on the training split of
the rest, once on reviews alone and once with the Weibo and Douyin sets, and asked about the category.
The transformer is not in this table: it learnt from the reviews of all ten categories.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp.domain_linear import DomainLinearModel
from nlp.encoder_text import duplicate_key
from nlp.training.config import TrainingConfig, read_config
from nlp.training.corpora import OUT_OF_DOMAIN, Example, read_labelled
from nlp.training.linear import fit_linear
from tests.benchmarks.machine import describe_machine, measure_peak_mib

REVIEWS = "shopping_reviews"


def main(data_folder: Path, output: Path, *, as_json: bool) -> None:
    """Measure every category and write the rows."""
    config = read_config()
    examples = [
        row
        for row in read_labelled(data_folder, seed=config.seed, **config.splits.model_dump())
        if row.source not in OUT_OF_DOMAIN
    ]
    categories = sorted({row.group for row in examples if row.source == REVIEWS})
    rows = []
    for category in categories:
        rows.append(measure_category(examples, category, config))
        if not as_json:
            print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    summary = {
        name: {"mean": round(float(np.mean(values)), 2), "worst": round(float(np.min(values)), 2)}
        for name in ("reviews_alone", "every_set")
        for values in [[row[name] for row in rows]]
    }
    document = {
        "machine": describe_machine(),
        "peak_mib": measure_peak_mib(),
        "categories": rows,
        "accuracy": summary,
    }
    output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(document if as_json else summary, ensure_ascii=False))


def measure_category(examples: Sequence[Example], category: str, config: TrainingConfig) -> dict[str, Any]:
    """Accuracy in percent on all reviews of the category, by machines that saw none of them."""
    asked = [row for row in examples if row.source == REVIEWS and row.group == category]
    keys = {duplicate_key(row.text) for row in asked}
    known = [row for row in examples if row.split == "train" and duplicate_key(row.text) not in keys]
    # Neutral rows say nothing to the polarity machine; the neutrality machine cannot be fitted without them.
    polar = [row for row in known if row.source == REVIEWS or row.label == "neutral"]
    return {
        "category": category,
        "rows": len(asked),
        "reviews_alone": measure(fit(polar, config), asked),
        "every_set": measure(fit(known, config), asked),
    }


def fit(examples: Sequence[Example], config: TrainingConfig) -> DomainLinearModel:
    """The linear model as it would be shipped, in 8 bits."""
    fitted = fit_linear(examples, config.linear, seed=config.seed)
    return DomainLinearModel.from_tensors(fitted.to_tensors())


def measure(model: DomainLinearModel, asked: Sequence[Example]) -> float:
    """Share of the reviews on whose side the polarity margin lies, in percent."""
    margins = model.score([row.text for row in asked])[:, 0]
    truth = np.array([row.label == "positive" for row in asked])
    return round(100 * float(((margins > 0) == truth).mean()), 2)


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--json"]
    main(
        Path(given[0]),
        Path(given[1] if len(given) > 1 else "tests/benchmarks/encoder_transfer.json"),
        as_json="--json" in sys.argv,
    )
