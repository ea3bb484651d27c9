"""A pre-trained network and labelled examples in, a network with a trained sentiment head out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from nlp.training.batches import TokenTable, pad_batch, plan_batches
from nlp.training.checkpoint import describe_run, load_checkpoint, save_checkpoint
from nlp.training.corpora import SENTIMENT_CLASSES, Example
from nlp.training.pretrain import Progress, SpecialIds
from nlp.training.tokenizer import drop_merges

POLAR_ONLY = frozenset({"weibo_2018"})
"""Sources whose rows say nothing about neutral: half of weibo_2018's positive rows are plain announcements."""


@dataclass(frozen=True)
class FinetuneSettings:
    """How long and how to fine-tune."""

    epochs: int = 6
    tokens_per_batch: int = 4096
    learning_rate: float = 3e-4
    warmup_share: float = 0.06
    weight_decay: float = 0.01
    max_tokens: int = 128
    dropped_merges: float = 0.1
    """Share of tokenizer merges left out at random, anew each epoch."""
    label_smoothing: float = 0.05
    average_decay: float = 0.998
    """Decay of the moving average of the weights, which is what is kept."""
    checkpoint_minutes: float = 3.0


def tokenize(tokenizer: Tokenizer, texts: Sequence[str]) -> TokenTable:
    """Token ids of prepared texts, without special tokens."""
    sequences: list[list[int]] = []
    for start in range(0, len(texts), 20_000):
        part = list(texts[start : start + 20_000])
        sequences += [encoded.ids for encoded in tokenizer.encode_batch(part, add_special_tokens=False)]
    return TokenTable.from_lists(sequences)


def finetune(
    network: Any,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    special: SpecialIds,
    settings: FinetuneSettings,
    *,
    seed: int,
    checkpoint: Path,
    on_progress: Progress,
) -> Any:
    """Train on the examples and return the network with averaged weights; resumes from `checkpoint`."""
    device = next(network.parameters()).device
    labels = np.array([SENTIMENT_CLASSES.index(example.label) for example in examples])
    is_polar_only = np.array([example.source in POLAR_ONLY for example in examples])
    texts = [example.text for example in examples]
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average_decay)
    )
    both = torch.nn.ModuleList([network, average])
    identity = describe_run(settings, seed)
    done = load_checkpoint(checkpoint, both, optimizer, identity)
    lengths = np.minimum(tokenize(tokenizer, texts).lengths, settings.max_tokens - 2)
    per_epoch = len(plan_batches(lengths, tokens_per_batch=settings.tokens_per_batch, seed=seed, epoch=0))
    total, step, saved = per_epoch * settings.epochs, 0, time.monotonic()
    for epoch in range(settings.epochs):
        if step + per_epoch <= done:
            step += per_epoch
            continue
        table = _retokenize(tokenizer, texts, settings, (seed, epoch))
        batches = plan_batches(lengths, tokens_per_batch=settings.tokens_per_batch, seed=seed, epoch=epoch)
        for rows in _exactly(batches, per_epoch):
            step += 1
            if step <= done:
                continue
            network.train()
            torch.manual_seed(seed * 1_000_003 + step)
            _set_rate(optimizer, settings, step, total)
            ids, mask = pad_batch(
                table, rows, max_tokens=settings.max_tokens, first=special.first, last=special.last, pad=special.pad
            )
            with torch.autocast(device.type, dtype=torch.bfloat16):
                (scores,) = network(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
            loss = measure_loss(
                scores.float(),
                torch.from_numpy(labels[rows]).to(device),
                torch.from_numpy(is_polar_only[rows]).to(device),
                settings.label_smoothing,
            )
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            average.update_parameters(network)
            if step % 50 == 0:
                on_progress("fine-tuning", step, total, loss.item())
            if time.monotonic() - saved > settings.checkpoint_minutes * 60:
                save_checkpoint(checkpoint, both, optimizer, step, identity)
                saved = time.monotonic()
    save_checkpoint(checkpoint, both, optimizer, step, identity)
    return average.module.eval()


def measure_loss(scores: Any, labels: Any, is_polar_only: Any, smoothing: float) -> Any:
    """Cross-entropy over three classes; over the two polar ones alone where a row says nothing about neutral."""
    neutral = SENTIMENT_CLASSES.index("neutral")
    hidden = scores.clone()
    hidden[:, neutral] = torch.where(is_polar_only, torch.full_like(scores[:, neutral], -30.0), scores[:, neutral])
    logs = functional.log_softmax(hidden, dim=-1)
    target = functional.one_hot(labels, scores.shape[1]).float()
    allowed = torch.ones_like(target)
    allowed[:, neutral] = (~is_polar_only).float()
    target = (1 - smoothing) * target + smoothing * allowed / allowed.sum(1, keepdim=True)
    return -(target * logs).sum(1).mean()


def score_texts(
    network: Any, table: TokenTable, special: SpecialIds, *, max_tokens: int
) -> NDArray[np.float32]:
    """Scores before the softmax [texts, classes] of the first head, in the order of the table."""
    device = next(network.parameters()).device
    scores = np.zeros((len(table), len(SENTIMENT_CLASSES)), dtype=np.float32)
    lengths = np.minimum(table.lengths, max_tokens - 2)
    network.eval()
    with torch.inference_mode():
        for rows in plan_batches(lengths, tokens_per_batch=8192, seed=0, epoch=0):
            ids, mask = pad_batch(
                table, rows, max_tokens=max_tokens, first=special.first, last=special.last, pad=special.pad
            )
            (part,) = network(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
            scores[rows] = part.float().cpu().numpy()
    return scores


def _retokenize(
    tokenizer: Tokenizer, texts: Sequence[str], settings: FinetuneSettings, seed: tuple[int, int]
) -> TokenTable:
    return tokenize(drop_merges(tokenizer, settings.dropped_merges), texts)


def _exactly(batches: list[NDArray[np.int64]], count: int) -> list[NDArray[np.int64]]:
    return (batches + batches)[:count]


def _set_rate(optimizer: Any, settings: FinetuneSettings, step: int, total: int) -> None:
    warm = min(1.0, step / max(1.0, settings.warmup_share * total))
    left = max(0.0, 1 - step / total)
    for group in optimizer.param_groups:
        group["lr"] = settings.learning_rate * warm * left
