"""What content and listings call the same thing is a file that a user can edit, and its mistakes are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.lexicon import LexiconError
from nlp.synonyms import read_synonyms_table


def test_the_shipped_pairs_name_what_listings_say() -> None:
    pairs = read_synonyms_table().to_pylist()
    assert {"term": "美拉德", "synonym": "焦糖棕"} in pairs
    assert all(pair["term"] != pair["synonym"] for pair in pairs)
    assert len(pairs) == len({tuple(pair.values()) for pair in pairs})


@pytest.mark.parametrize(
    ("text", "problem"),
    [("- 美拉德\n", "has no words"), ("美拉德: 焦糖棕\n", "needs a list"), ("美拉德: [棕]\n", "too short")],
)
def test_a_file_that_cannot_be_used_says_why(text: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "synonyms.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=problem):
        read_synonyms_table(file)
