"""What commands say in Chinese and in English, and whose choice that is."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from itertools import chain
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
ENGLISH_SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){3,}")


def find_sentences(node: ast.AST) -> Iterator[str]:
    """Every text of a module, each place of an f-string or template as a NUL."""
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield PLACE.sub("\0", found.value)
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
    for pair in (*words["lines"].values(), *words["sentences"], *words["usage"]):
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
        (
            "A quotation mark is never closed: the rows after it ran into one cell, not taken.",
            "有一个引号没有闭合：它后面的行都并进了一个单元格，没有收录。",
        ),
        ("Unreadable number of likes, left empty: 4.", "点赞数 不是能读懂的数字，留空：4 处。"),
        ("No row could be taken.", "没有一行能收录。"),
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
    assert done.output == "榜单.csv：boards\n  收录：1 条榜单记录\n入库：1 条榜单记录\n"
    assert "headwater：空.csv 是空文件。\n" in done.errors
    assert re.search(r"^读取 榜单.csv：1，用时 [\d.]+ 秒$", done.errors, re.MULTILINE)
    failed = headwater.run("--config", "chinese.toml", "report", "--json")
    assert failed.exit_code == ExitCode.USAGE
    assert json.loads(failed.output)["error"].startswith("还没有发布任何数据")
    assert headwater.run("report").errors.startswith("headwater: nothing is published yet")
    state = headwater.run("--config", "chinese.toml", "status").output
    assert "来源：\n  import-boards：" in state
    assert "条记录\n没有抓完的：无\n已发布：还没有\n搁置：无\n报告：无\n" in state


UNTIDY = {
    "淘宝.csv": "商品ID,品名,价格\n1,帆布包,9\n商品ID,品名,价格\n,合计,9\n2,托特包,29,12,13\n",
    "榜单.csv": "平台,榜单,排名,标题,采集时间\n微博,热搜,1,拼豆,不知道\n微博,热搜,2,冬至,2099-01-01 08:00\n",
    "微博热搜.csv": "排名,热搜词,热度\n1,拼豆,98万\n",
    "网页.html": "<html><body><p>你好</p></body></html>",
    "抖音.jsonl": '{"aweme_id": "7412345678901234567", "desc": "拼豆", "liked_count": "3"}\n{"aweme_id": \n',
    "creator.csv": "user_id,nickname,fans\n1,李*,3\n",
}
"""Files with every usual fault, as people hold them."""
REASONS = frozenset({"reason", "HEADER_ROW", "TOTAL_ROW"})
"""Names that the rooms give to a code."""


def test_why_rows_were_left_out_is_told_in_chinese(tmp_path: Path) -> None:
    for name, text in UNTIDY.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "chinese.toml").write_text('[report]\nlanguage = "zh"\n', encoding="utf-8")
    done = CommandLine(tmp_path).run("--config", "chinese.toml", "import", *UNTIDY)
    reasons = re.findall(r"^  (?:略过|不合格)：\d+ (.+)$", done.output, re.MULTILINE)
    assert len(reasons) >= 7
    assert [reason for reason in reasons if reason.isascii()] == []
    assert "没有一列写明榜单的采集时间：按文件写成的时间算。" in done.output
    assert re.search(r"^入库：.*1 条内容，\d 条不合格$", done.output, re.MULTILINE)
    assert "    例如 3 个列名下有 5 个单元格，在第 " in done.output
    assert ENGLISH_SENTENCE.search(done.output + done.errors) is None


def test_what_was_put_aside_is_told_in_chinese() -> None:
    """As `headwater status` tells it; tests/test_warehouse_put_aside.py has the sentence from the file."""
    told = CommandWording("zh").translate("1 records rejected, bad_rank")
    assert told == "不合格：1 行：名次不是正数"


def test_every_step_of_the_progress_has_a_chinese_name() -> None:
    files = [file for room in ("flows", "warehouse", "nlp") for file in (ROOT / room).rglob("*.py")]
    steps = {
        step for file in files for step in re.findall(r'track_step\(f?"([^"]+)"', file.read_text("utf-8"))
    }
    assert {"compact", "landing packages", "read {file.name}"} <= steps
    words = CommandWording("zh")
    assert [step for step in sorted(steps) if words.name(PLACE.sub("x", step)).isascii()] == []


def test_every_reason_to_leave_a_row_out_has_a_chinese_name() -> None:
    named = read_wording()["names"]
    files = [*(ROOT / "spiders" / "imports").rglob("*.py"), ROOT / "spiders" / "errors.py"]
    told = {reason for file in files for reason in find_reasons(ast.parse(file.read_text("utf-8")))}
    assert {"total_row", "too_many_cells", "captured_at_out_of_range", "bad_price"} <= told
    assert [reason for reason in sorted(told) if reason not in named] == []


def find_reasons(tree: ast.Module) -> Iterator[str]:
    """The codes that a module gives to rows that it leaves out or refuses."""
    for text in chain.from_iterable(map(find_codes, ast.walk(tree))):
        for found in (text.body, text.orelse) if isinstance(text, ast.IfExp) else (text,):
            if isinstance(found, ast.Constant) and "_" in str(found.value):
                yield str(found.value)


def find_codes(node: ast.AST) -> list[ast.expr]:
    """Where a code may stand in a call, an assignment or a count of rows left out."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        place = {"BadRow": 0, "BadInstant": 0, "_flag": 1, "setdefault": 1}.get(name, len(node.args))
        return node.args[place : place + 1]
    if isinstance(node, ast.keyword) and node.arg == "skipped" and isinstance(node.value, ast.Dict):
        return [key for key in node.value.keys if key is not None]
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "skipped":
        return [node.slice]
    named = getattr(node.targets[0], "id", "") if isinstance(node, ast.Assign) else ""
    return [node.value] if isinstance(node, ast.Assign) and named in REASONS else []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("alerts",),
            "现在成立的消息：0，对渠道来说是新的：0\n还没有设置通知渠道：做法见 docs/alerts.zh.md\n",
        ),
        (("alerts", "test"), "headwater：还没有设置通知渠道：请在 headwater.toml 中写 [alerts.channels]"),
        (("watch",), "headwater：还没有关注词：请写好 "),
        (("watch",), "# 一段是一组；headwater watch 会显示命中了什么\n[拼豆]\n"),
        (
            ("watch", "--import", "词.txt"),
            "watch.txt：1 组，2 个词，1 个词处处排除\n截至 2026-11-01 的 7 天\n",
        ),
        (("words",), "最近 30 天的内容里没有新词\n"),
        (("words", "--accept", "拼豆"), "你的词典现有 1 个词\n"),
        (("erase",), "headwater：请写明删除什么：内容或商品的 平台:编号，或 --author 作者键\n"),
        (("erase", "douyin"), "headwater：'douyin' 不是内容或商品；请写成 平台:编号，与 subject_id 相同\n"),
        (
            ("erase", "douyin:1", "--dry-run"),
            "将会删除以下内容；现在什么都没有改动\n今后不再入库：0 位作者，1 条",
        ),
        (("erase", "douyin:1", "--dry-run"), "落地的包：0（没有记录，0 份响应）\n"),
        (("platforms",), "douyin           Douyin 抖音                           抓取，官方接口，导入\n"),
        (("platforms",), "需要：浏览器；上次：这里还没有抓取过\n"),
        (("evaluate", "bursts"), "headwater：请在 --planted、--boards 文件、--authors 中选一个\n"),
        (("evaluate", "sentiment", "缺.csv"), "headwater：缺.csv 不存在\n"),
        (
            ("evaluate", "sentiment", "榜单.csv"),
            "headwater：榜单.csv 没有 text, label 列；现有：captured_at, platform",
        ),
        (("train", "remove", "kinds"), "headwater：没有名为 'kinds' 的标注器；现有：还没有\n"),
        (
            ("report", "--foo"),
            "headwater：没有 --foo 这个选项（相近的：--pdf）（headwater report --help 说明用法）\n",
        ),
    ],
)
def test_a_chinese_reader_reads_chinese(
    chinese_home: CommandLine, arguments: tuple[str, ...], told: str
) -> None:
    read_chinese(chinese_home, arguments, told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("watch",), "拼豆：1（此前同样天数 0）\n"),
        (("watch", "--import", "词.txt"), "watch.txt 已经存在；--replace 会覆盖它\n"),
        (("watch", "--import", "坏.txt", "--replace"), "headwater：关注词第 2 行：缺少一个词\n"),
    ],
)
def test_a_chinese_reader_with_a_watch_list_reads_chinese(
    chinese_home: CommandLine, arguments: tuple[str, ...], told: str
) -> None:
    assert chinese_home.run("watch", "--import", "词.txt").exit_code == ExitCode.OK
    read_chinese(chinese_home, arguments, told)


def read_chinese(home: CommandLine, arguments: tuple[str, ...], told: str) -> None:
    """A command says what it should, and no English sentence."""
    outcome = home.run("--config", "chinese.toml", *arguments)
    assert told in outcome.output + outcome.errors
    assert not ENGLISH_SENTENCE.search(outcome.output + outcome.errors)


@pytest.fixture
def chinese_home(shared_home: CommandLine, tmp_path: Path) -> CommandLine:
    """A home with a board in it, and neither watch list nor dictionary."""
    return CommandLine(shutil.copytree(shared_home.folder, tmp_path / "home", symlinks=True))


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A home with a board in it, for copying."""
    headwater = CommandLine(tmp_path_factory.mktemp("home"))
    for name, text in {
        "榜单.csv": BOARDS,
        "词.txt": "[拼豆]\n拼豆\nperler\n\n!招聘\n",
        "坏.txt": "拼豆\n+\n",
        "chinese.toml": '[report]\nlanguage = "zh"\n',
    }.items():
        (headwater.folder / name).write_text(text, encoding="utf-8")
    for arguments in (("import", "榜单.csv"), ("trends",)):
        assert headwater.run(*arguments).exit_code == ExitCode.OK
    return headwater
