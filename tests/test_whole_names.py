"""Listed names stay whole where texts are cut into topics' words: what is left of a brand is no topic."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.gazetteer import read_competitor_sets
from nlp.tagger import TaggerSettings
from nlp.taggers.keywords import build_tagger
from nlp.whole_names import list_whole_names, load_topic_segmenter

SEGMENTER = load_topic_segmenter(None, None)
OWN_BRANDS = "set: 手作\nzh: 手作\nen: Handmade\ntype: brand\nentities:\n  山野社: []\n  云朵: [云朵?]\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("新入手花西子口红", ["新", "入手", "花西子", "口红"]),
        ("三只松鼠坚果", ["三只松鼠", "坚果"]),
        ("霸王茶姬新品", ["霸王茶姬", "新品"]),
        ("徕芬吹风机", ["徕芬", "吹风机"]),
        ("植物大战僵尸手办", ["植物大战僵尸", "手办"]),
    ],
)
def test_a_listed_name_is_one_word(text: str, words: list[str]) -> None:
    assert SEGMENTER.segment(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("美的电饭煲", ["美的", "电饭煲"]),
        ("石头扫地机", ["石头", "扫地机"]),
        ("惠氏奶粉", ["惠氏", "奶粉"]),
    ],
)
def test_a_name_with_what_it_sells_is_cut_before_the_product(text: str, words: list[str]) -> None:
    assert SEGMENTER.segment(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # 花至, 个乐 and 蕉内 are brands
        ("鲜花至上", ["鲜花", "至上"]),
        ("两个乐器", ["两个", "乐器"]),
        ("香蕉内含什么", ["香蕉", "内含", "什么"]),
    ],
)
def test_a_short_name_does_not_take_from_its_neighbours(text: str, words: list[str]) -> None:
    assert SEGMENTER.segment(text) == words


def test_everyday_words_and_latin_names_are_left_to_the_dictionary() -> None:
    names = {name.word for name in list_whole_names(read_competitor_sets())}
    assert not names & {"苹果", "例外", "nike", "l’oréal"}


def test_the_users_names_are_whole_in_keywords(tmp_path: Path) -> None:
    entities = tmp_path / "entities.yaml"
    entities.write_text(OWN_BRANDS, "utf-8")
    shipped, own = build_tagger(TaggerSettings()), build_tagger(TaggerSettings(entities=entities))
    [before], [after] = (tagger.tag(["山野社家的披肩"]) for tagger in (shipped, own))
    assert {label.label for label in before} == {"山野", "社家", "披肩"}
    assert {label.label for label in after} == {"山野社", "披肩"}
    assert own.version != shipped.version


def test_an_everyday_word_of_a_user_is_no_whole_name(tmp_path: Path) -> None:
    entities = tmp_path / "entities.yaml"
    entities.write_text(OWN_BRANDS, "utf-8")
    names = {name.word for name in list_whole_names(read_competitor_sets(entities))}
    assert "山野社" in names and "云朵" not in names


def test_the_users_words_cut_before_the_listed_names(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("花西子口红 100000\n", "utf-8")
    assert load_topic_segmenter(words, None).segment("新入手花西子口红") == ["新", "入手", "花西子口红"]
