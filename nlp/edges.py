"""A text and a phrase found in it in -> whether the phrase stands there as words of its own out."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.segment import Segmenter

_BENIGN_PREFIXES = frozenset("喝吃买穿戴用做玩去养学打爱逛泡煮种换挑选")
_QUALIFIERS = frozenset("小新旧白短冰烤炖炸冻嫩挺弹部副电下跳嗑订湿")
_BENIGN_SUFFIXES = frozenset("品类店师季馆党圈粉迷控族课")


def find_inner_edges(text: str, segmenter: Segmenter) -> dict[int, tuple[str, str]]:
    """Places inside a dictionary word -> the word's two parts there."""
    inner: dict[int, tuple[str, str]] = {}
    position = 0
    for word in segmenter.segment(text):
        if len(word) > 1 and segmenter.has_word(word):
            for at in range(1, len(word)):
                inner[position + at] = word[:at], word[at:]
        position += len(word)
    return inner


def is_free_standing(start: int, end: int, inner: dict[int, tuple[str, str]]) -> bool:
    """Whether no dictionary word reaches over an edge of the span; a verb before it or 店 after it may."""
    if start in inner and inner[start][0] not in _BENIGN_PREFIXES:
        return False
    return end not in inner or inner[end][1] in _BENIGN_SUFFIXES


def names_thing(
    start: int, end: int, inner: dict[int, tuple[str, str]], segmenter: Segmenter, last_end: int
) -> bool:
    """Whether a span is free-standing, or ends a word whose first part says what kind: 中秋月饼, 小火锅.

    Where the last thing named ends, no word goes on, however it was cut: 车厘子口红.
    """
    if start == last_end:
        return end not in inner or inner[end][1] in _BENIGN_SUFFIXES
    if is_free_standing(start, end, inner):
        return True
    kind, thing = inner.get(start, ("", ""))
    return len(thing) == end - start and (kind in _QUALIFIERS or (len(kind) > 1 and segmenter.has_word(kind)))


def is_covered(text: str, start: int, end: int, phrases: Sequence[str]) -> bool:
    """Whether one of the phrases, which all contain the span's words, stands over the span."""
    for phrase in phrases:
        at = text.find(phrase, max(0, end - len(phrase)))
        if 0 <= at <= start:
            return True
    return False


def adjoins_latin(text: str, start: int, end: int) -> bool:
    """Whether a Latin letter or digit at an edge of the span goes on outside it."""
    return (_is_latin(text[start : start + 1]) and _is_latin(text[max(0, start - 1) : start])) or (
        _is_latin(text[end - 1 : end]) and _is_latin(text[end : end + 1])
    )


def cuts_latin_word(text: str, start: int, end: int) -> bool:
    """Whether a Latin word or a number goes on over an edge of the span; `iphone` in `iphone17` is whole."""
    return _continues(text[max(0, start - 1) : start], text[start : start + 1]) or _continues(
        text[end - 1 : end], text[end : end + 1]
    )


def _continues(before: str, after: str) -> bool:
    if not (_is_latin(before) and _is_latin(after)):
        return False
    return before.isdigit() == after.isdigit()


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
