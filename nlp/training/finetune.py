"""A pre-trained network and labelled examples in, a network with trained heads out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from nlp.sentiment_labels import SENTIMENT_CLASSES
from nlp.training.batches import TokenTable, pad_batch, plan_batches, split_tokens
from nlp.training.checkpoint import describe_run, load_checkpoint, save_checkpoint
from nlp.training.config import FinetuneSettings
from nlp.training.corpora import POLAR_ONLY, Example
from nlp.training.network import EncoderNetwork, set_dropout
from nlp.training.precision import choose_autocast
from nlp.training.pretrain import Progress, SpecialIds
from nlp.training.tokenizer import list_characters

_NEUTRAL = SENTIMENT_CLASSES.index("neutral")
_NEVER = -30.0
_UNKNOWN = -1
_SENTIMENT = "sentiment"
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
    """Train every head on the examples that answer its question, and return the network with averaged
    weights; resumes from `checkpoint`.

    A text that several sets label is read once, and counts for each of their heads.
    """
    device = next(network.parameters()).device
    texts, labels, is_polar_only = tabulate_labels(examples, list_classes(examples), list(network.heads))
    table = tokenize(tokenizer, texts)
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
    set_dropout(network, hidden=settings.dropout, attention=settings.attention_dropout)
    saved = time.monotonic()
    for tokens, rows in _continue_batches(table, list_characters(tokenizer), settings, seed, step):
        torch.manual_seed(seed * 1_000_003 + step)
        _set_rate(optimizer, settings, step, total)
        network.train()
        ids, mask = pad_batch(
            tokens, rows, settings.max_tokens, first=special.first, last=special.last, pad=special.pad
        )
        times = 2 if settings.consistency else 1
        with choose_autocast(device):
            scores = network(
                torch.from_numpy(ids).to(device).repeat(times, 1),
                torch.from_numpy(mask).to(device).repeat(times, 1),
            )
        polar = is_polar_only[rows].to(device).repeat(times)
        known = labels[rows].to(device).repeat(times, 1)
        loss = sum_losses(scores, known, polar, settings.label_smoothing)
        if settings.consistency:
            loss = loss + settings.consistency * measure_distance(scores, known)
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


def list_classes(examples: Sequence[Example]) -> dict[str, tuple[str, ...]]:
    """Classes of each head that the examples are for, sentiment first."""
    found: dict[str, set[str]] = {}
    for example in examples:
        found.setdefault(example.head, set()).add(example.label)
    rest = {head: tuple(sorted(found[head])) for head in sorted(found) if head != _SENTIMENT}
    return {_SENTIMENT: SENTIMENT_CLASSES, **rest}


def tabulate_labels(
    examples: Sequence[Example], classes: Mapping[str, Sequence[str]], heads: Sequence[str]
) -> tuple[list[str], torch.Tensor, torch.Tensor]:
    """Distinct texts, their class numbers [texts, heads] with -1 for unknown, and whether a text's polarity
    says nothing of neutral [texts].
    """
    place_of = {text: place for place, text in enumerate(dict.fromkeys(row.text for row in examples))}
    labels = torch.full((len(place_of), len(heads)), _UNKNOWN, dtype=torch.long)
    is_polar_only = torch.zeros(len(place_of), dtype=torch.bool)
    number_of = {head: {name: number for number, name in enumerate(classes[head])} for head in heads}
    column_of = {head: column for column, head in enumerate(heads)}
    for example in examples:
        place = place_of[example.text]
        labels[place, column_of[example.head]] = number_of[example.head][example.label]
        if example.head == _SENTIMENT:
            is_polar_only[place] = example.source in POLAR_ONLY
    return list(place_of), labels, is_polar_only


def sum_losses(
    scores: Sequence[torch.Tensor], labels: torch.Tensor, is_polar_only: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Losses of all heads over the texts they know, divided by the number of texts [scalar]."""
    total = scores[0].new_zeros((), dtype=torch.float32)
    for column, head_scores in enumerate(scores):
        known = labels[:, column] != _UNKNOWN
        if not known.any():
            continue
        rows, target = head_scores[known].float(), labels[known, column]
        if column == 0:
            mean = measure_loss(rows, target, is_polar_only[known], smoothing)
        else:
            mean = functional.cross_entropy(rows, target, label_smoothing=smoothing)
        total = total + mean * (known.sum() / len(labels))
    return total


def measure_distance(scores: Sequence[torch.Tensor], labels: torch.Tensor) -> torch.Tensor:
    """Mean symmetric divergence between the first and the second half of the rows, over known heads."""
    half = len(labels) // 2
    total = scores[0].new_zeros((), dtype=torch.float32)
    for column, head_scores in enumerate(scores):
        known = labels[:half, column] != _UNKNOWN
        if not known.any():
            continue
        logs = functional.log_softmax(head_scores.float(), dim=-1)
        first, second = logs[:half][known], logs[half:][known]
        both = (first.exp() - second.exp()) * (first - second)
        total = total + both.sum() / 2 / half
    return total


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
