"""What commands say in Chinese and in English, and whose choice that is."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.exit_codes import ExitCode
from flows.settings import read_settings
from flows.wording import NUMBER_WORD, PLACE, CommandWording, read_wording
from tests.command_line import CommandLine

ROOT = Path(__file__).parent.parent
BOARDS = """captured_at,platform,board,rank,title,heat,url
2026-11-01T08:00:00+08:00,douyin,hot,1,拼豆成为年轻人的新爱好,980万,https://www.douyin.com/hot/2
"""
CHINESE = {"LC_ALL": "zh_CN.UTF-8"}


def find_sentences(node: ast.AST) -> Iterator[str]:
    """Every text of a module, each place of an f-string as a NUL."""
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value
        elif isinstance(found, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "\0" for part in found.values)
            yield "".join(map(str, parts))


@pytest.fixture(scope="module")
def sentences() -> frozenset[str]:
    """Every sentence that the rooms can raise."""
    files = (
        file for room in ("flows", "spiders", "nlp", "warehouse") for file in (ROOT / room).rglob("*.py")
    )
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    return frozenset(sentence for tree in trees for sentence in find_sentences(tree))


def test_every_translated_sentence_is_one_that_the_source_has(sentences: frozenset[str]) -> None:
    told = [PLACE.sub("\0", pair["en"]) for pair in read_wording()["sentences"]]
    assert [sentence for sentence in told if sentence not in sentences] == []


def test_both_languages_show_the_same_values() -> None:
    words = read_wording()
    for pair in (*words["lines"].values(), *words["sentences"]):
        english, chinese = (
            set(re.findall(r"\{(\w+)", NUMBER_WORD.sub("", pair[one]))) for one in ("en", "zh")
        )
        assert chinese == english, pair


def test_numbers_have_commas_and_the_word_that_fits() -> None:
    english, chinese = CommandWording("en"), CommandWording("zh")
    assert english.say("rows", n=1) == "1 row"
    assert english.say("rows", n=1200) == "1,200 rows"
    assert chinese.say("rows", n=1200) == "1,200 行"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("a_empty.csv is empty.", "a_empty.csv 是空文件。"),
        (
            "笔记.csv has no column 赞: it has 标题, 点赞数.",
            "笔记.csv 没有名为 赞 的列；现有：标题, 点赞数。",
        ),
        (
            "'../x' is no run id: take letters, digits, dots, dashes and underscores, "
            "and begin with a letter or a digit",
            "'../x' 不能作为运行编号：请用字母、数字、点、- 和 _，并以字母或数字开头",
        ),
        ("a sentence that nobody translated", "a sentence that nobody translated"),
    ],
)
def test_a_sentence_of_a_room_is_told_in_chinese(sentence: str, told: str) -> None:
    assert CommandWording("zh").translate(sentence) == told
    assert CommandWording("en").translate(sentence) == sentence


@pytest.mark.parametrize(
    ("setting", "environment", "language"),
    [
        ("", {}, "en"),
        ("", CHINESE, "zh"),
        ('[report]\nlanguage = "zh"\n', {}, "zh"),
        ('[report]\nlanguage = "en"\n', CHINESE, "en"),
        ('[report]\nkind = "daily"\n', CHINESE, "zh"),
    ],
)
def test_messages_follow_the_reports_language_where_it_is_set_else_the_terminal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    environment: dict[str, str],
    language: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "headwater.toml"
    file.write_text(setting, encoding="utf-8")
    assert read_settings(file).message_language == language


def test_a_chinese_reader_imports_and_is_told_what_went_wrong_in_chinese(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    (tmp_path / "榜单.csv").write_text(BOARDS, encoding="utf-8")
    (tmp_path / "空.csv").write_text("", encoding="utf-8")
    (tmp_path / "chinese.toml").write_text('[report]\nlanguage = "zh"\n', encoding="utf-8")
    done = headwater.run("--config", "chinese.toml", "import", "榜单.csv", "空.csv")
    assert done.exit_code == ExitCode.PARTIAL
    assert done.output == "榜单.csv：boards\n  收录：1 条榜单记录\n入库：1 raw_board_entries\n"
    assert "headwater：空.csv 是空文件。\n" in done.errors
    assert re.search(r"^读取 榜单.csv：1，用时 [\d.]+ 秒$", done.errors, re.MULTILINE)
    failed = headwater.run("--config", "chinese.toml", "report", "--json")
    assert failed.exit_code == ExitCode.USAGE
    assert json.loads(failed.output)["error"].startswith("还没有发布任何数据")
    assert headwater.run("report").errors.startswith("headwater: nothing is published yet")
    state = headwater.run("--config", "chinese.toml", "status").output
    assert "来源：\n  import-boards：" in state
    assert "条记录\n已发布：还没有\n搁置：无\n报告：无\n" in state
