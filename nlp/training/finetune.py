"""A pre-trained network and labelled examples in, a network with a trained sentiment head out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from nlp.classifier import SENTIMENT_CLASSES
from nlp.training.batches import TokenTable, pad_batch, plan_batches, split_tokens
from nlp.training.checkpoint import describe_run, load_checkpoint, save_checkpoint
from nlp.training.config import FinetuneSettings
from nlp.training.corpora import POLAR_ONLY, Example
from nlp.training.network import EncoderNetwork
from nlp.training.pretrain import Progress, SpecialIds
from nlp.training.tokenizer import list_characters

_NEUTRAL = SENTIMENT_CLASSES.index("neutral")
_NEVER = -30.0
_AVERAGE_EVERY = 8


def tokenize(tokenizer: Tokenizer, texts: Sequence[str]) -> TokenTable:
    """Token ids of prepared texts, without special tokens."""
    sequences: list[list[int]] = []
    for start in range(0, len(texts), 20_000):
        part = list(texts[start : start + 20_000])
        sequences += [encoded.ids for encoded in tokenizer.encode_batch(part, add_special_tokens=False)]
    return TokenTable.from_lists(sequences)


def finetune(
    network: EncoderNetwork,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    special: SpecialIds,
    settings: FinetuneSettings,
    *,
    seed: int,
    checkpoint: Path,
    on_progress: Progress,
) -> EncoderNetwork:
    """Train on the examples and return the network with averaged weights; resumes from `checkpoint`."""
    device = next(network.parameters()).device
    labels = torch.tensor([SENTIMENT_CLASSES.index(example.label) for example in examples])
    is_polar_only = torch.tensor([example.source in POLAR_ONLY for example in examples])
    table = tokenize(tokenizer, [example.text for example in examples])
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )
    average = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average_decay**_AVERAGE_EVERY),
    )
    both = torch.nn.ModuleList([network, average])
    identity = describe_run(settings, seed)
    step = load_checkpoint(checkpoint, both, optimizer, identity)
    total = sum(len(_plan_epoch(table, settings, seed, epoch)) for epoch in range(settings.epochs))
    saved = time.monotonic()
    for texts, rows in _continue_batches(table, list_characters(tokenizer), settings, seed, step):
        torch.manual_seed(seed * 1_000_003 + step)
        _set_rate(optimizer, settings, step, total)
        network.train()
        ids, mask = pad_batch(
            texts, rows, settings.max_tokens, first=special.first, last=special.last, pad=special.pad
        )
        with torch.autocast(device.type, dtype=torch.bfloat16):
            (scores,) = network(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
        target, polar = labels[rows].to(device), is_polar_only[rows].to(device)
        loss = measure_loss(scores.float(), target, polar, settings.label_smoothing)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if step % _AVERAGE_EVERY == 0:
            average.update_parameters(network)
        if step % 10 == 0:
            on_progress("fine-tuning", step, total, loss.item())
        if time.monotonic() - saved > settings.checkpoint_minutes * 60:
            save_checkpoint(checkpoint, both, optimizer, step, identity)
            saved = time.monotonic()
    save_checkpoint(checkpoint, both, optimizer, step, identity)
    averaged: EncoderNetwork = average.module.eval()
    return averaged


def measure_loss(
    scores: torch.Tensor, labels: torch.Tensor, is_polar_only: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Cross-entropy over three classes; over the two polar ones where a row says nothing about neutral."""
    hidden = scores.clone()
    hidden[:, _NEUTRAL] = scores[:, _NEUTRAL].masked_fill(is_polar_only, _NEVER)
    logs = functional.log_softmax(hidden, dim=-1)
    target = functional.one_hot(labels, scores.shape[1]).float()
    allowed = torch.ones_like(target)
    allowed[:, _NEUTRAL] = (~is_polar_only).float()
    target = (1 - smoothing) * target + smoothing * allowed / allowed.sum(1, keepdim=True)
    return -(target * logs).sum(1).mean()


def _plan_epoch(
    table: TokenTable, settings: FinetuneSettings, seed: int, epoch: int
) -> list[NDArray[np.int64]]:
    lengths = np.minimum(table.lengths, settings.max_tokens - 2)
    return plan_batches(lengths, tokens_per_batch=settings.tokens_per_batch, seed=seed, epoch=epoch)


def _continue_batches(
    table: TokenTable, characters: list[list[int]], settings: FinetuneSettings, seed: int, done: int
) -> Iterator[tuple[TokenTable, NDArray[np.int64]]]:
    for epoch in range(settings.epochs):
        batches = _plan_epoch(table, settings, seed, epoch)
        if done < len(batches):
            split = split_tokens(table, characters, settings.dropped_merges, (seed, epoch))
            for rows in batches[done:]:
                yield split, rows
        done = max(0, done - len(batches))


def _set_rate(optimizer: torch.optim.Optimizer, settings: FinetuneSettings, step: int, total: int) -> None:
    warm = min(1.0, (step + 1) / max(1.0, settings.warmup_share * total))
    left = max(0.0, 1 - step / total)
    for group in optimizer.param_groups:
        group["lr"] = settings.learning_rate * warm * left
