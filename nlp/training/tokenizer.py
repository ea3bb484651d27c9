"""Prepared texts in, a tokenizer of characters and frequent words out, in the Hugging Face layout."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers, processors, trainers

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL_TOKENS = (PAD, UNK, CLS, SEP, MASK)

_PIECES = (
    r"[a-z]+"
    r"|[0-9]"
    r"|[\x{3400}-\x{9fff}]+"
    r"|."
)
"""What merges may not cross: a Latin word, a digit, a run of Chinese characters, any other sign."""

_EMOTE = re.compile(r"\[[a-z0-9\u4e00-\u9fff]{1,8}\]")


def build_tokenizer(
    texts: Sequence[str], *, vocabulary_size: int, alphabet_size: int, min_emote_count: int
) -> Tokenizer:
    """Byte-pair tokenizer over characters; frequent words, emoji and [doge] tokens become tokens.

    Words are at most four characters long, so that a word list does not turn into a phrase list.
    """
    emotes = Counter(emote for text in texts for emote in set(_EMOTE.findall(text)))
    frequent = sorted(
        emote
        for emote, count in emotes.items()
        if count >= min_emote_count and emote.upper() not in SPECIAL_TOKENS
    )
    # Left to itself the trainer draws lots among characters that are equally rare at the end of the alphabet.
    alphabet = _list_alphabet(texts, alphabet_size)
    tokenizer = Tokenizer(models.BPE(unk_token=UNK, fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\s+"), "removed"),
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size - len(frequent),
        min_frequency=20,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        max_token_length=4,
        special_tokens=list(SPECIAL_TOKENS),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens([AddedToken(emote, normalized=False) for emote in frequent])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{CLS} $A {SEP}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (CLS, SEP)],
    )
    return tokenizer


def _list_alphabet(texts: Sequence[str], size: int) -> list[str]:
    """The most frequent characters of the texts, of equally frequent ones the first in Unicode's order."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    ranked = sorted(counts, key=lambda character: (-counts[character], character))
    return [character for character in ranked if not character.isspace()][:size]


def save_tokenizer(tokenizer: Tokenizer, folder: Path, max_tokens: int) -> None:
    """Write tokenizer.json and tokenizer_config.json, which AutoTokenizer reads."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_tokens,
        "split_special_tokens": True,
        "pad_token": PAD,
        "unk_token": UNK,
        "cls_token": CLS,
        "sep_token": SEP,
        "mask_token": MASK,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def list_characters(tokenizer: Tokenizer) -> list[list[int]]:
    """For every token the ids of its characters; a token not made of known characters stands for itself."""
    added = set(tokenizer.get_added_tokens_decoder())
    number_of = {token: number for token, number in tokenizer.get_vocab().items() if number not in added}
    parts = [[number] for number in range(tokenizer.get_vocab_size())]
    for token, number in number_of.items():
        if all(character in number_of for character in token):
            parts[number] = [number_of[character] for character in token]
    return parts
