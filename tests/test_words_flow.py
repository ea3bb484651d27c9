"""`headwater words` from the list to what the texts are then labelled with."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.exit_codes import ExitCode
from flows.words import review_words
from nlp.lexicon import LexiconError
from nlp.pipeline import build_taggers
from nlp.segment import load_segmenter
from nlp.tagger import TaggerSettings
from tests.command_line import CommandLine
from tests.test_nlp_words import make_filler, make_titles
from warehouse.store import Warehouse

NEW, SLANG = "嘎嘣豆", "啵啵鱼丸"
LAST = datetime(2026, 3, 30, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def list_titles() -> Iterator[tuple[datetime, str]]:
    """Titles of a month without the words, then of ten days with them."""
    for number, title in enumerate(make_filler(60)):
        yield LAST - timedelta(days=40 + number % 20), title
    recent = [*make_titles(NEW, 60, 1), *make_titles(SLANG, 40, 2), *make_filler(40)]
    for number, title in enumerate(recent):
        yield LAST - timedelta(days=number % 10), title


@pytest.fixture
def headwater(tmp_path: Path) -> CommandLine:
    """A command line whose home has titles of boards, tagged and published."""
    with (tmp_path / "boards.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("captured_at", "platform", "board", "rank", "title", "heat", "url"))
        writer.writerows(
            (moment.isoformat(), "weibo", "hot", 1, title, 1000, "") for moment, title in list_titles()
        )
    command_line = CommandLine(tmp_path)
    call(command_line, "import", "boards.csv")
    call(command_line, "trends")
    return command_line


def call(headwater: CommandLine, *arguments: str) -> str:
    outcome = headwater.run(*arguments, seconds=120)
    assert outcome.exit_code == ExitCode.OK, outcome.errors
    return outcome.output


def list_words(headwater: CommandLine) -> list[str]:
    return [line["word"] for line in json.loads(call(headwater, "words", "--days", "10", "--json"))]


def read_annotations(home: Path) -> tuple[dict[str, str], int]:
    """The version of each tagger, of which there is one, and how many titles have the new word as keyword."""
    with Warehouse.open(home) as warehouse:
        versions = warehouse.connection.execute(
            "select distinct tagger, tagger_version from core_annotations"
        ).fetchall()
        keywords = warehouse.connection.execute(
            "select count(*) from core_annotations where tagger = 'keywords' and label = ?", [NEW]
        ).fetchall()
    assert len(dict(versions)) == len(versions)
    return dict(versions), keywords[0][0]


@pytest.mark.process
@pytest.mark.timeout(300)
def test_an_accepted_word_cuts_texts_anew_and_renews_what_was_said_of_them(headwater: CommandLine) -> None:
    home = headwater.folder / ".headwater"
    assert set(list_words(headwater)) >= {NEW, SLANG}
    before, found = read_annotations(home)
    assert found == 0

    told = call(headwater, "words", "--accept", NEW, "--reject", SLANG)
    assert told == "words in your dictionary: 1\n"
    assert {NEW, SLANG}.isdisjoint(list_words(headwater))
    dictionary = home / "words.txt"
    assert dictionary.read_text("utf-8") == f"{NEW}\n"
    text = f"今天{NEW}太好看了"
    assert NEW in load_segmenter(dictionary).segment(text)
    assert NEW not in load_segmenter().segment(text)

    tagged = json.loads(call(headwater, "enrich", "--json"))["texts_tagged"]
    assert tagged == len({title for _, title in list_titles()})
    after, found = read_annotations(home)
    assert found == 60
    assert {tagger for tagger in before if before[tagger] != after[tagger]} == {"keywords", "interests"}


@pytest.mark.parametrize("option", ["--accept", "--reject"])
@pytest.mark.parametrize("word", ["露营 灯", "#多巴胺", "C＃", "灯", "", "露营\n灯", "长" * 41])
def test_what_is_no_word_of_a_dictionary_is_refused_and_nothing_touched(
    tmp_path: Path, word: str, option: str
) -> None:
    accepted, rejected = ([NEW, word], []) if option == "--accept" else ([NEW], [word])
    with pytest.raises(LexiconError, match="can be no word of a dictionary: take 2 to 40 characters"):
        review_words(tmp_path / "home", accepted, rejected)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_of_chinese_is_told_in_chinese_what_is_no_word(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    chinese = {"LC_ALL": "zh_CN.UTF-8"}
    refused = headwater.run("words", "--accept", "露营 灯", environment=chinese)
    assert refused.exit_code == ExitCode.USAGE
    assert refused.errors == "headwater：'露营 灯' 不能作为词典里的词：请用 2 到 40 个字，不含空格和 #。\n"


def test_a_word_taken_back_leaves_no_trace_in_what_texts_are_labelled_with(tmp_path: Path) -> None:
    home, names = tmp_path / "home", ("keywords", "interests")
    dictionary = home / "words.txt"

    def read_versions() -> list[str]:
        user_dictionary = dictionary if dictionary.exists() else None
        settings = TaggerSettings(names=names, user_dictionary=user_dictionary)
        return [tagger.version for tagger in build_taggers(settings)]

    before = read_versions()
    assert review_words(home, [NEW, SLANG], []) == 2
    assert all(one != other for one, other in zip(before, read_versions(), strict=True))
    assert review_words(home, [], [NEW]) == 1
    assert dictionary.read_text("utf-8") == f"{SLANG}\n"
    assert NEW not in load_segmenter(dictionary).segment(f"今天{NEW}太好看了")
    assert review_words(home, [], [SLANG]) == 0
    assert read_versions() == before
    assert review_words(home, [NEW], []) == 1
