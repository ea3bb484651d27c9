"""`phrases/topics.yaml` in, the topics that the sandbox's world speaks of out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import yaml

from spiders.sandbox.phrases import PHRASE_FOLDER


@dataclass(frozen=True)
class Interest:
    """A first-level interest: its code, its name, and where Bilibili files it."""

    code: str
    name: str
    section: str
    zone: int


@dataclass(frozen=True)
class Topic:
    """Something people talk about, with the words they use for it."""

    tag: str
    code: str
    interest: Interest
    english: str
    items: tuple[str, ...]
    words: tuple[str, ...]
    goods: tuple[str, ...]
    price_low: int
    price_high: int
    may_be_born: bool

    def draw_words(self, random: Random) -> dict[str, str]:
        """Slot values of one sentence about the topic."""
        item, item2 = random.sample(self.items, 2)
        word, word2 = random.sample(self.words, 2)
        return {
            "tag": self.tag,
            "item": item,
            "item2": item2,
            "word": word,
            "word2": word2,
            "goods": random.choice(self.goods),
            "en": self.english,
        }


@lru_cache(maxsize=1)
def load_topics() -> tuple[Topic, ...]:
    """All topics in file order."""
    document = yaml.safe_load((PHRASE_FOLDER / "topics.yaml").read_text(encoding="utf-8"))
    interests = {
        code: Interest(code, entry["name"], entry["section"], entry["zone"])
        for code, entry in document["interests"].items()
    }
    return tuple(
        Topic(
            tag=entry["tag"],
            code=entry["l2"],
            interest=interests[entry["l2"][:2]],
            english=entry["en"],
            items=tuple(entry["items"]),
            words=tuple(entry["words"]),
            goods=tuple(entry["goods"]),
            price_low=entry["price"][0],
            price_high=entry["price"][1],
            may_be_born=bool(entry.get("new", False)),
        )
        for entry in document["topics"]
    )
