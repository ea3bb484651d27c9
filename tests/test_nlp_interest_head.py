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
from nlp.training.interests import compare_head, read_parts, split_categorised, train_head

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
    """Small files in which two invented words say the interest, one of them only in the captions."""
    folder = tmp_path_factory.mktemp("topics")
    rng = np.random.default_rng(0)
    filler = "天地人和山水风云日月星光春夏秋冬"

    def write(name: str, label: str, names: tuple[str, str, str]) -> None:
        rows: dict[str, list[str]] = {"text": [], "cover_text": [], label: []}
        for number in range(450):
            word = ("噗噜噜", "哒啦啦", "")[number % 3]
            noise = "".join(rng.choice(list(filler), 8))
            rows["text"].append(f"{noise[:4]}{word}{noise[4:]}")
            rows["cover_text"].append("")
            rows[label].append(names[number % 3])
        pq.write_table(pa.table(rows), folder / f"{name}.parquet")

    write("kuaishou_captions", "level1", ("美食", "游戏", "军事"))
    write("headlines_18", "label", ("food", "game", "society"))
    write("weibo_hot_titles", "category", ("05", "游戏电竞", "星座"))
    return folder


def test_training_learns_words_and_is_repeatable(folder: Path, tmp_path: Path) -> None:
    first = train_head(folder, tmp_path / "first", LEXICON)
    second = train_head(folder, tmp_path / "second", LEXICON)
    assert first.version == second.version
    scores = compare_head(first, read_parts(folder, LEXICON)["test"])
    for ways in scores.values():
        assert ways["lexicon"]["recall"] < 0.2
        assert ways["with_head"]["f1"] > 0.9
