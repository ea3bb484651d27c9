"""A price-word file (YAML) in -> patterns of price levels, price ceilings and shortage out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.lexicon import SHIPPED, read_patterns
from nlp.tagger import Label

LEVELS = ("budget", "premium", "shortage")
MOST = 100_000
"""Yuan; a larger ceiling is no price of a product."""

_DIGITS = {"一": 1, "两": 2, "三": 3, "五": 5}
_PLACES = {"百": 100, "千": 1_000, "万": 10_000}


@dataclass(frozen=True, slots=True)
class PriceWords:
    """What texts say of prices."""

    levels: tuple[tuple[str, re.Pattern[str]], ...]
    ceiling: re.Pattern[str]

    def find_labels(self, text: str) -> Iterator[Label]:
        """budget, premium, shortage, each at most once, and `below:AMOUNT` with the first ceiling in yuan."""
        for name, pattern in self.levels:
            if match := pattern.search(text):
                yield Label(name, 0.9, *match.span())
        for match in self.ceiling.finditer(text):
            amount = read_amount(next(group for group in match.groups() if group))
            if 0 < amount <= MOST:
                yield Label(f"below:{amount}", 0.9, *match.span())
                return


def read_amount(written: str) -> int:
    """Yuan of 50, 百, 两百 or 千."""
    if written.isdigit():
        return int(written)
    return _DIGITS.get(written[0], 1) * _PLACES[written[-1]]


def read_price_words(path: Path | None = None) -> tuple[PriceWords, str]:
    """Price words and the short hash of their file; LexiconError when a pattern is none."""
    found, version = read_patterns(path or SHIPPED / "price_words.yaml", (*LEVELS, "ceiling"))
    return PriceWords(tuple((name, found[name]) for name in LEVELS), found["ceiling"]), version
