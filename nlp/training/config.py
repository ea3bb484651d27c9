"""A YAML file in, the checked settings of one training run out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from nlp.errors import TrainingError

SHIPPED_CONFIG = Path(__file__).parent / "config.yaml"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SplitSettings(_Section):
    """Which share of the labelled texts is kept from training."""

    validation_share: float = Field(0.05, gt=0, lt=0.5)
    test_share: float = Field(0.10, gt=0, lt=0.5)


class TokenizerSettings(_Section):
    """Size of the vocabulary."""

    vocabulary_size: int = Field(16_000, ge=300)
    alphabet_size: int = Field(6_000, ge=100)
    min_emote_count: int = Field(60, ge=1)


class ShapeSettings(_Section):
    """Shape of the transformer."""

    layers: int = Field(3, ge=1)
    width: int = Field(256, ge=16)
    attention_heads: int = Field(4, ge=1)
    max_tokens: int = Field(128, ge=8)


class PretrainSettings(_Section):
    """How long and how to pre-train."""

    steps: int = Field(5500, ge=0)
    tokens_per_batch: int = Field(4096, ge=64)
    learning_rate: float = Field(8e-4, gt=0)
    warmup_steps: int = Field(200, ge=1)
    masked_share: float = Field(0.18, gt=0, lt=1)
    rival_tokens: int = Field(16_000, ge=1)
    """How many of the tokens that a batch does not hide its hidden ones are told from."""
    max_tokens: int = Field(96, ge=8)
    weight_decay: float = Field(0.01, ge=0)
    dropout: float = Field(0.0, ge=0, lt=1)
    """A pass or two over so many texts learns none by heart; without dropout a step takes half the time."""
    checkpoint_minutes: float = Field(3.0, ge=0)


class FinetuneSettings(_Section):
    """How long and how to fine-tune."""

    epochs: int = Field(4, ge=1)
    tokens_per_batch: int = Field(4096, ge=64)
    learning_rate: float = Field(3e-4, gt=0)
    warmup_share: float = Field(0.06, ge=0, lt=1)
    weight_decay: float = Field(0.01, ge=0)
    max_tokens: int = Field(128, ge=8)
    dropped_merges: float = Field(0.1, ge=0, lt=1)
    """Share of tokenizer merges left out at random, anew each epoch."""
    dropout: float = Field(0.1, ge=0, lt=1)
    attention_dropout: float = Field(0.0, ge=0, lt=1)
    label_smoothing: float = Field(0.05, ge=0, lt=1)
    consistency: float = Field(0.0, ge=0)
    """Weight of the distance between two readings of a text under other dropout (R-Drop, Liang et al. 2021);
    0 = each text is read once."""
    average_decay: float = Field(0.998, gt=0, lt=1)
    """Decay of the moving average of the weights, which is what is kept."""
    checkpoint_minutes: float = Field(3.0, ge=0)


class LinearSettings(_Section):
    """Features and regularisation of the linear model."""

    orders: tuple[int, ...] = (1, 2, 3)
    bits: int = Field(20, ge=8, le=24)
    polarity_cost: float = Field(0.5, gt=0)
    neutrality_cost: float = Field(0.1, gt=0)
    domain_weight: float = Field(1.0, ge=0)
    """How much a source's own weights may differ from the shared ones; 0 = all sources are one domain."""
    likeness_cost: float = Field(30.0, gt=0)
    """Regularisation of what tells the sources apart, as of the two machines above: higher is closer."""
    first_confidence: float = Field(0.9, gt=0, le=1)
    """Probability from which the linear model decides alone."""


class TrainingConfig(_Section):
    """Everything that decides what a training run yields, beside the texts."""

    seed: int = 20261122
    threads: int = Field(1, ge=1)
    splits: SplitSettings = SplitSettings()
    tokenizer: TokenizerSettings = TokenizerSettings()
    shape: ShapeSettings = ShapeSettings()
    pretraining_shares: dict[str, float] = {"other": 1.0}
    pretraining: PretrainSettings = PretrainSettings()
    finetuning: FinetuneSettings = FinetuneSettings()
    linear: LinearSettings = LinearSettings()


def read_config(path: Path | None = None) -> TrainingConfig:
    """The settings of a YAML file, of the shipped one for None; TrainingError says what does not fit."""
    source = path if path is not None else SHIPPED_CONFIG
    try:
        settings: Any = yaml.safe_load(source.read_text(encoding="utf-8"))
        return TypeAdapter(TrainingConfig).validate_python(settings or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TrainingError(f"{source} cannot be read as a training config: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise TrainingError(f"{source}: {place}: {first['msg']}") from error
