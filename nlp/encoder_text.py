"""Text as posted in, text as the encoder reads it out: normalised, lower case, runs shortened."""

from __future__ import annotations

import re

from nlp.text import fold_case, normalise_text

_WEIBO_TOPIC = re.compile(r"\{%#(.*?)#%\}")
_PRIVATE = re.compile("[\x00-\x03\ue000-\uf8ff]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)


def prepare_text(text: str) -> str:
    """The normalised form of a text in lower case, runs of one character kept three long; stable.

    Links and mentions are split off, so a raw text and its normalised form read the same.
    """
    prepared = fold_case(normalise_text(_PRIVATE.sub("", text[:4000])).text)
    if "{%#" in prepared:
        prepared = _WEIBO_TOPIC.sub(r"#\1#", prepared)
    return _RUN.sub(r"\1\1\1", prepared)


def duplicate_key(prepared: str) -> str:
    """Letters, digits and characters of a prepared text: texts that differ in signs are duplicates."""
    return _NOT_LETTERS.sub("", prepared) or prepared
