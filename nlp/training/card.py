"""Settings and scores of a finished model in, the text of its model card out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.training.config import TrainingConfig
from nlp.training.measure import SetScores

_TEMPLATE = Path(__file__).parent / "model_card.md"
_AGREEING = ", each text under two draws of dropout that must agree"


def write_card(
    config: TrainingConfig, scores: Sequence[SetScores], without_emotes: Sequence[SetScores]
) -> str:
    """Model card in Markdown."""
    return _TEMPLATE.read_text(encoding="utf-8").format(
        layers=config.shape.layers,
        width=config.shape.width,
        vocabulary=f"{config.tokenizer.vocabulary_size:,}",
        bits=config.linear.bits,
        first_confidence=config.linear.first_confidence,
        orders=f"{min(config.linear.orders)}- to {max(config.linear.orders)}",
        scores=_render_rows(scores),
        without=_render_rows(without_emotes),
        seed=config.seed,
        steps=f"{config.pretraining.steps:,}",
        tokens=f"{config.pretraining.tokens_per_batch:,}",
        epochs=config.finetuning.epochs,
        agreeing=_AGREEING if config.finetuning.consistency else "",
    )


def _render_rows(scores: Sequence[SetScores]) -> str:
    return "".join(
        f"| {score.name} | {score.rows:,} | {score.classes} | {score.accuracy:.1%} | "
        f"{score.accuracy_low:.1%} to {score.accuracy_high:.1%} | {score.macro_f1:.1%} | "
        f"{score.expected_calibration_error:.3f} | {score.surest_accuracy:.1%} |\n"
        for score in scores
    )
