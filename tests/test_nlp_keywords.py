"""Keywords: what a title names, rare words first, without function words, headline words or numbers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import topic_words
from nlp.frequencies import read_frequencies
from nlp.lexicon import LexiconError
from nlp.segment import Segmenter
from nlp.tagger import TaggerSettings
from nlp.taggers.keywords import build_tagger
from nlp.text import fold_case, normalise_text
from nlp.training.document_frequencies import count_documents, write_frequencies

TAGGER = build_tagger(TaggerSettings())


def find_keywords(text: str) -> list[str]:
    return [label.label for label in TAGGER.tag([normalise_text(text).text])[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("哈尔滨冰雪大世界开园了", {"哈尔滨", "冰雪大世界"}),
        ("为什么年轻人爱上了露营和飞盘", {"露营", "飞盘"}),
        ("马面裙配什么上衣好看", {"马面裙", "上衣"}),
        ("iPhone新品发布会定档", {"iphone", "发布会"}),
        ("多巴胺穿搭火了", {"多巴胺穿搭"}),
    ],
)
def test_what_a_title_names(text: str, expected: set[str]) -> None:
    assert expected <= set(find_keywords(text))


@pytest.mark.parametrize(
    "text", ["", "为什么会这样", "2024 618", "!!!😀", "网友回应:真的是这样吗", "哈哈哈哈哈哈"]
)
def test_what_names_nothing(text: str) -> None:
    assert find_keywords(text) == []


def test_rare_words_come_first_and_repetition_weighs() -> None:
    assert find_keywords("手机里看胡杨林")[0] == "胡杨林"
    once, twice = TAGGER.tag(["露营用的帐篷", "露营用的帐篷,这顶帐篷"])
    assert {k.label: k.score for k in twice}["帐篷"] > {k.label: k.score for k in once}["帐篷"]


def test_a_caption_has_at_most_five_and_a_title_fewer() -> None:
    caption = "面霜 精华液 爽肤水 面膜 洁面 洗面奶 乳液 眼霜 水乳 卸妆 黑头 烟酰胺 玻尿酸 口红 眼影 腮红"
    assert len(find_keywords(caption)) == 5
    assert len(find_keywords("面霜 精华液 爽肤水 面膜")) == 3


def test_the_users_words_always_count(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("尊嘟假嘟\n", "utf-8")
    own = build_tagger(TaggerSettings(user_dictionary=words))
    assert [label.label for label in own.tag(["你尊嘟假嘟啊"])[0]] == ["尊嘟假嘟"]
    assert own.version != TAGGER.version


@given(
    st.lists(
        st.sampled_from(["露营", "帐篷", "的", "İ", "A股", "citywalk", "好看", "，#", "哈", "2024", "龘"]),
        max_size=30,
    )
)
def test_spans_hold_the_word_and_scores_are_shares(parts: list[str]) -> None:
    text = normalise_text("".join(parts)).text
    for label in TAGGER.tag([text])[0]:
        assert label.start is not None and label.end is not None
        assert fold_case(text[label.start : label.end]) == label.label
        assert 0 < label.score <= 1


def test_frequencies_are_counted_once_a_text_and_kept(tmp_path: Path) -> None:
    texts = ["露营 露营 帐篷", "露营2024", "我", "Citywalk露营"]
    total, counts = count_documents(texts, Segmenter())
    assert (total, counts) == (4, Counter({"露营": 3, "帐篷": 1, "citywalk": 1}))
    path = tmp_path / "frequencies.txt"
    write_frequencies(path, total, counts, most=2)
    frequencies = read_frequencies(path)
    assert frequencies.documents == {"露营": 3, "citywalk": 1}
    assert frequencies.compute_idf("帐篷") == frequencies.compute_idf("citywalk") == 1.0
    assert 0 < frequencies.compute_idf("露营") < 1


@pytest.mark.parametrize("content", ["露营 3\n", "# texts: 4\n露营\n", "# texts: 4\n3\n"])
def test_a_spoilt_frequency_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "frequencies.txt"
    path.write_text(content, "utf-8")
    with pytest.raises(LexiconError):
        read_frequencies(path)


def test_the_weights_kept_at_hand_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_words, "MEMO_SIZE", 3)
    finder = topic_words.TopicWordFinder(Segmenter())
    assert finder.find_words("露营 帐篷 咖啡 跑鞋 烤箱") == ["露营", "帐篷", "咖啡", "跑鞋", "烤箱"]
    assert len(finder._weights) <= 3
