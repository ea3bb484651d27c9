"""New words: found when they hold together and stand freely, ranked by surprise, reviewed in a file."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from nlp.lexicon import LexiconError
from nlp.segment import Segmenter, read_user_dictionary
from nlp.word_review import add_candidates, decide_words, read_review, update_dictionary
from nlp.words import NewWord, discover_words, measure_surprise

SEGMENTER = Segmenter()
BEFORE = ("最近", "今天", "周末", "朋友说", "终于", "果然", "听说", "早上", "妈妈", "我们家", "邻居", "同事")
AFTER = (
    "太好看了",
    "真的火了",
    "卖光了",
    "怎么做",
    "多少钱",
    "教程来了",
    "刷屏了",
    "到货",
    "开箱",
    "测评",
    "图纸",
    "哪里有",
)
FILLER = (
    "今天天气不错适合散步",
    "周末去公园看花",
    "电影院新片上映",
    "早餐吃了包子豆浆",
    "地铁上人很多",
    "晚饭做了番茄炒蛋",
)


def make_titles(word: str, times: int, seed: int) -> list[str]:
    pairs = list(itertools.product(BEFORE, AFTER))
    random.Random(seed).shuffle(pairs)
    return [f"{before}{word}{after}" for before, after in pairs[:times]]


def make_filler(times: int) -> list[str]:
    return [f"{text}{number}" for number in range(times) for text in FILLER]


def find_words(window: list[str], background: list[str]) -> list[str]:
    return [word.word for word in discover_words(window, background, SEGMENTER)]


def test_a_word_that_came_up_is_found_and_one_that_was_there_is_not() -> None:
    window = [*make_titles("嘎嘣豆", 60, 1), *make_titles("拉布布", 30, 2), *make_filler(40)]
    background = [*make_titles("拉布布", 120, 3), *make_filler(60)]
    assert find_words(window, background) == ["嘎嘣豆"]


def test_a_word_that_texts_say_twice_is_held_against_the_texts_that_say_it() -> None:
    window, before = ([f"{title}，嘎嘣豆" for title in make_titles("嘎嘣豆", 60, seed)] for seed in (1, 3))
    # in sixty of 300 texts, and in sixty of 600 before
    found = discover_words([*window, *make_filler(40)], [*before, *make_filler(90)], SEGMENTER)
    assert [(word.word, word.documents, word.background) for word in found] == [("嘎嘣豆", 60, 60)]


def test_latin_words_are_whole() -> None:
    assert "labubu" in find_words([*make_titles("Labubu", 40, 1), *make_filler(40)], make_filler(60))


def test_words_of_the_dictionary_and_their_loose_neighbours_are_not_new() -> None:
    assert find_words([*make_titles("咖啡", 60, 1), *make_filler(40)], make_filler(60)) == []


def test_a_part_of_a_word_is_no_word() -> None:
    found = find_words([*make_titles("嘎嘣豆糕", 60, 1), *make_filler(40)], make_filler(60))
    assert found == ["嘎嘣豆糕"]


def test_a_rare_word_and_a_repeated_text_are_not_found() -> None:
    assert find_words([*make_titles("嘎嘣豆", 6, 1), *make_filler(40)], make_filler(60)) == []
    assert find_words(["今天嘎嘣豆多少钱"] * 100 + make_filler(40), make_filler(60)) == []


def test_known_words_are_left_out_and_the_order_of_texts_does_not_matter() -> None:
    window = [*make_titles("嘎嘣豆", 60, 1), *make_titles("啵啵鱼丸", 40, 2), *make_filler(40)]
    found = find_words(window, make_filler(60))
    assert found[:2] == ["嘎嘣豆", "啵啵鱼丸"]
    assert find_words(random.Random(5).sample(window, len(window)), make_filler(60)) == found
    left = discover_words(window, make_filler(60), SEGMENTER, known={"嘎嘣豆"})
    assert "嘎嘣豆" not in [word.word for word in left]


def test_nothing_comes_of_nothing() -> None:
    assert find_words([], []) == []
    assert find_words(["", "！！！", "123 456"], []) == []


def test_surprise_grows_with_the_count_and_shrinks_with_the_background() -> None:
    assert measure_surprise(40, 0, 0.3) > measure_surprise(20, 0, 0.3) > measure_surprise(20, 20, 0.3) > 0
    assert measure_surprise(5, 100, 0.3) < 0


def candidate(word: str) -> NewWord:
    return NewWord(word, 12, 1, 33.3, 6.0, 0.9, 2.0, "一个\t例子\n换行")


def test_decisions_outlive_new_candidates_and_reach_the_dictionary(tmp_path: Path) -> None:
    review, dictionary = tmp_path / "words-review.tsv", tmp_path / "words.txt"
    dictionary.write_text("# mine\n早C晚A 200 nz\n旧词儿\n", "utf-8")
    add_candidates(review, [candidate("拼豆机"), candidate("啥玩意"), candidate("搓澡摇")])
    assert decide_words(review, ["拼豆机", "自己加"], ["啥玩意", "旧词儿"]) == ["自己加", "旧词儿"]
    add_candidates(review, [candidate("拼豆机"), candidate("新来的")])
    assert {line.word: line.decision for line in read_review(review)} == {
        "拼豆机": "accept",
        "啥玩意": "reject",
        "自己加": "accept",
        "旧词儿": "reject",
        "新来的": "",
    }
    assert update_dictionary(review, dictionary) == 3
    assert dictionary.read_text("utf-8").startswith("# mine\n早C晚A 200 nz\n")
    assert [word.word for word in read_user_dictionary(dictionary)] == ["早C晚A", "拼豆机", "自己加"]
    assert update_dictionary(review, dictionary) == 3


@pytest.mark.parametrize(
    "content",
    [
        "word\n拼豆\n",
        "decision\tword\tdocuments\tbackground\tsurprise\texample\nmaybe\t拼豆\t1\t1\t1\t\n",
        "decision\tword\tdocuments\tbackground\tsurprise\texample\naccept\t拼豆\tx\t1\t1\t\n",
        "decision\tword\tdocuments\tbackground\tsurprise\texample\naccept\t露营 灯\t1\t1\t1\t\n",
    ],
)
def test_a_spoilt_review_file_is_refused(tmp_path: Path, content: str) -> None:
    review = tmp_path / "words-review.tsv"
    review.write_text(content, "utf-8")
    with pytest.raises(LexiconError, match=r"words-review\.tsv"):
        read_review(review)
