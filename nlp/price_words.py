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

_DIGITS = {
    digit: value
    for value, digits in enumerate(("零", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for digit in digits
}
_PLACES = {"十": 10, "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000}
_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)([wk百千万]?)")


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
    """Yuan of 50, 1.5万, 2k, 百, 两百, 一千五 or 五百万; 0 for what is no number."""
    found = _WRITTEN.fullmatch(written)
    if found:
        return round(float(found[1]) * _PLACES.get(found[2], 1))
    total = section = 0
    digit, place = 0, 1
    for letter in written:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter == "万":
            total = max(total + section + digit, 1) * _PLACES[letter]
            section, digit, place = 0, 0, _PLACES[letter]
        elif letter in _PLACES:
            section += max(digit, 1) * _PLACES[letter]
            digit, place = 0, _PLACES[letter]
        else:
            return 0
    # 一千五 is 1,500: a last digit counts tenths of the place before it.
    return total + section + digit * max(place // 10, 1)


def read_price_words(path: Path | None = None) -> tuple[PriceWords, str]:
    """Price words and the short hash of their file; LexiconError when a pattern is none."""
    found, version = read_patterns(path or SHIPPED / "price_words.yaml", (*LEVELS, "ceiling"))
    return PriceWords(tuple((name, found[name]) for name in LEVELS), found["ceiling"]), version
