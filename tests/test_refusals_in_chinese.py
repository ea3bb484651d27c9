"""Every refusal that a person reads has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.exit_codes import CommandError, ExitCode
from flows.failures import EXIT_CODES
from flows.wording import CommandWording
from tests.command_line import CommandLine

ROOT = Path(__file__).parent.parent
ROOMS = ("flows", "spiders", "nlp", "warehouse")
CHINESE = CommandWording("zh")
CHINESE_TERMINAL = {"LC_ALL": "zh_CN.UTF-8"}
QUERY_CHILD_ERROR = "Refused"
"""What the process of a query raises, whose sentence its parent raises again."""


def list_kinds(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    """The error type and those below it whose message is the first argument."""
    if kind is CommandError or "__init__" not in vars(kind):
        yield kind
        for below in kind.__subclasses__():
            yield from list_kinds(below)


def read_sentence(node: ast.expr) -> str:
    """The text of a literal, with a word in each place of an f-string; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "甲" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def find_refusals() -> Iterator[tuple[str, str]]:
    """Place and sentence of every refusal that the rooms write out; one made of places alone is none."""
    errors: list[type[Exception]] = [CommandError, *EXIT_CODES]
    kinds = {kind.__name__ for error in errors for kind in list_kinds(error)}
    for file in (file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
                sentence = read_sentence(node.args[0])
                if node.func.id in {*kinds, QUERY_CHILD_ERROR} and re.search("[a-z]{2} [a-z]", sentence):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", sentence


def test_every_refusal_that_the_rooms_write_has_its_chinese() -> None:
    refusals = list(find_refusals())
    assert len(refusals) > 200
    assert [
        (place, sentence) for place, sentence in refusals if CHINESE.translate(sentence) == sentence
    ] == []


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "process 4321 is writing to the warehouse in /家; wait until it is done, then run again",
            "进程 4321 正在写入 /家 的仓库；等它结束后再运行",
        ),
        (
            "process 4321 of another machine is writing to the warehouse in /家; wait until it is done, "
            "then run again",
            "另一台机器的进程 4321 正在写入 /家 的仓库；等它结束后再运行",
        ),
        (
            "there is no topic '不存在' in the published data; no topic resembles it; see mart_topics",
            "已发布的数据中没有 '不存在'（话题）；没有相近的（话题）；可用的名称见 mart_topics",
        ),
        (
            "/家/warehouse.duckdb: the disk is full; free some space and run again",
            "/家/warehouse.duckdb：磁盘已满；请腾出空间后再运行",
        ),
        (
            "the warehouse file has lost 2 load(s) it had acknowledged, first bilibili/早; "
            "move warehouse.duckdb and loads.jsonl out of /家 and run again: every landing package is "
            "loaded anew",
            "仓库文件丢失了 2 次已确认的入库，最早的是 bilibili/早；"
            "请把 warehouse.duckdb 和 loads.jsonl 移出 /家 后再运行：所有落地的包会重新入库",
        ),
        (
            "weibo/hot: every case ended alike; a forecast cannot be scored on them",
            "weibo/hot：所有案例的结局都一样；无法据此评估预测",
        ),
        ("兴趣.yaml: expected an interest with children, code, en, zh.",
         "兴趣.yaml：应当是带有 children, code, en, zh 的兴趣。"),
        ("there is a 'bilibili' already (a known platform); choose another name",
         "已经有 'bilibili'（已知的平台）；请换一个名称"),
        ("旧表.xls is an old Excel file (.xls): save it as .xlsx or CSV.",
         "旧表.xls 是旧版 Excel 文件（.xls）：请另存为 .xlsx 或 CSV。"),
        ("/published: it is damaged; run headwater trends, which publishes it anew from the warehouse",
         "/published：文件已损坏；请运行 headwater trends，它会从仓库重新发布"),
        ("/家/landing/import-boards/r1: its report.json is damaged; restore that file, "
         "or move the folder away and run the command again",
         "/家/landing/import-boards/r1：report.json 已损坏；请恢复该文件，或移走这个文件夹后再运行一次"),
        ("豆: a word nobody translated", "豆: a word nobody translated"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_chinese_with_what_stands_in_its_places(sentence: str, told: str) -> None:
    assert CHINESE.translate(sentence) == told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("schedule",), "没有启用任何来源；请在 headwater.toml 中写上一个，例如：\n[sources.bilibili]\n"),
        (("new-platform", "Bad-Name"), "'Bad-Name' 不能作为平台名：请用 3 到 32 个小写字母"),
        (("sql", "select 1", "--format", "parquet"), "Parquet 只能写入文件：请用 --output 指定一个"),
        (
            ("sql", "select 1", "--output", "x.foo"),
            "x.foo 的扩展名不在 .csv, .json, .md, .parquet, .txt 之中",
        ),
    ],
)
def test_a_terminal_in_chinese_is_refused_in_chinese(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    refused = CommandLine(tmp_path).run(*arguments, environment=CHINESE_TERMINAL)
    assert refused.exit_code == ExitCode.USAGE
    assert f"headwater：{told}" in refused.errors


def test_a_bad_setting_is_told_in_the_language_of_the_file_it_stands_in(tmp_path: Path) -> None:
    file = tmp_path / "headwater.toml"
    file.write_text('[report]\nlanguage = "zh"\n[crawl]\ndelay = 3\n', encoding="utf-8")
    refused = CommandLine(tmp_path).run("status", environment={"LC_ALL": "C.UTF-8"})
    assert refused.errors == "headwater：headwater.toml 中的设置 `crawl.delay` 有误：没有这个设置\n"
