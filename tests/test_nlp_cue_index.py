"""The index of cues: no group that has a match is left out, whatever words overlap or begin each other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.cue_index import CueIndex, find_word

LETTERS = "暴雨大红色预警3:"
WORDS = st.text("暴雨大红色预警", min_size=1, max_size=4)
CONDITIONS = st.sampled_from(["", "(?<!大)", "(?<=暴)"])
CUES = st.one_of(
    st.builds("{}{}{}".format, CONDITIONS, WORDS, st.sampled_from(["", "(?!预警|红)", "(?![雨色])"])),
    st.sampled_from([r"\d[:雨]\d", "红.警", "(?:暴|大)雨", "色?预"]),
)


@given(st.lists(st.lists(CUES, max_size=4), max_size=4), st.text(LETTERS, max_size=12))
def test_a_group_that_matches_is_found(groups: list[list[str]], text: str) -> None:
    matching = {number for number, cues in enumerate(groups) if any(re.search(cue, text) for cue in cues)}
    assert matching <= set(CueIndex.build(groups).find_groups(text))


@given(st.lists(st.lists(WORDS, max_size=4), max_size=4), st.text(LETTERS, max_size=12))
def test_a_group_of_plain_words_is_found_where_one_of_them_stands_and_nowhere_else(
    groups: list[list[str]], text: str
) -> None:
    standing = [number for number, words in enumerate(groups) if any(word in text for word in words)]
    assert CueIndex.build(groups).find_groups(text) == standing


@pytest.mark.parametrize(
    ("cue", "word"),
    [
        ("台风", "台风"),
        ("(?<!星)坠落", "坠落"),
        ("(?<!网易)(?<!动视)暴雪(?!网易|娱乐)", "暴雪"),
        ("坦克(?!世界|[3457]00)", "坦克"),
        (r"\d+死", None),
        ("(?:甲|乙)流", None),
        ("警?察", None),
        ("起火|失火", None),
    ],
)
def test_the_word_of_a_cue(cue: str, word: str | None) -> None:
    assert find_word(cue) == word
