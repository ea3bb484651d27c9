"""Token ids in, masked-token scores or class scores out: the encoder as PyTorch around a BERT core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from nlp.training.config import TrainingConfig


class EncoderNetwork(nn.Module):  # type: ignore[misc]
    """A BERT core and several linear heads on one pooled vector, so that one pass serves every head.

    The pooled vector is the mean and the maximum over the tokens beside the first token's state: on models
    this small it is worth about half a point over the first token alone.
    """

    def __init__(self, config: BertConfig, heads: Mapping[str, int]) -> None:
        super().__init__()
        self.core = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(0.2)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(3 * config.hidden_size, size) for name, size in heads.items()}
        )
        self.transform = nn.Sequential(
            nn.Linear(config.hidden_size, config.hidden_size), nn.GELU(), nn.LayerNorm(config.hidden_size)
        )
        self.token_bias = nn.Parameter(torch.zeros(config.vocab_size))

    def encode(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask [texts, tokens] -> token states [texts, tokens, width]."""
        return self.core(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    def score_tokens(self, states: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """States of masked tokens [masked, width] -> scores of the `tokens` asked about, tied embeddings."""
        embeddings = self.core.embeddings.word_embeddings.weight[tokens]
        return self.transform(states) @ embeddings.T + self.token_bias[tokens]

    def pool(self, states: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Token states -> one vector of three widths a text."""
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1)
        highest = (states + (1 - mask) * -1e4).max(1).values
        return torch.cat((states[:, 0], mean, highest), dim=-1)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Scores before the softmax of every head, in the order of the heads."""
        pooled = self.dropout(self.pool(self.encode(input_ids, attention_mask), attention_mask))
        return tuple(head(pooled) for head in self.heads.values())


def set_dropout(network: EncoderNetwork, *, hidden: float, attention: float) -> None:
    """Set the core's dropout of states and of attention weights; the heads' own stays."""
    for name, module in network.core.named_modules():
        if isinstance(module, nn.Dropout):
            module.p = attention if name.endswith("attention.self.dropout") else hidden


class ShippedGraph(nn.Module):  # type: ignore[misc]
    """What is exported: the network in evaluation for one text a run, without mask, padding or dropout.

    Its own words for BERT's layers rather than the core's: with one text every shape but the number of
    tokens is known, so that the graph works none of them out, and no token is masked.
    """

    def __init__(self, network: EncoderNetwork, head_names: Sequence[str]) -> None:
        super().__init__()
        self.network = network
        self._head_names = tuple(head_names)
        embeddings = network.core.embeddings
        places = embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
        self.places = nn.Parameter(places.detach().clone())

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Token ids [1, tokens] -> scores a head [1, classes], pooled [1, three widths], vectors
        [1, tokens, width].
        """
        embeddings = self.network.core.embeddings
        vectors = embeddings.word_embeddings(input_ids)
        states = embeddings.LayerNorm(vectors + self.places[: input_ids.shape[1]])[0]
        for layer in self.network.core.encoder.layer:
            heard = layer.attention.output.dense(self._attend(layer.attention.self, states))
            states = layer.attention.output.LayerNorm(heard + states)
            inner = functional.gelu(layer.intermediate.dense(states))
            states = layer.output.LayerNorm(layer.output.dense(inner) + states)
        pooled = torch.cat((states[:1], states.mean(0, keepdim=True), states.amax(0, keepdim=True)), dim=-1)
        return (*(self.network.heads[name](pooled) for name in self._head_names), pooled, vectors)

    def _attend(self, layer: nn.Module, states: torch.Tensor) -> torch.Tensor:
        """What each token takes from the others [tokens, width]."""
        config = self.network.core.config
        width = config.hidden_size // config.num_attention_heads
        query, key, value = (
            linear(states).reshape(-1, config.num_attention_heads, width).transpose(0, 1)
            for linear in (layer.query, layer.key, layer.value)
        )
        weights = torch.softmax(query @ key.transpose(1, 2) * width**-0.5, dim=-1)
        return (weights @ value).transpose(0, 1).reshape(-1, config.hidden_size)


def make_core_config(
    *, vocabulary_size: int, layers: int, width: int, attention_heads: int, max_tokens: int
) -> BertConfig:
    """The core's shape as a Hugging Face BERT configuration."""
    return BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=attention_heads,
        intermediate_size=4 * width,
        max_position_embeddings=max_tokens,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
    )


def build_network(
    config: TrainingConfig, vocabulary_size: int, heads: Mapping[str, int], device: str
) -> EncoderNetwork:
    """A network of the config's shape, random weights by its seed; `heads` says how many classes each has."""
    torch.manual_seed(config.seed)
    core = make_core_config(vocabulary_size=vocabulary_size, **config.shape.model_dump())
    network = EncoderNetwork(core, heads)
    if device == "cpu":
        # The fused kernel's backward pass takes 5 to 12 times as long on short sequences in 16 bits.
        network.core.set_attn_implementation("eager")
    network.to(device)
    return network
