"""The head beside the lexicon: what it adds, and that it is the one that was shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.errors import ModelError
from nlp.interest_head import CODES, SHIPPED_HEAD, WEIGHTS_FILE, InterestHead
from nlp.tagger import TaggerSettings
from nlp.taggers.interests import build_lexicon_tagger, build_tagger
from nlp.taxonomy import read_taxonomy
from nlp.text import normalise_text
from nlp.training.categorised import read_parts, split_categorised
from nlp.training.interests import compare_head, count_file, train_head

TAGGER = build_tagger(TaggerSettings())
LEXICON = build_lexicon_tagger(TaggerSettings())
UNSEEDED = {
    "孩子不听话 家长该怎么办": "12",
    "大理这几个地方一定要去": "17",
    "秦皇岛适合玩两天的地方": "17",
}
"""Titles of an interest that no seed names."""


def test_the_codes_are_the_first_levels_of_the_taxonomy() -> None:
    assert tuple(each.code for each in read_taxonomy().interests if each.level == 1) == CODES


@pytest.mark.parametrize(("title", "code"), UNSEEDED.items())
def test_an_interest_that_no_seed_names_is_added_without_a_span(title: str, code: str) -> None:
    assert LEXICON.tag([title]) == [[]]
    (label,) = TAGGER.tag([title])[0]
    assert (label.label, label.start, label.end) == (code, None, None) and 0.3 <= label.score <= 1


@pytest.mark.parametrize(
    "title", ["皇马vs国米", "林高远和王楚钦搭档双打", "掘金客场挑战快船", "曼联新援首发登场"]
)
def test_a_match_is_no_game(title: str) -> None:
    assert "15" not in {label.label for label in TAGGER.tag([title])[0]}


@given(st.lists(st.text(alphabet="的宝车猫吃面霜口红游戏球 啊!9a", max_size=20), max_size=6))
def test_labels_do_not_depend_on_the_batch(raw: list[str]) -> None:
    texts = [normalise_text(text).text for text in raw]
    assert TAGGER.tag(texts) == [TAGGER.tag([text])[0] for text in texts]


def test_labels_do_not_depend_on_the_threads() -> None:
    """So many titles that every thread has several stretches of them."""
    texts = [f"{title}{number % 7}" for number in range(1_500) for title in UNSEEDED]
    assert build_tagger(TaggerSettings(threads=3)).tag(texts) == TAGGER.tag(texts)


@given(st.text(alphabet="的宝车猫吃面霜口红游戏球咖啡机露营帐篷 ", max_size=30))
def test_what_the_lexicon_says_stands_and_only_first_levels_are_added(raw: str) -> None:
    text = normalise_text(raw).text
    by_lexicon, by_both = LEXICON.tag([text])[0], TAGGER.tag([text])[0]
    assert by_both[: len(by_lexicon)] == by_lexicon
    assert all("." not in label.label for label in by_both[len(by_lexicon) :])


def test_a_taxonomy_of_ones_own_is_used_alone(tmp_path: Path) -> None:
    own = tmp_path / "taxonomy.yaml"
    own.write_text(
        'code: "01"\nzh: 茶\nen: tea\nchildren:\n  - {code: "01.01", zh: 岩茶, en: rock, seeds: [岩茶]}\n',
        encoding="utf-8",
    )
    tagger = build_tagger(TaggerSettings(taxonomy=own))
    assert [label.label for label in tagger.tag(["岩茶怎么泡"])[0]] == ["01.01", "01"]
    assert tagger.tag(list(UNSEEDED)) == [[]] * len(UNSEEDED)


def test_an_altered_byte_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED_HEAD, folder)
    content = bytearray((folder / WEIGHTS_FILE).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS_FILE).write_bytes(content)
    with pytest.raises(ModelError, match="altered"):
        InterestHead.load(folder)


def test_the_version_names_the_head() -> None:
    assert InterestHead.load().version in TAGGER.version
    assert TAGGER.version != LEXICON.version


def test_a_wording_is_in_one_part_however_it_is_punctuated() -> None:
    wanted = (frozenset({"05"}), None)
    parts = split_categorised(["红烧肉怎么做", "红烧肉,怎么做!", "红烧肉 怎么做?"], [wanted] * 3)
    assert sum(map(len, parts.values())) == 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small files in which two invented words say the interest, unless a third says that it is about sports,
    a category that is open."""
    folder = tmp_path_factory.mktemp("topics")
    rng = np.random.default_rng(0)
    filler = "天地人和山水风云日月星光春夏秋冬"

    def write(name: str, label: str, names: tuple[str, ...]) -> None:
        rows: dict[str, list[str]] = {"text": [], "cover_text": [], label: []}
        for number in range(150 * len(names)):
            word = ("噗噜噜", "哒啦啦", "", "哒啦啦嘟嘟嗒")[number % len(names)]
            if number % 40 == 3:
                word += "口红"
            noise = "".join(rng.choice(list(filler), 8))
            rows["text"].append(f"{noise[:4]}{word}{noise[4:]}")
            rows["cover_text"].append("")
            rows[label].append(names[number % len(names)])
        pq.write_table(pa.table(rows), folder / f"{name}.parquet")

    write("kuaishou_captions", "level1", ("美食", "游戏", "军事"))
    write("headlines_18", "label", ("food", "game", "society"))
    write("weibo_hot_titles", "category", ("05", "游戏电竞", "星座", "体育"))
    return folder


def test_training_learns_words_and_is_repeatable(folder: Path, tmp_path: Path) -> None:
    first = train_head(folder, tmp_path / "first", LEXICON)
    second = train_head(folder, tmp_path / "second", LEXICON)
    assert first.version == second.version
    scores = compare_head(first, read_parts(folder, LEXICON)["test"])
    for ways in scores.values():
        assert ways["lexicon"]["recall"] < 0.2
        assert ways["with_head"]["f1"] > 0.9
    sports = scores["weibo_hot_titles"]["with_head"]
    assert sports["open_texts"] > 10 and sports["open_strays"] < 0.1


def test_a_text_of_an_open_category_that_names_another_interest_is_left_out(folder: Path) -> None:
    parts = read_parts(folder, LEXICON)
    assert not any("嘟嘟嗒口红" in text for part in parts.values() for text in part.texts)


def test_an_open_category_says_what_a_text_is_not(folder: Path) -> None:
    test = read_parts(folder, LEXICON)["test"]
    places = np.flatnonzero(test.is_open)
    assert all("嘟嘟嗒" in test.texts[place] for place in places)
    sports = CODES.index("07")
    assert test.wanted[places].sum(axis=1).tolist() == [2] * len(places) and test.wanted[places, sports].all()
    games = np.zeros_like(test.found)
    games[places[0], CODES.index("15")] = games[places[1], sports] = True
    counts = count_file(test, games, 2)
    assert (counts.strays, counts.open_texts) == (1, len(places))
    assert (counts.labelled, counts.right) == (0, 0)
