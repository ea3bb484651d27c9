"""Words: two engines behind one door, the user's dictionary checked before it is used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.lexicon import LexiconError
from nlp.segment import Segmenter, UserWord, load_segmenter, read_user_dictionary
from nlp.text import normalise_text


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


def test_words_of_a_caption(segmenter: Segmenter) -> None:
    assert segmenter.segment("这支口红显白又平价[doge]回购三次了😀") == [
        *("这支", "口红", "显白", "又", "平价", "[doge]", "回购", "三次", "了", "😀"),
    ]


@given(st.text(max_size=60))
def test_joined_words_are_the_text(raw: str) -> None:
    text = normalise_text(raw).text
    assert "".join(SHARED.segment(text)) == text


SHARED = Segmenter()


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_user_words_stay_whole(tmp_path: Path, engine: str) -> None:
    dictionary = tmp_path / "words.txt"
    dictionary.write_text("\ufeff# 我的词\n多巴胺穿搭 300 n\n早C晚A\n\n大金碗\n", encoding="utf-8")
    words = load_segmenter(dictionary, "jieba" if engine == "jieba" else "rjieba")
    assert words.segment("今年流行多巴胺穿搭") == ["今年", "流行", "多巴胺穿搭"]
    assert "早C晚A" in words.segment("每天早C晚A护肤")


def test_a_user_dictionary_is_normalised_and_its_last_line_wins(tmp_path: Path) -> None:
    dictionary = tmp_path / "words.txt"
    dictionary.write_text("護膚神器 5\n护肤神器 9 n\n", encoding="utf-8")
    assert read_user_dictionary(dictionary) == [UserWord("护肤神器", 9, "n")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("拼豆 -3 n", "line 1: the frequency"),
        ("好词 10 n\n拼豆 0", "line 2: the frequency"),
        ("拼豆 10 n 多余", "line 1: expected"),
        ("拼豆 名词", "line 1: expected"),
        ("豆", "line 1: a word has 2 to 40"),
        ("拼" * 41, "line 1: a word has 2 to 40"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    dictionary = tmp_path / "words.txt"
    dictionary.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=complaint):
        read_user_dictionary(dictionary)


def test_a_file_that_is_no_text_or_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="does not exist"):
        read_user_dictionary(tmp_path / "none.txt")
    (tmp_path / "gbk.txt").write_bytes("拼豆 10 n".encode("gb18030"))
    with pytest.raises(LexiconError, match="not UTF-8"):
        read_user_dictionary(tmp_path / "gbk.txt")


def test_a_poisoned_shared_cache_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    poison = tmp_path / "jieba.cache"
    poison.write_bytes(b"not a dictionary")
    os.utime(poison, (2**31, 2**31))
    assert Segmenter(engine="jieba").segment("多功能料理锅") == ["多功能", "料理", "锅"]
    assert poison.read_bytes() == b"not a dictionary"


BOARD = ("黑神话", "手机", "演唱会", "露营", "咖啡", "北京", "高考", "新能源汽车", "防晒霜", "旅行")
SAID = ("火了", "值得买吗", "官宣", "怎么选", "又涨价了", "回应争议", "全网刷屏", "太好用了", "攻略来了")


def test_the_fallback_cuts_as_the_rust_engine_does() -> None:
    pairs = [(one, other) for one in BOARD for other in BOARD if one != other]
    texts = [f"{one}{said},{other}也{said}" for one, other in pairs for said in SAID]
    fast, slow = Segmenter(), Segmenter(engine="jieba")
    same = [fast.segment(text) == slow.segment(text) for text in texts]
    assert sum(same) / len(texts) > 0.99
