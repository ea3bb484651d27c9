"""The taxonomy: shipped completely, read from a folder or one file, refused with the place of a mistake."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.automaton import compile_phrases
from nlp.lexicon import LexiconError
from nlp.taxonomy import SHIPPED_TAXONOMY, TAXONOMY_SCHEMA, read_taxonomy, read_taxonomy_table

ONE_INTEREST = """
interests:
  - code: "77"
    zh: 模型火车
    en: Model railways
    children:
      - {code: "77.01", zh: 车头, en: engines, seeds: [ＨＯ比例火车, 前進型蒸汽機車, 618], excludes: [火车站]}
"""


def test_shipped_taxonomy_is_complete() -> None:
    interests = read_taxonomy().interests
    tops = [interest for interest in interests if interest.level == 1]
    assert [top.code for top in tops] == [f"{number:02d}" for number in range(1, 21)]
    for top in tops:
        children = [interest for interest in interests if interest.parent_code == top.code]
        assert 7 <= len(children) <= 9, top.zh
        for child in children:
            assert len(child.seeds) >= 15, child.zh
            assert not set(child.seeds) & set(child.excludes), child.zh
            assert all(re.search(r"\w", phrase) for phrase in (*child.seeds, *child.excludes)), child.zh


def test_names_of_one_level_are_distinct() -> None:
    interests = read_taxonomy().interests
    names = [(interest.parent_code, interest.zh) for interest in interests]
    assert len(set(names)) == len(names)


def test_table_names_every_interest() -> None:
    table = read_taxonomy_table()
    assert table.schema == TAXONOMY_SCHEMA
    rows = {row["code"]: row for row in table.to_pylist()}
    assert rows["05"] | {"parent_code": None} == rows["05"]
    assert (rows["05.02"]["level"], rows["05.02"]["parent_code"]) == (2, "05")
    assert len(rows) == table.num_rows == len(read_taxonomy().interests)


def test_a_users_file_is_read_and_normalised(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(ONE_INTEREST, "utf-8")
    taxonomy = read_taxonomy(path)
    assert [interest.code for interest in taxonomy.interests] == ["77", "77.01"]
    assert taxonomy.interests[1].seeds == ("ho比例火车", "前进型蒸汽机车", "618")
    assert taxonomy.voids_by_code == {"77.01": ("火车站",)}
    path.write_text(ONE_INTEREST + "\n", "utf-8")
    assert read_taxonomy(path).version != taxonomy.version


def test_a_list_of_the_shipped_files_is_the_shipped_taxonomy(tmp_path: Path) -> None:
    """As docs/how-to.md says to copy it: one YAML list of the files."""
    path = tmp_path / "taxonomy.yaml"
    files = [file.read_text("utf-8") for file in sorted(SHIPPED_TAXONOMY.glob("*.yaml"))]
    path.write_text("".join("- " + file.strip().replace("\n", "\n  ") + "\n" for file in files), "utf-8")
    assert read_taxonomy(path).interests == read_taxonomy().interests


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"77.01"', '"78.01"', "78.01 stands below 77"),
        ('"77.01"', "77.01", "Write it in quotes"),
        ('code: "77"', 'code: "7"', "'7' is no code"),
        ("en: engines, ", "", "lacks en"),
        ("en: engines", "english: engines", "unknown fields english"),
        ("seeds: [", "seeds: [[], ", "is no phrase"),
        ("seeds: [", 'seeds: ["", ', "is no phrase"),
        ("seeds: [ＨＯ比例火车, 前進型蒸汽機車, 618]", "seeds: []", "has no seeds"),
        ("excludes: [火车站]", "excludes: 火车站", "expected a list"),
        ("interests:", "interests: {}\nothers:", "must be a list"),
        ("zh: 模型火车", "zh: 3", "needs a name under `zh`"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(ONE_INTEREST.replace(old, new, 1), "utf-8")
    with pytest.raises(LexiconError, match=complaint) as failure:
        read_taxonomy(path)
    assert "taxonomy.yaml" in str(failure.value)


def test_a_code_used_twice_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="names no interests"):
        read_taxonomy(tmp_path)
    for name in ("01.yaml", "02.yaml"):
        (tmp_path / name).write_text(ONE_INTEREST.replace("interests:\n  - ", "    "), "utf-8")
    with pytest.raises(LexiconError, match="used twice"):
        read_taxonomy(tmp_path)


@given(st.lists(st.text("露营帐篷abc-^]\\", min_size=1, max_size=6), min_size=1, max_size=60), st.randoms())
def test_the_longest_phrase_at_each_place_is_found(phrases: list[str], chance: random.Random) -> None:
    pattern = compile_phrases(phrases)
    text = "".join(chance.choices([*phrases, "x", "露"], k=20))
    for start in range(len(text)):
        longest = max((phrase for phrase in phrases if text.startswith(phrase, start)), key=len, default=None)
        match = pattern.match(text, start)
        assert (match[0] if match else None) == longest


def test_no_phrases_match_nothing() -> None:
    assert compile_phrases([]).search("露营") is None
