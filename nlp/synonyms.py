"""The synonym file (YAML) in; what content and listings call the same thing, one pair a row, out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from nlp.lexicon import SHIPPED, LexiconError, read_yaml

SYNONYM_SCHEMA = pa.schema([("term", pa.string()), ("synonym", pa.string())])
LEAST_LETTERS = 2
"""A single letter is in every title."""


def read_synonyms_table(path: Path | None = None) -> pa.Table:
    """One row for each word of content and word of listings, in lower case; LexiconError when it is none."""
    file = path or SHIPPED / "synonyms.yaml"
    content, _ = read_yaml(file)
    if not isinstance(content, dict):
        raise LexiconError(f"{file}: has no words. Write lines such as `美拉德: [焦糖棕]`.")
    rows = []
    for term, words in content.items():
        if not isinstance(words, list) or not all(isinstance(word, str) for word in [term, *words]):
            raise LexiconError(f"{file}: {term} needs a list of words, such as `{term}: [焦糖棕]`.")
        for word in words:
            if len(term) < LEAST_LETTERS or len(word) < LEAST_LETTERS:
                raise LexiconError(f"{file}: {term}: {word} is too short; two letters at least.")
            rows.append({"term": term.lower(), "synonym": word.lower()})
    return pa.Table.from_pylist(rows, SYNONYM_SCHEMA)
