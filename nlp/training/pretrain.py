"""Unlabelled texts as token ids in, a network that has learnt to fill in masked tokens out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from nlp.training.batches import TokenTable, pad_batch, plan_batches
from nlp.training.checkpoint import describe_run, load_checkpoint, save_checkpoint
from nlp.training.config import PretrainSettings
from nlp.training.network import EncoderNetwork, set_dropout
from nlp.training.precision import choose_autocast
from nlp.training.tokenizer import CLS, MASK, PAD, SEP, UNK

Progress = Callable[[str, int, int, float], None]
"""Called with what is being done, steps done, steps in all, and the loss."""


@dataclass(frozen=True)
class SpecialIds:
    """Ids of the tokens that never stand for text."""

    pad: int
    unknown: int
    first: int
    last: int
    mask: int


def find_special_ids(tokenizer: Tokenizer) -> SpecialIds:
    """The special tokens' ids in a tokenizer that build_tokenizer made."""
    numbers = tokenizer.get_vocab()
    pad, unknown, first, last, mask = (numbers[token] for token in (PAD, UNK, CLS, SEP, MASK))
    return SpecialIds(pad=pad, unknown=unknown, first=first, last=last, mask=mask)


def pretrain(
    network: EncoderNetwork,
    table: TokenTable,
    special: SpecialIds,
    settings: PretrainSettings,
    *,
    seed: int,
    checkpoint: Path,
    on_progress: Progress,
) -> None:
    """Train in place by masked-token prediction; goes on from `checkpoint` when it is of the same run.

    Every random choice of a step follows from the seed and its number, so a resumed run ends as an
    unbroken one.
    """
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        betas=(0.9, 0.98),
        fused=True,
    )
    identity = describe_run(settings, seed)
    step = load_checkpoint(checkpoint, network, optimizer, identity)
    set_dropout(network, hidden=settings.dropout, attention=settings.dropout)
    network.train()
    saved, average = time.monotonic(), 0.0
    for texts in _continue_batches(table, settings, seed, step):
        if step >= settings.steps:
            break
        _set_rate(optimizer, settings, step)
        torch.manual_seed(seed * 1_000_003 + step)
        ids, mask = pad_batch(
            table, texts, settings.max_tokens, first=special.first, last=special.last, pad=special.pad
        )
        size = len(network.token_bias)
        corrupted, places = mask_tokens(ids, special, size, settings.masked_share, (seed, step))
        rivals = choose_rivals(ids[places], size, settings.rival_tokens, (seed, step))
        loss = _measure_loss(network, corrupted, mask, places, rivals)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if step % 10 == 0:
            average = loss.item() if average == 0 else 0.8 * average + 0.2 * loss.item()
            on_progress("pre-training", step, settings.steps, average)
        if time.monotonic() - saved > settings.checkpoint_minutes * 60:
            save_checkpoint(checkpoint, network, optimizer, step, identity)
            saved = time.monotonic()
    save_checkpoint(checkpoint, network, optimizer, step, identity)


def mask_tokens(
    ids: NDArray[np.int64], special: SpecialIds, vocabulary_size: int, share: float, seed: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Ids with a share of the text tokens hidden (8 of 10 masked, 1 replaced, 1 left), and their places."""
    rng = np.random.default_rng(seed)
    is_text = ~np.isin(ids, (special.pad, special.first, special.last, special.unknown))
    places = is_text & (rng.random(ids.shape) < share)
    kind = rng.random(ids.shape)
    corrupted = ids.copy()
    corrupted[places & (kind < 0.8)] = special.mask
    replaced = places & (kind >= 0.8) & (kind < 0.9)
    corrupted[replaced] = rng.integers(special.mask + 1, vocabulary_size, int(replaced.sum()))
    return corrupted, places


@dataclass(frozen=True)
class Rivals:
    """The tokens that a batch's hidden ones are told from."""

    tokens: NDArray[np.int64]
    """Every hidden token of the batch once, then others drawn evenly; ascending within both parts."""
    weights: NDArray[np.float32]
    """Logarithm of how many tokens of the vocabulary each stands for: 0 for the hidden ones."""
    answers: NDArray[np.int64]
    """Place in `tokens` of each hidden token."""


def choose_rivals(
    hidden: NDArray[np.int64], vocabulary_size: int, drawn: int, seed: tuple[int, int]
) -> Rivals:
    """The hidden tokens and `drawn` others, each of which stands for its share of all the others.

    The sum over the vocabulary is so estimated without bias (sampled softmax, Jean et al. 2015); the frequent
    tokens, most of it, are in every batch. 3,072 of 16,000 take a quarter off a step on one core.
    """
    own, answers = np.unique(hidden, return_inverse=True)
    others = np.setdiff1d(np.arange(vocabulary_size), own)
    chosen = others
    if drawn < len(others):
        chosen = np.sort(np.random.default_rng((*seed, 1)).choice(others, drawn, replace=False))
    weights = np.zeros(len(own) + len(chosen), dtype=np.float32)
    weights[len(own) :] = np.log(len(others) / max(1, len(chosen)))
    return Rivals(np.concatenate((own, chosen)), weights, answers)


def _measure_loss(
    network: EncoderNetwork,
    corrupted: NDArray[np.int64],
    mask: NDArray[np.int64],
    places: NDArray[np.bool_],
    rivals: Rivals,
) -> torch.Tensor:
    device = next(network.parameters()).device
    tokens, weights, answers = (
        torch.from_numpy(part).to(device) for part in (rivals.tokens, rivals.weights, rivals.answers)
    )
    with choose_autocast(device):
        states = network.encode(torch.from_numpy(corrupted).to(device), torch.from_numpy(mask).to(device))
        scores = network.score_tokens(states[torch.from_numpy(places).to(device)], tokens)
    return functional.cross_entropy(scores.float() + weights, answers)


def _continue_batches(
    table: TokenTable, settings: PretrainSettings, seed: int, done: int
) -> Iterator[NDArray[np.int64]]:
    lengths = np.minimum(table.lengths, settings.max_tokens - 2)
    epoch = 0
    while True:
        batches = plan_batches(lengths, tokens_per_batch=settings.tokens_per_batch, seed=seed, epoch=epoch)
        if done < len(batches):
            yield from batches[done:]
        done = max(0, done - len(batches))
        epoch += 1


def _set_rate(optimizer: torch.optim.Optimizer, settings: PretrainSettings, step: int) -> None:
    warm = min(1.0, (step + 1) / settings.warmup_steps)
    left = max(0.02, 1 - step / settings.steps)
    for group in optimizer.param_groups:
        group["lr"] = settings.learning_rate * warm * left
