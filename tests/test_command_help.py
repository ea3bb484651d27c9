"""What commands say of themselves in Chinese: help, refused arguments, the prompt of SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer import rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from flows.cli import app, explain_misuse
from flows.commands.help import translate_help, translate_marks
from flows.commands.sql_prompt import Prompt
from flows.exit_codes import ExitCode
from flows.wording import CommandWording, read_help
from tests.command_line import CommandLine

ENGLISH_MARK = re.compile(
    r"Usage|OPTIONS|COMMAND|ARGS|\[required|\[default|<(?:str|path|bool|int|float|list|date)"
)
ENGLISH_SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){3,}")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("crwal",), "没有名为 'crwal' 的命令。是不是 'crawl'？（headwater --help 说明用法）"),
        (("qqq",), "没有名为 'qqq' 的命令。（headwater --help 说明用法）"),
        (("status", "--jsno"), "没有 --jsno 这个选项（相近的：--json）（headwater status --help 说明用法）"),
        (("status", "-q"), "没有 -q 这个选项（headwater status --help 说明用法）"),
        (("crawl",), "缺少参数 'platform'。（headwater crawl --help 说明用法）"),
        (("train", "encoder"), "缺少选项 '--data'。（headwater train encoder --help 说明用法）"),
        (("words", "--days", "0"), "'--days' 的值有误：应不小于 1（headwater words --help 说明用法）"),
        (("words", "--days", "999"), "'--days' 的值有误：应不大于 365（headwater words --help 说明用法）"),
        (("words", "--days", "x"), "'--days' 的值有误：应为整数（headwater words --help 说明用法）"),
        (("sql", "--seconds", "x"), "'--seconds' 的值有误：应为数字（headwater sql --help 说明用法）"),
        (("words", "--days"), "选项 '--days' 后面要跟一个值。（headwater --help 说明用法）"),
        (("status", "--json=1"), "选项 '--json' 后面不跟值。（headwater --help 说明用法）"),
        (("report", "topic", "豆", "b"), "多出来的参数：b（headwater report --help 说明用法）"),
        (("report", "x"), "'about' 的值有误：'x' 不在 'topic', 'brand' 之中。（headwater report --help 说明"
                          "用法）"),
        (("trends", "--as-of", "x"), "'--as-of' 的值有误：'x' 不符合格式 '%Y-%m-%d'。（headwater trends"
                                     " --help 说明用法）"),
    ],
)  # fmt: skip
def test_what_the_parser_of_arguments_refuses_is_told_in_chinese(
    arguments: tuple[str, ...], told: str
) -> None:
    with pytest.raises(typer.TyperException) as refused:
        get_command(app)(list(arguments), prog_name="headwater", standalone_mode=False)
    assert explain_misuse(refused.value, CommandWording("zh")) == told
    assert refused.value.exit_code == ExitCode.USAGE


def test_a_script_gets_the_refusal_of_its_arguments_as_json(tmp_path: Path) -> None:
    refused = CommandLine(tmp_path).run("trends", "--as-of", "gestern", "--json")
    assert refused.exit_code == ExitCode.USAGE
    told = "Invalid value for '--as-of': 'gestern' does not match the formats '%Y-%m-%d'."
    assert json.loads(refused.output) == {
        "error": f"{told} (headwater trends --help tells how)",
        "exit_code": ExitCode.USAGE,
    }


def list_commands(
    command: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], TyperCommand | TyperGroup]]:
    """Every command with what is typed to call it."""
    assert isinstance(command, TyperCommand | TyperGroup)
    yield path, command
    for name, below in command.commands.items() if isinstance(command, TyperGroup) else ():
        yield from list_commands(below, (*path, name))


def test_every_help_text_has_its_chinese_and_no_other_text_has_one() -> None:
    texts = {command.help for _, command in list_commands(get_command(app))}
    for _, command in list_commands(get_command(app)):
        parameters = command.get_params(typer.Context(command))
        texts |= {one.help for one in parameters if isinstance(one, TyperArgument | TyperOption)}
    assert {" ".join(text.split()) for text in texts if text} == set(read_help())


def test_help_of_every_command_is_chinese_and_none_is_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    monkeypatch.setattr(rich_utils, "REQUIRED_LONG_STRING", "")
    monkeypatch.setattr(rich_utils, "DEFAULT_STRING", "")
    translate_help(root, CommandWording("zh"))
    translate_marks(CommandWording("zh"))
    for path, command in list_commands(root):
        root([*path, "--help"], prog_name="headwater", standalone_mode=False)
        shown = capsys.readouterr().out
        assert "╭─ 选项 ─" in shown, path
        assert "…" not in shown, path
        assert ENGLISH_SENTENCE.findall(shown) == [], path
        assert f" 用法：{' '.join(('headwater', *path))} [选项]" in shown
        assert ENGLISH_MARK.findall(shown) == [], path
        assert command.help is not None


def test_the_prompt_of_sql_helps_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompt = Prompt(tmp_path, 10, 5.0, {}, CommandWording("zh"))
    for line in ("\\?", "\\d 没有", "\\d"):
        assert prompt.take(line)
    said = capsys.readouterr().out
    assert "\\d 表名         列出一张表的列，以及各自的含义\n" in said
    assert "没有名为 没有 的表；\\d 会列出全部\n" in said
    assert "0 行\n" in said
