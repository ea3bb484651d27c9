"""A model folder and texts in, its network trained on out: on masked tokens again, then on every head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from nlp.training.batches import TokenTable
from nlp.training.config import PretrainSettings, TrainingConfig
from nlp.training.corpora import (
    TOPIC_SOURCES,
    Example,
    read_labelled,
    read_pretraining_texts,
    sample_examples,
)
from nlp.training.finetune import finetune, list_classes, tokenize
from nlp.training.network import EncoderNetwork, build_network, set_dropout
from nlp.training.pretrain import Progress, find_special_ids, pretrain
from nlp.training.restore import restore_network


@dataclass(frozen=True)
class Continuation:
    """The second training of a run; each step leaves a file in `work` that the next start finds."""

    config: TrainingConfig
    data_folder: Path
    work: Path
    device: str
    on_progress: Progress

    def train(self, first: Path, examples: Sequence[Example]) -> tuple[EncoderNetwork, Tokenizer]:
        """The network of the model folder `first`, trained on; `examples` are sentiments, kept ones too.

        It starts from the 8-bit weights, keeps the tokenizer, and draws from the config's seed + 1.
        """
        settings, dropout = self.config.continuation, self.config.shape.dropout
        topics = self.read_topics()
        training = [row for row in [*examples, *topics] if row.split == "train"]
        tokenizer = Tokenizer.from_file(str(first / "tokenizer.json"))
        heads = {head: len(names) for head, names in list_classes(training).items()}
        network = build_network(self.config, tokenizer.get_vocab_size(), heads, self.device)
        restore_network(network, first)
        if settings.pretraining is not None:
            table = self._prepare_tokens(tokenizer, [*examples, *topics])
            self._pretrain(network, tokenizer, table, settings.pretraining)
        attention = settings.attention_dropout
        set_dropout(network, hidden=dropout, attention=dropout if attention is None else attention)
        update = {
            "epochs": settings.epochs,
            "learning_rate": settings.learning_rate,
            "consistency": settings.consistency,
        }
        network = finetune(
            network,
            tokenizer,
            self._choose_examples(training),
            find_special_ids(tokenizer),
            self.config.finetuning.model_copy(update=update),
            seed=self.config.seed + 1,
            checkpoint=self.work / "continuation.safetensors",
            on_progress=self.on_progress,
        )
        return network, tokenizer

    def _pretrain(
        self, network: EncoderNetwork, tokenizer: Tokenizer, table: TokenTable, settings: PretrainSettings
    ) -> None:
        dropout = self.config.shape.dropout if settings.dropout is None else settings.dropout
        set_dropout(network, hidden=dropout, attention=dropout)
        pretrain(
            network,
            table,
            find_special_ids(tokenizer),
            settings,
            seed=self.config.seed + 1,
            checkpoint=self.work / "continued-pretraining.safetensors",
            on_progress=self.on_progress,
        )

    def _prepare_tokens(self, tokenizer: Tokenizer, examples: Sequence[Example]) -> TokenTable:
        """Tokens of texts drawn anew; the kept texts of every head are left out."""
        path = self.work / "continued-tokens.safetensors"
        if not path.exists():
            shares, seed = self.config.pretraining_shares, self.config.seed + 1
            texts = read_pretraining_texts(self.data_folder, examples, shares, seed)
            table = tokenize(tokenizer, texts)
            partial = path.with_suffix(".partial")
            save_file({"ids": table.ids, "starts": table.starts}, partial)
            partial.replace(path)
        tensors = load_file(path)
        return TokenTable(tensors["ids"], tensors["starts"])

    def read_topics(self, split: str | None = None) -> list[Example]:
        """Examples of the topic sources that the folder has, of one split or of all."""
        if not any((self.data_folder / source.path).is_file() for source in TOPIC_SOURCES):
            return []
        shares = self.config.splits.model_dump()
        rows = read_labelled(self.data_folder, seed=self.config.seed, sources=TOPIC_SOURCES, **shares)
        return [row for row in rows if split in (None, row.split)]

    def _choose_examples(self, training: Sequence[Example]) -> list[Example]:
        """Every topic example, the sentiment of the same texts, and a share of the other sentiments."""
        topics = [row for row in training if row.head != "sentiment"]
        sentiments = [row for row in training if row.head == "sentiment"]
        texts = {row.text for row in topics}
        same = [row for row in sentiments if row.text in texts]
        others = [row for row in sentiments if row.text not in texts]
        share = self.config.continuation.sentiment_share
        return [*same, *sample_examples(others, share, self.config.seed), *topics]
